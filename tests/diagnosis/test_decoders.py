"""Decoders judged against greedy: by hand, by brute force, and in what must always hold."""

import itertools
import json
import math
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trial_rows import DECODERS, FARSI, decoding, some_trials, trial

from misspoke.diagnosis import Verdicts, judge, random_merges
from misspoke.diagnosis.ballots import ballot
from misspoke.diagnosis.decoders import KINDS, DecoderVerdict, kind_of_error
from misspoke.diagnosis.merges import by_meaning, random_winners
from misspoke.measures import bootstrap_mean, cluster_codes, holm, mcnemar
from misspoke.records import UserError
from misspoke.records.trial import Trial

quick = settings(deadline=None, max_examples=40)
rows_of_rights = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=25)


def made(rights: list[tuple[bool, ...]]) -> list[Trial]:
    return [trial(f"q{place}", row) for place, row in enumerate(rights)]


def judged(rows: list[Trial]) -> Verdicts:
    return judge(rows, resamples=50)


def by_name(verdicts: Verdicts) -> dict[str, DecoderVerdict]:
    return {verdict.decoder: verdict for verdict in verdicts.decoders}


def test_a_run_by_hand() -> None:
    """Greedy: 2 of 6 right. Concept recovers 3 and damages 1; first-token changes nothing."""
    pairs = [(True, True), (True, False), (False, True), (False, True), (False, True)]
    rows = made([(greedy, concept, greedy) for greedy, concept in pairs])
    rows[2] = replace(rows[2], alias_gap=True)
    silent = tuple(
        decoding(name, abstained=True, answer="", forward_tokens=20, merges=2, certified=True)
        for name in DECODERS[:3]
    )
    rows.append(replace(trial("q5", (False,), outcome="abstained"), decodings=silent))
    primed = replace(trial("q6", (False, True, True)), primed=True)
    verdicts = judged([*rows, primed])
    assert (verdicts.n, verdicts.primed) == (6, 1)
    greedy, concept, first = verdicts.decoders
    assert [v.decoder for v in verdicts.decoders] == ["greedy", "concept", "first-token"]
    assert (concept.n, concept.accuracy.numerator, concept.accuracy.value) == (6, 4, 4 / 6)
    assert (concept.recovered, concept.damaged, concept.net) == (3, 1, 2)
    assert concept.recovered_alias_gap == 1
    assert concept.net_per_question.value == pytest.approx(2 / 6)
    assert concept.mcnemar_p == pytest.approx(10 / 16)
    assert concept.holm_p == 1.0
    assert (concept.abstained, concept.certified, concept.merges) == (1, 1, 2 / 6)
    assert concept.selective is not None
    assert (concept.selective.numerator, concept.selective.denominator) == (4, 5)
    assert concept.forward_tokens.value == pytest.approx((5 * 14 + 20) / 6)
    assert concept.beyond_prompt.value == 4
    assert concept.ratio == 1
    assert (first.recovered, first.damaged, first.mcnemar_p, first.holm_p) == (0, 0, 1.0, 1.0)
    assert (greedy.net, greedy.mcnemar_p, greedy.holm_p, greedy.changed) == (0, 1.0, 1.0, 0)


def test_tokens_are_held_against_those_of_greedy() -> None:
    one = decoding(forward_tokens=10, beyond_prompt=2)
    other = decoding("concept", forward_tokens=25, beyond_prompt=17, changed=True)
    _, verdict = judged([replace(trial(), decodings=(one, other))]).decoders
    assert (verdict.ratio, verdict.beyond_prompt.value, verdict.changed) == (2.5, 17.0, 1)
    assert verdict.selective is None


