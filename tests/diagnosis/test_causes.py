"""Why the right answer lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misspoke.diagnosis import CAUSES, cause
from misspoke.records import Interval

INTERVAL = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda p: Interval(min(p), max(p)))


def at(mass: float) -> Interval:
    """A mass that is known exactly."""
    return Interval(mass, mass)


@pytest.mark.parametrize(
    ("gold", "emitted", "top", "string", "wanted"),
    [
        (at(0.49), at(0.31), at(0.24), at(0.31), "split_vote"),
        (at(0.49), at(0.31), at(0.40), at(0.31), "greedy_miss"),
        (at(0.49), at(0.31), Interval(0.24, 0.32), at(0.31), "undetermined"),
        (at(0.49), at(0.31), at(0.31), at(0.31), "undetermined"),
        (at(0.30), at(0.30), at(0.30), at(0.30), "minority_belief"),
        (at(0.25), at(0.60), at(0.25), at(0.50), "minority_belief"),
        (Interval(0.29, 0.31), at(0.30), at(0.29), at(0.30), "undetermined"),
        (Interval(0.31, 0.40), Interval(0.30, 0.31), at(0.31), at(0.30), "undetermined"),
    ],
)
def test_causes(
    gold: Interval, emitted: Interval, top: Interval, string: Interval, wanted: str
) -> None:
    assert cause(gold, emitted, top, string) == wanted


@given(INTERVAL, INTERVAL, INTERVAL, INTERVAL, st.data())
def test_what_is_determined_holds_for_every_truth(
    gold: Interval, emitted: Interval, top: Interval, string: Interval, data: st.DataObject
) -> None:
    found = cause(gold, emitted, top, string)
    assert found in CAUSES
    if found == "undetermined":
        return
    truth = [
        at(data.draw(st.floats(mass.lower, mass.upper))) for mass in (gold, emitted, top, string)
    ]
    assert cause(*truth) == found
