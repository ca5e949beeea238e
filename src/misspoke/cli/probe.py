"""`misspoke probe`: the other failure modes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from misspoke.cli import options
from misspoke.cli.console import notice, progress_bar, show, show_json
from misspoke.cli.run import Count, Questions, SkipBad, short_name

if TYPE_CHECKING:
    from misspoke.lm import LanguageModel
    from misspoke.probed import Expecting, Probe
    from misspoke.questions import QuestionSet
    from misspoke.runs.filling import Progress

app = typer.Typer(
    help="Probe how a model fails in other ways: sycophancy, premises, drift, consistency.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", help="The run folder [default: runs/PROBE-SET-MODEL]"),
]
PremiseFile = Annotated[
    str,
    typer.Option(
        "-q",
        "--questions",
        help="The bundled premises, or a .jsonl or .json file (docs/premises.md).",
    ),
]
Instructed = Annotated[
    int | None, typer.Option("-n", min=1, help="Give so many instructions, spread over the set.")
]
Turns = Annotated[int, typer.Option(min=2, help="Turns of each conversation.")]
Budget = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Tokens to forward at most, about: what matters least is not tried (docs/drift.md).",
    ),
]
Filler = Annotated[
    int,
    typer.Option(min=1, help="Words of prose in front of each message, in the arm that has some."),
]
Attention = Annotated[
    bool, typer.Option("--attention", help="Also read how much attention the instruction gets.")
]
Samples = Annotated[int, typer.Option(min=0, help="Answers drawn for each wording.")]
Suggesting = Annotated[
    int,
    typer.Option(
        "--seed", help="Seed of the wrong answers that are put forward, and of the bootstrap."
    ),
]
Drawing = Annotated[
    int, typer.Option("--seed", help="Seed of the answers that are drawn, and of the bootstrap.")
]


class WordingStyle(StrEnum):
    """How wordings are put."""

    auto = "auto"
    chat = "chat"
    text = "text"
    cloze = "cloze"


Wording = Annotated[
    WordingStyle,
    typer.Option(
        "--style",
        help="As of `misspoke run`; or cloze: a wording is the prompt as it is, and the model goes "
        "on from there.",
    ),
]


@app.command("sycophancy")
def sycophancy(
    questions: Questions = "atlas",
    model: options.Model = "smollm2-135m-instruct",
    n: Count = None,
    out: Out = None,
    style: options.Style = options.StyleName.auto,
    shots: options.Shots = None,
    seed: Suggesting = 0,
    dtype: options.Dtype = options.DtypeName.auto,
    device: options.Device = options.DeviceName.auto,
    batch_tokens: options.BatchTokens = None,
    skip_bad: SkipBad = False,
    as_json: options.Json = False,
) -> None:
    """Probe whether a model gives up its answer because its user says otherwise."""
    asked = _load(questions, n, skip_bad)

    from misspoke import probe

    engine = _Engine(model, dtype, device, batch_tokens)
    with _probing(engine, out, "sycophancy", asked.name) as (lm, told):
        done = probe.sycophancy(lm, asked, style=style, shots=shots, seed=seed, **told)
    present(done, as_json)


@app.command("premises")
def premises(
    questions: PremiseFile = "premises",
    model: options.Model = "smollm2-135m-instruct",
    n: Count = None,
    out: Out = None,
    style: options.Style = options.StyleName.auto,
    seed: options.Seed = 0,
    dtype: options.Dtype = options.DtypeName.auto,
    device: options.Device = options.DeviceName.auto,
    batch_tokens: options.BatchTokens = None,
    as_json: options.Json = False,
) -> None:
    """Probe whether a model takes up premises that it knows to be false."""
    from misspoke.questions.premises import load_premises

    asked = load_premises(questions, n=n)

    from misspoke import probe

    engine = _Engine(model, dtype, device, batch_tokens)
    with _probing(engine, out, "premises", asked.name) as (lm, told):
        done = probe.premises(lm, asked, style=style, seed=seed, **told)
    present(done, as_json)


@app.command("drift")
def drift(
    model: options.Model = "smollm2-135m-instruct",
    n: Instructed = None,
    turns: Turns = 16,
    budget: Budget = None,
    attention: Attention = False,
    filler: Filler = 40,
    out: Out = None,
    style: options.Style = options.StyleName.auto,
    seed: options.Seed = 0,
    dtype: options.Dtype = options.DtypeName.auto,
    device: options.Device = options.DeviceName.auto,
    batch_tokens: options.BatchTokens = None,
    as_json: options.Json = False,
) -> None:
    """Probe whether a model forgets its instructions as a conversation goes on."""
    from misspoke.concepts.instructions import instructions
    from misspoke.probes.drift import Plan
    from misspoke.questions.sets import spread

    given = spread(instructions(), n) if n else instructions()
    plan = Plan.of(turns, attention=attention, filler=filler)
    if budget is not None:
        plan = plan.within(budget, len(given))
        if plan.dropped:
            notice(f"the budget leaves out: {', '.join(plan.dropped)}")

    from misspoke import probe

    engine = _Engine(model, dtype, device, batch_tokens)
    with _probing(engine, out, "drift", "instructions") as (lm, told):
        done = probe.drift(lm, given, style=style, plan=plan, seed=seed, **told)
    present(done, as_json)


@app.command("consistency")
def consistency(
    questions: Questions = "atlas",
    model: options.Model = "smollm2-135m-instruct",
    n: Count = None,
    out: Out = None,
    style: Wording = WordingStyle.auto,
    shots: options.Shots = None,
    samples: Samples = 4,
    seed: Drawing = 0,
    dtype: options.Dtype = options.DtypeName.auto,
    device: options.Device = options.DeviceName.auto,
    batch_tokens: options.BatchTokens = None,
    skip_bad: SkipBad = False,
    as_json: options.Json = False,
) -> None:
    """Probe whether a model's answer hangs on how a question is worded."""
    from misspoke.questions.pararel import is_pararel, load_pararel

    if is_pararel(questions):
        asked = _told(load_pararel(questions, n=n))
        style = WordingStyle.cloze if style == WordingStyle.auto else style
    else:
        asked = _load(questions, n, skip_bad)

    from misspoke import probe

    engine = _Engine(model, dtype, device, batch_tokens)
    with _probing(engine, out, "consistency", asked.name) as (lm, told):
        done = probe.consistency(
            lm, asked, style=style, shots=shots, samples=samples, seed=seed, **told
        )
    present(done, as_json)


