import pytest
from reports.drawing import drawn
from reports.report_rows import HOSTILE, every_outcome, exactly, hostile, row
from rich.cells import cell_len

from misspoke.records import Interval
from misspoke.records.observation import Observation
from misspoke.reports import election
from misspoke.reports.bars import Bar
from misspoke.reports.verdict import verdict

SENTENCES = {
    "correct": "Right: 43% of its belief was on the right answer.",
    "thin lead": "Right, by a thin lead: only 5% of its belief was on the right answer.",
    "abstained": "It declined to answer, though 43% of its belief was on the right answer.",
    "empty": "It gave no answer; 5% of its belief was on the right answer.",
    "knowledge gap": "It did not know: 5% of its belief was on the right answer, less than the "
    "20% that count as knowing. Knowledge gap.",
    "undetermined": "Between 10% and 40% of its belief was on the right answer, and 20% count as "
    "knowing: what was computed or revealed does not settle whether it knew. Undetermined.",
    "minority belief": "It knew: 43% of its belief was on the right answer, but 50% was on "
    "“Arabic”, and no pooling of spellings can mend that. Commitment failure: a minority belief.",
    "split vote": "It knew: 43% of its belief was on the right answer, spread over 2 spellings; "
    "no single one beat “Arabic” at 24%. Commitment failure: a split vote.",
    "greedy miss": "It knew: 40% of its belief was on the right answer, and “Persian” alone held "
    "40% against 24% for “Arabic”; choosing token by token walked past it. Commitment failure: a "
    "greedy miss.",
    "undetermined cause": "It knew: 43% of its belief was on the right answer, yet it said "
    "“Arabic”; the masses are not known well enough to tell why. Commitment failure of "
    "undetermined cause.",
    "no forms": "It did not know: 0% of its belief was on the right answer, less than the 20% "
    "that count as knowing. Knowledge gap.",
}


@pytest.mark.parametrize(("name", "one"), every_outcome().items())
def test_each_outcome_has_its_sentence(name: str, one: Observation) -> None:
    assert verdict(one) == SENTENCES[name]


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252", "cp437"])
@pytest.mark.parametrize("one", every_outcome().values(), ids=every_outcome())
def test_every_outcome_fits_every_console(one: Observation, width: int, encoding: str) -> None:
    text = drawn(election(one), width, encoding)
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert ("#" in text) == (encoding in ("ascii", "cp1252") and one.id != "none")
    assert "String mass" in text


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("text", HOSTILE)
def test_texts_are_shown_and_do_not_act(text: str, encoding: str) -> None:
    shown = drawn(election(hostile(1, text)), 120, encoding)
    assert all(char.isprintable() or char == "\n" for char in shown)
    if "[red]" in text:
        assert "[red]bold[/red]" in shown


def test_the_split_is_listed_and_the_winner_marked() -> None:
    lines = drawn(election(every_outcome()["split vote"]), 80).splitlines()
    (total,) = [line for line in lines if "(right)" in line]
    (said,) = [line for line in lines if line.startswith("►")]
    assert "0.43" in total
    assert "Arabic (said)" in said
    listed = lines[lines.index(total) + 1 : lines.index(said)]
    assert [line.split()[0] for line in listed] == ["Persian", "Farsi"]
    assert "String mass 0.43 beside first-token mass 0.43 (literal 0.43)" in lines
    assert any("␣F 0.20 *" in line for line in lines)


def test_another_threshold_gives_another_verdict() -> None:
    one = every_outcome()["knowledge gap"]
    assert "Knowledge gap" in drawn(election(one))
    assert "Commitment failure: a minority belief." in verdict(one, tau=0.05)


def test_flags_are_remarked_on() -> None:
    one = row(
        several_groups=True,
        gold=(("Persian",), ("Farsi",)),
        gold_mass=exactly(0.22),
        alias_gap=True,
        lost_midway=True,
        lost_step=2,
        near_tie=True,
        budget_spent=True,
    )
    text = " ".join(drawn(election(one)).split())
    for remark in ("2 right answers", "resembles", "at token 2", "nearly tied", "its budget"):
        assert remark in text


def test_a_bar_is_full_to_its_lower_bound_and_shaded_to_its_upper() -> None:
    assert Bar(Interval(0.25, 0.5), 1.0, "").drawn(8) == "██░░    "
    assert Bar(exactly(1.0), 1.0, "").drawn(4) == "████"
    assert Bar(exactly(1e-9), 1.0, "").drawn(4) == "▏   "
    assert Bar(exactly(0.0), 0.0, "").drawn(4) == "    "
