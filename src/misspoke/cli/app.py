"""`misspoke`: the commands, their exit status, and what a user's mistake looks like."""

import sys
from typing import Annotated, NoReturn

import typer

from misspoke.cli import aliases, ask, audit, checkup, compare, decode, listing, probe, run
from misspoke.records import MisspokeError

app = typer.Typer(
    name="misspoke",
    help="Shows when a language model knew the answer and said something else.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"misspoke {version('misspoke')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Shows when a language model knew the answer and said something else."""


app.command("run")(run.run)
app.command("ask")(ask.ask)
app.command("audit")(audit.audit)
app.command("decode")(decode.decode)
app.add_typer(probe.app, name="probe")
app.command("checkup")(checkup.checkup)
app.command("compare")(compare.compare)
app.command("aliases")(aliases.aliases)
app.command("report")(run.report)
app.command("models")(listing.models)
app.command("questions")(listing.questions)


_CTRL_C = 130
"""The status with which typer leaves after Ctrl-C."""


def main() -> NoReturn:
    """Runs the command line. Exit status: 0 done, 1 an explained failure, 2 wrong usage."""
    try:
        app(prog_name="misspoke")
    except MisspokeError as error:
        _fail(str(error))
    except SystemExit as leaving:
        if leaving.code == _CTRL_C:
            _fail("stopped; the same command starts again")
        raise
    sys.exit(0)


def _fail(line: str) -> NoReturn:
    print(f"misspoke: {line}", file=sys.stderr)
    sys.exit(1)
