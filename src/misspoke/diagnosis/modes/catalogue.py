"""Who judges the rows of which probe."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol, cast

from misspoke.diagnosis.modes.findings import Findings
from misspoke.diagnosis.modes.measures import Measure

MODES = ("sycophancy", "premises", "drift", "consistency")
"""The kinds of probes; each is judged by the module of its name beside this one."""


class Mode(Protocol):
    """How the rows of one kind of probe are judged."""

    def measures(self, rows: Sequence[Any]) -> tuple[Measure, ...]:
        """Every figure at the head of the findings; keys are stable, and comparisons pair them."""

    def findings(self, rows: Sequence[Any], settings: Mapping[str, Any], seed: int = 0) -> Findings:
        """All that the rows say, with what to do about it; needs no model.

        `settings` are those of the run's manifest.
        """


def mode(kind: str) -> Mode:
    """Who judges probes of this kind; raises ValueError where there is no such kind."""
    if kind not in MODES:
        raise ValueError(f"no probe is of the kind {kind!r}")
    return cast(Mode, import_module(f"misspoke.diagnosis.modes.{kind}"))