def test_kinds_of_error() -> None:
    kinds: dict[tuple[str, str | None], int] = {
        ("knowledge_gap", None): 3,
        ("commitment_failure", "split_vote"): 50,
        ("commitment_failure", "greedy_miss"): 49,
        ("commitment_failure", "minority_belief"): 1,
        ("commitment_failure", "undetermined"): 2,
        ("undetermined", None): 2,
        ("abstained", None): 1,
    }
    rows = [
        trial(f"{outcome}{cause}{i}", (False, i == 0), outcome=outcome, cause=cause)
        for (outcome, cause), count in kinds.items()
        for i in range(count)
    ]
    concept = judged([*rows, *made([(True, True)])]).decoders[1]
    shares = {one.kind: one.recovered for one in concept.by_kind}
    found = {kind: (share.numerator, share.denominator) for kind, share in shares.items()}
    assert found == {
        "knowledge_gap": (1, 3),
        "minority_belief": (1, 1),
        "split_vote": (1, 50),
        "greedy_miss": (1, 49),
        "undetermined_cause": (1, 2),
        "undetermined": (1, 2),
        "abstained": (1, 1),
    }
    assert tuple(found) == KINDS
    assert [one.kind for one in concept.by_kind if one.claim] == ["split_vote"]
    assert sum(recovered for recovered, _ in found.values()) == concept.recovered
    assert shares["split_vote"].value == 0.02
    assert shares["split_vote"].interval == pytest.approx((0.00354, 0.10495), abs=1e-5)


HEADROOM = {
    "split": (FARSI, 0.1, (1, 1, 1)),
    "not for certain": (FARSI, 0.2, (1, 1, 0)),
    "another class leads": ((("Arabic", 0.4, 0), ("an Arabic", 0.1, 0), *FARSI[1:]), 0, (1, 0, 0)),
    "equal": ((("Arabic", 0.25, 0), ("Farsi", 0.25, 1)), 0, (1, 0, 0)),
    "pooled though of two classes": (
        (("Arabic", 0.3, 0), ("Persian", 0.2, 1), ("Farsi", 0.2, 2)),
        0.05,
        (1, 1, 1),
    ),
    "of one class with a wrong one": ((("Farsi", 0.3, 0), ("Arabic", 0.25, 0)), 0.04, (1, 1, 1)),
    "not found": (FARSI[:1], 0.5, (0, 0, 0)),
    "only right ones": (FARSI[1:3], 0.5, (1, 1, 0)),
    "no candidates": ((), 1.0, (0, 0, 0)),
}


@pytest.mark.parametrize("case", HEADROOM)
def test_headroom(case: str) -> None:
    candidates, residual, expected = HEADROOM[case]
    rows = [trial(candidates=candidates, residual=residual), trial("q2", (True,))]
    room = judged(rows).headroom
    shares = (room.found, room.leads, room.leads_surely)
    assert tuple(one.numerator for one in shares) == expected
    assert {one.denominator for one in shares} == {1}


def test_relations() -> None:
    rights = [(False, True), (True, False), (False, True), (True, True), (False, True)]
    relations = ["b", "b", "a", "a", None]
    rows = [replace(row, relation=r) for row, r in zip(made(rights), relations, strict=True)]
    concept = judged(rows).decoders[1]
    found = [(r.relation, r.n, r.recovered, r.damaged, r.net) for r in concept.by_relation]
    assert found == [("a", 2, 1, 0, 1), ("b", 2, 1, 1, 0), (None, 1, 1, 0, 1)]


def test_intervals_are_drawn_by_relation() -> None:
    rows = some_trials(200)
    kept = [row for row in rows if not row.primed]
    net = [row.decodings[1].right - row.decodings[0].right for row in kept]
    clusters = cluster_codes([row.relation for row in kept])
    wanted = bootstrap_mean(net, clusters=clusters, resamples=300, seed=5)
    assert judge(rows, seed=5, resamples=300).decoders[1].net_per_question.interval == wanted


def test_p_values_are_corrected_for_the_decoders_beside_greedy() -> None:
    verdicts = judged(some_trials(300))
    others = verdicts.decoders[1:]
    assert [v.mcnemar_p for v in others] == [mcnemar(v.recovered, v.damaged) for v in others]
    assert [v.holm_p for v in others] == holm([v.mcnemar_p for v in others])
    assert by_name(verdicts)["p-true"].damaged == 0


