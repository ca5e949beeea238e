"""Models that are inconsistent by a known amount, also none: measured rightly, and told rightly."""

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from math import log

import pytest

from misspoke.diagnosis.modes.consistency import findings, measures
from misspoke.diagnosis.modes.consistency.drawn import drawn, vote
from misspoke.diagnosis.modes.findings import Findings
from misspoke.diagnosis.modes.measures import Figure, figure
from misspoke.diagnosis.modes.standing import signed
from misspoke.lm.table import Table, TableModel
from misspoke.probes.consistency import ConsistencyProber
from misspoke.records import Interval, Question
from misspoke.records.consistency import ConsistencyRow, Reply

KINDS = ("Which tongue is {}?", "Name tongue {}.", "Tongue {} is called what?", "Say tongue {}!")
COUNT = 40
SWAYED = ({" Persian": 0.9, " Greek": 0.1}, {" Persian": 0.1, " Greek": 0.9})
"""What it says to the first two wordings, and to the last two."""


def probed(
    says: Mapping[int, Mapping[str, float]], samples: int = 4, count: int = COUNT
) -> list[ConsistencyRow]:
    """Rows of a model that says this to the wordings of each question, by the wording's place."""
    asked = [
        Question(
            KINDS[0].format(place),
            [["Persian", "Farsi"]],
            id=f"q{place}",
            wordings=[kind.format(place) for kind in KINDS[1:]],
        )
        for place in range(100, 100 + count)
    ]
    tables: dict[str, Table] = {
        kind.format(place): {(): dict(says[at])}
        for place in range(100, 100 + count)
        for at, kind in enumerate(KINDS)
    }
    prober = ConsistencyProber.of(TableModel(tables), style="text", shots=0, samples=samples)
    return list(prober.probe(asked))


def always(row: Mapping[str, float]) -> dict[int, Mapping[str, float]]:
    return dict.fromkeys(range(len(KINDS)), row)


def figures(rows: list[ConsistencyRow]) -> dict[str, Figure]:
    return {one.key: figure(one) for one in measures(rows)}


def told(rows: list[ConsistencyRow], samples: int = 4) -> Findings:
    return findings(rows, {"samples": samples})


def h(*shares: float) -> float:
    return -sum(p * log(p) for p in shares if p)


@pytest.fixture(scope="module")
def swayed() -> list[ConsistencyRow]:
    return probed({0: SWAYED[0], 1: SWAYED[0], 2: SWAYED[1], 3: SWAYED[1]})


@pytest.fixture(scope="module")
def noisy() -> list[ConsistencyRow]:
    return probed(always({" Persian": 0.55, " Greek": 0.45}))


def test_a_known_divergence_is_measured(swayed: list[ConsistencyRow]) -> None:
    found = figures(swayed)
    known = log(2) - h(0.9, 0.1)
    for key in ("divergence.least", "divergence.most", "divergence.right"):
        assert found[key].value == pytest.approx(known, abs=2e-3)
    assert found["divergence.share"].value == pytest.approx(known / log(2), abs=2e-3)
    assert found["divergence.right.share"].value == pytest.approx(known / log(2), abs=2e-3)


def test_a_known_loss_of_agreement_is_measured(swayed: list[ConsistencyRow]) -> None:
    found = figures(swayed)
    within = 0.9**2 + 0.1**2
    between = (2 * within + 4 * 2 * 0.9 * 0.1) / 6  # of six pairs two are of one side
    for key, known in (
        ("sampled.within", within),
        ("sampled.between", between),
        ("wording", within - between),
    ):
        low, high = found[key].interval or (0, 0)
        assert low <= known <= high, key
    assert found["agreement"].value == pytest.approx(2 / 6)
    assert found["right.alike"].value == pytest.approx(2 / 6)
    assert found["accuracy.asked"].value == 1
    assert found["accuracy.all"].value == 0.5


def test_a_swayed_model_is_told_so(swayed: list[ConsistencyRow]) -> None:
    found = told(swayed)
    assert "33% [" in found.verdict
    assert "the wording costs" in found.verdict
    assert "p = 0.002" in found.sure
    assert found.cases[0].title.endswith("changes with the wording")


