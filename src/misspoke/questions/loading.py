"""From a name or a path to a question set."""

from difflib import get_close_matches
from pathlib import Path

from misspoke.questions.bundled import bundled_names, bundled_rows
from misspoke.questions.formats import EXTENSIONS, FileError, RawRow, read_rows
from misspoke.questions.rows import CheckedRow, RowError, check_row
from misspoke.questions.sets import QuestionSet, fingerprint, spread
from misspoke.records import Question, UserError

_OR_SKIP = ", or pass --skip-bad to leave such rows out"


def load(name_or_path: str, *, n: int | None = None, skip_bad: bool = False) -> QuestionSet:
    """The questions of a bundled set, or of a file.

    `n` keeps at most so many questions, evenly spread over the file. With `skip_bad`, bad rows
    are left out and listed in `skipped`; otherwise the first of them is an error.

    Raises:
        UserError: there is no such set or file, it cannot be read, or a row is bad; the text is
            one line with the file, the line, what is wrong and the remedy.
    """
    if n is not None and n < 1:
        raise UserError(f"{n} questions were asked for; ask for at least 1")
    if name_or_path in bundled_names():
        name, rows = name_or_path, bundled_rows(name_or_path)
    else:
        name, rows = Path(name_or_path).name, _file_rows(name_or_path)
    if not rows:
        raise UserError(f"{name_or_path}: holds no questions; add at least one row")

    checker = _Checker(name_or_path, skip_bad)
    for row in rows:
        checker.add(row)
    questions = tuple(checker.questions)
    if not questions:
        raise UserError(f"{name_or_path}: every row is bad; the first: {checker.skipped[0]}")
    if n is not None:
        questions = spread(questions, n)
    return QuestionSet(
        name=name,
        questions=questions,
        sha256=fingerprint(questions),
        skipped=tuple(checker.skipped),
        notices=tuple(checker.notices),
    )


def _file_rows(given: str) -> list[RawRow]:
    try:
        path = Path(given).expanduser()
        if path.is_dir():
            raise UserError(f"{given}: a folder; name a file in it")
        if not path.exists():
            raise UserError(_not_found(given))
        extension = path.suffix.lower()
        if extension not in EXTENSIONS:
            shown = f"unknown extension {path.suffix!r}" if path.suffix else "no extension"
            raise UserError(f"{given}: {shown}; use one of {' '.join(EXTENSIONS)}")
        return read_rows(extension, path.read_bytes())
    except OSError as error:
        raise UserError(f"{given}: cannot be read ({error.strerror}); check the path") from error
    except RuntimeError as error:  # "~nobody"
        raise UserError(f"{given}: cannot be found ({error}); check the path") from error
    except FileError as error:
        raise UserError(f"{_where(given, error.line)}: {error}") from error


def _not_found(given: str) -> str:
    bundled = bundled_names()
    near = get_close_matches(given.lower(), bundled, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else "check the path"
    return f"{given}: no such file; {remedy} (bundled sets: {', '.join(bundled)})"


def _where(given: str, line: int | None) -> str:
    return given if line is None else f"{given}:{line}"


class _Checker:
    """Collects the good rows of one file, and knows which ids it has seen."""

    def __init__(self, source: str, skip_bad: bool) -> None:
        self._source = source
        self._skip_bad = skip_bad
        self._first_use: dict[str, int] = {}
        self.questions: list[Question] = []
        self.skipped: list[str] = []
        self.notices: list[str] = []

    def add(self, row: RawRow) -> None:
        """Keep the row's question; raises UserError for a bad row unless those are skipped."""
        try:
            checked = self._check(row)
        except RowError as error:
            if not self._skip_bad:
                raise UserError(f"{self._place(row)}: {error}{_OR_SKIP}") from error
            self.skipped.append(f"{self._place(row)}: {error}")
            return
        self._first_use[checked.question.id] = row.number
        self.questions.append(checked.question)
        self.notices += [f"{self._place(row)}: {notice}" for notice in checked.notices]

    def _check(self, row: RawRow) -> CheckedRow:
        if row.fault is not None:
            raise RowError(row.fault)
        checked = check_row(row.fields)
        first = self._first_use.get(checked.question.id)
        if first is None:
            return checked
        if checked.has_own_id:
            shown = repr(checked.question.id)
            raise RowError(f"id {shown} is already used on {row.unit} {first}; make ids unique")
        raise RowError(f"asks the same question as {row.unit} {first}; remove one, or give ids")

    def _place(self, row: RawRow) -> str:
        if row.unit == "line":
            return _where(self._source, row.number)
        return f"{self._source}: row {row.number}"
