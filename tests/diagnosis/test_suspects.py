"""Suspected names of right answers: what resembles them, and in which order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misspoke.diagnosis.resemblance import edits, resemblance
from misspoke.diagnosis.suspects import find_suspects

WHO = "Who developed the printing press?"


def row(
    row_id: str,
    gold: list[list[str]],
    candidates: list[tuple[str, float]],
    question: str = WHO,
    correct: bool = False,
    mass: float = 0.0,
) -> dict[str, object]:
    """A row whose greedy answer is its first candidate."""
    outcome = "correct" if correct else "commitment_failure" if mass >= 0.2 else "knowledge_gap"
    return {
        "id": row_id,
        "question": question,
        "gold": gold,
        "forms": [name for group in gold for name in group],
        "answer": candidates[0][0],
        "correct": correct,
        "abstained": False,
        "outcome": outcome,
        "p_mass_lower": mass,
        "p_mass_upper": mass,
        "candidates": [{"answer": answer, "prob": prob} for answer, prob in candidates],
    }


@pytest.mark.parametrize(
    ("question", "said", "right", "reason"),
    [
        (WHO, "Gutenberg", "Johannes Gutenberg", "same by the rule surname"),
        ("What is it?", "Bishkeq", "Bishkek", "spelled alike"),
        ("What is it?", "Mitochondria", "mitochondrion", "spelled alike"),
        ("What is it?", "E. coli", "Escherichia coli", "the same but for initials"),
        ("What is it?", "the crimson officiant", "officiant", "contains a right answer"),
        ("What is it?", "officiant", "crimson officiant", "part of a right answer"),
        ("What is it?", "Red Sox of Boston", "Boston Red Sox", "shares most of its words"),
    ],
)
def test_what_resembles_a_right_answer(question: str, said: str, right: str, reason: str) -> None:
    assert resemblance(question, said, [right]) == reason


@pytest.mark.parametrize(
    ("question", "said", "right"),
    [
        ("When was it?", "1968", "1969"),
        ("When was it?", "July 4, 1968", "July 4, 1969"),
        ("When did it happen?", "1917", "April 1917"),
        ("Who was king?", "George V", "George VI"),
        (WHO, "Johannes Kepler", "Johannes Gutenberg"),
        ("Who wrote it?", "Charlotte Brontë", "Emily Brontë"),
        ("What is the currency of Guyana?", "US dollar", "Guyanese dollar"),
        ("Where is Beijing?", "China", "northern China"),
        ("On which continent is it?", "South", "South Asia"),
        ("Which country is it?", "Gambia", "Zambia"),
        ("Which country is it?", "Slovakia", "Slovenia"),
        ("Which country is it?", "Iran", "Iraq"),
        ("What is the highest mountain?", "Mount Everest", "Mount Whitney"),
    ],
)
def test_what_does_not(question: str, said: str, right: str) -> None:
    assert resemblance(question, said, [right]) is None


def test_a_namesake_is_no_suspect_even_beside_a_bare_surname() -> None:
    assert resemblance("Who wrote it?", "Charlotte Brontë", ["Emily Brontë", "Brontë"]) is None
    assert resemblance("Who wrote it?", "E. Brontë", ["Emily Brontë", "Brontë"]) is not None


def distance(a: str, b: str) -> int:
    """The definition, by recursion."""
    if not a or not b:
        return len(a) + len(b)
    least = min(
        distance(a[:-1], b) + 1,
        distance(a, b[:-1]) + 1,
        distance(a[:-1], b[:-1]) + (a[-1] != b[-1]),
    )
    if len(a) > 1 and len(b) > 1 and a[-1] == b[-2] and a[-2] == b[-1]:
        least = min(least, distance(a[:-2], b[:-2]) + 1)
    return least


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_edits_are_the_alignment_distance(a: str, b: str) -> None:
    assert edits(a, b) == distance(a, b)


def test_a_suspect_tells_what_it_would_change() -> None:
    gold = [["Johannes Gutenberg"]]
    rows = [row("a", gold, [("Gutenberg", 0.3), ("Gutenberg, a smith", 0.1), ("Luther", 0.2)])]
    [one] = find_suspects(rows)
    assert (one.ids, one.alias, one.gold) == (("a",), "Gutenberg", ("Johannes Gutenberg",))
    assert one.prob == pytest.approx(0.4)
    assert (one.would_be, one.mended, one.changed) == (("correct",), 1, 1)


def test_one_name_of_one_answer_is_one_suspect() -> None:
    gold = [["Johannes Gutenberg"]]
    rows = [row(name, gold, [("Gutenberg", 0.3)]) for name in "abc"]
    rows.append(row("d", [["Beno Gutenberg"]], [("Gutenberg", 0.3)]))
    first, second = find_suspects(rows)
    assert (first.ids, first.mended, first.changed) == (("a", "b", "c"), 3, 3)
    assert first.prob == pytest.approx(0.9)
    assert second.ids == ("d",)


def test_the_most_impact_comes_first() -> None:
    gold = [["Johannes Gutenberg"]]
    likely = row("likely", gold, [("Luther", 0.4), ("Gutenberg", 0.15)])
    crossing = row(
        "crossing", [["Beno Gutenberg"]], [("Luther", 0.3), ("Gutenberg", 0.05)], mass=0.18
    )
    mended = row("mended", [["Jan Gutenberg"]], [("Gutenberg", 0.01)])
    right = row(
        "right", [["Ed Gutenberg"]], [("Ed Gutenberg", 0.5), ("Gutenberg", 0.2)], correct=True
    )
    found = find_suspects([likely, crossing, mended, right])
    assert [one.ids[0] for one in found] == ["mended", "crossing", "right", "likely"]
    assert found[1].would_be == ("commitment_failure",)
    assert (found[2].would_be, found[2].changed) == (("correct",), 0)


def test_what_is_in_the_event_or_a_refusal_is_no_suspect() -> None:
    gold = [["Gutenberg"]]
    said = [("Gutenberg, a smith", 0.3), ("I do not know Gutenberg", 0.2), ("", 0.1), ("…", 0.1)]
    assert find_suspects([row("a", gold, said)]) == ()


def test_faint_candidates_are_left_out() -> None:
    gold = [["Johannes Gutenberg"]]
    assert find_suspects([row("a", gold, [("Luther", 0.9), ("Gutenberg", 0.004)])]) == ()
    assert len(find_suspects([row("a", gold, [("Gutenberg", 0.004)])])) == 1  # it was said
