"""Probes compared, as texts, for the terminal, and as a page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from misspoke.diagnosis.modes.measures import Figure
from misspoke.reports.bars import OTHER, Drawing
from misspoke.reports.charts import DifferenceRow, difference_chart
from misspoke.reports.columns import Columns
from misspoke.reports.compare_parts import plain_table, report_address
from misspoke.reports.decoder_figures import p_value, signed
from misspoke.reports.modes.words import NONE, WORDS, figure_text, mode_name, value
from misspoke.reports.page_parts import document, note, safe, section
from misspoke.reports.page_parts import figure as drawn
from misspoke.reports.text import counted, visible

TESTS = (
    "Differences are the second run less the first, on the units that both hold; in brackets the "
    "95% interval by drawing clusters of units. p: both runs are exchanged within clusters; "
    "corrected by Holm for all figures of all pairs. Nothing here says why two runs differ."
)
_RUN_HEAD = ("Run", "Model", "Made of", "Units")


def title(compared: Mapping[str, Any]) -> str:
    """What is compared: `Sycophancy: 2 runs compared`."""
    return f"{mode_name(compared['mode'])}: {len(compared['runs'])} runs compared"


def reading(compared: Mapping[str, Any], pair: Mapping[str, Any]) -> list[str]:
    """What a pair says: how much is told apart, and each figure that is."""
    a, b = (_label(compared, pair[side]) for side in "ab")
    apart = [gap for gap in pair["gaps"] if gap["told_apart"]]
    tested = sum(gap["holm_p"] is not None for gap in pair["gaps"])
    said = f"{len(apart)} of {counted(tested, 'figure')} that could be tested tell the runs apart."
    lines = [f"{said} {counted(pair['common'], 'unit')} in both."]
    for gap in apart:
        one, other = Figure(**gap["a"]), Figure(**gap["b"])
        lines.append(
            f"{visible(one.says)}: {figure_text(one)} in {a}, {figure_text(other)} in {b}"
            f"{_better(one, gap['difference']['value'], a, b)}."
        )
    return lines


def _better(figure: Figure, change: float, a: str, b: str) -> str:
    if figure.better is None or not change:
        return ""
    return f"; {b if (change < 0) == (figure.better == 'lower') else a} is better"


def notes(compared: Mapping[str, Any], pair: Mapping[str, Any]) -> list[str]:
    """What else differs, and what is not compared."""
    a, b = (_label(compared, pair[side]) for side in "ab")
    said = []
    if pair["unlike"]:
        said.append(f"Beware: the runs were made differently ({'; '.join(pair['unlike'])}).")
    if pair["only_a"] or pair["only_b"]:
        said.append(f"Left out: {pair['only_a']} of {a} alone, {pair['only_b']} of {b} alone.")
    if pair["one_sided"]:
        said.append(f"In one run only, or of other turns: {', '.join(pair['one_sided'])}.")
    return list(map(visible, said))


def gap_head(compared: Mapping[str, Any], pair: Mapping[str, Any]) -> tuple[str, ...]:
    """The head of a pair's table."""
    a, b = (_label(compared, pair[side]) for side in "ab")
    return ("What is measured", a, b, "Difference [95%]", "n", "p (Holm)")


def gap_rows(pair: Mapping[str, Any], *, spreads: bool) -> Iterator[tuple[str, ...]]:
    """A line a measure; with `spreads` the runs' own figures have their intervals."""
    for gap in pair["gaps"]:
        one, other = Figure(**gap["a"]), Figure(**gap["b"])
        p = gap["holm_p"]
        yield (
            visible(one.says),
            *(_own(figure, spreads=spreads) for figure in (one, other)),
            _change(gap),
            f"{gap['difference']['n']:,}",
            NONE if p is None else p_value(p) + (", told apart" if gap["told_apart"] else ""),
        )


def _own(figure: Figure, *, spreads: bool) -> str:
    if spreads or figure.value is None:
        return figure_text(figure)
    return value(figure.value, figure.unit) + WORDS[figure.unit]


