"""A stage of a checkup: what a trial of it takes, what fits, and the run."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from shlex import quote

from misspoke.diagnosis.modes.checked import Check
from misspoke.lm import LanguageModel

_BESIDE = 3
"""How much faster items are side by side than the first few."""
Size = dict[str, int]
"""How much is asked; what is in it is the stage's own."""
Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""


class Stage(ABC):
    """One way of failing: what a trial of it takes, what fits, and the run."""

    mode: str
    share: float
    """Of the time of all stages."""
    sized_by: tuple[str, ...] = ("n",)
    """What its size names."""

    @abstractmethod
    def pace(self, lm: LanguageModel, limit: float) -> float:
        """Seconds for one unit of cost, by a trial of a few items that takes about `limit` s."""

    @abstractmethod
    def fitting(self, room: float) -> Size | None:
        """The most that fits into so many units of cost; None where too little does."""

    @abstractmethod
    def least_cost(self) -> float:
        """Units of cost of the least that says something."""

    @abstractmethod
    def run(
        self, lm: LanguageModel, size: Size, folder: Path, seed: int, progress: Progress
    ) -> Check:
        """The run in its folder within the checkup's, or the rest of it; and what it says."""

    @abstractmethod
    def command(self, lm: LanguageModel, size: Size, folder: Path, seed: int) -> str | None:
        """The command that asks more than this size, if any, beside the run; None at the most."""


def timed(work: Callable[[int], object], warm: int, measured: int, limit: float) -> float:
    """Seconds an item: of so many side by side, after a few that load what is loaded once.

    As many are measured as take about `limit` seconds side by side, and no fewer than the first
    few; where these alone take ten times as long they must do.
    """
    start = time.perf_counter()
    work(warm)
    took = time.perf_counter() - start
    if took > 10 * limit:
        return took / warm
    n = max(warm, min(measured, int(_BESIDE * limit * warm / took))) if took else measured
    start = time.perf_counter()
    work(n)
    return (time.perf_counter() - start) / n


def options(lm: LanguageModel, seed: int) -> str:
    """The options that name the model, what its weights are computed in, and the seed."""
    dtype = lm.description().get("dtype")
    named = f"-m {quote(lm.name)}"
    if dtype in ("float32", "bfloat16"):
        named += f" --dtype {dtype}"
    return f"{named} --seed {seed}" if seed else named