def test_sampling_noise_alone_is_no_inconsistency(noisy: list[ConsistencyRow]) -> None:
    found = figures(noisy)
    assert found["agreement"].value == 1
    assert found["divergence.least"].value == pytest.approx(0, abs=1e-4)
    assert found["divergence.most"].value == pytest.approx(0, abs=1e-4)
    assert (found["divergence.sampled"].value or 0) > 0.1  # few samples always diverge
    low, high = found["divergence.beyond"].interval or (1, 1)
    assert low <= 0 <= high
    low, high = found["wording"].interval or (1, 1)
    assert low <= 0 <= high
    verdict = told(noisy).verdict
    assert "whether the wording costs agreement beyond sampling is not settled" in verdict
    assert "100% [100–100%] of the pairs" in verdict


def test_a_model_that_is_hardly_in_doubt_shows_no_effect_of_the_wording() -> None:
    verdict = told(probed(always({" Persian": 0.995, " Greek": 0.005}))).verdict
    assert "no effect of the wording beyond sampling is seen, " in verdict


def test_the_control_spends_the_same_samples(noisy: list[ConsistencyRow]) -> None:
    for row in noisy:
        assert len(row.control) == 4 * (len(KINDS) - 1)
    found = figures(noisy)
    gap = (found["divergence.control"].value or 0) - (found["divergence.shuffled"].value or 0)
    assert abs(gap) < 0.05
    assert found["vote.one"].n == found["vote.all"].n == COUNT


def test_consistent_and_wrong_is_told_apart_from_consistent() -> None:
    rows = probed(always({" Greek": 0.95, " Persian": 0.05}))
    found = figures(rows)
    assert found["agreement"].value == 1
    assert found["wrong.alike"].value == 1
    assert found["accuracy.all"].value == 0
    assert found["right.alike"].value == 1
    result = told(rows)
    assert "the same wrong answer to every wording of 100%" in result.verdict
    assert "the same wrong answer everywhere" in result.cases[0].title


def test_refusals_are_counted_and_are_no_agreement() -> None:
    refusal = {" I don't know": 0.9, " Persian": 0.1}
    rows = probed({0: {" Persian": 1.0}, 1: refusal, 2: refusal, 3: {" Persian": 1.0}})
    found = figures(rows)
    assert found["abstained"].value == 0.5
    assert found["agreement"].value == 1
    assert found["wrong.alike"].value == 0
    silent = figures(probed(always(refusal)))
    assert (silent["agreement"].value, silent["agreement"].n) == (None, 0)
    assert silent["wrong.alike"].value == 0


def test_refusals_have_no_vote_beside_answers() -> None:
    no, yes = Reply("I don't know", 0, False, True), Reply("Persian", 1, True, False)
    greek = Reply("Greek", 2, False, False)
    assert vote([no, no, yes]) == yes
    assert vote([no, no]) == no
    assert vote([greek, yes, no, yes, no, no]) == yes
    assert vote([greek, yes]) == greek


def test_remedies_mend_and_break_by_known_amounts() -> None:
    rows = probed(
        {
            0: {" Greek": 0.6, " Persian": 0.4},
            1: {" Persian": 0.9, " Greek": 0.1},
            2: {" Persian": 0.9, " Greek": 0.1},
            3: {" Persian": 0.9, " Greek": 0.1},
        }
    )
    remedies = {one.name: one for one in told(rows).remedies}
    assert remedies["paraphrases"].effect.value == 1
    assert remedies["paraphrases"].damage.value == 0
    assert remedies["paraphrases"].verdict.startswith("helps: +100.0")
    assert remedies["vote of wordings"].effect.value == 1
    assert remedies["concept"].effect.value == 0
    assert (remedies["paraphrases"].tokens.value or 0) > 0
    turned = probed(
        {
            0: {" Persian": 0.6, " Greek": 0.4},
            **{place: {" Greek": 0.9, " Persian": 0.1} for place in (1, 2, 3)},
        }
    )
    worse = {one.name: one for one in told(turned).remedies}["paraphrases"]
    assert (worse.effect.value, worse.damage.value) == (0, 1)
    assert worse.verdict.startswith("harms")


