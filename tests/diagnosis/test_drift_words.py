"""What may be said of drift, from figures that are made up."""

from dataclasses import replace

import pytest

from misspoke.diagnosis.modes.drift.reading import Talks
from misspoke.diagnosis.modes.drift.words import Told, sure, todo, verdict
from misspoke.diagnosis.modes.findings import Remedy
from misspoke.diagnosis.modes.measures import Difference, Figure


def figure(key: str, value: float, low: float, high: float) -> Figure:
    return Figure(key, key, "share", value, (low, high), 44)


def gap(value: float, low: float, high: float) -> Difference:
    return Difference(value, (low, high), 0.5, 44)


def told(lost: tuple[float, float, float], height: tuple[float, float, float]) -> Told:
    held = [
        figure("first", 0.4, 0.3, 0.5),
        figure("last", 0.4 - lost[0], 0.2, 0.5),
        figure("lost", *lost),
    ]
    talks = Talks((), ("default",), (1, 4, 16))
    return Told(talks, {one.key: one for one in held}, (), {}, gap(*height), "It falls on.")


CLEAR, OPEN, NONE = (0.3, 0.2, 0.4), (0.09, -0.01, 0.19), (0.0, -0.04, 0.04)
LOSES, KEEPS, GAINS, UNSURE = (0.12, 0.03, 0.22), (0.0, -0.05, 0.05), (-0.1, -0.2, -0.02), (
    0.1,
    -0.1,
    0.3,
)  # fmt: skip


@pytest.mark.parametrize(
    ("lost", "height", "begins", "holds"),
    [
        (LOSES, CLEAR, "It drifts: heeding falls from 40%", "It falls on."),
        (LOSES, OPEN, "It drifts: heeding falls", "never said is not settled (+9.0 points"),
        (LOSES, NONE, "It drifts: heeding falls", "is not settled"),
        (UNSURE, CLEAR, "No drift is settled: heeding goes", "a loss of +10 points (−10 to +30)"),
        (UNSURE, OPEN, "No drift is settled", "is not settled (+9.0 points"),
        (UNSURE, NONE, "There is nothing that could drift", "At turn 1, 40% of 44 are heeded"),
        (GAINS, CLEAR, "Heeding is not seen to fall: it rises from 40%", "It falls on."),
        (GAINS, NONE, "There is nothing that could drift", "hardly more"),
    ],
)
def test_the_verdict_says_what_the_intervals_allow(
    lost: tuple[float, float, float], height: tuple[float, float, float], begins: str, holds: str
) -> None:
    said = verdict(told(lost, height))
    assert said.startswith(begins)
    assert holds in said
    assert ("nothing that could drift" in said) == begins.startswith("There")


def remedy(name: str, verdict: str, effect: float = 0.1) -> Remedy:
    tokens = Figure("tokens", "tokens", "tokens", 30.0, (30, 30), 44)
    return Remedy(name, name, gap(effect, 0.0, 0.2), gap(0, 0, 0), tokens, 0.01, verdict)


def test_what_helps_is_told_whatever_the_height_is() -> None:
    helps = replace(told(KEEPS, NONE), remedies=(remedy("every 4", "helps: +10 points"),))
    assert todo(helps).startswith("Remind every 4 turns: +10.0 points")
    nothing = replace(helps, remedies=(remedy("every 4", "not settled: +10 points"),))
    assert todo(nothing).startswith("Repeating will not help")
    unsure = replace(nothing, height=gap(*OPEN))
    assert todo(unsure).startswith("No reminder's gain is settled")


def test_what_is_followed_though_it_was_never_said_stands_beside() -> None:
    held = told(GAINS, CLEAR)
    floor = {
        key: figure(key, value, 0, 1)
        for key, value in (("floor.first", 0.05), ("floor.last", 0.14))
    }
    said = sure(replace(held, headline={**held.headline, **floor}), {})
    assert (
        "5% of the replies at turn 1 and 14% at turn 16: what changes alike is no heeding" in said
    )
    assert "Never said" not in sure(held, {})


def test_what_was_not_tried_is_told_so() -> None:
    assert todo(told(KEEPS, CLEAR)).startswith("No reminder was tried: hold longer")


def test_what_the_instruction_still_does_is_told_in_nats() -> None:
    held = told(KEEPS, CLEAR)
    kl = {key: figure(key, value, 0, 1) for key, value in (("kl.first", 0.43), ("kl.last", 0.004))}
    said = sure(replace(held, headline={**held.headline, **kl}), {})
    assert "first token goes from 0.43 to 0.00 nats." in said
    assert "nats" not in sure(held, {})
