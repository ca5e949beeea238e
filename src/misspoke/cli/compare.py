"""`misspoke compare`: finished runs against each other."""

from pathlib import Path
from typing import Annotated

import typer

from misspoke.cli import options
from misspoke.cli.console import show, show_json

Folders = Annotated[
    list[Path],
    typer.Argument(
        help="Run folders of the same questions: two or more, all of `misspoke run`, all "
        "of `misspoke decode`, or all of one `misspoke probe`.",
        metavar="DIR DIR...",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", help="The folder to write to [default: runs/compare-DIR-DIR]"),
]


def compare(
    folders: Folders,
    out: Out = None,
    tau: options.Tau = 0.2,
    seed: options.Seed = 0,
    as_json: options.Json = False,
) -> None:
    """Compare finished runs, question by question, and say what may be claimed of them."""
    from misspoke import comparisons
    from misspoke.reports.compare_terminal import comparison_lines

    done = comparisons.compare(folders, tau=tau, seed=seed)
    page = done.report(out or default_folder(folders))
    values = done.to_dict()
    if as_json:
        show_json({"report": str(page), **values})
        return
    show(comparison_lines(values), f"report: {page}")


def default_folder(folders: list[Path]) -> Path:
    """Where a comparison goes by default: under the names of the first folders."""
    names = [folder.resolve().name for folder in folders]
    more = f"-and-{len(names) - 2}-more" if len(names) > 3 else ""
    return Path("runs") / f"compare-{'-'.join(names[: 2 if more else 3])}{more}"
