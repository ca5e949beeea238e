"""The Python interface: load, observe, diagnose, and the two masses for one's own prompts."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from misspoke.diagnosis.scores import DETECTORS, FREE, chosen
from misspoke.lm import Context, Job, LanguageModel, run_jobs
from misspoke.lm.lineage import counted, declared
from misspoke.lm.loading import load_model as load
from misspoke.observing.detecting import SAMPLES, Extras, default_layers
from misspoke.observing.diagnose import Observed, Observer, evaluated
from misspoke.observing.observe import Instruments, Limits
from misspoke.records import Interval, Question, UserError
from misspoke.records.lineage import Lineage, lineage_of
from misspoke.records.observation import Observation
from misspoke.runs import JSON, RunWriter, load_run, open_run, write_summary
from misspoke.runs import Run as RunFolder
from misspoke.runs.files import explained
from misspoke.runs.filling import Progress, fill, versions

if TYPE_CHECKING:
    import polars

    from misspoke.diagnosis.summary import Summary
    from misspoke.questions import QuestionSet

__all__ = ["Run", "diagnose", "load", "logprobs", "observe", "open_finished", "p_mass"]


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run."""

    folder: RunFolder
    _judged: "dict[float, Summary]" = field(default_factory=dict, repr=False, compare=False)

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.folder.folder

    @property
    def manifest(self) -> dict[str, Any]:
        """What the run was made with."""
        return self.folder.manifest

    def frame(self) -> "polars.DataFrame":
        """All rows, a column for each that docs/columns.md lists."""
        return self.folder.frame()

    def summary(self, tau: float = 0.2) -> "Summary":
        """Outcomes, rates, causes and contrasts at a threshold; needs no model."""
        from misspoke.diagnosis.summary import summarise

        if tau not in self._judged:
            settings = self.manifest["settings"]
            asked = settings.get("detectors", {"names": (), "layers": ()})
            self._judged[tau] = summarise(
                self.folder,
                tau=tau,
                seed=settings["seed"],
                detectors=asked["names"],
                layers=asked["layers"] or (),
            )
        return self._judged[tau]

    def _repr_html_(self) -> str | None:
        """What a notebook shows: the verdict and the outcomes, as summary.json holds them."""
        from misspoke.reports.notebook import run_html

        return run_html(self.folder)

    def report(self, tau: float = 0.2) -> Path:
        """Writes summary.json and report.html at a threshold; gives the path of the report."""
        summary = self.summary(tau)
        with explained(self.path):
            write_summary(self.path, summary.to_dict())
        return _report(self, summary)


def open_finished(folder: str | Path) -> Run:
    """Opens a run folder for reading; raises UserError if it is none."""
    return Run(load_run(Path(folder)))


def observe(
    lm: LanguageModel,
    question: Question,
    *,
    style: str = "auto",
    shots: int | None = None,
    limits: Limits | None = None,
    detectors: str | Sequence[str] = FREE,
    samples: int = SAMPLES,
    seed: int = 0,
) -> Observation:
    """Observes one question, with what `detectors` need (docs/detectors.md)."""
    extras = _extras(lm, chosen(detectors), samples, seed)
    observer = Observer.of(lm, style=style, shots=shots, limits=limits, extras=extras)
    [found] = observer.observe([question])
    return found.row


def p_mass(
    lm: LanguageModel, prompt: str, forms: Sequence[str], *, epsilon: float = 0.005
) -> Interval:
    """The probability that what follows `prompt` begins with one of `forms` and then a boundary.

    Over all tokenisations, behind optional openers; the forms are taken as they are.
    """
    from misspoke.concepts import Event
    from misspoke.concepts.text import tidy
    from misspoke.search import TokenTree, explore, on, string_mass

    event = Event([tidy(form) for form in forms])
    context = Context((), lm.tokenizer.encode(prompt))
    tree = TokenTree(context, lm.tokenizer.token_bytes)
    limits = Limits(epsilon=epsilon)
    search = string_mass(
        tree,
        (),
        event,
        Instruments(lm, limits).scanner,
        epsilon=epsilon,
        budget=limits.mass_nodes,
    )
    [found] = run_jobs(lm, iter([explore(on(tree, search))]), 1)
    return found.gold


def logprobs(
    lm: LanguageModel, items: Iterable[tuple[str, Sequence[str]]], *, in_flight: int = 64
) -> list[list[float]]:
    """Log-probabilities of continuations of prompts, along their canonical tokens.

    One list for each item, in order. What all prompts begin with is computed once, then the rest of
    each prompt once, and each prefix that its texts share once.
    """
    from misspoke.search import TokenTree, explore, on, path_logprobs

    listed = list(items)
    prompts = [lm.tokenizer.encode(prompt) for prompt, _ in listed]
    shared = _shared(prompts)

    def job(index: int) -> Job[tuple[int, list[float]]]:
        context = Context(prompts[index][:shared], prompts[index][shared:])
        tree = TokenTree(context, lm.tokenizer.token_bytes)
        paths = lm.tokenizer.encode_plain(listed[index][1])
        values = yield from explore(on(tree, path_logprobs(tree, paths)))
        return index, values

    found = dict(run_jobs(lm, map(job, range(len(listed))), in_flight))
    return [found[index] for index in range(len(listed))]


