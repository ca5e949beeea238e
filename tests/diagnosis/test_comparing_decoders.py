"""Contests of decoders side by side, and decoders of one model across contests."""

from typing import Any

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar as peer_mcnemar
from statsmodels.stats.multitest import multipletests
from trial_rows import some_trials, trial

from misspoke.diagnosis.comparing import ContestSide, compare_decoders
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
    first, second = some_trials(300, 0), some_trials(300, 1)
    found = compare_decoders([side("a", first), side("b", second)])
    names = [one.decoder for one in first[0].decodings]
    assert len(found.duels) == len(names) ** 2 - 1  # greedy against greedy says nothing
    _, expected, _, _ = multipletests([d.mcnemar_p for d in found.duels], method="holm")
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
        assert duel.mcnemar_p == pytest.approx(peer_mcnemar(table, exact=True).pvalue)


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
