"""The contests of decoders that docs/results.md tells of: what is run, and the part of the page."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from halves import for_judging
from jobs import ATLAS, ENTITIES, NQ_OPEN, Job, Plan, settings_told
from md import table

import misspoke
from misspoke.cli.console import progress_bar
from misspoke.contests import Contest, contest, open_contest
from misspoke.decoding.catalogue import DECODERS, by_name
from misspoke.decoding.concept import LIMITS
from misspoke.diagnosis import Verdicts
from misspoke.lm import LanguageModel
from misspoke.questions import QuestionSet
from misspoke.records import UserError
from misspoke.reports.charts import LIGHT, pareto_chart
from misspoke.reports.decoder_figures import (
    HEAD,
    KIND_WORDS,
    decoder_cells,
    headroom_lines,
    kinds,
    merge_lines,
    merge_note,
    reading,
    recovery,
    recovery_text,
)


@dataclass(frozen=True, slots=True)
class Match:
    """A contest to be held: who, on what, and how many questions."""

    job: Job
    decoders: tuple[str, ...] = tuple(DECODERS)
    dtype: str = "float32"
    times: int = 1
    """How many times the usual number of questions is asked."""
    label: str = ""


PRIMARY = Match(
    Job("gemma3-270m", ENTITIES),
    ("greedy", "concept", "concept+pmi", "concept+channel"),
    times=2,
    label="primary",
)
"""The endpoint that was named beforehand: fewer decoders, more questions."""
MATCHES = (
    *(
        Match(Job(model, source), dtype=dtype)
        for model in ("gemma3-270m", "smollm2-135m-instruct")
        for source, dtype in ((ATLAS, "float32"), (ENTITIES, "bfloat16"), (NQ_OPEN, "bfloat16"))
    ),
    PRIMARY,
)


@dataclass(frozen=True, slots=True)
class JudgedContest:
    """A finished contest and its verdicts."""

    match: Match
    contest: Contest
    verdicts: Verdicts

    @property
    def name(self) -> str:
        """The model and the set, as the tables name them."""
        job, label = self.match.job, self.match.label
        name = f"{Path(job.model).stem} on {Path(job.source.name).stem}"
        rough = ", bfloat16" * (self.match.dtype == "bfloat16")
        return f"{name}{rough}" + (f", {label} endpoint" if label else "")

    @property
    def picture(self) -> str:
        """The file name of its picture."""
        return f"{stem(self.match)}.svg"


def stem(match: Match) -> str:
    """The name of a contest's files."""
    parts = [match.job.source.name, match.job.model]
    names = [Path(part).stem for part in parts] + [match.label] * bool(match.label)
    return "-".join(["decoders", *names])


def run_contests(
    plan: Plan, matches: Sequence[Match], say: Callable[[str], None]
) -> list[JudgedContest]:
    """Run every contest, or take it up where it stopped; a finished one needs no model."""
    held: tuple[Match, LanguageModel] | None = None
    found: list[JudgedContest] = []
    for number, match in enumerate(matches, start=1):
        model = match.job.model
        asked = _questions(plan, match)
        folder = plan.runs / f"{stem(match)}-{match.times * plan.contest_n}"
        label = f"{number} of {len(matches)}: decoders, {model} on {asked.name}"
        done = _finished(folder, match, asked)
        if done is None:
            if held is None or (held[0].job.model, held[0].dtype) != (model, match.dtype):
                held = match, misspoke.load(model, dtype=match.dtype)
            say(f"{label}, {len(asked.questions)} questions, into {folder}")
            with settings_told(), progress_bar(label) as progress:
                done = contest(held[1], asked, folder, match.decoders, progress=progress)
        else:
            say(f"{label}: finished before")
        found.append(JudgedContest(match, done, done.verdicts()))
    return found


def _questions(plan: Plan, match: Match) -> QuestionSet:
    source = match.job.source
    path = source.name if source.bundled else str(plan.data / source.name)
    if not source.bundled and not Path(path).is_file():
        raise UserError(f"{path}: no such file; give the folder of the public sets with --data")
    return for_judging(path, match.times * plan.contest_n or None)


def _finished(folder: Path, match: Match, asked: QuestionSet) -> Contest | None:
    if not (folder / "answers.parquet").is_file():
        return None
    done = open_contest(folder)
    settings = done.manifest["settings"]
    same = (
        settings["questions"]["sha256"] == asked.sha256
        and settings["model"]["name"] == match.job.model
        and settings["model"]["dtype"] in (match.dtype, "float64")
        and settings["decoders"] == {name: repr(by_name(name)) for name in match.decoders}
        and settings["limits"]["search"] == asdict(LIMITS)
    )
    return done if same else None


def contest_section(found: Sequence[JudgedContest]) -> list[str]:
    """The part of the page on decoders."""
    lines = [
        "## What can decoding win back?",
        "",
        "Each decoder ([decoding.md](decoding.md)) answers the same questions. They are of "
        "relations that no weight was fitted on, without those that the design was looked at on "
        "(decoding.md, “Fitted weights”); nq_open_dev has no relations and was not used for "
        "either. The primary endpoint was named before anything was judged: EntityQuestions, "
        "fewer decoders, more questions. *Recovered*: greedy is not right and the decoder is; "
        "*damaged*: the reverse; p is McNemar's, exact, corrected by Holm for the other decoders "
        "of the run. Net intervals are bootstrapped over relations where a set has them. Contests "
        "in bfloat16 are so for time: all decoders of one have the same model, but masses are "
        "estimates. Tokens are counted once for each distinct prefix, so ten samples pay once for "
        "what they share; a server that draws them apart pays for each.",
        "",
    ]
    for one in found:
        lines += _contest(one)
    return lines


def _contest(one: JudgedContest) -> list[str]:
    verdicts = one.verdicts
    shown = kinds(verdicts)
    by_kind = [
        [v.decoder, *(recovery_text(recovery(v, kind)) for kind in shown)]
        for v in verdicts.decoders[1:]
    ]
    counts = [
        f"{KIND_WORDS[kind]} ({recovery(verdicts.decoders[0], kind).recovered.denominator:,})"
        for kind in shown
    ]
    return [
        f"### {one.name}: {verdicts.n:,} questions",
        "",
        reading(verdicts),
        "",
        f"![accuracy against forward tokens]({one.picture})",
        "",
        *table(HEAD, [list(decoder_cells(v)) for v in verdicts.decoders]),
        "Headroom, of the questions that greedy does not get right: "
        + "; ".join(f"{line.name} {line.value} ({line.note})" for line in headroom_lines(verdicts))
        + ".",
        "",
        "Is it the meaning? The same candidates, chosen in three ways:",
        "",
        *table(
            ["way", "recovered", "damaged", "net"], [list(row) for row in merge_lines(verdicts)]
        ),
        merge_note(verdicts),
        "",
        "Recovered, by the kind of greedy's error (no share of fewer than 50 questions):",
        "",
        *table(["decoder", *counts], by_kind),
    ]


def write_pictures(found: Sequence[JudgedContest], folder: Path) -> None:
    """Write each contest's Pareto picture beside the page."""
    for one in found:
        write_picture(one.verdicts, folder / one.picture)


def write_picture(verdicts: Verdicts, path: Path) -> None:
    """Write a Pareto picture in light colours on a ground of its own; none without a question."""
    if chart := pareto_chart(verdicts, LIGHT):
        path.write_text(f"{chart.svg}\n", encoding="utf-8")
