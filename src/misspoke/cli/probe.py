"""`misspoke probe`: the other failure modes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from misspoke.cli import options
from misspoke.cli.console import notice, progress_bar, show, show_json
from misspoke.cli.run import Count, Questions, SkipBad, short_name

if TYPE_CHECKING:
    from misspoke.probe import Probe
    from misspoke.questions import QuestionSet

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
Samples = Annotated[int, typer.Option(min=2, help="Answers drawn for each wording.")]


@app.command("sycophancy")
def sycophancy(
    questions: Questions = "atlas",
    model: options.Model = "smollm2-135m-instruct",
    n: Count = None,
    out: Out = None,
    style: options.Style = options.StyleName.auto,
    shots: options.Shots = None,
    seed: options.Seed = 0,
    dtype: options.Dtype = options.DtypeName.auto,
    device: options.Device = options.DeviceName.auto,
    batch_tokens: options.BatchTokens = None,
    skip_bad: SkipBad = False,
    as_json: options.Json = False,
) -> None:
    """Probe whether a model gives up its answer because its user says otherwise."""
    asked = _load(questions, n, skip_bad)

    from misspoke import api, probe

    folder = _folder(out, "sycophancy", asked.name, model)
    lm = api.load(model, dtype=dtype, device=device, batch_tokens=batch_tokens, notice=notice)
    with progress_bar("probing") as progress:
        done = probe.sycophancy(
            lm,
            asked,
            folder,
            style=style,
            shots=shots,
            seed=seed,
            progress=progress,
            expecting=_expected,
        )
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

    from misspoke import api, probe

    folder = _folder(out, "premises", asked.name, model)
    lm = api.load(model, dtype=dtype, device=device, batch_tokens=batch_tokens, notice=notice)
    with progress_bar("probing") as progress:
        done = probe.premises(
            lm, asked, folder, style=style, seed=seed, progress=progress, expecting=_expected
        )
    present(done, as_json)


@app.command("consistency")
def consistency(
    questions: Questions = "atlas",
    model: options.Model = "smollm2-135m-instruct",
    n: Count = None,
    out: Out = None,
    style: options.Style = options.StyleName.auto,
    shots: options.Shots = None,
    samples: Samples = 10,
    seed: options.Seed = 0,
    dtype: options.Dtype = options.DtypeName.auto,
    device: options.Device = options.DeviceName.auto,
    batch_tokens: options.BatchTokens = None,
    skip_bad: SkipBad = False,
    as_json: options.Json = False,
) -> None:
    """Probe whether a model's answer hangs on how a question is worded."""
    asked = _load(questions, n, skip_bad)

    from misspoke import api, probe

    folder = _folder(out, "consistency", asked.name, model)
    lm = api.load(model, dtype=dtype, device=device, batch_tokens=batch_tokens, notice=notice)
    with progress_bar("probing") as progress:
        done = probe.consistency(
            lm,
            asked,
            folder,
            style=style,
            shots=shots,
            samples=samples,
            seed=seed,
            progress=progress,
            expecting=_expected,
        )
    present(done, as_json)


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

    asked = question_room.load(questions, n=n, skip_bad=skip_bad)
    for line in (*asked.notices, *asked.skipped):
        notice(line)
    return asked


def _folder(out: Path | None, kind: str, asked: str, model: str) -> Path:
    parts = [kind, *([asked] if asked != kind else []), short_name(model)]
    return out or Path("runs") / "-".join(parts)


def _expected(tokens: int) -> None:
    notice(f"about {tokens:,} tokens to forward")
