"""Where the command line prints: results on standard output, all else on standard error."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from misspoke.records import UserError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from misspoke.runs.filling import Progress


def notice(line: str) -> None:
    """A line on standard error."""
    print(f"misspoke: {line}", file=sys.stderr)


def console() -> "Console":
    """The console for results."""
    from rich.console import Console

    return Console(highlight=False, markup=False)


def show(*renderables: "RenderableType") -> None:
    """Prints results."""
    out = console()
    with _standard_output():
        with out.capture() as printed:
            for renderable in renderables:
                out.print(renderable)
        sys.stdout.write(printed.get())


def show_json(value: Mapping[str, object]) -> None:
    """Prints one JSON object on standard output; numbers that are not finite are null."""
    from misspoke.runs.files import strict

    text = json.dumps(strict(value), ensure_ascii=False, indent=2, allow_nan=False)
    with _standard_output():
        sys.stdout.write(text + "\n")


@contextmanager
def _standard_output() -> Iterator[None]:
    """Raises UserError where standard output takes no more, unless its reader has left."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has gone, e.g. `misspoke … | head`, and has what it wants
        _drop_output()
    except OSError as error:
        _drop_output()
        raise UserError(
            f"standard output: cannot be written ({error.strerror}); send it elsewhere"
        ) from error


def _drop_output() -> None:
    """Lets what standard output still holds go nowhere, so that Python's exit does not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def progress_bar(label: str) -> "Iterator[Progress]":
    """A progress bar on standard error with the rate and the time left, from the first report."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=False)
    task = bar.add_task(label, total=None, rate="")

    def update(done: int, total: int) -> None:
        if not bar.live.is_started:
            shown.enter_context(bar)
        speed = bar.tasks[0].speed
        rate = f"{speed:.1f}/s" if speed else ""
        bar.update(task, completed=done, total=total, rate=rate)

    with ExitStack() as shown:
        yield update