def test_rows_are_left_out_and_counted(swayed: list[ConsistencyRow]) -> None:
    rows = [replace(row, primed=place < 5) for place, row in enumerate(swayed)]
    rows = [replace(row, several_right=place >= 38) for place, row in enumerate(rows)]
    found = told(rows)
    assert [count for _, count in found.left_out] == [5, 2, 0]
    assert found.units == 35
    by_key = {one.key: one for one in measures(rows)}
    assert figure(by_key["agreement"]).n == 33
    assert figure(by_key["accuracy.all"]).n == 35


def test_few_questions_get_no_figure() -> None:
    found = told(probed(always({" Persian": 1.0}), count=10))
    assert found.verdict.startswith("Too few")
    assert all(one.value is None for section in found.sections for one in section.figures)


def test_without_samples_what_sampling_does_is_not_told() -> None:
    rows = probed({0: SWAYED[0], 1: SWAYED[0], 2: SWAYED[1], 3: SWAYED[1]}, samples=0)
    found = told(rows, samples=0)
    assert "cannot be told" in found.verdict
    assert figures(rows)["wording"].value is None


def test_pair_statistics_are_those_of_all_pairs(swayed: list[ConsistencyRow]) -> None:
    for row in swayed[:10]:
        found = drawn(row)
        assert found is not None
        groups = [[one.meaning for one in wording.samples] for wording in row.wordings]
        within = [a == b for group in groups for a, b in combinations(group, 2)]
        between = [a == b for one, other in combinations(groups, 2) for a in one for b in other]
        assert found.within == pytest.approx(sum(within) / len(within))
        assert found.between == pytest.approx(sum(between) / len(between))


def test_the_share_of_variance_is_by_hand() -> None:
    # right in two of four wordings, everywhere: p = 1/2 for all, unbiased p (1 - p) = 1/3
    rows = probed({0: SWAYED[0], 1: SWAYED[0], 2: SWAYED[1], 3: SWAYED[1]}, samples=0)
    [variance] = [
        one
        for section in told(rows, samples=0).sections
        for one in section.figures
        if one.key == "variance"
    ]
    assert variance.value == pytest.approx((2 * 2 / (4 * 3)) / 0.25)


def test_findings_are_plain_json(swayed: list[ConsistencyRow]) -> None:
    json.dumps(told(swayed).to_dict(), allow_nan=False)


def renamed(row: ConsistencyRow, answers: str, *, right: str = "ab") -> ConsistencyRow:
    """A row whose wordings get these greedy answers, one letter each; - is a refusal."""
    wordings = tuple(
        replace(one, reply=Reply(name, ord(name), name in right, name == "-"))
        for one, name in zip(row.wordings, answers, strict=True)
    )
    return replace(row, wordings=wordings)


def test_of_the_pairs_that_differ_those_both_right_are_told(swayed: list[ConsistencyRow]) -> None:
    # aabc: of 6 pairs 5 differ, of these ab twice; ab--: one pair, both right; aaaa: none differ
    rows = [renamed(row, "aabc") for row in swayed[:30]]
    rows += [renamed(row, "ab--") for row in swayed[30:35]]
    rows += [renamed(row, "aaaa") for row in swayed[35:]]
    found = figures(rows)["differ.right"]
    assert found.n == 35
    assert found.value == pytest.approx((30 * 2 / 6 + 5) / (30 * 5 / 6 + 5))
    assert "both are right in 50%" in told(rows).sure


def test_a_headline_comes_first_and_then_what_sampling_leaves_of_it(
    swayed: list[ConsistencyRow],
) -> None:
    keys = [one.key for one in told(swayed).sections[0].figures]
    assert keys[:3] == ["agreement", "wording", "differ.right"]


def with_examples(row: ConsistencyRow, answers: str) -> ConsistencyRow:
    """A row whose wordings get these answers with one more example; "a" is right."""
    wordings = tuple(
        replace(one, with_example=Reply(name, ord(name), name == "a", False), example_tokens=9)
        for one, name in zip(row.wordings, answers, strict=True)
    )
    return replace(row, wordings=wordings)


