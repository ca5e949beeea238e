"""Writes docs/commands.md: what `--help` says of every command, in one width.

It is set from the commands' own options, and not from the text that `--help` prints: how that looks
hangs on the terminal and on the version of the library that prints it.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from textwrap import wrap
from types import NoneType
from typing import Any, Self, get_args, get_origin

from typer.models import ArgumentInfo

from misspoke.cli.app import app

PAGE = Path(__file__).parents[2] / "docs/commands.md"
WIDTH = 96
INDENT = 30
HEAD = """\
# Commands

*Written by `make docs` from the commands themselves; a test holds this page to them.
`misspoke COMMAND --help` says the same.*

Results go to standard output, notices and progress to standard error. The exit status is 0 if all
is done, 1 for a failure that one line explains, and 2 for wrong usage. Ctrl-C stops a run cleanly:
the same command goes on where it stopped. `--json` prints a JSON object in place of tables.
"""
GUIDES = {
    "run": "[the tour](tour.md) · [summary.json](summary.md) · [columns](columns.md) · "
    "[detectors](detectors.md)",
    "ask": "[the tour](tour.md) · [measures](measures.md)",
    "audit": "[the engine](engine.md)",
    "decode": "[decoding](decoding.md)",
    "compare": "[comparing runs](comparing.md)",
    "aliases": "[the audit of aliases](aliases.md)",
    "questions": "[the questions](atlas.md)",
    "probe sycophancy": "[sycophancy](sycophancy.md) · [run folders of probes](probes.md)",
    "probe premises": "[the premises](premises.md) · [run folders of probes](probes.md)",
    "probe drift": "[drift](drift.md) · [the instructions](instructions.md) · "
    "[run folders of probes](probes.md)",
    "probe consistency": "[consistency](consistency.md) · [wordings](wordings.md) · "
    "[run folders of probes](probes.md)",
}
"""Where a command is explained, by its name."""

_TIED = "\N{NO-BREAK SPACE}"


def page() -> str:
    """The page: a list of the commands, then a section for each."""
    commands = dict(_commands())
    said = {name: inspect.cleandoc(call.__doc__ or "") for name, call in commands.items()}
    rows = [
        f"| [`{name}`](#misspoke-{name.replace(' ', '-')}) | {_first(said[name])} |"
        for name in commands
    ]
    parts = [HEAD, "\n".join(["| command | does |", "|---|---|", *rows, ""])]
    parts += [_section(name, said[name], call) for name, call in commands.items()]
    return "\n".join(parts)


def _commands() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every command by its whole name, those of groups behind the others."""
    for one in app.registered_commands:
        if one.callback:
            yield one.name or "", one.callback
    for group in app.registered_groups:
        for one in group.typer_instance.registered_commands if group.typer_instance else ():
            if one.callback:
                yield f"{group.name} {one.name}", one.callback


def _first(text: str) -> str:
    """The first paragraph, on one line."""
    return " ".join(text.split("\n\n")[0].split())


def _section(name: str, said: str, call: Callable[..., Any]) -> str:
    """The section of one command: how it is called, and every argument and option."""
    given = [_Given.of(*pair) for pair in inspect.signature(call).parameters.items()]
    places = [one.head for one in given if one.is_argument]
    lines = [f"## misspoke {name}", "", said, ""]
    lines += [f"See {GUIDES[name]}.", ""] if name in GUIDES else []
    lines += ["```text", " ".join([f"Usage: misspoke {name}", *places, "[OPTIONS]"]), ""]
    for one in sorted(given, key=lambda one: not one.is_argument):
        lines += one.lines()
    return "\n".join([*lines, "```", ""])


@dataclass(frozen=True, slots=True)
class _Given:
    """What may be given to a command: an argument or an option."""

    head: str
    """Its names, and what it takes."""
    told: str
    """Its help, its limits and its default."""
    is_argument: bool

    @classmethod
    def of(cls, name: str, parameter: inspect.Parameter) -> Self:
        """One parameter of a command's function, with what its annotation says of it."""
        kind, about = get_args(parameter.annotation)
        kinds = [one for one in (get_args(kind) or (kind,)) if one is not NoneType]
        several = get_origin(kind) is list or any(get_origin(one) is list for one in kinds)
        default = parameter.default
        is_argument = isinstance(about, ArgumentInfo)
        if is_argument:
            place = about.metavar or name.upper() + ("..." if several else "")
            head = place if default is inspect.Parameter.empty else f"[{place}]"
        else:
            first = [about.default] if isinstance(about.default, str) else []
            names = [*first, *(about.param_decls or ())] or [f"--{name.replace('_', '-')}"]
            head = " ".join(
                [", ".join(names), *([] if kind is bool else [about.metavar or _takes(kinds[0])])]
            )
        limits = [_limits(about.min, about.max), _default(default)]
        told = [about.help or "", *(text.replace(" ", _TIED) for text in limits)]
        return cls(head, " ".join(filter(None, told)), is_argument)

    def lines(self) -> Iterator[str]:
        """Its lines: what it is called on the left, what it is on the right."""
        told = wrap(self.told, WIDTH - INDENT, break_on_hyphens=False) or [""]
        first = f"  {self.head}"
        if len(first) > INDENT - 2:
            yield first
            first = ""
        yield (first.ljust(INDENT) + told[0].replace(_TIED, " ")).rstrip()
        for line in told[1:]:
            yield " " * INDENT + line.replace(_TIED, " ")


def _takes(kind: Any) -> str:
    """What an option takes: its choices, or a word for the kind of its value."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(choice.value) for choice in kind)
    return {int: "N", float: "X", Path: "PATH"}.get(kind, "TEXT")


def _limits(low: float | None, high: float | None) -> str:
    """The least and the greatest number that are taken, if there are any."""
    if low is not None and high is not None:
        return f"[{low:g} to {high:g}]"
    return "" if low is None else f"[at least {low:g}]"


def _default(value: Any) -> str:
    """The default, where there is one that says something."""
    value = getattr(value, "value", value)
    told = isinstance(value, str | int | float) and not isinstance(value, bool)
    return f"[default: {value}]" if told else ""


def main() -> int:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