@given(rows_of_rights, st.data())
@quick
def test_what_always_holds(rights: list[tuple[bool, bool, bool]], data: Any) -> None:
    rows = [replace(row, primed=data.draw(st.booleans())) for row in made(rights)]
    verdicts = judged(rows)
    kept = [row for row in rows if not row.primed]
    assert verdicts.n == len(kept) == len(rows) - verdicts.primed
    for place, verdict in enumerate(verdicts.decoders):
        right = sum(row.decodings[place].right for row in kept)
        greedy = sum(row.decodings[0].right for row in kept)
        assert verdict.net == verdict.recovered - verdict.damaged == right - greedy
        assert verdict.accuracy.numerator == right
        assert verdict.mcnemar_p <= verdict.holm_p
        assert sum(one.recovered.numerator for one in verdict.by_kind) == verdict.recovered
        assert sum(one.net for one in verdict.by_relation) == verdict.net
        assert sum(one.n for one in verdict.by_relation) == verdict.n
        same = all(row.decodings[place].right == row.decodings[0].right for row in kept)
        if same:
            assert (verdict.recovered, verdict.damaged, verdict.mcnemar_p) == (0, 0, 1.0)


@pytest.mark.parametrize("rows", [[], [replace(trial("q", (True, False)), primed=True)]])
def test_nothing_to_judge(rows: list[Trial]) -> None:
    verdicts = judged(rows)
    assert verdicts.n == 0
    assert len(verdicts.decoders) == 2 * len(rows)
    for verdict in verdicts.decoders:
        assert verdict.accuracy.value is None
        assert verdict.beyond_prompt.value is None
        assert verdict.mcnemar_p == 1.0
    assert verdicts.headroom.found.interval is None
    json.dumps(verdicts.to_dict(), allow_nan=False)


def test_verdicts_are_plain_json() -> None:
    verdicts = judged(some_trials(60))
    values = verdicts.to_dict()
    assert json.loads(json.dumps(values, allow_nan=False)) == values
    assert values["decoders"][1]["net"] == verdicts.decoders[1].net
    assert values["merges"]["meaning"]["net"] == verdicts.merges.meaning.net
    assert judged(some_trials(60)) == verdicts


def test_greedy_must_come_first() -> None:
    others = (decoding("concept"), decoding())
    for rows in ([replace(trial("q7"), decodings=others)], [replace(trial("q7"), decodings=())]):
        for use in (judged, random_merges):
            with pytest.raises(UserError, match="'q7': its first decoder is not 'greedy'"):
                use(rows)


def test_rows_must_have_the_same_decoders() -> None:
    with pytest.raises(UserError, match="'q2': has the decoders greedy, and the rows before it"):
        judged([trial("q1", (False, True)), trial("q2", (False,))])


def test_kind_of_a_right_answer_is_none_of_the_errors() -> None:
    assert kind_of_error(trial("q", (True,))) not in KINDS


# Random merges


def test_merges_by_hand() -> None:
    """Six pairs can be merged: three take Arabic along, and it wins; in the others it does not."""
    rows = [trial(), trial("q2", (True,), candidates=FARSI[:1])]
    found = random_merges(rows, draws=4_000, seed=1)
    assert (found.n, found.merged, found.merges) == (2, 1, 1)
    assert (found.string.recovered, found.string.damaged, found.string.net) == (0, 1, -1)
    assert (found.meaning.recovered, found.meaning.damaged, found.meaning.net) == (1, 1, 0)
    assert found.random.recovered == pytest.approx(3 / 6, abs=0.03)
    assert found.random.damaged == 1
    assert found.random.net_interval == (-1, 0)
    assert found.p == pytest.approx(0.5, abs=0.03)
    assert found.string.net_interval is None


