"""Missing names of right answers: suspects of a run, and the run with those that are accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from misspoke.api import Run, open_finished
from misspoke.lm import LanguageModel
from misspoke.records import Question, UserError
from misspoke.runs import JSON, RunWriter, open_run
from misspoke.runs import Run as RunFolder
from misspoke.runs.filling import Progress, fill
from misspoke.runs.patch import Patch, PatchLine, read_patch

if TYPE_CHECKING:
    from misspoke.diagnosis.suspects import Suspect
    from misspoke.observing.diagnose import Observed
    from misspoke.observing.renaming import Renaming
    from misspoke.questions import QuestionSet

__all__ = ["Applied", "apply_aliases", "questions_of", "suggested", "suspects"]


@dataclass(frozen=True, slots=True)
class Applied:
    """A run, and the same with more names of its right answers."""

    before: Run
    after: Run

    @property
    def facts(self) -> dict[str, Any]:
        """The patch, how many names and rows it touched, and which rows it leaves open."""
        found: dict[str, Any] = self.after.manifest["facts"]["aliases"]
        return found


def suspects(run: Run | str | Path) -> "tuple[Suspect, ...]":
    """Names that a run's right answers may lack, those with the most impact first; no model."""
    from misspoke.diagnosis.suspects import COLUMNS, find_suspects

    folder = _opened(run).folder
    batches = folder.batches(COLUMNS)
    return find_suspects(row for batch in batches for row in batch.iter_rows(named=True))


def suggested(found: "Sequence[Suspect]") -> list[PatchLine]:
    """The suspects as lines of a patch, none of them accepted."""
    return [
        PatchLine(
            ids=list(one.ids),
            question=one.question,
            joins=one.gold[0],
            alias=one.alias,
            reason=one.reason,
            prob=round(one.prob, 6),
            would_be=list(one.would_be),
        )
        for one in found
    ]


def apply_aliases(
    run: Run | str | Path,
    patch: Patch | str | Path,
    out: str | Path,
    *,
    lm: LanguageModel | None = None,
    questions: "Sequence[Question] | QuestionSet | None" = None,
    progress: Progress = lambda _done, _all: None,
) -> Applied:
    """Writes a run anew with the names that a patch accepts, into another folder.

    Without a model the touched rows are judged again to an interval that holds the truth
    (docs/aliases.md). With `lm`, the run's own model, they are observed again, and are what a run
    with these right answers gives; `questions` are the run's, with their stems and distractors.
    Goes on where it stopped. Raises UserError for what the user can mend, Interrupted after Ctrl-C.
    """
    from misspoke.observing.renaming import plan

    before = _opened(run)
    patch = patch if isinstance(patch, Patch) else read_patch(Path(patch))
    if not patch.accepted:
        raise UserError(f'{patch.path}: no line is accepted; set "accept": true, or --review it')
    if Path(out).resolve() == before.path.resolve():
        raise UserError(f"{out}: is the run itself, which stays as it is; choose another folder")
    renaming = plan(before.folder, patch)
    old = before.manifest
    made = {"sha256": patch.sha256, "refreshed": lm is not None}
    settings = {**old["settings"], "aliases": [*old["settings"].get("aliases", []), made]}
    facts = {**old["facts"], "aliases": _facts(renaming, patch, lm is not None)}
    ids = before.folder.columns(["id"])["id"].to_list()
    asked = _asked(before, questions) if lm is not None else ()
    with open_run(Path(out), settings, facts, ids) as writer:
        _write(writer, renaming, patch, lm, asked, progress)
        judged: list[Run] = []

        def summary(folder: RunFolder) -> dict[str, Any]:
            judged.append(Run(folder))
            return judged[0].summary().to_dict()

        writer.finish(summary)
    judged[0].report()
    return Applied(before, Run(judged[0].folder))


def questions_of(run: Run, source: str | None) -> "QuestionSet":
    """The questions that a run asked, from the file or set that is named, or its own bundled one.

    Raises:
        UserError: they are others.
    """
    from misspoke import questions as room

    named, facts = run.manifest["settings"]["questions"], run.manifest["facts"]
    skip = bool(facts.get("questions_skipped"))
    found = room.load(source or named["name"], n=named["count"], skip_bad=skip)
    if found.sha256 != named["sha256"]:
        raise UserError(
            f"{source or named['name']}: holds other questions than {run.path} asked; give those"
        )
    return found


def _write(
    writer: RunWriter,
    renaming: "Renaming",
    patch: Patch,
    lm: LanguageModel | None,
    asked: Sequence[Question],
    progress: Progress,
) -> None:
    stored = frozenset(writer.done)
    rows = renaming.rejudged() if lm is None else renaming.refreshed(lm, asked, stored)
    found = (one for one in rows if one.row.id not in stored)

    def store(one: "Observed") -> None:
        writer.append(one.row, one.states)

    def facts() -> dict[str, JSON]:
        return {"aliases": _facts(renaming, patch, lm is not None)}

    total = renaming.run.manifest["rows"]
    fill(writer, found, store, total, progress, facts)


def _facts(renaming: "Renaming", patch: Patch, refreshed: bool) -> dict[str, JSON]:
    return {
        "patch": patch.path.name,
        "sha256": patch.sha256,
        "accepted": len(patch.accepted),
        "rows": len(renaming.touched),
        "judged": "observed again with the model"
        if refreshed
        else "judged again without the model",
        "unsettled": list(renaming.unsettled),
        "left": list(renaming.left),
    }


def _asked(run: Run, questions: "Sequence[Question] | QuestionSet | None") -> Sequence[Question]:
    """The questions of a run: those that are given, or the bundled ones."""
    if isinstance(questions, Sequence):
        return questions
    return (questions_of(run, None) if questions is None else questions).questions


def _opened(run: Run | str | Path) -> Run:
    return run if isinstance(run, Run) else open_finished(run)
