"""`misspoke run` and `misspoke report`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from misspoke.cli import options
from misspoke.cli.console import notice, progress_bar, show, show_json

if TYPE_CHECKING:
    from misspoke.api import Run

Questions = Annotated[
    str,
    typer.Option(
        "-q",
        "--questions",
        help="A bundled set (`misspoke questions`), or a .jsonl, .json, .csv, .tsv or .parquet "
        "file with question and answers.",
    ),
]
Count = Annotated[
    int | None, typer.Option("-n", min=1, help="Ask so many questions, spread over the set.")
]
Out = Annotated[
    Path | None, typer.Option("-o", "--out", help="The run folder [default: runs/SET-MODEL]")
]
Detectors = Annotated[
    str,
    typer.Option(
        help="What tells wrong answers without the right one: names of docs/detectors.md with "
        "commas, all, none, or free: those that cost no further tokens."
    ),
]
Samples = Annotated[
    int, typer.Option(min=2, help="Answers drawn for the detectors that need samples.")
]
Family = Annotated[
    str | None,
    typer.Option(
        help="The model's family: `misspoke compare` then knows its siblings; a finished run "
        "takes this note too [default: the catalogue's]"
    ),
]
Role = Annotated[
    options.RoleName | None,
    typer.Option(help="What the model was made for [default: the catalogue's]"),
]
Checkpoint = Annotated[
    int | None, typer.Option(min=0, help="The training step, if the model is a checkpoint of many.")
]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave bad rows out, and count them.")]


def run(
    questions: Questions = "atlas",
    model: options.Model = "smollm2-135m-instruct",
    n: Count = None,
    out: Out = None,
    style: options.Style = options.StyleName.auto,
    shots: options.Shots = None,
    tau: options.Tau = 0.2,
    seed: options.Seed = 0,
    dtype: options.Dtype = options.DtypeName.auto,
    device: options.Device = options.DeviceName.auto,
    batch_tokens: options.BatchTokens = None,
    detectors: Detectors = "free",
    samples: Samples = 10,
    family: Family = None,
    role: Role = None,
    checkpoint: Checkpoint = None,
    skip_bad: SkipBad = False,
    as_json: options.Json = False,
) -> None:
    """Diagnose one model on one question set: what it did not know, and what it misspoke."""
    from misspoke import questions as question_room

    asked = question_room.load(questions, n=n, skip_bad=skip_bad)
    for line in (*asked.notices, *asked.skipped):
        notice(line)

    from misspoke import api
    from misspoke.records.lineage import Lineage

    folder = out or Path("runs") / f"{asked.name}-{short_name(model)}"
    lm = api.load(model, dtype=dtype, device=device, batch_tokens=batch_tokens, notice=notice)
    with progress_bar("observing") as progress:
        done = api.diagnose(
            lm,
            asked,
            folder,
            style=style,
            shots=shots,
            tau=tau,
            seed=seed,
            detectors=detectors,
            samples=samples,
            lineage=Lineage(family=family, role=role, checkpoint=checkpoint),
            progress=progress,
        )
    _present(done, tau, as_json)


def short_name(model: str) -> str:
    """A model's name in the name of its run folder: a dot in it may be a part of its size."""
    path = Path(model)
    return path.stem if path.suffix in (".json", ".gguf") else path.name


def report(
    folders: Annotated[list[Path], typer.Argument(help="Run folders.")],
    tau: options.Tau = 0.2,
    as_json: options.Json = False,
) -> None:
    """Judge finished runs again, without the model, and rebuild their reports."""
    from misspoke import api, contests
    from misspoke.cli import decode, probe
    from misspoke.comparisons import opened

    for done in [opened(folder) for folder in folders]:
        if isinstance(done, api.Run):
            done.report(tau)
            _present(done, tau, as_json)
        elif isinstance(done, contests.Contest):
            done.report()
            decode.present(done, as_json)
        else:
            done.report()
            probe.present(done, as_json)


def _present(done: "Run", tau: float, as_json: bool) -> None:
    from misspoke.reports.figures import advice
    from misspoke.reports.terminal import example_lines, summary_table

    summary = done.summary(tau).to_dict()
    page = done.path / "report.html"
    if as_json:
        given = [asdict(one) for one in advice(summary, done.manifest, str(done.path))]
        show_json({"run": str(done.path), "report": str(page), "advice": given, **summary})
        return
    table = summary_table(summary, done.manifest, str(done.path))
    show(table, example_lines(done.folder), f"report: {page}")