def brute_winners(prob: list[float], merges: int) -> Counter[int]:
    """How often each string wins over all ways to merge pairs one after another."""
    found: Counter[int] = Counter()

    def merge(classes: list[frozenset[int]], left: int, weight: float) -> None:
        if not left:
            mass = {one: sum(prob[i] for i in one) for one in classes}
            heaviest = max(mass.values())
            found[min(min(one) for one in classes if mass[one] == heaviest)] += weight
            return
        pairs = list(itertools.combinations(range(len(classes)), 2))
        for i, j in pairs:
            rest = [one for k, one in enumerate(classes) if k not in (i, j)]
            merge([*rest, classes[i] | classes[j]], left - 1, weight / len(pairs))

    merge([frozenset([i]) for i in range(len(prob))], merges, 1.0)
    return found


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=5).map(lambda xs: sorted(xs, reverse=True)),
    st.integers(0, 4),
    st.integers(0, 1_000),
)
@settings(quick, derandomize=True)
def test_random_winners_are_drawn_from_all_ways_evenly(
    weights: list[int], merges: int, seed: int
) -> None:
    prob = [weight / 256 for weight in weights]  # sums are exact
    merges = min(merges, len(prob) - 1)
    draws = 2_000
    found = random_winners(np.array(prob), merges, draws, np.random.default_rng(seed))
    wanted = brute_winners(prob, merges)
    for place in range(len(prob)):
        expected, counted = wanted[place], float((found == place).mean())
        slack = 5 * math.sqrt(expected * max(0.0, 1 - expected) / draws) + 1e-9
        assert abs(counted - expected) <= slack


@given(st.lists(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3)), max_size=6), max_size=6))
@quick
def test_winners_agree_with_plain_ones(table: list[list[tuple[int, int]]]) -> None:
    rows = []
    for number, votes in enumerate(table):
        names = ["Persian", "Arabic", "Farsi", "Turkish", "Urdu", "Pashto"]
        votes_of = [(names[i], p / 1024, c) for i, (p, c) in enumerate(votes)]
        votes_of.sort(key=lambda vote: -vote[1])
        rows.append(trial(f"q{number}", (number % 2 == 0,), candidates=votes_of))
    found = random_merges(rows, draws=20)
    nets = {"string": 0, "meaning": 0}
    for row in rows:
        greedy = row.decodings[0].right
        mass: Counter[int] = Counter()
        for candidate in row.candidates:
            mass[candidate.concept] += candidate.prob
        by_string = bool(row.candidates) and row.candidates[0].right
        heaviest = [c for c in row.candidates if mass[c.concept] == max(mass.values())]
        nets["string"] += by_string - greedy
        nets["meaning"] += (bool(heaviest) and heaviest[0].right) - greedy
    assert found.string.net == nets["string"]
    assert found.meaning.net == nets["meaning"]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=12))
@quick
def test_random_merges_without_merges_are_the_most_probable_string(
    rows: list[tuple[bool, int]],
) -> None:
    apart = [(answer, prob, place) for place, (answer, prob, _) in enumerate(FARSI)]
    made_rows = [
        trial(f"q{place}", (right,), candidates=apart[start - 1 :])
        for place, (right, start) in enumerate(rows)
    ]
    found = random_merges(made_rows, draws=7)
    assert found.merges == found.merged == 0
    for tally in (found.random, found.meaning):
        assert (tally.recovered, tally.damaged) == (found.string.recovered, found.string.damaged)
    assert found.p == 1.0


def test_a_string_that_is_there_twice_is_one() -> None:
    one = ballot(trial(candidates=(("Arabic", 0.2, 0), ("Farsi", 0.15, 1), ("Farsi", 0.15, 1))))
    assert one.prob.tolist() == [0.3, 0.2]
    assert (one.right.tolist(), one.concept.tolist(), one.merges) == ([True, False], [0, 1], 0)
    assert by_meaning(one).tolist() == [0]


def test_primed_rows_are_left_out_of_the_control() -> None:
    rows = some_trials(100)
    kept = [row for row in rows if not row.primed]
    assert random_merges(rows) == random_merges(kept)
    assert judged(rows).merges == random_merges(rows)


def test_no_rows_have_no_merges() -> None:
    found = random_merges([])
    assert (found.n, found.random.net, found.meaning.net, found.p) == (0, 0, 0, 1.0)