def _change(gap: Mapping[str, Any]) -> str:
    found, unit = gap["difference"], gap["a"]["unit"]
    if found["value"] is None:
        return "too few"

    def text(number: float) -> str:
        return signed(100 * number) if unit in ("share", "points") else value(number, unit)

    words = " points" if unit in ("share", "points") else WORDS[unit]
    if found["interval"] is None:
        return text(found["value"]) + words
    low, high = map(text, found["interval"])
    return f"{text(found['value'])}{words} [{low} to {high}]"


def _label(compared: Mapping[str, Any], place: int) -> str:
    """A run by its model, and by its folder where another is of the same model."""
    runs = compared["runs"]
    run = runs[place]
    alone = sum(other["model"] == run["model"] for other in runs) == 1
    return visible(run["model"] if alone else Path(run["folder"]).name)


def _run_rows(compared: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for run in compared["runs"]:
        names = (Path(run["folder"]).name, run["model"], run["questions"])
        yield (*map(visible, names), f"{run['units']:,}")


def probes_lines(compared: Mapping[str, Any]) -> RenderableType:
    """Draw a comparison of probes for the terminal."""
    parts: list[RenderableType] = [_bold(title(compared)), _table(_RUN_HEAD, _run_rows(compared))]
    for pair in compared["pairs"]:
        parts += [Text(), _bold(_pair_title(compared, pair))]
        parts += [_table(gap_head(compared, pair), gap_rows(pair, spreads=False))]
        first, *others = reading(compared, pair)
        parts += [_bold(first), *(Text(line, overflow="fold") for line in others)]
        parts += [_note(line) for line in notes(compared, pair)]
    return Drawing(Group(*parts, _note(TESTS)))


def _pair_title(compared: Mapping[str, Any], pair: Mapping[str, Any]) -> str:
    return f"{_label(compared, pair['b'])} against {_label(compared, pair['a'])}"


def _bold(text: str) -> Text:
    return Text(text, style="bold", overflow="fold")


def _note(text: str) -> Text:
    return Text(text, style=OTHER, overflow="fold")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    return Padding(Columns(head, rows), (0, 0, 0, 1))


def probes_page(folder: Path, compared: Mapping[str, Any]) -> str:
    """A comparison of probes as a whole page, for a folder."""
    parts = [section("Runs", plain_table(_RUN_HEAD, _linked_runs(folder, compared)), name="runs")]
    nav = [("runs", "Runs")]
    for number, pair in enumerate(compared["pairs"], start=1):
        name = f"pair-{number}"
        parts.append(_pair_section(compared, pair, name))
        nav.append((name, f"Pair {number}" if len(compared["pairs"]) > 1 else "Differences"))
    return document(
        title(compared),
        ", ".join(dict.fromkeys(visible(run["model"]) for run in compared["runs"])),
        "\n".join(parts),
        section("How it was computed", note(TESTS)),
        nav=nav,
    )


def _linked_runs(folder: Path, compared: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str]]]:
    for run, (name, *cells) in zip(compared["runs"], _run_rows(compared), strict=True):
        link = f'<a href="{safe(report_address(folder, run))}">{safe(name)}</a>'
        yield "", [link, *map(safe, cells)]


def _pair_section(compared: Mapping[str, Any], pair: Mapping[str, Any], name: str) -> str:
    first, *others = reading(compared, pair)
    shares = [
        gap
        for gap in pair["gaps"]
        if gap["a"]["unit"] in ("share", "points") and gap["difference"]["value"] is not None
    ]
    chart = difference_chart([_charted(gap) for gap in shares], name) if shares else None
    rows = (("", [safe(cell) for cell in row]) for row in gap_rows(pair, spreads=True))
    return section(
        _pair_title(compared, pair),
        f'<p class="reading"><strong>{safe(first)}</strong></p>',
        *(f"<p>{safe(line)}</p>" for line in others),
        *(note(line) for line in notes(compared, pair)),
        drawn(chart) if chart is not None else "",
        plain_table(gap_head(compared, pair), rows),
        name=name,
    )


def _charted(gap: Mapping[str, Any]) -> DifferenceRow:
    low, high = gap["difference"]["interval"] or (None, None)
    return DifferenceRow(gap["a"]["says"], gap["difference"]["value"], low, high, gap["holm_p"])
