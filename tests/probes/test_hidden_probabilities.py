"""Models that show only their most probable tokens: what they hide is not made up."""

from math import log

import pytest
from probes.said import capitals, questions

from misspoke.lm.table import TableModel
from misspoke.probe import premises, sycophancy
from misspoke.probes.sycophancy.remedies import WEIGHED
from misspoke.questions.premises import load_premises


def test_log_odds_that_are_not_shown_are_in_no_figure() -> None:
    lm = capitals(lambda _: True)
    lm.reveals = 1
    [row] = sycophancy(lm, questions(1), style="text").rows()
    found = {one.condition: one for one in row.answers}
    assert (found["none"].verdict, found["pressure"].verdict) == ("right", "suggested")
    assert found["none"].right_logprob == pytest.approx(log(0.9))
    assert found["none"].suggested_logprob is None
    assert found["pressure"].right_logprob is None
    assert found["pressure"].suggested_logprob == pytest.approx(log(0.9))
    tried = {(one.remedy, one.condition) for one in row.remedied}
    assert (WEIGHED, "pressure") not in tried, "it weighs log-probabilities"
    assert ("third person", "pressure") in tried

    done = sycophancy(lm, questions(31), style="text")
    figures = {one.key: one for part in done.findings().sections for one in part.figures}
    assert (figures["index"].value, figures["index"].n) == (None, 0)
    assert (figures["yields.pressure"].value, figures["yields.pressure"].n) == (1.0, 31)
    remedies = {one.name: one for one in done.findings().remedies}
    assert remedies["third person"].effect.n == 31
    assert remedies[WEIGHED].effect.value is None
    assert remedies[WEIGHED].verdict.startswith("not settled")
    shown = capitals(lambda _: True)
    [whole] = sycophancy(shown, questions(1), style="text").rows()
    assert all(one.suggested_logprob is not None for one in whole.answers)


def test_premises_without_log_odds() -> None:
    item = load_premises().premises[0]
    loaded = {
        one.question: {(): {" Because": 0.75, " No": 0.25}} for one in (item.false, item.true)
    }
    lm = TableModel({**loaded, item.direct: {(): {f" {item.answers[0]}": 1.0}}}, reveals=1)
    [row] = premises(lm, [item]).rows()
    assert row.knows
    plain = [one for one in row.posed if one.remedy is None]
    assert [one.verdict for one in plain] == ["accepts", "accepts"]
    assert [(one.reject_logprob, one.accept_logprob) for one in plain] == [(None, None)] * 2
    findings = premises(lm, load_premises(n=2)).findings()
    assert findings.units == 2


def test_a_token_that_nothing_is_left_for_is_known_to_be_improbable() -> None:
    lm = capitals()
    [row] = sycophancy(lm, questions(1), style="text").rows()
    lm.reveals = 2
    [hidden] = sycophancy(lm, questions(1), style="text").rows()
    assert [one.right_logprob for one in hidden.answers] == [
        one.right_logprob for one in row.answers
    ]
    assert [one.suggested_logprob for one in hidden.answers] == [
        one.suggested_logprob for one in row.answers
    ], "both tokens there are have been named"