def _shared(prompts: Sequence[tuple[int, ...]]) -> int:
    """How many tokens all prompts begin with, each keeping one of its own; 0 for a single one."""
    if len(prompts) < 2:
        return 0
    first, last = min(prompts), max(prompts)
    most = min(map(len, prompts)) - 1
    return next((at for at in range(most) if first[at] != last[at]), max(most, 0))


def diagnose(
    lm: LanguageModel,
    questions: "QuestionSet | Sequence[Question]",
    out: str | Path,
    *,
    style: str = "auto",
    shots: int | None = None,
    tau: float = 0.2,
    seed: int = 0,
    limits: Limits | None = None,
    detectors: str | Sequence[str] = FREE,
    samples: int = SAMPLES,
    lineage: Lineage | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Run:
    """Diagnoses a model on questions, row by row into the folder `out`; goes on where it stopped.

    `detectors` are names of docs/detectors.md, or "all" or "none"; those that need samples draw as
    many as `samples`. `lineage` is noted in the manifest, in a finished run's too: `compare` needs
    it (docs/comparing.md). Raises SettingsDiffer if the folder holds rows made with other settings,
    UserError for what the user can mend, Interrupted after Ctrl-C: rows that are done are kept.
    """
    from misspoke.questions.sets import QuestionSet, fingerprint

    if not isinstance(questions, QuestionSet):
        questions = QuestionSet("given", tuple(questions), fingerprint(questions), (), ())
    names = chosen(detectors)
    extras = _extras(lm, names, samples, seed)
    observer = Observer.of(lm, style=style, shots=shots, limits=limits, extras=extras)
    asked, left_out = evaluated(questions.questions)
    if not asked:
        raise UserError(f"{questions.name}: no question to ask; give at least one")
    settings = _settings(lm, questions, observer, names, seed)
    facts: dict[str, JSON] = {
        "versions": versions(),
        "questions_skipped": list(questions.skipped),
        "header_questions_left_out": left_out,
        "masses_are_estimates": lm.description()["dtype"] == "bfloat16",
    }
    ids = [question.id for question in asked]
    with open_run(Path(out), settings, facts, ids) as writer:
        known = lineage_of(writer.facts).over(counted(lm)).over(declared(lm.name))
        writer.note(lineage=asdict((lineage or Lineage()).over(known)))
        _observe_rest(observer, asked, writer, progress)
        found: list[Summary] = []

        def judged(folder: RunFolder) -> dict[str, Any]:
            found.append(Run(folder).summary(tau))
            return found[0].to_dict()

        run = Run(writer.finish(judged))
    _report(run, found[0])
    return run


def _observe_rest(
    observer: Observer, asked: Sequence[Question], writer: RunWriter, progress: Progress
) -> None:
    """Observes the questions that have no row yet; raises Interrupted after Ctrl-C."""
    stored = writer.done  # a view: it grows with the rows
    headers = dict(writer.facts.get("headers", {}))
    rest = (question for question in asked if question.id not in stored)

    def store(found: Observed) -> None:
        headers.update(observer.prompter.header_of(found.row.prompt_tokens))
        writer.append(found.row, found.states)

    def facts() -> dict[str, JSON]:
        return {"headers": headers, "header_tokens": sum(headers.values())}

    fill(writer, observer.observe(rest), store, len(asked), progress, facts)


def _report(run: Run, summary: "Summary") -> Path:
    from misspoke.reports.html import write_report

    with explained(run.path):
        return write_report(run.folder, summary.to_dict())


def _extras(lm: LanguageModel, names: Sequence[str], samples: int, seed: int) -> Extras:
    """What must be measured for the detectors of these names."""
    needs = {DETECTORS[name].needs for name in names}
    if "samples" in needs and samples < 2:
        raise UserError(f"{samples} samples: give at least 2")
    return Extras(
        samples=samples if "samples" in needs else 0,
        truth="truth" in needs,
        layers=default_layers(lm.blocks) if "states" in needs else None,
        seed=seed,
    )


def _settings(
    lm: LanguageModel,
    questions: "QuestionSet",
    observer: Observer,
    names: Sequence[str],
    seed: int,
) -> dict[str, JSON]:
    prompt_style = observer.prompter.style
    return {
        "model": {"name": lm.name, **lm.description()},
        "questions": {
            "name": questions.name,
            "sha256": questions.sha256,
            "count": len(questions.questions),
        },
        "style": asdict(prompt_style),
        "limits": asdict(observer.instruments.limits),
        "detectors": {"names": list(names), **asdict(observer.detecting.extras)},
        "seed": seed,
    }
