"""Figures at every threshold against plain twins, and summaries of rows read in batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from summary_rows import frame_of, right, row

from misspoke.diagnosis import TAUS, contrast, summarise
from misspoke.measures import bootstrap_ratio
from misspoke.records import UserError


@dataclass(frozen=True)
class Batched:
    """A frame that is read some rows at a time, and no column that is not asked for."""

    whole: pl.DataFrame
    rows: int

    def frame(self) -> pl.DataFrame:
        raise AssertionError("nobody needs all columns")

    def columns(self, names: Sequence[str]) -> pl.DataFrame:
        return self.whole.select(names)

    def batches(self, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        for start in range(0, self.whole.height, self.rows):
            yield self.whole.select(names).slice(start, self.rows)


def candidates(p: float, rival: float, other: float) -> list[dict[str, Any]]:
    return [
        {"answer": "Lyon", "prob": rival, "concept": 0},
        {"answer": "Paris", "prob": p, "concept": 1},
        {"answer": "Nice", "prob": other, "concept": 2},
    ]


MASS = st.sampled_from([0.0, 0.1, 0.19, 0.2, 0.21, 0.35, 0.5, 0.9])
ROW = st.builds(
    lambda p, width, rival, other, kind, relation, temperature: row(
        p,
        upper=min(1.0, p + width),
        rival=rival,
        correct=kind == "correct",
        abstained=kind == "abstained",
        relation=relation,
        candidates=candidates(p, rival, other),
        tempered=[{"temperature": temperature, "p_mass_first": p, "entropy": 1.0}],
    ),
    MASS,
    st.sampled_from([0.0, 0.02, 0.2]),
    MASS,
    MASS,
    st.sampled_from(["correct", "wrong", "wrong", "abstained"]),
    st.sampled_from([None, "a", "b"]),
    st.sampled_from([0.3, 0.7, 1.0]),
)
QUICK = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def gold_leads(one: dict[str, Any]) -> bool:
    """The rule of docs/summary.md, for one row whose right form is Paris."""
    leads = one["correct"] or one["gold_mass_lower"] > one["emitted_mass_upper"]
    rivals = [c["prob"] for c in one["candidates"] if c["answer"] != "Paris"]
    return leads and all(prob <= one["gold_mass_upper"] for prob in rivals)


@QUICK
@given(st.lists(ROW, max_size=30))
def test_misfires_agree_with_row_by_row_judgement(rows: list[Any]) -> None:
    found = summarise(frame_of(*rows), tau=0.35)
    assert [point.tau for point in found.misfire] == list(TAUS)
    for point in found.misfire:
        known = [one for one in rows if one["p_mass_lower"] >= point.tau]
        wrong = [one for one in known if not one["correct"] and not one["abstained"]]
        assert point.n == len(known)
        assert point.greedy.lower.numerator == len(wrong)
        led = [one for one in known if not gold_leads(one)]
        assert point.concept_argmax.numerator == len(led)
        assert point.concept_argmax.denominator == len(known)
        if known:
            errors = [[1 - one[f"p_mass_{end}"] for one in known] for end in ("upper", "lower")]
            assert point.sampling == pytest.approx(tuple(map(fmean, errors)))
        else:
            assert point.sampling is None
    at_tau = found.misfire[TAUS.index(0.35)]
    assert at_tau.greedy == found.rates.all_rows.string.misfire
    assert at_tau.concept_argmax == found.references.concept_argmax.misfire
    assert at_tau.sampling == found.references.sampling[-1].expected_misfire


def test_the_sweep_has_intervals() -> None:
    found = summarise(frame_of(*(row(i / 40, p_mass_first=0.3) for i in range(20)), right()))
    point = found.sweep.string[TAUS.index(0.2)]
    failed = [i / 40 >= 0.2 for i in range(20)]
    assert point.failures_per_wrong_lower == sum(failed) / 20
    assert point.failures_per_wrong_interval == bootstrap_ratio(failed, [1.0] * 20)
    headline = found.rates.all_rows.string.failures_per_wrong.lower
    assert point.failures_per_wrong_interval == headline.interval
    assert found.sweep.first[TAUS.index(0.2)].failures_per_wrong_interval == (1.0, 1.0)
    assert summarise(frame_of(right())).sweep.string[0].failures_per_wrong_interval is None


@QUICK
@given(st.lists(ROW, max_size=12), st.integers(1, 5))
def test_rows_in_batches_have_the_summary_of_the_whole(rows: list[Any], size: int) -> None:
    frame = frame_of(*rows)
    assert summarise(Batched(frame, size)) == summarise(frame)


def test_contrasts_of_many_rows_are_made_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    run = frame_of(
        *(row(0.3 + i / 200, rival=0.5, top_form_share=i / 40) for i in range(40)),
        *(right(0.6 + i / 200, effective_forms=1 + i / 9) for i in range(40)),
    )
    whole = summarise(run).dispersion
    monkeypatch.setattr(contrast, "_AT_ONCE", 100)
    parts = summarise(run).dispersion
    for name in contrast.MEASURES:
        one, other = parts.overall.contrasts[name], whole.overall.contrasts[name]
        assert (one.n_failures, one.mean_correct, one.d) == (40, other.mean_correct, other.d)
        assert one.interval == pytest.approx(other.interval)
    assert whole.overall.contrasts["top_form_share"].interval is not None
    assert list(whole.overall.contrasts) == list(contrast.MEASURES)


def test_a_column_that_only_a_part_needs_is_named() -> None:
    for name in ("tempered", "candidates", "form_masses", "residual"):
        with pytest.raises(UserError, match=f"'{name}'"):
            summarise(frame_of(right()).drop(name))
