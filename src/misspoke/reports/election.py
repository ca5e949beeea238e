"""One question drawn as an election: strings are votes, pooled into the concepts they stand for."""

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from misspoke.diagnosis import TAU
from misspoke.records.observation import Observation
from misspoke.reports.bars import GOLD, OTHER, WRONG, Bar, Drawing, data_text
from misspoke.reports.text import interval, probability, visible_token
from misspoke.reports.verdict import remarks, verdict
from misspoke.reports.votes import Concept, concepts

TOP_TOKENS = 8

_STYLES = {"gold": GOLD, "emitted": WRONG, "other": OTHER, "rest": OTHER}
_TAGS = {"gold": " (right)", "emitted": " (said)"}


def election(row: Observation, tau: float = TAU) -> RenderableType:
    """Draw one row for the terminal: the question, the vote, the first tokens and the verdict.

    It fits any width from 40 columns, and consoles without colour or with few characters.
    """
    return Drawing(
        Group(
            data_text(row.question, "bold"),
            _answer(row),
            Text(),
            _vote(row),
            Text(),
            _masses(row),
            Text(),
            *_first_tokens(row),
            Text(verdict(row, tau), style="bold", overflow="fold"),
            *(Text(remark, style=OTHER) for remark in remarks(row, tau)),
        )
    )


def _answer(row: Observation) -> Text:
    if row.correct:
        mark, style = "✓ right", GOLD
    elif row.abstained:
        mark, style = "abstained", OTHER
    else:
        mark, style = "✗ wrong", WRONG
    answer = data_text(row.answer) if row.answer else Text("(nothing)")
    return Text.assemble("It said: ", answer, "  ", (mark, style))


def _vote(row: Observation) -> Table:
    found = concepts(row)
    scale = max(concept.mass.upper for concept in found if concept.role != "rest")
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=1)
    table.add_column(ratio=4)
    table.add_column(ratio=5, min_width=6)
    table.add_column(justify="right", no_wrap=True)
    for concept in found:
        if concept.role == "rest":
            mass = Text(f"≤{interval(concept.mass)}")
            table.add_row("", Text(concept.label, overflow="fold"), "", mass, style=OTHER)
        else:
            _add_concept(table, concept, scale)
    return table


def _add_concept(table: Table, concept: Concept, scale: float) -> None:
    """Add a concept's total, and its strings below it where there are several."""
    style = _STYLES[concept.role]
    single = len(concept.votes) == 1
    name = concept.votes[0].string if single else concept.label
    bound = "≥" if concept.role == "other" else ""
    table.add_row(
        _pointer(single and concept.emitted),
        Text.assemble(data_text(name), (_TAGS.get(concept.role, ""), style)),
        Bar(concept.mass, scale, style),
        Text(bound + interval(concept.mass)),
        style="" if concept.role == "other" else "bold",
    )
    for vote in () if single else concept.votes:
        table.add_row(
            _pointer(vote.emitted),
            Padding(data_text(vote.string), (0, 0, 0, 2)),
            Bar(vote.mass, scale, style),
            Text(interval(vote.mass)),
        )


def _pointer(emitted: bool) -> str:
    return "►" if emitted else ""


def _masses(row: Observation) -> Text:
    first = probability(row.p_mass_first)
    if probability(row.p_mass_first_upper) != first:
        first += f"–{probability(row.p_mass_first_upper)}"
    return Text(
        f"String mass {interval(row.p_mass)} beside first-token mass {first} "
        f"(literal {probability(row.p_mass_first_literal)})"
    )


def _first_tokens(row: Observation) -> list[RenderableType]:
    """The most probable first tokens, a star behind those that begin a right answer."""
    if not row.top_tokens:
        return []
    starts = frozenset(row.first_tokens)
    tokens = [
        _token(top.token, top.prob, top.token in starts) for top in row.top_tokens[:TOP_TOKENS]
    ]
    heading = Text("First tokens (* begins a right answer)")
    return [heading, Padding(Columns(tokens, padding=(0, 3)), (0, 0, 0, 2)), Text()]


def _token(token: str, prob: float, right: bool) -> Text:
    text = data_text(visible_token(token), GOLD if right else "")
    return Text.assemble(text, f" {probability(prob)}", (" *" if right else "", GOLD))