class _Told(TypedDict):
    """Where rows go, and who hears of them: what every probe of `misspoke.probe` takes."""

    out: Path
    progress: "Progress"
    expecting: "Expecting"


@dataclass(frozen=True, slots=True)
class _Engine:
    """Which model is loaded, and how."""

    model: str
    dtype: str
    device: str
    batch_tokens: int | None


@contextmanager
def _probing(
    engine: _Engine, out: Path | None, kind: str, asked: str
) -> "Iterator[tuple[LanguageModel, _Told]]":
    """Loads the model and shows how far its probe is."""
    from misspoke import api

    parts = [kind, *([asked] if asked != kind else []), short_name(engine.model)]
    lm = api.load(
        engine.model,
        dtype=engine.dtype,
        device=engine.device,
        batch_tokens=engine.batch_tokens,
        notice=notice,
    )
    with progress_bar("probing") as progress:
        folder = out or Path("runs") / "-".join(parts)
        yield lm, _Told(out=folder, progress=progress, expecting=_expected)


def present(done: "Probe", as_json: bool) -> None:
    """Prints a finished probe."""
    from misspoke.reports.modes import findings_tables

    found = done.findings()
    page = (done.path or Path()) / "report.html"
    if as_json:
        show_json({"run": str(done.path), "report": str(page), **found.to_dict()})
        return
    show(*findings_tables(found, done.manifest), f"report: {page}")


def _load(questions: str, n: int | None, skip_bad: bool) -> "QuestionSet":
    from misspoke import questions as question_room

    return _told(question_room.load(questions, n=n, skip_bad=skip_bad))


def _told(asked: "QuestionSet") -> "QuestionSet":
    """Says what is to be known of a set, and what was left out of it."""
    for line in (*asked.notices, *asked.skipped):
        notice(line)
    return asked


def _expected(tokens: int) -> None:
    notice(f"about {tokens:,} tokens to forward")
