"""The one protocol: what a search may ask of a language model, and what it gets.

A request names a prefix (a context and a path of tokens behind it) and what is wanted of the
next-token distribution there. Reductions happen where the distribution is: nothing as wide as the
vocabulary passes through here. All log-probabilities are natural; temperature 1 unless said.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from misspoke.records.token_set import TokenSet

Path = tuple[int, ...]
"""Tokens behind a context's prompt."""


Draw = tuple[float, float]
"""A temperature, and where in [0, 1) of the cumulative distribution, in the order of the
vocabulary, a token is drawn: whoever asks brings the chance, and the same chance gives the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """A prompt's tokens: the header, shared with other prompts, and the rest (never empty).

    Known by its identity: a backend keeps what it computed for a context until its release.
    """

    header: Path
    suffix: Path

    @property
    def tokens(self) -> Path:
        """The whole prompt."""
        return self.header + self.suffix


PLAUSIBLE = 0.1
"""In a contrast, a token is plausible from this share of the most probable one's probability on
(Li et al. 2023, arXiv 2210.15097)."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another prefix, whose next-token distribution stands beside the one that is asked for.

    Where it was not forwarded yet it is, in the same call. Its tokens are counted by the request
    for that prefix itself where the same call has one, else by the request that wants it beside.
    """

    context: Context
    path: Path
    weight: float = 0.0
    """How strongly the contrast turns away from the other prefix, 0 or more."""


Span = tuple[int, int]
"""Token positions of a whole prefix, header included: from the first on, to before the second."""


@dataclass(frozen=True, slots=True)
class Want:
    """What is wanted of one next-token distribution."""

    top: int = 0
    """This many of the most probable tokens."""
    entropy: bool = False
    """The entropy, in nats."""
    tokens: frozenset[int] = frozenset()
    """The log-probabilities of these tokens."""
    sets: frozenset[TokenSet] = frozenset()
    """The summed probability of each of these sets."""
    temperatures: tuple[float, ...] = ()
    """The entropy, and the log-probabilities of the `tempered` tokens, at each of these."""
    tempered: frozenset[int] = frozenset()
    """The tokens that `temperatures` are for."""
    draws: frozenset[Draw] = frozenset()
    """The tokens that these draws come to."""
    layers: frozenset[int] = frozenset()
    """The hidden state after these blocks, counted from 1: the residual stream behind block k,
    before any final norm."""
    beside: frozenset[Beside] = frozenset()
    """How the distribution differs from that behind each of these prefixes."""
    shares: frozenset[Span] = frozenset()
    """The attention that the last token of the prefix gives to each of these spans."""

    def __or__(self, other: "Want") -> "Want":
        return Want(
            max(self.top, other.top),
            self.entropy or other.entropy,
            self.tokens | other.tokens,
            self.sets | other.sets,
            self.temperatures or other.temperatures,
            self.tempered | other.tempered,
            self.draws | other.draws,
            self.layers | other.layers,
            self.beside | other.beside,
            self.shares | other.shares,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """A prefix, and what is wanted of its next-token distribution."""

    context: Context
    path: Path
    want: Want


@dataclass(frozen=True, slots=True)
class Tempered:
    """A distribution at one other temperature."""

    temperature: float
    logprobs: Mapping[int, float]
    entropy: float


@dataclass(frozen=True, slots=True)
class Besides:
    """A distribution p against the one behind another prefix, q."""

    kl: float
    """KL(p ‖ q) in nats; infinite where q rules out what p does not."""
    token: int
    """The argmax of (1 + w) log p - w log q over the plausible tokens, those with p ≥ 0.1 max p;
    of equals the one with the larger p. (1 + w) log p - w log q weighs as Shi et al. 2024 do
    (arXiv 2305.14739), the bound is that of Li et al. 2023."""
    logprob: float
    """log p of that token."""


@dataclass(frozen=True, slots=True)
class NextTokens:
    """What was wanted of a next-token distribution."""

    top: tuple[tuple[int, float], ...] = ()
    """(token, logprob), the most probable first."""
    entropy: float | None = None
    logprobs: Mapping[int, float] = field(default_factory=dict)
    """Of the wanted tokens; one that the model did not reveal is missing."""
    set_probs: Mapping[TokenSet, float] = field(default_factory=dict)
    """Lower bounds where the model does not reveal everything."""
    tempered: tuple[Tempered, ...] = ()
    drawn: Mapping[Draw, tuple[int, float]] = field(default_factory=dict)
    """The token of each draw, with its logprob at temperature 1; none where not all is revealed."""
    states: Mapping[int, npt.NDArray[np.float32]] = field(default_factory=dict, compare=False)
    """The hidden state, [width], behind each wanted block that the model shows."""
    beside: Mapping[Beside, Besides] = field(default_factory=dict)
    """Of each prefix that stands beside; none where not all is revealed."""
    shares: Mapping[Span, float] = field(default_factory=dict)
    """The share in [0, 1] of the last token's attention on each span, the mean over all layers and
    heads; none where the model does not show its attention."""
    unrevealed: float = 0.0
    """Probability whose tokens the model did not name; 0 where it reveals everything."""
    forwarded: int = 0
    """Tokens that were forwarded for this request, the header's excluded."""


