"""Writes docs/python.md: the names of `misspoke.__all__`, as their source has them.

Signatures are taken from the source text, not from the running objects: what Python prints of an
annotation differs from version to version.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import misspoke
from misspoke import probe

PAGE = Path(__file__).parents[2] / "docs/python.md"
WIDTH = 88
HEAD = """\
# Python

*Written by `make docs` from the source; a test holds this page to it.*

All public names are those of `misspoke` itself. They load when they are first used, so that
`import misspoke` stays light. [Five minutes](tour.md) shows them at work. What the user can mend
raises `UserError`, with one line that says what is wrong, where, and the remedy.
"""
NOTES = {
    "Observation": "Its fields are the columns of [columns.md](columns.md).",
}
"""What stands in the place of a record's fields."""


def page() -> str:
    """The page: functions, records and errors, each in the order of the alphabet."""
    found = {name: getattr(misspoke, name) for name in misspoke.__all__ if name != "probe"}
    found |= {f"probe.{name}": getattr(probe, name) for name in probe.__all__ if name != "Probe"}
    errors = [name for name, one in found.items() if _is_error(one)]
    records = [name for name, one in found.items() if inspect.isclass(one) and name not in errors]
    functions = [name for name in found if name not in errors + records]
    parts = [HEAD]
    for title, names in (("Functions", functions), ("Records", records), ("Errors", errors)):
        parts.append(f"## {title}\n")
        parts += ["\n".join(_entry(name, found[name])) for name in sorted(names)]
    return "\n".join(parts)


def _is_error(one: object) -> bool:
    return inspect.isclass(one) and issubclass(one, BaseException)


def _entry(name: str, one: object) -> Iterator[str]:
    """The lines of one public name."""
    [node] = ast.parse(dedent(inspect.getsource(one))).body  # type: ignore[arg-type]
    node = _Readable(vars(inspect.getmodule(one))).visit(node)
    yield f"### {name}"
    yield ""
    if isinstance(node, ast.FunctionDef):
        yield from _code(_signature(f"misspoke.{name}", node))
        yield from _documented(node)
        return
    made = _constructor(node)
    if made is not None:
        yield from _code(_signature(f"misspoke.{name}", made, bound=True, result=False))
    elif node.bases:
        yield from _code(f"class misspoke.{name}({', '.join(map(ast.unparse, node.bases))})")
    yield from _documented(node)
    members = [f"- {NOTES[name]}"] if name in NOTES else [*_fields(node)]
    members += [*_methods(node)]
    if members:
        yield from [*members, ""]


class _Readable(ast.NodeTransformer):
    """Values in the place of constants' names, an ellipsis in that of private functions."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self._names.get(node.id)
        if node.id.isupper() and isinstance(value, str | int | float):
            return ast.Constant(value)
        return ast.Constant(...) if node.id.startswith("_") and callable(value) else node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        del node
        return ast.Constant(...)


def _code(text: str) -> list[str]:
    return ["```python", text, "```", ""]


def _documented(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    return [*_linked(ast.get_docstring(node) or "").splitlines(), ""]


def _linked(text: str) -> str:
    """A text that names pages of docs/, with links to them."""
    return re.sub(r"\bdocs/([\w-]+\.md)", r"[\1](\1)", text)


def _constructor(node: ast.ClassDef) -> ast.FunctionDef | None:
    return next((one for one in _functions(node) if one.name == "__init__"), None)


def _functions(node: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    return (one for one in node.body if isinstance(one, ast.FunctionDef))


def _signature(
    name: str, node: ast.FunctionDef, *, bound: bool = False, result: bool = True
) -> str:
    """A call as the source has it, on one line if it fits; `bound` leaves out `self`."""
    parts = _parameters(node.args)[int(bound) :]
    gives = f" -> {_type(node.returns)}" if node.returns and result else ""
    line = f"{name}({', '.join(parts)}){gives}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {part}," for part in parts), f"){gives}"])


def _parameters(given: ast.arguments) -> list[str]:
    """Each parameter with its type and default, `*` before those that are given by name."""
    places = [*given.posonlyargs, *given.args]
    nothing = [None] * (len(places) - len(given.defaults))
    defaults: list[ast.expr | None] = [*nothing, *given.defaults]
    parts = [_parameter(*pair) for pair in zip(places, defaults, strict=True)]
    if given.kwonlyargs:
        parts.append("*" if given.vararg is None else f"*{given.vararg.arg}")
        pairs = zip(given.kwonlyargs, given.kw_defaults, strict=True)
        parts += [_parameter(*pair) for pair in pairs]
    return parts


def _parameter(one: ast.arg, default: ast.expr | None) -> str:
    kind = f": {_type(one.annotation)}" if one.annotation else ""
    equals = " = " if kind else "="
    return one.arg + kind + (f"{equals}{_text(default)}" if default is not None else "")


def _text(value: ast.expr) -> str:
    """An expression as this project writes it: with double quotation marks."""
    text = ast.unparse(value)
    return text if '"' in text else text.replace("'", '"')


def _type(annotation: ast.expr | None) -> str:
    """A type as text; what the source quotes stands without its quotation marks."""
    return ast.unparse(annotation).replace("'", "") if annotation is not None else ""


def _fields(node: ast.ClassDef) -> Iterator[str]:
    """A line for each public field, with the text that stands below it in the source."""
    if _constructor(node) is not None:
        return
    for one, after in zip(node.body, [*node.body[1:], None], strict=True):
        if not (isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)):
            continue
        if not one.target.id.startswith("_"):
            yield f"- `{one.target.id}: {_type(one.annotation)}`{_below(after)}"


def _below(node: ast.stmt | None) -> str:
    """The text behind a field, on one line, or nothing."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return f": {_linked(' '.join(str(node.value.value).split()))}"
    return ""


def _methods(node: ast.ClassDef) -> Iterator[str]:
    """A line for each public method and property, with the first line of its docstring."""
    for one in _functions(node):
        if one.name.startswith("_"):
            continue
        said = (ast.get_docstring(one) or "").split("\n\n")[0]
        asked = any(ast.unparse(mark) == "property" for mark in one.decorator_list)
        call = f"{one.name}: {_type(one.returns)}" if asked else _flat(one)
        yield f"- `{call}`: {_linked(' '.join(said.split()))}"


def _flat(node: ast.FunctionDef) -> str:
    parts = _parameters(node.args)[1:]
    return f"{node.name}({', '.join(parts)}) -> {_type(node.returns)}"


def main() -> int:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
