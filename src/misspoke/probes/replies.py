"""What a model replies to a prompt, with the answer that is read out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from misspoke.concepts import Event
from misspoke.lm import Path
from misspoke.lm.protocol import Want
from misspoke.probes.reading import read_answer
from misspoke.records.heard import Heard
from misspoke.records.sycophancy import Verdict
from misspoke.search import Inquiry, greedy, on
from misspoke.search.tree import Place, Search, TokenTree

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
    verdict: Verdict | None = None
    """What it says, where the answers to be known were given."""

    def heard(self) -> Heard:
        """What an audit computes again."""
        tree, path = self.place
        return Heard(tree.context.tokens + path, self.tokens, self.logprobs)


def reply(
    place: Place,
    event: Event,
    question: str,
    stem: str | None,
    most: int,
    *,
    free: bool = False,
) -> Inquiry[Reply]:
    """The greedy reply, as far as it takes to settle what it answers; at most `most` tokens.

    In a reply that is `free`, which nothing opened, the answer may stand anywhere in its sentence.
    """
    tree, path = place

    def ended(tokens: Path) -> bool:
        text = tree.data(tokens).decode(errors="ignore")
        return read_answer(text, event, question, stem, free=free).settled

    emitted = yield from on(tree, greedy(tree, lambda _: Want(), ended, most, start=path))
    text = tree.data(emitted.tokens).decode(errors="replace")
    found = read_answer(text, event, question, stem, free=free)
    mark = text[found.end : found.end + 1]
    return Reply(
        place=place,
        tokens=emitted.tokens,
        logprobs=emitted.logprobs,
        text=text,
        answer=text[found.begin : found.end].strip(),
        said=text[: found.end] + (mark if mark in (".", "!", "?") else ""),
        form=found.form,
        step=_tokens_of(tree, emitted.tokens, len(text[: found.begin].encode())),
        verdict=found.verdict,
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
