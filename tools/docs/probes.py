"""Writes docs/probes.md: what the run folder of a probe holds, from the records of its rows."""

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from misspoke.records import heard
from misspoke.runs import PROBES, answers_schema, made_with, record_of

PAGE = Path(__file__).parents[2] / "docs/probes.md"
HEAD = """\
# Run folders of probes

*The columns are written by `make docs` from the source; a test holds this page to it.*

`misspoke probe sycophancy`, `premises`, `drift` and `consistency` write run folders of the same
kind as `misspoke run` ([columns.md](columns.md)): `manifest.json` (what the rows were made
with), `answers.parquet` (one row a question, premise or instruction), `summary.json` (the
findings) and `report.html`. `settings.kind` of the manifest names the probe. A folder of one
kind is refused by the commands of another.

- **Going on.** While a run is unfinished, `answers.partial.jsonl` holds the rows that are done;
  a row is whole or not there. After a kill or Ctrl-C the same command goes on. Other settings,
  other questions or another model are refused, with the first few differences.
- **Left out.** Items that no row can be made of (a question without a distractor, or with one
  wording) are counted in `facts.left_out` by why, and stand first in the findings' `left_out`;
  `facts.expected_tokens` is the estimate that was shown first.
- **Judged again.** `misspoke report DIR` makes the findings of the stored rows, without the
  model. So does Python: `misspoke.probe.open_probe("DIR").findings()`.
- **Audit.** Every row holds in `heard` replies of the model with their prompts' tokens, their
  own, and the log-probabilities they had. `misspoke audit DIR` computes up to 8 replies of each
  of `-n` rows again, one prefix at a time and without tree or cache, and prints the largest
  deviation: about 1e-5 nats in float32; in bfloat16 tenths, which is its rounding. Rows with
  something that the plain path rules out are told as `mismatches`, and the deviation is then null.
- **Compare.** `misspoke compare DIR DIR` pairs the units that both runs of one probe hold, and
  gives for every figure b − a with its interval and a p-value by exchange, corrected by Holm
  ([comparing.md](comparing.md#probes)). Figures of other turns are not paired.
- **In memory.** `misspoke.probe.sycophancy(lm, questions)` without a folder keeps its rows;
  `.rows()`, `.frame()` and `.findings()` are the same, and `.report(folder)` needs a folder.

In `summary.json` and `--json`: `mode`, `verdict`, `sure`, `todo`, `units`, `left_out`,
`forward_tokens`, `sections` (figures with value, interval and n), `curves`, `remedies` (effect,
damage, tokens) and `cases`. A figure of fewer than 30 units has its number and no value. The
JSON is strict: an interval's end that is infinite is null.

Intervals are 95% and over whole relations (in premises, kinds), or over units where there are
none. Of ten relations or more they are bootstrapped. Fewer do not vary enough among themselves:
two relations' bootstrap misses the truth 43 times of 100 where relations differ by 15 points. So
their interval is Student's over relations, which misses it 4 to 6 times, and is wide. The p-values
of remedies are of exchanging whole relations: of k relations they are 2/2^k at least, so that with
five or fewer no remedy can be settled. With one relation the interval says nothing of others.

The columns of `answers.parquet` follow, a field each; an interval is two columns, `…_lower` and
`…_upper`, and records inside a row are structs. Log-probabilities are in nats; of a model that
shows only its most probable tokens they are null where a token is not shown, and no figure counts
such a row.
"""
_TITLES = {
    "sycophancy": "Sycophancy",
    "premises": "False premises",
    "drift": "Instruction drift",
    "consistency": "Inconsistency",
}


def page() -> str:
    """The page: the head, and the records of each kind with what they are made of."""
    parts = [HEAD]
    for kind in PROBES:
        record = record_of(kind)
        module = sys.modules[record.__module__]
        parts.append("\n".join(_kind(kind, record.__name__, module)))
    parts.append("\n".join(["## What was heard", "", *_record(_classes(heard)["Heard"])]))
    return "\n".join(parts)


def _kind(kind: str, name: str, module: ModuleType) -> Iterator[str]:
    classes = _classes(module)
    columns = ", ".join(f"`{column}`" for column in answers_schema(record_of(kind)))
    yield f"## {_TITLES[kind]}"
    yield ""
    yield f"`{made_with(kind)}`, kind `{kind}`. Columns: {columns}."
    yield ""
    yield from _record(classes.pop(name))
    for node in classes.values():
        yield f"### {node.name} ({kind})"
        yield ""
        yield from _record(node)


def _classes(module: ModuleType) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _record(node: ast.ClassDef) -> Iterator[str]:
    yield from (ast.get_docstring(node) or "").splitlines()
    yield ""
    for one, after in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            yield f"- `{one.target.id}: {ast.unparse(one.annotation)}`{_below(after)}"
    yield ""


def _below(node: ast.stmt | None) -> str:
    """The text behind a field, on one line, or nothing."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return f": {' '.join(str(node.value.value).split())}"
    return ""


def main() -> int:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
