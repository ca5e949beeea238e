"""`misspoke checkup`: every way of failing, in so many minutes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from misspoke.cli import options
from misspoke.cli.console import notice, progress_bar, show, show_json
from misspoke.cli.run import short_name

if TYPE_CHECKING:
    from misspoke.checkups.checking import Told
    from misspoke.runs.filling import Progress

Out = Annotated[
    Path | None, typer.Option("-o", "--out", help="The folder [default: runs/checkup-MODEL]")
]
Minutes = Annotated[
    float,
    typer.Option(min=0.1, help="About how long it may take; how much is asked is chosen by it."),
]


def checkup(
    model: options.Model = "smollm2-135m-instruct",
    out: Out = None,
    minutes: Minutes = 10.0,
    seed: options.Seed = 0,
    dtype: options.Dtype = options.DtypeName.auto,
    device: options.Device = options.DeviceName.auto,
    batch_tokens: options.BatchTokens = None,
    as_json: options.Json = False,
) -> None:
    """Check a model for every way of failing: where, how sure that is, and what to do."""
    from misspoke import api, checkups

    folder = out or Path("runs") / f"checkup-{short_name(model)}"
    lm = api.load(model, dtype=dtype, device=device, batch_tokens=batch_tokens, notice=notice)
    with _bars() as told:
        done = checkups.checkup(lm, folder, minutes=minutes, seed=seed, progress=told)
    if as_json:
        show_json({"checkup": str(done.path), "report": str(done.page), **done.to_dict()})
        return
    from misspoke.reports.modes.checkup_terminal import checkup_lines

    show(checkup_lines(done.model, done.facts, done.checks), f"report: {done.page}")


@contextmanager
def _bars() -> "Iterator[Told]":
    """A progress bar for each way of failing, one below the other."""
    bars: dict[str, Progress] = {}
    with ExitStack() as shown:

        def told(mode: str, done: int, total: int) -> None:
            if mode not in bars:
                shown.close()
                bars[mode] = shown.enter_context(progress_bar(mode))
            bars[mode](done, total)

        yield told