def test_agreement_is_no_remedy_of_answers_and_is_told_apart(
    swayed: list[ConsistencyRow],
) -> None:
    # agreement 1/3 to 1, as asked right to wrong, over all wordings from 1/2 to 0
    rows = [with_examples(renamed(row, "aacc"), "cccc") for row in swayed]
    result = told(rows)
    remedies = {one.name: one for one in result.remedies}
    apart = remedies["one more example, for agreement"]
    assert apart.effect.value == pytest.approx(2 / 3)
    assert apart.damage.value == pytest.approx(1 / 2)  # of all wordings, not of the first
    assert apart.verdict.startswith("trades: +66.7 points [")
    assert remedies["one more example"].damage.value == 1
    assert "What helps most is one more example" not in result.todo
    assert "One more example raises the agreement of the wordings, +66.7 points [" in result.todo
    assert "right answers over all wordings: −50.0 points [−50.0 to −50.0]." in result.todo
    steady = {one.name: one for one in told([renamed_all(row) for row in rows]).remedies}
    verdict = steady["one more example, for agreement"].verdict
    assert verdict.startswith("steadies: +66.7 points")
    assert not verdict.startswith("helps")  # a checkup picks among those that help answers


def test_agreement_that_is_lost_is_no_harm_to_answers(swayed: list[ConsistencyRow]) -> None:
    rows = [with_examples(renamed(row, "aaaa"), "aacc") for row in swayed]
    result = told(rows)
    [apart] = [one for one in result.remedies if one.name.endswith("for agreement")]
    assert apart.verdict.startswith("harms: −66.7 points [")
    assert "for agreement" not in result.todo
    assert "One more example lowers the agreement of the wordings, −66.7 points [" in result.todo


def renamed_all(row: ConsistencyRow) -> ConsistencyRow:
    """The row without any right answer, before and after."""
    wordings = tuple(
        replace(
            one,
            reply=replace(one.reply, right=False),
            with_example=one.with_example and replace(one.with_example, right=False),
        )
        for one in row.wordings
    )
    return replace(row, wordings=wordings)


def test_what_is_not_settled_is_told_with_its_interval(noisy: list[ConsistencyRow]) -> None:
    result = told(noisy)
    assert "No remedy is settled to help, " in result.todo
    assert "is not settled: 0.0 points [" in result.todo
    assert "no more than" not in " ".join((result.verdict, result.sure, result.todo))
    few = told(noisy[:10])
    assert few.todo == "Too few questions to judge a remedy."


def test_votes_are_compared_question_by_question(swayed: list[ConsistencyRow]) -> None:
    found = figures(swayed)
    one, both, gain = (found[f"vote.{key}"] for key in ("one", "all", "gain"))
    assert one.value is not None
    assert both.value is not None
    assert gain.value is not None
    assert gain.value == pytest.approx(both.value - one.value)
    notes = " ".join(note for section in told(swayed).sections for note in section.notes)
    assert f"{signed(100 * gain.value, 1)} points [" in notes


def test_rows_whose_masses_are_not_known_are_counted(swayed: list[ConsistencyRow]) -> None:
    first, *others = swayed
    wide = replace(first.wordings[0], p_mass=Interval(0.1, 0.2))
    rows = [replace(first, wordings=(wide, *first.wordings[1:])), *others]
    assert figures(rows)["divergence.right"].n == COUNT - 1
    result = told(rows)
    assert result.left_out[-1][1] == 1
    notes = " ".join(note for section in result.sections for note in section.notes)
    assert "no more than 0.05 apart in every wording; 1 question is left out" in notes


def test_refusals_only_are_told_as_such() -> None:
    verdict = told(probed(always({" I don't know": 0.9, " Persian": 0.1}))).verdict
    assert verdict.startswith("Too few")
    assert "100% [100–100%] give no answer" in verdict
    refusal = {" I don't know": 1.0}
    some = {0: {" Persian": 1.0}, 1: refusal, 2: refusal, 3: refusal}
    verdict = told(probed(some)).verdict
    assert verdict.startswith("Too few")
    assert "the wording costs agreement beyond sampling, +50.0 points" in verdict


def test_all_questions_and_those_with_one_right_answer_are_named_apart(
    swayed: list[ConsistencyRow],
) -> None:
    rows = [replace(row, several_right=place >= 35) for place, row in enumerate(swayed)]
    verdict = told(rows).verdict
    assert "of all 40 questions" in verdict
    assert "of the 35 with one right answer" in verdict
