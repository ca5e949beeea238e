"""Decoders against each other on a question set: into a run folder, and judged from it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from misspoke.decoding.catalogue import by_name
from misspoke.decoding.concept import LIMITS
from misspoke.decoding.decoder import Decoder
from misspoke.decoding.greedy import Greedy
from misspoke.lm import LanguageModel
from misspoke.observing.diagnose import evaluated
from misspoke.records import Question, UserError
from misspoke.records.trial import Trial
from misspoke.runs import DECODERS, JSON, load_trials, open_run
from misspoke.runs import Run as RunFolder
from misspoke.runs.files import explained
from misspoke.runs.filling import Progress, fill, versions
from misspoke.trials.trying import Court

if TYPE_CHECKING:
    from misspoke.diagnosis.decoders import Verdicts
    from misspoke.questions import QuestionSet


@dataclass(frozen=True, slots=True)
class Contest:
    """A finished contest of decoders."""

    folder: RunFolder

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.folder.folder

    @property
    def manifest(self) -> dict[str, Any]:
        """What the contest was made with."""
        return self.folder.manifest

    def trials(self) -> Iterable[Trial]:
        """The rows: each question with the answers of all decoders."""
        return self.folder.trials()

    def verdicts(self) -> "Verdicts":
        """What each decoder recovered, damaged and cost; needs no model."""
        from misspoke.diagnosis.decoders import judge

        return judge(self.trials(), seed=self.manifest["settings"]["seed"])

    def report(self) -> Path:
        """Writes report.html into the run folder and gives its path."""
        return _report(self, self.verdicts())


def open_contest(folder: str | Path) -> Contest:
    """Opens a finished contest for reading; raises UserError if the folder holds none."""
    return Contest(load_trials(Path(folder)))


def contest(
    lm: LanguageModel,
    questions: "QuestionSet | Sequence[Question]",
    out: str | Path,
    decoders: Sequence[str | Decoder] = ("greedy", "concept"),
    *,
    style: str = "auto",
    shots: int | None = None,
    seed: int = 0,
    progress: Progress = lambda _done, _all: None,
) -> Contest:
    """Puts every question to each decoder, row by row into `out`; goes on where it stopped.

    Decoders are names of `misspoke decode --help` or composed ones; greedy is always among them.
    They get the question and its stem: right answers are held against theirs afterwards. Raises
    what `diagnose` raises.
    """
    from misspoke.questions.sets import QuestionSet, fingerprint

    if not isinstance(questions, QuestionSet):
        questions = QuestionSet("given", tuple(questions), fingerprint(questions), (), ())
    tried = _decoders(decoders)
    court = Court.of(lm, tried, style=style, shots=shots)
    asked, left_out = evaluated(questions.questions)
    if not asked:
        raise UserError(f"{questions.name}: no question to ask; give at least one")
    settings: dict[str, JSON] = {
        "kind": DECODERS,
        "model": {"name": lm.name, **lm.description()},
        "questions": {
            "name": questions.name,
            "sha256": questions.sha256,
            "count": len(questions.questions),
        },
        "style": asdict(court.speaker.style),
        "decoders": {decoder.name: repr(decoder) for decoder in tried},
        "limits": {"search": asdict(LIMITS), "observing": asdict(court.instruments.limits)},
        "seed": seed,
    }
    facts: dict[str, JSON] = {
        "versions": versions(),
        "questions_skipped": list(questions.skipped),
        "header_questions_left_out": left_out,
        "masses_are_estimates": lm.description()["dtype"] == "bfloat16",
    }
    ids = [question.id for question in asked]
    with open_run(Path(out), settings, facts, ids, Trial) as writer:
        order = list(writer.settings["decoders"])  # the rows of a folder have one order
        court = replace(court, decoders=tuple(sorted(tried, key=lambda d: order.index(d.name))))
        stored = writer.done  # a view: it grows with the rows
        rows = court.hear(question for question in asked if question.id not in stored)
        fill(writer, rows, writer.append, len(asked), progress, dict)
        found: list[Verdicts] = []

        def judged(folder: RunFolder) -> dict[str, Any]:
            found.append(Contest(folder).verdicts())
            return found[0].to_dict()

        done = Contest(writer.finish(judged))
    _report(done, found[0])
    return done


def _decoders(wanted: Sequence[str | Decoder]) -> list[Decoder]:
    """The decoders, greedy first; raises UserError for an unknown name, or one given twice."""
    given = [by_name(one) if isinstance(one, str) else one for one in wanted]
    every = [Greedy(), *(decoder for decoder in given if decoder != Greedy())]
    names = [decoder.name for decoder in every]
    if len(set(names)) < len(names):
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise UserError(f"two decoders have the name {twice!r}; give each a name of its own")
    for decoder in every:
        if " at 0x" in repr(decoder):
            raise UserError(
                f"{decoder.name}: its text, {repr(decoder)!r}, is another in every process, and no "
                "run could go on; make it a dataclass, or give it a __repr__"
            )
    return every


def _report(done: Contest, verdicts: "Verdicts") -> Path:
    from misspoke.reports.decoders_html import write_decoders_report

    with explained(done.path):
        return write_decoders_report(done.path, verdicts, done.trials())
