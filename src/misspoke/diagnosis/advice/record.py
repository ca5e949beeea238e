"""A piece of advice, and what its rules take for enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any, TypeAlias

Figures: TypeAlias = Mapping[str, Any]
"""A part of `Summary.to_dict()`: plain JSON values."""

MATTERS = 0.01
"""A share of the questions: what moves fewer than one in a hundred is not worth a change, and is
less than a quantised model or another prompt moves."""

FEW = 30
"""Rows: a share of fewer has an interval of a third of the scale, and is not shown as a rate."""

FEW_CLUSTERS = 10
"""Relations: simulated 95% intervals hold the truth 92 to 96 times in a hundred with 10 of them and
87 to 94 with 5 (docs/benchmarks.md)."""

MANY = 0.05
"""A share of rows: where more are open, cut short or not answered, they can outweigh the effect
that is looked for, which is of that size in the runs of docs/results.md."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What one rule makes of a run."""

    rule: str
    """commitment, retrieval, decoding, detection, labels or caution."""
    verdict: str
    """One plain sentence."""
    evidence: tuple[str, ...]
    """Sentences with the run's figures and their denominators; 95% intervals in brackets."""
    source: str
    """Where the measure or the claim comes from: a paper, a page of docs/."""
    command: str | None
    """What to try next; None where misspoke has nothing for it."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: a run's figures, and what it asked of whom."""

    summary: Figures
    """`Summary.to_dict()`."""
    model: str
    questions: str

    def decode(self, decoders: str) -> str:
        """`misspoke decode` for the same model and questions."""
        return f"misspoke decode {self._asked} --decoders {decoders}"

    def again(self, options: str, name: str) -> str:
        """`misspoke run` with options that differ: it needs a run folder of its own."""
        folder = f"runs/{Path(self.questions).name}-{Path(self.model).name}-{name}"
        return f"misspoke run {self._asked} {options} -o {quote(folder)}"

    @property
    def _asked(self) -> str:
        return f"-m {quote(self.model)} -q {quote(self.questions)}"

    @property
    def n(self) -> int:
        """Questions."""
        return int(self.summary["n"])

    @property
    def headline(self) -> Figures:
        """The rates of all rows."""
        found: Figures = self.summary["rates"]["all_rows"]
        return found

    @property
    def wrong(self) -> int:
        """Wrong answers."""
        return int(self.headline["wrong"])


@dataclass(frozen=True, slots=True)
class Weighed:
    """Advice, and the share of the questions that it could put right, or flag, at the most."""

    advice: Advice
    stake: float
