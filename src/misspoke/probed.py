"""Running a probe: items through a prober, into a run folder or memory, and the finished probe."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from misspoke.diagnosis.modes.catalogue import mode
from misspoke.lm import LanguageModel
from misspoke.lm.lineage import counted, declared
from misspoke.probes.prober import Item, Prober
from misspoke.records import UserError
from misspoke.runs import JSON, Row, load_probe, open_run, write_summary
from misspoke.runs import Run as RunFolder
from misspoke.runs.files import explained
from misspoke.runs.filling import Progress, fill, versions
from misspoke.runs.kinds import kind_of
from misspoke.runs.manifest import new_manifest
from misspoke.runs.schema import answers_schema, to_row

if TYPE_CHECKING:
    import polars

    from misspoke.diagnosis.modes.findings import Findings

ItemT = TypeVar("ItemT", bound=Item)
Expecting = Callable[[int], None]
"""Told about how many tokens will be forwarded, before the first is."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A finished probe: rows in a run folder, or in memory."""

    manifest: Mapping[str, Any]
    """What it was made with."""
    record: type[Row]
    folder: RunFolder | None
    held: tuple[Row, ...] = ()
    """The rows of a probe without a folder."""
    _judged: "list[Findings]" = field(default_factory=list, repr=False, compare=False)

    @property
    def kind(self) -> str:
        """What was probed: "sycophancy", "premises", "drift" or "consistency"."""
        named: str = self.manifest["settings"]["kind"]
        return named

    @property
    def path(self) -> Path | None:
        """The run folder; None for a probe in memory."""
        return None if self.folder is None else self.folder.folder

    def rows(self, *, heard: bool = True) -> Iterator[Any]:
        """The rows, in the order of what was asked.

        Without `heard` what only an audit needs is left unread, which saves much memory.
        """
        if self.folder is None:
            return iter(self.held)
        return self.folder.records(self.record, () if heard else ("heard",))

    def frame(self) -> "polars.DataFrame":
        """All rows, a column for each that docs/probes.md lists."""
        import polars as pl

        if self.folder is not None:
            return self.folder.frame()
        return pl.DataFrame([to_row(row) for row in self.held], schema=answers_schema(self.record))

    def findings(self) -> "Findings":
        """Figures, remedies and a verdict; needs no model, and is judged once.

        What was left out before the model was asked stands in front of `left_out`.
        """
        if not self._judged:
            settings = self.manifest["settings"]
            rows = list(self.rows(heard=False))
            found = mode(self.kind).findings(rows, settings, seed=settings["seed"])
            before = tuple(self.manifest["facts"].get("left_out", {}).items())
            self._judged.append(replace(found, left_out=(*before, *found.left_out)))
        return self._judged[0]

    def _repr_html_(self) -> str:
        """What a notebook shows: the verdict, the first figures and the remedies."""
        from misspoke.reports.modes.html import REPORT
        from misspoke.reports.modes.notebook import findings_html

        page = None if self.path is None else self.path / REPORT
        return findings_html(self.findings(), self.manifest, page)

    def report(self, out: str | Path | None = None) -> Path:
        """Writes summary.json and report.html, into the run folder or another; gives the page.

        Raises UserError for a probe in memory without a folder to write to.
        """
        folder = self.path if out is None else Path(out)
        if folder is None:
            raise UserError("this probe has no run folder; give report() a folder to write to")
        found = self.findings()
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            write_summary(folder, found.to_dict())
        return _page(folder, found, self.manifest)


def open_probe(folder: str | Path) -> Probe:
    """Opens a finished probe for reading; raises UserError if the folder holds none."""
    run = load_probe(Path(folder))
    return Probe(run.manifest, run.record, run)


@dataclass(frozen=True, slots=True)
class Items(Generic[ItemT]):
    """What a probe is made of, and the hash of its content."""

    name: str
    sha256: str
    items: Sequence[ItemT]
    called: str
    """What they are, in the plural: "questions"."""
    left_out: tuple[str, ...] = ()
    """Why items are not among them, once for each."""
    skipped: tuple[str, ...] = ()
    """Rows of the file that could not be read."""


