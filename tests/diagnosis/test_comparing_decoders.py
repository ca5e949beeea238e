"""Contests of decoders side by side, and decoders of one model across contests."""

from typing import Any

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar as peer_mcnemar
from statsmodels.stats.multitest import multipletests
from trial_rows import some_trials, trial

from misspoke.diagnosis.comparing import ContestSide, compare_decoders
from misspoke.diagnosis.comparing.decoders import Duel, _corrected
from misspoke.records import UserError
from misspoke.records.trial import Trial


def side(folder: str, trials: list[Trial], fingerprint: str = "same") -> ContestSide:
    settings: dict[str, Any] = {
        "model": {"name": "ducks", "fingerprint": fingerprint},
        "questions": {"name": "atlas", "count": len(trials)},
        "style": {"form": "text", "shots": 4},
    }
    return ContestSide(folder, {"settings": settings}, trials)


def test_p_values_are_corrected_over_all_contests() -> None:
    sides = [side("a", some_trials(200, 0), "one"), side("b", some_trials(200, 1), "two")]
    found = compare_decoders(sides)
    raw = [v.mcnemar_p for run in found.runs for v in run.verdicts.decoders[1:]]
    _, expected, _, _ = multipletests(raw, method="holm")
    assert [p for run in found.runs for p in run.holm_p.values()] == pytest.approx(list(expected))
    assert found.duels == ()
    assert "different models" in found.notes[0]


def test_decoders_of_one_model_meet_on_their_common_questions() -> None:
    first, second = (some_trials(300, seed, relations=0) for seed in (0, 1))
    found = compare_decoders([side("a", first), side("b", second)])
    names = [one.decoder for one in first[0].decodings]
    assert len(found.duels) == len(names) ** 2 - 1  # greedy against greedy says nothing
    _, expected, _, _ = multipletests([d.p for d in found.duels], method="holm")
    assert [duel.holm_p for duel in found.duels] == pytest.approx(list(expected))
    for duel in found.duels:
        rows = [
            (
                next(d.right for d in one.decodings if d.decoder == duel.a_decoder),
                next(d.right for d in other.decodings if d.decoder == duel.b_decoder),
            )
            for one, other in zip(first, second, strict=True)
            if not one.primed and not other.primed
        ]
        a, b = np.array(rows).T
        assert duel.n == len(rows)
        assert duel.difference == pytest.approx(b.mean() - a.mean())
        table = [[np.sum((a == i) & (b == j)) for j in (0, 1)] for i in (0, 1)]
        assert (duel.gained, duel.lost) == (table[0][1], table[1][0])
        assert duel.test == "McNemar"
        assert duel.p == pytest.approx(peer_mcnemar(table, exact=True).pvalue)
        assert duel.told_apart == (duel.holm_p < 0.05 and duel.interval[0] * duel.interval[1] > 0)
    assert {duel.told_apart for duel in found.duels} == {True, False}


def test_relations_are_one_piece_of_evidence_each() -> None:
    """Of two decoders one is right on three relations of 100, and the other on one."""
    rows = [
        (trial(f"q{i}", [False, i // 100 < 3], decoders=("greedy", "concept"),
               relation=f"relation {i // 100}"),
         trial(f"q{i}", [False, i // 100 == 3], decoders=("greedy", "pmi"),
               relation=f"relation {i // 100}"))
        for i in range(400)
    ]  # fmt: skip
    one, other = ([row[place] for row in rows] for place in (0, 1))
    found = compare_decoders([side("a", one), side("b", other)])
    duel = next(d for d in found.duels if (d.a_decoder, d.b_decoder) == ("concept", "pmi"))
    assert (duel.gained, duel.lost, duel.test) == (100, 300, "swap")
    # of 16 exchanges ten are as far apart or farther: by McNemar p would be under 1e-23
    assert duel.p == pytest.approx(10 / 16)
    assert not duel.told_apart


def test_a_small_p_is_no_difference_where_the_interval_holds_none() -> None:
    def duel(p: float, interval: tuple[float, float] | None) -> Duel:
        return Duel(0, "a", 1, "b", 90, 5, 1, 0.1, interval, "swap", p, p, told_apart=False)

    duels = [duel(0.001, (0.01, 0.2)), duel(0.001, (-0.01, 0.2)), duel(0.5, (0.1, 0.2)),
             duel(0.001, None)]  # fmt: skip
    assert [one.told_apart for one in _corrected(duels)] == [True, False, False, False]


def test_questions_of_another_text_do_not_meet() -> None:
    one = [trial(str(i), [True, False], decoders=("greedy", "concept")) for i in range(40)]
    other = [
        trial(str(i), [True, True], decoders=("greedy", "concept"), question="Another?")
        for i in range(40)
    ]
    found = compare_decoders([side("a", one), side("b", other)])
    assert found.duels == ()
    assert "no question in common" in found.notes[0]


def test_one_contest_is_no_comparison() -> None:
    with pytest.raises(UserError, match="two different runs"):
        compare_decoders([side("a", [])])
    with pytest.raises(UserError, match=r"\./a: is given twice"):
        compare_decoders([side("a", []), side("./a", [])])
