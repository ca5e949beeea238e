"""What is run for docs/results.md: models on question sets, each in a run folder of its own."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import misspoke
from misspoke import questions
from misspoke.api import open_finished
from misspoke.cli.console import progress_bar
from misspoke.diagnosis.scores import chosen
from misspoke.lm import LanguageModel
from misspoke.questions import QuestionSet
from misspoke.records import SettingsDiffer, UserError
from misspoke.reports.text import counted
from misspoke.runs import JSON

Run = misspoke.Run


@dataclass(frozen=True, slots=True)
class Source:
    """A question set, and what has to be said of its origin."""

    name: str
    """A bundled name, or the file's name in the data folder."""
    origin: str
    licence: str
    bundled: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One model on one question set."""

    model: str
    source: Source
    detectors: str = "free"
    """As `misspoke run --detectors` takes them."""
    times: int = 1
    """How many times the usual number of questions is asked."""
    style: str = "auto"
    """As `misspoke run --style` takes it."""
    shots: int | None = None
    """Examples before the question, of a job that tries a prompt; else None, as many as usual."""


ATLAS = Source("atlas", "bundled with misspoke ([atlas.md](atlas.md))", "CC0 1.0", bundled=True)
ENTITIES = Source(
    "entity_questions_dev.jsonl",
    "EntityQuestions, development set (Sciavolino et al. 2021, arXiv 2109.08535), "
    "200 questions of each of 24 relations",
    "MIT",
)
NQ_OPEN = Source(
    "nq_open_dev.jsonl",
    "Natural Questions, open form, development set (Kwiatkowski et al. 2019; Lee et al. 2019, "
    "arXiv 1906.00300)",
    "CC BY-SA 3.0",
)
WEB_QUESTIONS = Source(
    "webquestions_val.jsonl",
    "WebQuestions, validation split (Berant et al. 2013)",
    "CC BY 4.0",
)

JOBS = (
    Job("smollm2-135m-instruct", ATLAS, "all"),
    Job("gemma3-270m", ATLAS, "all"),
    Job("gemma3-270m", ENTITIES),
    Job("smollm2-135m-instruct", NQ_OPEN, "all", times=3),
    Job("gemma3-270m", NQ_OPEN, "all", times=3),
    Job("gemma3-270m", WEB_QUESTIONS),
)
"""Those with all detectors have enough questions to tell of kinds of error."""


PROMPTS = tuple(
    Job(model, ATLAS, style=style, shots=shots)
    for model, style in (
        ("gemma3-270m", "text"),
        ("smollm2-135m-instruct", "text"),
        ("smollm2-135m-instruct", "chat"),
    )
    for shots in (0, 1, 5)
)
"""The same questions asked in several ways; the first of a model is what others are held against.
"""

N, BUNDLED_N, CONTEST_N, PROMPTS_N, PROBE_N, DTYPE = 500, 0, 500, 500, 300, "float32"
"""What is asked of a public set, of a bundled one, in a contest of decoders, with each prompt that
is tried and in each probe, and how it is computed, if not said."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the sets are, where the runs go, and how much is asked."""

    data: Path
    runs: Path
    n: int
    """Questions of each set by path; 0 asks all."""
    bundled_n: int
    """The same for bundled sets."""
    contest_n: int
    """The same for each contest of decoders."""
    prompts_n: int
    """The same for each prompt that is tried."""
    dtype: str
    probe_n: int = PROBE_N
    """The same for each probe that asks questions."""

    def load(self, job: Job) -> QuestionSet:
        """Read a job's questions; bad rows are left out and counted.

        A missing file is a `UserError`.
        """
        source, n = job.source, self.asked(job) or None
        if source.bundled:
            return questions.load(source.name, n=n)
        path = self.data / source.name
        if not path.is_file():
            raise UserError(f"{path}: no such file; give the folder of the public sets with --data")
        return questions.load(str(path), n=n, skip_bad=True)

    def folder(self, job: Job) -> Path:
        """The run folder of a job; runs of other numbers of questions are other runs."""
        n = self.asked(job)
        stem = f"{Path(job.source.name).stem}-{Path(job.model).stem}"
        if job.shots is not None:
            stem = f"{stem}-{job.style}-{job.shots}"
        return self.runs / (f"{stem}-{n}" if n else stem)

    def asked(self, job: Job) -> int:
        """How many questions a job asks at the most; 0 for all."""
        if job.shots is not None:
            return job.times * self.prompts_n
        return job.times * (self.bundled_n if job.source.bundled else self.n)


def run_all(plan: Plan, jobs: Sequence[Job], say: Callable[[str], None]) -> list[Run]:
    """Run every job, or take it up where it stopped; a finished one needs no model.

    All files are looked for before any model is loaded. A model is loaded once.
    """
    asked = [plan.load(job) for job in jobs]
    runs: list[Run] = []
    held: tuple[str, LanguageModel] | None = None
    for number, (job, of) in enumerate(zip(jobs, asked, strict=True), start=1):
        label = f"{number} of {len(jobs)}: {job.model} on {of.name}{_prompt(job)}"
        folder = plan.folder(job)
        done = finished(folder, job, of, plan.dtype)
        if done is None:
            if held is None or held[0] != job.model:
                held = job.model, misspoke.load(job.model, dtype=plan.dtype)
            say(f"{label}, {len(of.questions)} questions, into {folder}")
            with settings_told(), progress_bar(label) as progress:
                done = misspoke.diagnose(
                    held[1],
                    of,
                    folder,
                    style=job.style,
                    shots=job.shots,
                    detectors=job.detectors,
                    progress=progress,
                )
        else:
            say(f"{label}: finished before")
        runs.append(done)
    return runs


@contextmanager
def settings_told() -> Iterator[None]:
    """Other settings in a run's folder are a `UserError` that says what to do here."""
    try:
        yield
    except SettingsDiffer as error:
        what = str(error).rsplit("; ", 1)[0]
        raise UserError(f"{what}; remove that folder, or give another with --runs") from error


def finished(folder: Path, job: Job, asked: QuestionSet, dtype: str) -> Run | None:
    """The finished run of a job, if its folder holds one with these questions and this model."""
    if not (folder / "answers.parquet").is_file():
        return None
    run = open_finished(folder)
    settings = run.manifest["settings"]
    model = settings["model"]
    same = (
        settings["questions"]["sha256"] == asked.sha256
        and model["name"] == job.model
        and dtype in ("auto", model.get("dtype"))
        and settings.get("detectors", {}).get("names") == list(chosen(job.detectors))
        and (job.shots is None or settings["style"] == _style(job))
    )
    return run if same else None


def _style(job: Job) -> dict[str, JSON]:
    """How a job that tries a prompt asks, as manifests have it."""
    return {"form": job.style, "shots": job.shots, "stem": False}


def _prompt(job: Job) -> str:
    return "" if job.shots is None else f", {job.style} with {counted(job.shots, 'example')}"


def to_stderr(line: str) -> None:
    """A line of progress."""
    print(line, file=sys.stderr)
