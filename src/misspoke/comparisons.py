"""Finished runs against each other: the Python interface of comparisons."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from misspoke.api import Run, open_finished
from misspoke.contests import Contest, open_contest
from misspoke.lm.lineage import declared
from misspoke.probe import Probe, open_probe
from misspoke.records import UserError
from misspoke.records.lineage import lineage_of
from misspoke.runs import DECODERS, PROBES, kind, made_with, write_atomically
from misspoke.runs.files import explained, strict

if TYPE_CHECKING:
    from misspoke.diagnosis.comparing import Compared, DecodersCompared, Side
    from misspoke.diagnosis.modes.compared import ProbesCompared, ProbeSide

COMPARISON = "comparison.json"
Finished: TypeAlias = Run | Contest | Probe
"""A finished run of any kind."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of the same questions, compared (docs/comparing.md)."""

    compared: "Compared | DecodersCompared | ProbesCompared"

    @property
    def kind(self) -> str:
        """What kind of comparison it is, and so what may be claimed."""
        return self.compared.kind

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain JSON values."""
        return self.compared.to_dict()

    def report(self, out: str | Path) -> Path:
        """Writes comparison.json and compare.html into a folder, and gives the page's path."""
        from misspoke.reports.compare_html import write_comparison

        folder, values = Path(out), self.to_dict()
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            text = json.dumps(strict(values), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
            write_atomically(folder / COMPARISON, text)
            return write_comparison(folder, values)


def compare(runs: Sequence[Finished | str | Path], tau: float = 0.2, seed: int = 0) -> Comparison:
    """Compares finished runs on the questions that all of them hold; needs no model.

    Runs of `diagnose` are compared with each other, and so are contests, and probes of one kind;
    `tau` is for those of `diagnose`. Raises UserError where the runs cannot be compared; its line
    says why.
    """
    from misspoke.diagnosis.comparing import ContestSide, compare_decoders
    from misspoke.diagnosis.comparing import compare as compared
    from misspoke.diagnosis.modes.compared import compare_probes

    found = [opened(run) for run in runs]
    _one_kind(found)
    contests = [one for one in found if isinstance(one, Contest)]
    if contests:
        sides = [ContestSide(str(one.path), one.manifest, one.trials()) for one in contests]
        return Comparison(compare_decoders(sides, seed=seed))
    probes = [one for one in found if isinstance(one, Probe)]
    if probes:
        return Comparison(compare_probes([_probe_side(one) for one in probes], seed=seed))
    finished = [one for one in found if isinstance(one, Run)]
    return Comparison(compared([_side(one) for one in finished], tau=tau, seed=seed))


def _one_kind(runs: Sequence[Finished]) -> None:
    """Raises UserError where runs are of several kinds."""
    kinds = [run.manifest["settings"].get("kind") for run in runs]
    for run, named in zip(runs, kinds, strict=True):
        if named != kinds[0]:
            raise UserError(
                f"{run.path}: is a run of `{made_with(named)}`, and {runs[0].path} one of "
                f"`{made_with(kinds[0])}`; compare runs of one kind"
            )


def opened(run: Finished | str | Path) -> Finished:
    """A finished run of any kind, from its folder; raises UserError if the folder holds none."""
    if isinstance(run, Run | Contest | Probe):
        return run
    named = kind(Path(run))
    if named in PROBES:
        return open_probe(run)
    return open_contest(run) if named == DECODERS else open_finished(run)


def _probe_side(probe: Probe) -> "ProbeSide":
    from misspoke.diagnosis.modes.compared import ProbeSide

    if probe.path is None:
        raise UserError("a probe in memory cannot be compared; make it with a folder `out`")
    return ProbeSide(str(probe.path), probe.manifest, list(probe.rows(heard=False)))


def _side(run: Run) -> "Side":
    """A run to compare: its lineage as its manifest says, else as the catalogue does."""
    from misspoke.diagnosis.comparing import Side

    name = run.manifest["settings"]["model"]["name"]
    lineage = lineage_of(run.manifest["facts"]).over(declared(name))
    return Side(str(run.path), run.folder, run.manifest, lineage)
