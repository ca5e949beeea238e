"""What a probe found, in one shape for every mode: figures, curves, remedies, cases, a verdict."""

from dataclasses import asdict, dataclass
from typing import Any

from misspoke.diagnosis.modes.measures import Difference, Figure, Unit


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that belong together, with what they mean."""

    title: str
    notes: tuple[str, ...]
    """Whole sentences: what is measured, against which control, what cannot be said."""
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart."""

    name: str
    points: tuple[tuple[float, Figure], ...]
    """Places on the horizontal axis, ascending."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A chart of figures along something: turns, tokens, samples."""

    key: str
    title: str
    """What it shows, in plain words."""
    across: str
    """What the horizontal axis is."""
    up: str
    """What the vertical axis is."""
    unit: Unit
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that can be done, judged against doing nothing on the same units."""

    name: str
    says: str
    """What it does, in one sentence."""
    effect: Difference
    """What it mends, in points of what the mode counts as right; > 0 is for the better."""
    damage: Difference
    """What it breaks, in points; > 0 is for the worse."""
    tokens: Figure
    """Tokens forwarded per unit beyond doing nothing."""
    p: float | None
    """Of the effect, corrected by Holm for the number of remedies."""
    verdict: str
    """"helps", "harms", "trades" (effect against damage) or "not settled", and why.

    "steadies" of a remedy that mends something else than the others do: the agreement of answers,
    which cannot be held against answers that are mended.
    """


@dataclass(frozen=True, slots=True)
class Case:
    """One unit told: what was put to the model and what it said. Text of data and models."""

    title: str
    lines: tuple[tuple[str, str], ...]
    """(label, text)."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a probe found."""

    mode: str
    """The kind of the run: "sycophancy", "premises", "drift" or "consistency"."""
    verdict: str
    """One or two sentences: whether the model fails this way, and how much beyond the controls."""
    sure: str
    """How sure that is: what would change it, and what is not settled."""
    todo: str
    """What to do about it, from the remedies' effect, damage and cost."""
    units: int
    left_out: tuple[tuple[str, int], ...]
    """Why units are in no figure, and how many."""
    forward_tokens: int
    sections: tuple[Section, ...]
    curves: tuple[Curve, ...]
    remedies: tuple[Remedy, ...]
    cases: tuple[Case, ...]
    """The most telling first."""

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values: what summary.json holds."""
        return asdict(self)