class Tokenizer(Protocol):
    """Text to tokens and back, and each token's bytes."""

    @property
    def token_bytes(self) -> Sequence[bytes | None]:
        """Each token's bytes; None for a token that ends the text."""

    def encode(self, text: str) -> Path:
        """The tokens of a whole prompt, with what the model expects before it."""

    def encode_plain(self, texts: Sequence[str]) -> list[Path]:
        """The tokens of texts that stand behind a prompt."""

    def chat(self, messages: Sequence[Mapping[str, str]]) -> str | None:
        """The messages in the model's own template, up to the answer; None without a template.

        No message's text becomes a control token.
        """


class LanguageModel(Protocol):
    """A language model that answers requests."""

    @property
    def name(self) -> str:
        """The name that the user gave."""

    @property
    def tokenizer(self) -> Tokenizer:
        """Text to tokens and back."""

    @property
    def reveals(self) -> int | None:
        """None: the full vocabulary; k: only the top k."""

    @property
    def blocks(self) -> int:
        """How many blocks show their hidden states; 0 where none do."""

    @property
    def window(self) -> int:
        """The most tokens that a prefix may have."""

    def next_tokens(self, requests: Sequence[Request]) -> Sequence[NextTokens]:
        """Answers requests, in their order."""

    def release(self, contexts: Iterable[Context]) -> None:
        """Forgets what was kept for these contexts."""

    def description(self) -> dict[str, str | int | float | None]:
        """What a manifest says of the model: fingerprint, backend, dtype, device."""


def answer_want(
    logprobs: npt.NDArray[np.float64],
    want: Want,
    forwarded: int,
    reveals: int | None = None,
    others: Mapping[Beside, npt.NDArray[np.float64]] | None = None,
) -> NextTokens:
    """Reads a want off a whole distribution: the plain way that every backend must agree with.

    `logprobs` has shape [vocabulary]. With `reveals` only the top k tokens are seen. `others` are
    the distributions of the prefixes that stand beside, of the same shape.
    """
    order = np.argsort(-logprobs, kind="stable")
    probs = np.exp(logprobs)
    shown = order if reveals is None else order[:reveals]
    seen = np.zeros(len(logprobs), dtype=np.bool_)
    seen[shown] = True
    return NextTokens(
        top=tuple((int(t), float(logprobs[t])) for t in shown[: want.top]),
        entropy=_entropy(logprobs) if want.entropy and reveals is None else None,
        logprobs={t: float(logprobs[t]) for t in want.tokens if seen[t]},
        set_probs={s: float(probs[s.mask & seen].sum()) for s in want.sets},
        tempered=()
        if reveals is not None
        else tuple(_temper(logprobs, want.tempered, t) for t in want.temperatures),
        drawn={} if reveals is not None else {d: _draw(logprobs, *d) for d in want.draws},
        beside={}
        if reveals is not None
        else {b: _compare(logprobs, there, b.weight) for b, there in (others or {}).items()},
        unrevealed=0.0 if reveals is None else float(max(0.0, 1.0 - probs[shown].sum())),
        forwarded=forwarded,
    )


def _draw(logprobs: npt.NDArray[np.float64], temperature: float, place: float) -> tuple[int, float]:
    """The first token at which the cumulative distribution exceeds `place`, and its logprob."""
    cumulative = np.cumsum(np.exp((logprobs - logprobs.max()) / temperature))
    token = int(np.searchsorted(cumulative, place * cumulative[-1], side="right"))
    return token, float(logprobs[token])


def _compare(
    here: npt.NDArray[np.float64], there: npt.NDArray[np.float64], weight: float
) -> Besides:
    """Two distributions [vocabulary] against each other."""
    likely = np.flatnonzero(here > -math.inf)
    kl = float((np.exp(here[likely]) * (here[likely] - there[likely])).sum())
    plausible = np.flatnonzero(here >= here.max() + math.log(PLAUSIBLE))
    own = here[plausible]
    score = own + weight * (own - there[plausible]) if weight else own
    best = np.lexsort((-own, -score))[0]
    return Besides(max(0.0, kl), int(plausible[best]), float(own[best]))


def _entropy(logprobs: npt.NDArray[np.float64]) -> float:
    finite = logprobs[np.isfinite(logprobs)]
    return float(-(np.exp(finite) * finite).sum())


def _temper(
    logprobs: npt.NDArray[np.float64], tokens: Iterable[int], temperature: float
) -> Tempered:
    scaled = logprobs / temperature
    scaled = scaled - np.logaddexp.reduce(scaled)
    return Tempered(temperature, {t: float(scaled[t]) for t in tokens}, _entropy(scaled))
