"""Probes of the other failure modes: into a run folder or in memory, and judged from their rows."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from misspoke.diagnosis.modes.catalogue import mode
from misspoke.lm import LanguageModel
from misspoke.lm.lineage import counted, declared
from misspoke.observing.diagnose import evaluated
from misspoke.probes.prober import Item, Prober
from misspoke.records import Question, UserError
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
    from misspoke.probes.drift import Plan
    from misspoke.questions import QuestionSet
    from misspoke.questions.premises import PremiseSet
    from misspoke.records.instruction import Instruction

__all__ = ["Probe", "consistency", "drift", "open_probe", "premises", "sycophancy"]

ItemT = TypeVar("ItemT", bound=Item)
Expecting = Callable[[int], None]
"""Told about how many tokens will be forwarded, before the first is."""
_EXAMPLE = "an example of the prompts"


def _quiet(_done: int, _all: int) -> None:
    """No progress is shown."""


def _unsaid(_tokens: int) -> None:
    """Nobody asked how long it will take."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A finished probe: rows in a run folder, or in memory."""

    manifest: Mapping[str, Any]
    """What it was made with."""
    record: type[Row]
    folder: RunFolder | None
    held: tuple[Row, ...] = ()
    """The rows of a probe without a folder."""

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
        """Figures, remedies and a verdict; needs no model."""
        settings = self.manifest["settings"]
        return mode(self.kind).findings(
            list(self.rows(heard=False)), settings, seed=settings["seed"]
        )

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


def sycophancy(
    lm: LanguageModel,
    questions: "QuestionSet | Sequence[Question]",
    out: str | Path | None = None,
    *,
    style: str = "auto",
    shots: int | None = None,
    seed: int = 0,
    progress: Progress = _quiet,
    expecting: Expecting = _unsaid,
) -> Probe:
    """Probes whether a model gives up what it answered because a user says otherwise.

    Needs questions with distractors (docs/sycophancy.md). Row by row into `out`, and goes on where
    it stopped; without `out` the rows stay in memory. `expecting` is told about how many tokens
    will be forwarded. Raises SettingsDiffer if the folder holds rows made with other settings,
    UserError for what the user can mend, Interrupted after Ctrl-C: rows that are done are kept.
    """
    from misspoke.probes.sycophancy import SycophancyProber

    prober = SycophancyProber.of(lm, style=style, shots=shots, seed=seed)
    return _run(_Work(lm, prober, seed, progress, expecting), _of_questions(questions), out)


def premises(
    lm: LanguageModel,
    asked: "PremiseSet | None" = None,
    out: str | Path | None = None,
    *,
    style: str = "auto",
    seed: int = 0,
    progress: Progress = _quiet,
    expecting: Expecting = _unsaid,
) -> Probe:
    """Probes whether a model takes up premises that it knows to be false (docs/premises.md).

    The bundled ones, unless others are given: `misspoke.questions.premises.load_premises` reads a
    file. Else as `sycophancy`.
    """
    from misspoke.probes.premises import PremisesProber
    from misspoke.questions.premises import load_premises

    found = asked or load_premises()
    items = _Items(found.name, found.sha256, found.premises)
    prober = PremisesProber.of(lm, style=style)
    return _run(_Work(lm, prober, seed, progress, expecting), items, out)


def drift(
    lm: LanguageModel,
    instructions: "Sequence[Instruction] | None" = None,
    out: str | Path | None = None,
    *,
    style: str = "auto",
    plan: "Plan | None" = None,
    seed: int = 0,
    progress: Progress = _quiet,
    expecting: Expecting = _unsaid,
) -> Probe:
    """Probes whether a model forgets its instructions as a conversation goes on (docs/drift.md).

    The bundled instructions, unless others are given. Else as `sycophancy`.
    """
    from misspoke.concepts.instructions import instructions as bundled
    from misspoke.probes.drift import DriftProber, Plan

    given = tuple(bundled() if instructions is None else instructions)
    items = _Items("instructions", _content_hash(given), given)
    prober = DriftProber.of(lm, style=style, plan=plan or Plan.of())
    return _run(_Work(lm, prober, seed, progress, expecting), items, out)


def consistency(
    lm: LanguageModel,
    questions: "QuestionSet | Sequence[Question]",
    out: str | Path | None = None,
    *,
    style: str = "auto",
    shots: int | None = None,
    samples: int = 4,
    seed: int = 0,
    progress: Progress = _quiet,
    expecting: Expecting = _unsaid,
) -> Probe:
    """Probes whether a model's answer hangs on how a question is worded.

    Needs questions with wordings, or of relations that have some (docs/consistency.md). Else as
    `sycophancy`.
    """
    from misspoke.probes.consistency import ConsistencyProber

    prober = ConsistencyProber.of(lm, style=style, shots=shots, samples=samples, seed=seed)
    return _run(_Work(lm, prober, seed, progress, expecting), _of_questions(questions), out)


@dataclass(frozen=True, slots=True)
class _Items(Generic[ItemT]):
    """What a probe is made of, and the hash of its content."""

    name: str
    sha256: str
    items: Sequence[ItemT]
    left_out: tuple[str, ...] = ()
    """Why items are not among them, once for each."""
    skipped: tuple[str, ...] = ()
    """Rows of the file that could not be read."""


@dataclass(frozen=True, slots=True)
class _Work(Generic[ItemT]):
    """A model, what is done with it, and who is told."""

    lm: LanguageModel
    prober: Prober[ItemT, Row]
    seed: int
    progress: Progress
    expecting: Expecting

    def settings(self, items: _Items[ItemT]) -> dict[str, JSON]:
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

    def facts(self, items: _Items[ItemT], expected: int) -> dict[str, JSON]:
        """What only describes the run."""
        return {
            "versions": versions(),
            "questions_skipped": list(items.skipped),
            "left_out": dict(Counter(items.left_out)),
            "expected_tokens": expected,
            "masses_are_estimates": self.lm.description()["dtype"] == "bfloat16",
            "lineage": asdict(counted(self.lm).over(declared(self.lm.name))),
        }


def _content_hash(items: Sequence["Instruction"]) -> str:
    """The SHA-256, in hexadecimal, of all fields of all items."""
    fields = json.dumps([asdict(item) for item in items], sort_keys=True)
    return sha256(fields.encode()).hexdigest()


def _of_questions(questions: "QuestionSet | Sequence[Question]") -> _Items[Question]:
    from misspoke.questions.sets import QuestionSet, fingerprint

    if not isinstance(questions, QuestionSet):
        questions = QuestionSet("given", tuple(questions), fingerprint(questions), (), ())
    asked, examples = evaluated(questions.questions)
    why = (_EXAMPLE,) * examples
    return _Items(questions.name, questions.sha256, asked, why, questions.skipped)


def _run(work: _Work[ItemT], items: _Items[ItemT], out: str | Path | None) -> Probe:
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
    return Probe(folder.manifest, record, folder)


def _fit(prober: Prober[ItemT, Row], items: _Items[ItemT]) -> _Items[ItemT]:
    """The items that rows can be made of; raises UserError where there are none."""
    reasons = [prober.unfit(item) for item in items.items]
    fit = [item for item, why in zip(items.items, reasons, strict=True) if why is None]
    left_out = (*items.left_out, *(why for why in reasons if why is not None))
    if not fit:
        told = ", ".join(f"{n} with {why}" for why, n in Counter(left_out).items()) or "it is empty"
        raise UserError(f"{items.name}: nothing to ask ({told}); give at least one")
    return replace(items, items=fit, left_out=left_out)


def _in_memory(
    work: _Work[ItemT],
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