@dataclass(frozen=True, slots=True)
class Work(Generic[ItemT]):
    """A model, what is done with it, and who is told."""

    lm: LanguageModel
    prober: Prober[ItemT, Row]
    seed: int
    progress: Progress
    expecting: Expecting

    def settings(self, items: Items[ItemT]) -> dict[str, JSON]:
        """What decides the rows."""
        asked: dict[str, JSON] = {
            "name": items.name,
            "sha256": items.sha256,
            "count": len(items.items) + len(items.left_out),
        }
        return {
            "kind": kind_of(self.prober.record),
            "model": {"name": self.lm.name, **self.lm.description()},
            "questions": asked,
            **self.prober.settings(),
            "seed": self.seed,
        }

    def facts(self, items: Items[ItemT], expected: int) -> dict[str, JSON]:
        """What only describes the run."""
        return {
            "versions": versions(),
            "questions_skipped": list(items.skipped),
            "left_out": dict(Counter(items.left_out)),
            "expected_tokens": expected,
            "masses_are_estimates": self.lm.description()["dtype"] == "bfloat16",
            "lineage": asdict(counted(self.lm).over(declared(self.lm.name))),
        }


def probed(work: Work[ItemT], items: Items[ItemT], out: str | Path | None) -> Probe:
    """Asks what is not asked yet, into the folder `out` or memory, and judges all of it."""
    fit = _fit(work.prober, items)
    expected = work.prober.expected_tokens(fit.items)
    settings, facts = work.settings(fit), work.facts(fit, expected)
    if out is None:
        work.expecting(expected)
        return _in_memory(work, fit.items, settings, facts)
    ids = [item.id for item in fit.items]
    record = work.prober.record
    with open_run(Path(out), settings, facts, ids, record) as writer:
        stored = writer.done  # a view: it grows with the rows
        rest = [item for item in fit.items if item.id not in stored]
        if rest:
            work.expecting(round(expected * len(rest) / len(ids)))
        fill(writer, work.prober.probe(rest), writer.append, len(ids), work.progress, dict)
        found: list[Findings] = []

        def judged(folder: RunFolder) -> dict[str, Any]:
            found.append(Probe(folder.manifest, record, folder).findings())
            return found[0].to_dict()

        folder = writer.finish(judged)
    _page(folder.folder, found[0], folder.manifest)
    return Probe(folder.manifest, record, folder, _judged=found)


def _fit(prober: Prober[ItemT, Row], items: Items[ItemT]) -> Items[ItemT]:
    """The items that rows can be made of; raises UserError for none, and for one id twice."""
    reasons = [prober.unfit(item) for item in items.items]
    unfit = [why for why in reasons if why is not None]
    fit = [item for item, why in zip(items.items, reasons, strict=True) if why is None]
    left_out = (*items.left_out, *unfit)
    if not fit:
        told = ", ".join(f"{n} with {why}" for why, n in Counter(left_out).items()) or "it is empty"
        remedy = f"give {prober.needs}" if unfit else "give at least one other"
        raise UserError(f"{items.name}: nothing to ask ({told}); {remedy}")
    twice = [row_id for row_id, n in Counter(item.id for item in fit).items() if n > 1]
    if twice:
        raise UserError(
            f"{items.name}: two {items.called} have the id {twice[0]!r}; make ids unique"
        )
    return replace(items, items=fit, left_out=left_out)


def _in_memory(
    work: Work[ItemT],
    items: Sequence[ItemT],
    settings: Mapping[str, JSON],
    facts: Mapping[str, JSON],
) -> Probe:
    found: dict[str, Row] = {}
    work.progress(0, len(items))
    for row in work.prober.probe(items):
        found[row.id] = row
        work.progress(len(found), len(items))
    rows = tuple(found[item.id] for item in items)
    manifest = new_manifest(settings, facts, len(rows))
    return Probe(manifest, work.prober.record, None, rows)


def _page(folder: Path, found: "Findings", manifest: Mapping[str, Any]) -> Path:
    from misspoke.reports.modes import write_findings_report

    with explained(folder):
        return write_findings_report(folder, found, manifest)
