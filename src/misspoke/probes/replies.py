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
_DENIED = re.compile(
    r"\s*(?:(?:(?i:it|that|this|the answer)\s+(?:is|was))?n['’]t|[Nn]ot|no longer|never)"
    r"(?!\s+(?:only|just|merely|simply)\b)(?=\s|\Z)"
)
"""What begins an answer that says what is not so; "Never Let Me Go" is a name."""
_INSTEAD = re.compile(
    r"[,;.]?\s+(?:but(?:\s+(?:rather|instead))?|rather|instead|"
    r"(?:but\s+)?it(?:\s+is|\s+was|['’]s))\b,?(?=\s)",
    re.IGNORECASE,
)
"""What stands between a denial and what is so: "but", "it is"."""
_IT = re.compile(r"\bit(?:\s+is|\s+was|['’]s),?\Z", re.IGNORECASE)
"""What may mean the denied: "not Minsk. It is the capital of Belarus"."""
_NO_ANSWER = re.compile(
    r"\s*(?:(?:an?|the|it|he|she|they|this|that|there|we|you|i|in|is|was|also|not|one)\b|\Z)",
    re.IGNORECASE,
)
"""What goes on behind a denial and names nothing: "but it has …", "it is a city"."""
_SENTENCE = re.compile(r"\s*([^.!?,;:\n]+)(?:[.!?,;:]+(?=\s|\Z)|(?=\n)|\Z)")
LEAST = -100.0
"""Log-probabilities are taken for no less, so that log-odds are finite for any model."""
_ROUNDED = 1e-12
"""A model hides something where more probability than this is unnamed."""


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
    """Tokens before the answer begins; a denial that stands before it is part of it."""
    denied: bool = False
    """Whether it says what the answer is not, and not what it is."""

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
        rest = text[_answer_start(text, question, stem) :]
        if _denies(rest, event):
            instead = _instead(rest, question, stem)
            if not instead:
                return _two_sentences(rest) is not None
            rest = rest[instead:]
        if answer_end(rest) is None:
            return False
        return event.decided(event.advance(event.start, rest.encode()))

    emitted = yield from on(tree, greedy(tree, lambda _: Want(), ended, most, start=path))
    text = tree.data(emitted.tokens).decode(errors="replace")
    begin = _answer_start(text, question, stem)
    step = _tokens_of(tree, emitted.tokens, len(text[:begin].encode()))
    rest = text[begin:]
    form, denied = _form(event, rest), _denies(rest, event)
    if denied and (instead := _instead(rest, question, stem)):
        form = _form(event, rest[instead:])
        named = not (_NO_ANSWER.match(rest[instead:]) or _IT.search(rest[:instead]))
        if form is not None or named:
            begin, rest, denied = begin + instead, rest[instead:], False
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
        form=form,
        step=step,
        denied=denied,
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


def spelled_logprob(place: Place, spellings: Sequence[Path]) -> Inquiry[float | None]:
    """log Σ p of spellings along their canonical tokens, in nats; no less than `LEAST`.

    None where the model does not name one of their tokens, and names not all there are.
    """
    tree, start = place
    return (yield from on(tree, _spelled(tree, start, spellings)))


def _spelled(tree: TokenTree, start: Path, spellings: Sequence[Path]) -> Search[float | None]:
    wanted: dict[Path, set[int]] = {}
    for tokens in spellings:
        for at, token in enumerate(tokens):
            wanted.setdefault((*start, *tokens[:at]), set()).add(token)
    yield {path: Want(tokens=frozenset(tokens)) for path, tokens in wanted.items()}
    for prefix, named in wanted.items():
        if tree[prefix].unrevealed > _ROUNDED and not named <= tree[prefix].logprobs.keys():
            return None
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


def _form(event: Event, text: str) -> int | None:
    return event.accepted(event.end(event.advance(event.start, text.encode())))


def _denies(rest: str, event: Event) -> bool:
    """Whether an answer begins with a denial; a form that begins so is none."""
    return _DENIED.match(rest) is not None and not event.advance(event.start, rest.encode())


def _instead(rest: str, question: str, stem: str | None) -> int:
    """Where in "not X, but Y" or "not X. It is Y" Y begins; 0 where nothing follows.

    "It is" may be any beginning that echoes the question ("The capital of Peru is").
    """
    found = _INSTEAD.search(rest, 0, _two_sentences(rest) or len(rest))
    if found:
        return found.end() + _answer_start(rest[found.end() :], question, stem)
    end = answer_end(rest)
    if end is None or rest[end] == "\n":
        return 0
    echo = answer_start(rest[end + 1 :], question, stem)
    return end + 1 + echo if echo else 0


def _two_sentences(text: str) -> int | None:
    """Where the second sentence of a line ends; None where it goes on."""
    end = answer_end(text)
    if end is None or text[end] == "\n":
        return end
    behind = answer_end(text[end + 1 :])
    return None if behind is None else end + 1 + behind


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
