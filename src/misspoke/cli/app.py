"""`misspoke`: the commands, their exit status, and what a user's mistake looks like."""

import os
import sys
from typing import NoReturn

import typer

from misspoke.cli import ask, audit, listing, run
from misspoke.records import Interrupted, MisspokeError

app = typer.Typer(
    name="misspoke",
    help="Shows when a language model knew the answer and said something else.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("ask")(ask.ask)
app.command("audit")(audit.audit)
app.command("report")(run.report)
app.command("models")(listing.models)
app.command("questions")(listing.questions)


def main() -> NoReturn:
    """Runs the command line. Exit status: 0 done, 1 an explained failure, 2 wrong usage."""
    try:
        app()
    except MisspokeError as error:
        _fail(str(error), 130 if isinstance(error, Interrupted) else 1)
    except KeyboardInterrupt:
        _fail("stopped", 130)
    except BrokenPipeError:  # the reader of our output has gone, e.g. `misspoke … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _fail(line: str, status: int) -> NoReturn:
    print(f"misspoke: {line}", file=sys.stderr)
    sys.exit(status)
