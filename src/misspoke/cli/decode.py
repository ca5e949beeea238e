"""`misspoke decode`: decoders against each other."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from misspoke.cli import options
from misspoke.cli.console import notice, progress_bar, show, show_json
from misspoke.cli.run import Count, Questions, SkipBad, short_name

if TYPE_CHECKING:
    from misspoke.contests import Contest

Decoders = Annotated[
    str,
    typer.Option(
        help="Names with commas between them: greedy, first-token, string, concept, concept@16, "
        "concept-asked, concept+pmi, concept+ptrue, concept+channel, concept@16+channel, "
        "self-consistency, asc, sample-pooling, paraphrases, paraphrases+channel; or all.",
    ),
]
Abstain = Annotated[
    float | None,
    typer.Option(min=0.0, max=1.0, help="Say nothing where the belief is not known to reach this."),
]
NliModel = Annotated[
    str | None,
    typer.Option(
        "--nli", help="Also try concept-nli: a folder or hub id of an NLI model joins answers."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", help="The run folder [default: runs/decode-SET-MODEL]"),
]


def decode(
    questions: Questions = "atlas",
    model: options.Model = "smollm2-135m-instruct",
    decoders: Decoders = "greedy,concept,concept+channel",
    n: Count = None,
    out: Out = None,
    abstain: Abstain = None,
    nli: NliModel = None,
    style: options.Style = options.StyleName.auto,
    shots: options.Shots = None,
    seed: options.Seed = 0,
    dtype: options.Dtype = options.DtypeName.auto,
    device: options.Device = options.DeviceName.auto,
    batch_tokens: options.BatchTokens = None,
    skip_bad: SkipBad = False,
    as_json: options.Json = False,
) -> None:
    """Judge decoders on a question set: what each recovers, damages and costs."""
    from misspoke import questions as question_room
    from misspoke.decoding.catalogue import chosen

    tried = chosen(decoders, abstain=abstain, nli=nli)
    asked = question_room.load(questions, n=n, skip_bad=skip_bad)
    for line in (*asked.notices, *asked.skipped):
        notice(line)

    from misspoke import api
    from misspoke.contests import contest

    folder = out or Path("runs") / f"decode-{asked.name}-{short_name(model)}"
    lm = api.load(model, dtype=dtype, device=device, batch_tokens=batch_tokens, notice=notice)
    with progress_bar("decoding") as progress:
        done = contest(
            lm, asked, folder, tried, style=style, shots=shots, seed=seed, progress=progress
        )
    present(done, as_json)


def present(done: "Contest", as_json: bool) -> None:
    """Prints a finished contest."""
    from misspoke.reports.decoders_terminal import decoder_examples, decoders_table

    verdicts = done.verdicts()
    page = done.path / "report.html"
    if as_json:
        show_json({"run": str(done.path), "report": str(page), **verdicts.to_dict()})
        return
    show(
        decoders_table(verdicts, done.manifest),
        decoder_examples(done.trials(), verdicts),
        f"report: {page}",
    )
