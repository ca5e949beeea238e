"""File formats: text or bytes in, raw rows out. What the rows mean is for `rows` to say."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Literal

_REQUIRED = ("question", "answers")
_KNOWN = (*_REQUIRED, "id", "relation", "distractors", "stem", "wordings")
_MAY_BE_JSON = ("answers", "distractors", "wordings")


class FileError(Exception):
    """A whole file cannot be read; the text says why and what to do, without the file's name."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file; `fault` says why it could not be taken apart."""

    number: int
    unit: Literal["line", "row"]
    fields: Mapping[str, object] = field(default_factory=dict)
    fault: str | None = None


def read_rows(extension: str, content: bytes) -> list[RawRow]:
    """The raw rows of a file with this extension (`.csv`, …), one of `EXTENSIONS`.

    Raises:
        FileError: the file as a whole is broken.
    """
    match extension:
        case ".jsonl" | ".ndjson":
            return read_json_lines(_decoded(content))
        case ".json":
            return _read_json(_decoded(content))
        case ".csv":
            return _read_table(_decoded(content), delimiter=",")
        case ".tsv":
            return _read_table(_decoded(content), delimiter="\t")
        case ".parquet":
            return _read_parquet(content)
        case _:
            raise ValueError(f"no reader for {extension!r}")


EXTENSIONS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")


def read_json_lines(text: str) -> list[RawRow]:
    """One JSON object a line; blank lines are passed over."""
    return [
        _json_line(number, line)
        for number, line in enumerate(text.split("\n"), start=1)  # U+2028 does not end a line
        if line.strip()
    ]


def _json_line(number: int, line: str) -> RawRow:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        fault = f"not valid JSON ({_json_reason(error)}); write one JSON object a line"
        return RawRow(number, "line", fault=fault)
    return _object_row(number, "line", value)


def _read_json(text: str) -> list[RawRow]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise FileError(f"not valid JSON ({error.msg}); mend the file", error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"not valid JSON ({_json_reason(error)}); mend the file") from error
    if not isinstance(value, list):
        raise FileError(
            f"holds {kind_of(value)}, not a list of objects; "
            "wrap the rows in [ ], or name the file .jsonl if each line is an object"
        )
    return [_object_row(number, "row", item) for number, item in enumerate(value, start=1)]


def _object_row(number: int, unit: Literal["line", "row"], value: object) -> RawRow:
    if isinstance(value, dict):
        return RawRow(number, unit, fields=value)
    fault = f'{kind_of(value)}, not a JSON object; write {{"question": …, "answers": […]}}'
    return RawRow(number, unit, fault=fault)


def _read_table(text: str, delimiter: str) -> list[RawRow]:
    numbered = list(_numbered(text, delimiter))
    if not numbered:
        return []
    header = [name.strip() for name in numbered[0][1]]
    _require_columns(header)
    return [_table_row(line, header, cells) for line, cells in numbered[1:]]


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"broken table ({error}); put cells with quotes or line breaks in double quotes"
        raise FileError(what, line) from error


def _table_row(line: int, header: list[str], cells: list[str]) -> RawRow:
    if len(cells) > len(header):
        fault = (
            f"{len(cells)} cells under {len(header)} columns; "
            "put cells that hold the separator in double quotes"
        )
        return RawRow(line, "line", fault=fault)
    return _cells_row(line, "line", dict(zip(header, cells, strict=False)))


def _read_parquet(content: bytes) -> list[RawRow]:
    import polars as pl  # loaded late: it is the only heavy import of this room

    try:
        table = pl.read_parquet(BytesIO(content))
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FileError(f"not a Parquet file ({reason}); write it again") from error
    if table.is_empty():
        return []
    _require_columns(table.columns)
    known = table.select(name for name in table.columns if name in _KNOWN)
    rows = known.iter_rows(named=True)
    return [_cells_row(number, "row", row) for number, row in enumerate(rows, start=1)]


def _require_columns(names: Iterable[str]) -> None:
    present = list(names)
    for name in _REQUIRED:
        if name not in present:
            shown = ", ".join(repr(column) for column in present[:8])
            raise FileError(f"no column {name!r} among {shown}; name it in the header")


def _cells_row(number: int, unit: Literal["line", "row"], cells: Mapping[str, object]) -> RawRow:
    """A row of a table: empty cells are absent, and cells of lists may hold JSON."""
    fields = {name: cell for name, cell in cells.items() if not _is_empty(cell)}
    for name in _MAY_BE_JSON:
        cell = fields.get(name)
        if not isinstance(cell, str):
            continue
        try:
            fields[name] = _list_from_cell(cell)
        except (ValueError, RecursionError) as error:
            fault = (
                f"{name!r} begins like JSON but is not valid ({_json_reason(error)}); "
                'write ["one", "two"], or one plain text'
            )
            return RawRow(number, unit, fault=fault)
    return RawRow(number, unit, fields=fields)


def _is_empty(cell: object) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _list_from_cell(cell: str) -> object:
    """A JSON list, or a single text (in JSON's quotes or plain) as a list of one."""
    if cell.lstrip().startswith("["):
        return json.loads(cell)
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        return [cell]
    return [value] if isinstance(value, str) else [cell]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise FileError(f"not UTF-8 (byte 0x{byte:02x}); save the file as UTF-8", line) from error


def _json_reason(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"{error.msg}, column {error.colno}"
        case RecursionError():
            return "nested too deeply"
        case _:
            return str(error).split(";")[0]


def kind_of(value: object) -> str:
    """What a JSON value is, in words: "a number", "a list", …."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list() | tuple():
            return "a list"
        case dict():
            return "an object"
        case _:
            return f"of type {type(value).__name__}"
