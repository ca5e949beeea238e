"""What a model replies to a prompt, with the answer that is read out of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from misspoke.concepts import Event
from misspoke.concepts.answer_step import answer_start
from misspoke.concepts.text import answer_end
from misspoke.lm import Path
from misspoke.lm.protocol import Want
from misspoke.records.heard import Heard
from misspoke.search import Inquiry, greedy, on
from misspoke.search.tree import Place, Search, TokenTree

_ADVERBS = re.compile(
    r"(?:\s*(?:indeed|in fact|actually|still|also|really|definitely|certainly|currently|now|"
    r"therefore),?(?=\s))+",
    re.IGNORECASE,
)
"""What may stand between an answering sentence's beginning and the answer."""
_TALK = frozenset(
    "yes no yeah yep nope ok okay sure i i'm im am think so not they are aren't you you're it it's "  # noqa: SIM905
    "that that's this is isn't was wasn't right correct wrong incorrect of course absolutely "
    "certainly definitely quite very sorry my mistake apologies apologize apologise for the "
    "confusion error thank thanks exactly indeed well do don't agree believe and but positive "
    "completely a to all both pleased glad".split()
)
"""A sentence of these words alone assents, denies or apologises, and answers no question."""
_DENIED = re.compile(r"\s*(?:[Nn]ot|n['’]t|no longer|never)(?=\s)")
"""What begins an answer that says what is not so; "Never Let Me Go" is a name."""
_INSTEAD = re.compile(
    r"[,;.]?\s+(?:but(?:\s+(?:rather|instead|it(?:\s+is|\s+was|['’]s)))?|"
    r"it(?:\s+(?:is|was)|['’]s)|rather)\s+(?!not\b|n['’]t\b|a\s+part\b)",
    re.IGNORECASE,
)
"""What stands between a denial and what is so: "but", "it is"."""
_SENTENCE = re.compile(r"\s*([^.!?,;:\n]+)(?:[.!?,;:]+(?=\s|\Z)|(?=\n)|\Z)")
LEAST = -100.0
"""Log-probabilities are taken for no less, so that log-odds are finite for any model."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A greedy reply, and the answer in it."""

    place: Place
    """Behind what it was said."""
    tokens: Path
    logprobs: tuple[float, ...]
    text: str
    answer: str
    """From the answer step to the answer's end."""
    said: str
    """The text to the answer's end, with the mark that ends its sentence."""
    form: int | None
    """The form of the event that the answer belongs to."""
    step: int
    """Tokens before the answer begins; a denial before it belongs to the answer."""
    denied: bool
    """Whether it says what the answer is not, and no answer."""

    @property
    def unread(self) -> bool:
        """Whether it says yes, no or sorry, and nothing that answers the question."""
        return bool(self.text.strip()) and not self.answer and not _behind_talk(self.text).strip()

    def heard(self) -> Heard:
        """What an audit computes again."""
        tree, path = self.place
        return Heard(tree.context.tokens + path, self.tokens, self.logprobs)


def reply(place: Place, event: Event, question: str, stem: str | None, most: int) -> Inquiry[Reply]:
    """The greedy reply, as far as it takes to settle what it answers; at most `most` tokens."""
    tree, path = place

    def ended(tokens: Path) -> bool:
        text = tree.data(tokens).decode(errors="ignore")
        begin = _answer_start(text, question, stem)
        denial = _DENIED.match(text[begin:])
        if denial is not None and not event.decided(_state(event, text[begin:])):
            return _denial_ends(text[begin:])
        if answer_end(text[begin:]) is None:
            return False
        return event.decided(_state(event, text[begin:]))

    emitted = yield from on(tree, greedy(tree, lambda _: Want(), ended, most, start=path))
    text = tree.data(emitted.tokens).decode(errors="replace")
    begin = _answer_start(text, question, stem)
    rest = text[begin:]
    end = answer_end(rest)
    stop = len(rest) if end is None else end
    mark = rest[stop : stop + 1] if rest[stop : stop + 1] in (".", "!", "?") else ""
    return Reply(
        place=place,
        tokens=emitted.tokens,
        logprobs=emitted.logprobs,
        text=text,
        answer=rest[:stop].strip(),
        said=text[:begin] + rest[:stop] + mark,
        form=event.accepted(event.end(event.advance(event.start, rest.encode()))),
        step=_tokens_of(tree, emitted.tokens, len(text[:begin].encode())),
    )


def free_reply(place: Place, most: int, *, line: bool) -> Inquiry[Reply]:
    """What is said to a prompt, at most `most` tokens; with `line`, no more than a line of it."""
    tree, path = place

    def ended(tokens: Path) -> bool:
        text = tree.data(tokens).decode(errors="ignore")
        return line and "\n" in text.lstrip()

    emitted = yield from on(tree, greedy(tree, lambda _: Want(), ended, most, start=path))
    text = tree.data(emitted.tokens).decode(errors="replace")
    said = text.lstrip().split("\n")[0] if line else text
    return Reply(place, emitted.tokens, emitted.logprobs, said, said.strip(), said, None, 0)


def spelled_logprob(place: Place, spellings: Sequence[Path]) -> Inquiry[float]:
    """log Σ p of spellings along their canonical tokens, in nats; no less than `LEAST`."""
    tree, start = place
    return (yield from on(tree, _spelled(tree, start, spellings)))


def _spelled(tree: TokenTree, start: Path, spellings: Sequence[Path]) -> Search[float]:
    wanted: dict[Path, set[int]] = {}
    for tokens in spellings:
        for at, token in enumerate(tokens):
            wanted.setdefault((*start, *tokens[:at]), set()).add(token)
    yield {path: Want(tokens=frozenset(tokens)) for path, tokens in wanted.items()}
    sums = [
        sum(
            tree[(*start, *tokens[:at])].logprobs.get(token, LEAST)
            for at, token in enumerate(tokens)
        )
        for tokens in spellings
    ]
    most = max(sums)
    if most <= LEAST:
        return LEAST
    return max(LEAST, most + log(sum(exp(one - most) for one in sums)))


def _answer_start(text: str, question: str, stem: str | None) -> int:
    """Where the answer begins: behind talk, an echo of the question, "indeed" and the like."""
    talk = len(text) - len(_behind_talk(text))
    begin = talk + answer_start(text[talk:], question, stem)
    adverbs = _ADVERBS.match(text, begin)
    return adverbs.end() if adverbs else begin


def _behind_talk(text: str) -> str:
    """The text without the "Yes, I am sure." that it begins with."""
    while match := _SENTENCE.match(text):
        words = match[1].replace("’", "'").casefold().split()
        if not words or not _TALK.issuperset(words):
            break
        text = text[match.end() :]
    return text


def _tokens_of(tree: TokenTree, tokens: Path, size: int) -> int:
    """How many whole tokens write the first `size` bytes."""
    written = count = 0
    for token in tokens:
        data = tree.token_bytes[token]
        if not data or written + len(data) > size:
            break
        written += len(data)
        count += 1
    return count
