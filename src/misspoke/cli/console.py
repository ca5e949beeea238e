"""Where the command line prints: results on standard output, all else on standard error."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from misspoke.api import Progress


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
    for renderable in renderables:
        out.print(renderable)


def show_json(value: Mapping[str, object]) -> None:
    """Prints one JSON object on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


@contextmanager
def progress_bar(label: str) -> "Iterator[Progress]":
    """A progress bar on standard error with the rate and the time left."""
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
    with Progress(*columns, console=Console(stderr=True), transient=False) as bar:
        task = bar.add_task(label, total=None, rate="")

        def update(done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f}/s" if speed else ""
            bar.update(task, completed=done, total=total, rate=rate)

        yield update
