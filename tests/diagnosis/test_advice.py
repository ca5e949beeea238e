"""Advice: what each rule says, where it begins to speak, and that it says no more than it may."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports.report_rows import a_run
from speakers import COMMITTED, SPLIT, observed
from statsmodels.stats.proportion import proportion_confint
from summary_rows import frame_of, right, row
from typer.main import get_command

from misspoke.cli.app import app
from misspoke.decoding import catalogue
from misspoke.diagnosis import summarise
from misspoke.diagnosis.advice import RULES, Advice, advise
from misspoke.diagnosis.advice.record import SHOTS
from misspoke.diagnosis.advice.words import between, share
from misspoke.diagnosis.scores import DETECTORS, FREE
from misspoke.prompts.styles import Style, Template
from misspoke.reports.figures import advice

ROOT = Path(__file__).parent.parent.parent
Rate = dict[str, Any]


def rate(top: int, bottom: int, interval: Sequence[float] | None = None) -> Rate:
    value = top / bottom if bottom else None
    if interval is None and bottom:
        interval = proportion_confint(top, bottom, method="beta")
    return {"numerator": top, "denominator": bottom, "value": value, "interval": interval}


def pair(lower: Rate, upper: Rate | None = None) -> dict[str, Rate]:
    return {"lower": lower, "upper": upper or lower}


def summary(
    n: int = 1000,
    correct: int = 600,
    gaps: int = 330,
    failures: int = 60,
    undetermined: int = 10,
    abstained: int = 0,
    proper: tuple[Rate, Rate] | None = None,
    argmax: int | None = None,
    causes: tuple[int, int, int] = (40, 15, 5),
    literal: tuple[int, int] = (90, 45),
    alias_gap: int = 0,
    **changes: Any,
) -> dict[str, Any]:
    """The keys of a summary that rules read; what is not given follows or is of no interest."""
    wrong = gaps + failures + undetermined
    string = {
        "counts": {
            "correct": correct,
            "abstained": abstained,
            "commitment_failure": failures,
            "knowledge_gap": gaps,
            "undetermined": undetermined,
        },
        "failures_per_wrong": pair(rate(failures, wrong), rate(failures + undetermined, wrong)),
    }
    headline = {
        "n": n,
        "wrong": wrong,
        "accuracy": rate(correct, n),
        "string": string,
        "literal": {"failures_per_wrong": pair(rate(literal[0], wrong))},
        "proper_per_question": pair(*(proper or (rate(0, n), rate(0, n)))),
    }
    without = deepcopy(headline) | {"wrong": wrong - alias_gap}
    names = ("minority_belief", "split_vote", "greedy_miss")
    return {
        "n": n,
        "clusters": n,
        "tau": 0.2,
        "accuracy": headline["accuracy"],
        "abstained": {"count": abstained, "knowing": abstained // 2},
        "rates": {"all_rows": headline, "without_alias_gap": without},
        "causes": {"curated": dict(zip(names, causes, strict=True)) | {"undetermined": 0}},
        "flags": {"alias_gap": rate(alias_gap, wrong)},
        "references": {
            "sampling": [
                {
                    "temperature": 1.0,
                    "mass": "string",
                    "n": n,
                    "expected_accuracy": [0.411, 0.422] if n else None,
                }
            ],
            "concept_argmax": {"accuracy": rate(correct if argmax is None else argmax, n)},
        },
        "inflation": {"literal_unconfirmed": pair(rate(literal[1], literal[0]))},
        "detectors": None,
        "cost": {"near_ties": 0, "budget_spent": 0},
        **changes,
    }


def cell(n: int, recall: float | None, *spread: float) -> dict[str, Any]:
    return {"n": n, "n_correct": 600, "recall": recall, "interval": spread or None}


def detector(
    name: str, wrong: dict[str, Any], gaps: dict[str, Any], failures: dict[str, Any], cost: Any = 0
) -> dict[str, Any]:
    kinds = {"knowledge_gap": gaps, "commitment_failure": failures}
    return {"name": name, "cost": cost, "recall": wrong, "kinds": kinds, "auroc": 0.7}


def detectors(*table: dict[str, Any]) -> dict[str, Any]:
    lead = detector("oracle_lead", cell(400, 0.9), cell(330, 1.0), cell(60, 0.71, 0.44, 0.9), None)
    return {"table": list(table), "oracles": [lead], "n_wrong": 400, "n_correct": 600}


GOOD = detector(
    "perplexity",
    cell(400, 0.5, 0.4, 0.6),
    cell(330, 0.55, 0.45, 0.65),
    cell(60, 0.1, 0.02, 0.2),
)


def given_by(rule: str, found: Mapping[str, Any]) -> Advice | None:
    matching = [one for one in advise(found, "tiny", "atlas") if one.rule == rule]
    assert len(matching) <= 1
    return matching[0] if matching else None


def spoken(rule: str, found: Mapping[str, Any]) -> Advice:
    one = given_by(rule, found)
    assert one is not None
    return one


# Commitment


@pytest.mark.parametrize(
    ("lower", "upper", "begins"),
    [
        ((0.01, 0.03), (0.01, 0.03), "There is a commitment problem"),
        ((0.0099, 0.03), (0.0099, 0.03), "Not settled"),
        ((0.0, 0.004), (0.001, 0.0099), "There is no commitment problem"),
        ((0.0, 0.004), (0.001, 0.01), "Not settled"),
        ((0.0, 0.004), (0.2, 0.4), "Not settled"),
        ((0.02, 0.03), (0.2, 0.4), "There is a commitment problem"),
    ],
)
def test_a_commitment_problem_is_judged_by_both_ends(
    lower: tuple[float, float], upper: tuple[float, float], begins: str
) -> None:
    proper = (rate(20, 1000, lower), rate(25, 1000, upper))
    one = spoken("commitment", summary(proper=proper))
    assert one.verdict.startswith(begins)
    assert (one.command is None) == begins.endswith("no commitment problem")


def test_none_that_was_seen_is_said_plainly() -> None:
    none = rate(0, 40, (0.0, 0.0))
    most = proportion_confint(0, 40, method="wilson")[1]
    one = spoken("commitment", summary(40, 40, 0, 0, 0, proper=(none, none)))
    assert one.verdict == (
        "No commitment problem was seen: no answer was wrong. But 40 questions are too few to "
        f"exclude one on up to {100 * most:.1f}% of such questions."
    )
    other = spoken("commitment", summary(40, 30, 0, 10, 0, proper=(none, none)))
    assert other.verdict.startswith("No commitment problem was seen: no wrong answer can have")
    some = rate(2, 40, (0.0, 0.12))
    open_still = spoken("commitment", summary(40, 30, 2, 8, 0, proper=(some, some)))
    assert "on 2 of 40 questions" in open_still.verdict
    assert "(surely)" not in open_still.verdict


def test_none_of_few_questions_is_no_proof_of_none() -> None:
    """The bootstrap's interval of none is [0, 0], however few the questions."""
    for n, settled in ((20, False), (380, False), (381, True)):
        none = rate(0, n, (0.0, 0.0))
        high = proportion_confint(0, n, method="wilson")[1]
        assert (high < 0.01) == settled
        one = spoken("commitment", summary(n, n, 0, 0, 0, proper=(none, none)))
        assert one.verdict.startswith("There is no") == settled
    all_of = rate(12, 12, (1.0, 1.0))
    found = summary(12, 0, 12, 0, 0, proper=(all_of, all_of))
    assert spoken("commitment", found).verdict.startswith("There is a commitment problem")


@given(st.integers(0, 400), st.integers(0, 400))
def test_neither_minority_beliefs_nor_first_tokens_make_a_commitment_problem(
    minority: int, literal: int
) -> None:
    found = summary(
        gaps=400 - minority,
        failures=minority,
        undetermined=0,
        causes=(minority, 0, 0),
        literal=(literal, 0),
        proper=(rate(1, 1000, (0.0, 0.002)), rate(3, 1000, (0.0, 0.006))),
    )
    one = spoken("commitment", found)
    assert one.verdict.startswith("There is no commitment problem")
    told = " ".join(one.evidence)
    assert f"{literal:,} of 400" in told
    assert not minority or f"in {minority:,} of these {minority:,} the model believed" in told


def test_what_would_settle_it_is_a_longer_search_or_more_questions() -> None:
    lower = rate(3, 1000, (0.0, 0.006))
    searched = spoken("commitment", summary(proper=(lower, rate(13, 1000, (0.005, 0.02)))))
    assert "too much unexplored on 10 questions" in searched.evidence[1]
    assert searched.command == "misspoke decode -m tiny -q atlas --decoders greedy,concept"
    few = spoken("commitment", summary(proper=(lower, rate(12, 1000, (0.005, 0.02)))))
    assert "four times as many questions" in few.evidence[1]
    assert few.command == "misspoke run -m tiny -q atlas -n 4000 -o runs/atlas-tiny-more"


def test_the_evidence_of_commitment_is_the_runs() -> None:
    proper = (rate(2, 1000, (0.0, 0.0031)), rate(137, 1000, (0.0273, 0.0744)))
    one = spoken("commitment", summary(proper=proper, literal=(90, 45)))
    assert "on 2 (surely) to 137 (possibly) of 1,000 questions" in one.verdict
    low, high = proportion_confint(90, 400, method="beta")
    assert one.evidence == (
        "Wrong though the right answer is the heaviest meaning, surely to possibly: 2 of 1,000 "
        "(0.2% [0–0.3%]) to 137 of 1,000 (14% [2.7–7.4%]) questions.",
        "The answer search left too much unexplored on 135 questions to tell: concept decoding "
        "searches on, and shows what it would have said.",
        "The published rate differs: by first tokens alone, at τ = 0.2, 90 of 400 (22% "
        f"[{100 * low:.0f}–{100 * high:.0f}%]) of the wrong answers are failures; the whole answer "
        "refutes 45 of these.",
        "By the whole answer failures are 60 of 400 (15% [12–19%]) to 70 of 400 (18% [14–22%]) of "
        "the wrong answers; in 40 of these 60 the model believed its wrong answer at least as much "
        "(minority belief).",
    )


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return a_run(tmp_path_factory.mktemp("committed"), observed(COMMITTED))[1]


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return a_run(tmp_path_factory.mktemp("split"), observed(SPLIT))[1]


def test_a_model_that_says_what_it_believes_most_has_no_commitment_problem(
    committed: dict[str, Any],
) -> None:
    """By the published rate three of four of its wrong answers would be commitment failures."""
    published = committed["rates"]["all_rows"]["literal"]["failures_per_wrong"]["lower"]
    assert (published["numerator"], published["denominator"]) == (150, 200)
    one = spoken("commitment", committed)
    assert one.verdict.startswith("There is no commitment problem")
    told = " ".join(one.evidence)
    assert "150 of 200 (75% [" in told
    assert "in 150 of these 150 the model believed its wrong answer at least as much" in told
    assert "next to nothing to win" in spoken("decoding", committed).verdict
    assert "150 minority beliefs" in spoken("retrieval", committed).evidence[1]


def test_a_model_with_split_votes_on_a_tenth_has_one(split: dict[str, Any]) -> None:
    published = split["rates"]["all_rows"]["literal"]["failures_per_wrong"]["lower"]
    assert published["numerator"] == 150  # the published rate tells the two models not apart
    one = spoken("commitment", split)
    assert one.verdict.startswith("There is a commitment problem: on 10% of the questions")
    assert "40 of 400 (10% [" in one.evidence[0]
    decoding = spoken("decoding", split)
    assert "10.0 points of accuracy: 240 right instead of 200 of 400" in decoding.verdict
    assert "40 split votes by pooling" in " ".join(decoding.evidence)


# Retrieval


@pytest.mark.parametrize(
    ("gaps", "undetermined", "speaks"), [(10, 0, True), (9, 1, True), (9, 0, False), (0, 0, False)]
)
def test_retrieval_speaks_from_a_hundredth_of_the_questions(
    gaps: int, undetermined: int, speaks: bool
) -> None:
    found = summary(1000, 900, gaps, 90, undetermined)
    assert (given_by("retrieval", found) is not None) == speaks


def test_the_evidence_of_retrieval_is_the_runs() -> None:
    one = spoken("retrieval", summary())
    assert "at most 34% of the questions (330 to 340 of 1,000)" in one.verdict
    ends = [proportion_confint(count, 400, method="beta") for count in (330, 340)]
    first, second = (f"{100 * low:.0f}–{100 * high:.0f}%" for low, high in ends)
    assert one.evidence[0] == (
        "Knowledge gaps, below τ = 0.2: 330 to 340 of 1,000 questions; of the wrong answers "
        f"330 of 400 (82% [{first}]) to 340 of 400 (85% [{second}])."
    )
    assert one.evidence[1].startswith("Evidence may also turn 40 minority beliefs")


# Decoding


@pytest.mark.parametrize(
    ("argmax", "says"),
    [
        (640, "could win up to 4.0 points of accuracy: 640 right instead of 600 of 1,000; 0 of"),
        (610, "could win up to 1.0 points"),
        (609, "next to nothing to win: 609 right instead of 600"),
        (600, "next to nothing"),
        (591, "next to nothing"),
        (590, "would lose about 1.0 points"),
    ],
)
def test_decoding_compares_the_heaviest_meaning_with_greedy(argmax: int, says: str) -> None:
    one = spoken("decoding", summary(argmax=argmax))
    assert says in one.verdict
    assert (one.command is not None) == (argmax >= 610)


def test_the_evidence_of_decoding_is_the_runs() -> None:
    proper = (rate(2, 1000, (0.0, 0.003)), rate(49, 1000, (0.0273, 0.0744)))
    one = spoken("decoding", summary(argmax=640, proper=proper))
    assert one.evidence[0].startswith("Right: greedy 600 of 1,000 (60% [57–63%]), ")
    assert "the heaviest meaning 640 of 1,000 (64% [61–67%])" in one.evidence[0]
    assert one.verdict.endswith("600 of 1,000; 2 of these 40 are sure.")
    assert one.evidence[1].startswith("Surely put right are 2 of 1,000 (0.2% [0–0.3%]), whatever")
    assert "at the very most, where" in one.evidence[1]
    assert "49 of 1,000 (4.9% [2.7–7.4%]). Not taken off" in one.evidence[1]
    assert "15 split votes by pooling spellings, 5 greedy misses by search" in one.evidence[2]
    assert "temperature 1 would be right on 41–42% of 1,000 questions" in one.evidence[3]


@pytest.mark.parametrize(
    ("sure", "argmax", "says", "place"),
    [
        (0, 700, "up to 10.0 points of accuracy: 700 right instead of 600 of 1,000; 0 of these", 4),
        (1, 700, "; 1 of these 100 is sure.", 4),
        (39, 700, "; 39 of these 100 are sure.", 3),
        (120, 700, "; 100 of these 100 are sure.", 3),  # then greedy has some that it would lose
        (120, 605, "next to nothing", 4),
        (120, 500, "would lose about 10.0 points", 4),
    ],
)
def test_what_decoding_wins_is_weighed_by_what_is_sure(
    sure: int, argmax: int, says: str, place: int
) -> None:
    """The search sees no rival in what it left unexplored, so a heaviest meaning may be none."""
    proper = (rate(sure, 1000), rate(130, 1000))
    found = summary(proper=proper, argmax=argmax, alias_gap=20, detectors=detectors(GOOD))
    assert says in spoken("decoding", found).verdict
    order = [one.rule for one in advise(found, "tiny", "atlas")]
    assert order[:2] == ["retrieval", "detection"]
    assert order.index("decoding") == place


# Detection


def test_detection_is_silent_without_a_figure() -> None:
    few = detector("perplexity", cell(20, None), cell(15, None), cell(5, None))
    control = GOOD | {"name": "answer_tokens"}
    dear = GOOD | {"name": "pooled_margin", "cost": 24.0}
    for table in ((), (few,), (control,), (dear,)):
        assert given_by("detection", summary(detectors=detectors(*table))) is None
    assert given_by("detection", summary(detectors=None)) is None


def test_detection_names_the_best_free_score_and_the_dearer_one() -> None:
    worse = GOOD | {"name": "entropy_max", "recall": cell(400, 0.3, 0.2, 0.4)}
    dear = detector(
        "pooled_margin", cell(400, 0.6, 0.5, 0.7), cell(330, 0.6), cell(60, 0.42, 0.25, 0.61), 24.1
    )
    control = GOOD | {"name": "answer_characters", "recall": cell(400, 0.99)}
    found = detectors(worse, GOOD, dear, control)
    one = spoken("detection", summary(detectors=found))
    assert one.verdict == (
        "At 5% false alarms the best free check, “perplexity”, flags 50% [40–60%] of the wrong "
        "answers, but only 10% [2.0–20%] of those it knew."
    )
    assert one.evidence == (
        "Flagged by “perplexity”, the best of the free scores on these rows: 50% [40–60%] of 400 "
        "wrong answers; 55% [45–65%] of 330 knowledge gaps; 10% [2.0–20%] of 60 commitment "
        "failures.",
        "The best of all, “pooled margin”, at 24 tokens more, flags 60% [50–70%] of 400 wrong "
        "answers; 60% of 330 knowledge gaps; 42% [25–61%] of 60 commitment failures.",
        "Ceiling: who knew the right answer and read the beliefs would flag 71% [44–90%] of 60 "
        "commitment failures.",
    )


@pytest.mark.parametrize(
    ("failures", "only"), [((0.02, 0.449), True), ((0.02, 0.45), False), ((), False)]
)
def test_failures_are_called_harder_only_where_the_intervals_are_apart(
    failures: tuple[float, ...], only: bool
) -> None:
    one = GOOD | {"kinds": GOOD["kinds"] | {"commitment_failure": cell(60, 0.1, *failures)}}
    assert ("but only" in spoken("detection", summary(detectors=detectors(one))).verdict) == only


@pytest.mark.parametrize(
    ("interval", "says"),
    [
        ((0.51, 0.7), "means something"),
        ((0.5, 0.7), "not shown to mean anything"),
        ((0.3, 0.5), "not shown to mean anything"),
        ((0.3, 0.49), "misleads"),
    ],
)
def test_confidence_means_something_beyond_its_interval(
    interval: tuple[float, float], says: str
) -> None:
    held = {"n": 990, "auroc": 0.55, "auroc_interval": interval, "ece": 0.125}
    found = summary(detectors=detectors(GOOD), confidence={"sequence": held})
    line = spoken("detection", found).evidence[-1]
    assert says in line
    assert f"AUROC 0.55 [{interval[0]:.2f}–{interval[1]:.2f}] over 990 answers" in line
    few = {"sequence": held | {"auroc": None, "auroc_interval": None, "ece": None}}
    found["confidence"] = few
    assert "probability" not in spoken("detection", found).evidence[-1]


def test_all_detectors_are_asked_for_until_they_are_there() -> None:
    some = summary(detectors=detectors(GOOD))
    assert spoken("detection", some).command == (
        "misspoke run -m tiny -q atlas --detectors all -o runs/atlas-tiny-all-detectors"
    )
    every = detectors(*(GOOD | {"name": name, "cost": 0} for name in DETECTORS))
    assert spoken("detection", summary(detectors=every)).command == (
        "misspoke decode -m tiny -q atlas --decoders greedy,concept --abstain 0.2"
    )


# Labels


@pytest.mark.parametrize(
    ("alias_gap", "upper", "literal", "begins"),
    [
        (4, 0.01, (90, 0), "1.0% [0.5–1.0%] of the wrong answers may be right"),
        (4, 0.0099, (90, 0), None),
        (0, 0.02, (90, 0), None),
        (0, 0.02, (30, 1), "Do not judge by first tokens here"),
        (0, 0.02, (29, 29), None),
        (4, 0.01, (29, 29), "1.0% [0.5–1.0%] of the wrong answers"),
    ],
)
def test_labels_speak_of_what_may_be_right_and_of_artefacts(
    alias_gap: int, upper: float, literal: tuple[int, int], begins: str | None
) -> None:
    found = summary(alias_gap=alias_gap, literal=literal)
    found["flags"]["alias_gap"] = rate(alias_gap, 400, (0.005, upper))
    one = given_by("labels", found)
    assert (one is None) == (begins is None)
    assert one is None or one.verdict.startswith(str(begins))


def test_the_evidence_of_labels_is_the_runs() -> None:
    found = summary(alias_gap=40, literal=(90, 45))
    found["rates"]["without_alias_gap"]["string"]["failures_per_wrong"] = pair(
        rate(31, 360, (0.05, 0.12))
    )
    classes = {"blank": rate(30, 90), "shared": rate(14, 90), "other": rate(1, 90)}
    found["unconfirmed"] = {"literal": {"classes": classes}}
    one = spoken("labels", found)
    assert one.evidence[0] == "Wrong answers that resemble a right one: 40 of 400 (10% [7.2–13%])."
    assert one.evidence[1].startswith("Commitment failures per wrong answer: 60 of 400 (15% ")
    assert one.evidence[1].endswith("; without them 31 of 360 (8.6% [5.0–12%]).")
    assert "does not confirm: 45 of 90 (50% [39–61%])" in one.evidence[2]
    assert one.evidence[2].endswith("the commonest reason is the blank before a number (30).")
    del found["unconfirmed"]
    assert spoken("labels", found).evidence[2].endswith("45 of 90 (50% [39–61%]).")


# Caution


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (summary(1000, 971, 29, 0, 0), "few answers were wrong"),
        (summary(1000, 970, 30, 0, 0), None),
        (summary(1000, 1000, 0, 0, 0), "no answer was wrong"),
        (summary(1000, 600, 359, 20, 21), "many outcomes are open"),
        (summary(1000, 600, 360, 20, 20), None),
        (summary(cost={"near_ties": 0, "budget_spent": 51}), "many masses are wide"),
        (summary(cost={"near_ties": 0, "budget_spent": 50}), None),
        (summary(cost={"near_ties": 10, "budget_spent": 0}), "near ties"),
        (summary(cost={"near_ties": 9, "budget_spent": 0}), None),
        (summary(9, 5, 4, 0, 0), "few answers were wrong"),
        (summary(clusters=9), "few relations"),
        (summary(clusters=10), None),
        (summary(clusters=2), "few relations"),
        (summary(clusters=None), None),
        (summary(1000, 549, 400, 0, 0, 51), "many questions were not answered"),
        (summary(1000, 550, 400, 0, 0, 50), None),
    ],
)
def test_caution_begins_at_its_borders(found: dict[str, Any], says: str | None) -> None:
    one = given_by("caution", found)
    assert (one.verdict if one else None) == (f"Read with care: {says}." if says else None)


def test_all_doubts_are_told_together() -> None:
    found = summary(1000, 920, 3, 0, 17, 60, cost={"near_ties": 12, "budget_spent": 70})
    found["clusters"] = 9
    one = spoken("caution", found)
    assert one.verdict == (
        "Read with care: few answers were wrong, few relations, many outcomes are open, many "
        "masses are wide, many questions were not answered, near ties."
    )
    told = " ".join(one.evidence)
    assert "1,000 questions of 9 relations: below 10 they say little of others" in told
    for part in ("20 wrong answers in 1,000", "17 of 20 wrong", "70 of 1,000 (7.0%) questions"):
        assert part in told
    assert "60 of 1,000 (6.0%) questions were not answered, 30 of them known" in told
    assert "12 of 1,000 (1.2%) questions have a near tie" in told
    assert one.command == "misspoke run -m tiny -q atlas -n 3000 -o runs/atlas-tiny-more"


def test_a_run_without_relations_draws_questions_and_is_not_of_few_relations() -> None:
    rows = [*([right()] * 60), *([row(0.1, rival=0.5)] * 40)]
    for relations, n in (([None], 100), (["a"], 100), (["a", None], 51), (list("abc"), 3)):
        named = [one | {"relation": relations[i % len(relations)]} for i, one in enumerate(rows)]
        found = summarise(frame_of(*named), detectors=()).to_dict()
        assert found["clusters"] == n
        one = given_by("caution", found)
        assert ("few relations" in one.verdict if one else False) == (n == 3)
    [few] = [line for line in spoken("caution", found).evidence if "relation" in line]
    assert few.startswith("100 questions of 3 relations: below 10 ")


def test_few_wrong_answers_come_before_everything() -> None:
    found = summary(1000, 975, 20, 5, 0, detectors=detectors(GOOD))
    assert advise(found, "tiny", "atlas")[0].rule == "caution"


# All together

counts = st.integers(0, 300)


@st.composite
def summaries(draw: st.DrawFn) -> dict[str, Any]:
    """Summaries of any counts, with intervals that hold their values."""
    correct, gaps, failures, undetermined, abstained = (draw(counts) for _ in range(5))
    n, wrong = correct + gaps + failures + undetermined + abstained, gaps + failures + undetermined
    sure = draw(st.integers(0, wrong))
    possible = draw(st.integers(sure, wrong))
    literal = draw(st.integers(0, wrong))
    parts = sorted(draw(st.integers(0, failures)) for _ in range(2))
    return summary(
        n, correct, gaps, failures, undetermined, abstained,
        proper=(rate(sure, n), rate(possible, n)),
        argmax=draw(st.integers(0, n)),
        causes=(parts[0], parts[1] - parts[0], failures - parts[1]),
        literal=(literal, draw(st.integers(0, literal))),
        alias_gap=draw(st.integers(0, wrong)),
        detectors=draw(st.sampled_from([None, detectors(GOOD)])) if n else None,
        cost={"near_ties": draw(st.integers(0, n)), "budget_spent": draw(st.integers(0, n))},
        clusters=draw(st.integers(min(n, 1), n)),
    )  # fmt: skip


@given(summaries())
def test_no_rule_claims_more_than_its_interval_or_speaks_of_nothing(found: dict[str, Any]) -> None:
    pieces = advise(found, "tiny", "atlas")
    assert len(pieces) <= len(RULES) == 6
    assert len({one.rule for one in pieces}) == len(pieces)
    text = json.dumps([(one.verdict, one.evidence) for one in pieces], ensure_ascii=False)
    assert not re.search(r"\b(nan|None|null|inf)\b", text)
    for one in pieces:
        assert one.verdict[0].isupper() or one.verdict[0].isdigit()
        assert one.verdict.endswith(".")
        assert all(line.endswith(".") for line in one.evidence)
        assert len(one.verdict) < 200
    commitment = given_by("commitment", found)
    proper = found["rates"]["all_rows"]["proper_per_question"]
    if commitment and commitment.verdict.startswith("There is a"):
        assert proper["lower"]["interval"][0] >= 0.01 or proper["lower"]["value"] == 1
    if commitment and commitment.verdict.startswith("There is no"):
        assert proper["upper"]["interval"][1] < 0.01


@given(summaries())
def test_rates_of_few_rows_are_counts_alone(found: dict[str, Any]) -> None:
    for one in advise(found, "tiny", "atlas"):
        for text in (one.verdict, *one.evidence):
            for bottom in re.findall(r"\d of ([\d,]+) \(", text):
                assert int(bottom.replace(",", "")) >= 30


def test_the_largest_possible_gain_comes_first() -> None:
    proper = (rate(2, 1000, (0.0, 0.003)), rate(50, 1000, (0.03, 0.07)))
    found = summary(proper=proper, argmax=640, alias_gap=8, detectors=detectors(GOOD))
    order = [one.rule for one in advise(found, "tiny", "atlas")]
    assert order == ["retrieval", "detection", "commitment", "labels", "decoding"]
    more = rate(390, 1000, (0.35, 0.43))
    found = summary(proper=(more, more), argmax=990, alias_gap=8, detectors=detectors(GOOD))
    order = [one.rule for one in advise(found, "tiny", "atlas")]
    assert order[:2] == ["commitment", "decoding"] or order[:2] == ["decoding", "commitment"]


@pytest.mark.parametrize("rows", [[], [right()], [row(0.3, rival=0.5)]], ids=["none", "one", "bad"])
def test_a_run_of_next_to_nothing_is_no_trouble(rows: list[Any]) -> None:
    found = summarise(frame_of(*rows), detectors=FREE).to_dict()
    pieces = advise(found, "tiny", "atlas")
    assert bool(pieces) == bool(rows)
    if rows:
        assert pieces[0].rule == "caution"
        assert "There is" not in pieces[1].verdict


def all_pieces() -> list[Advice]:
    """Advice of every rule, in each of its shapes that differ in command or source."""
    wide = (rate(3, 1000, (0.0, 0.006)), rate(12, 1000, (0.005, 0.02)))
    every = detectors(*(GOOD | {"name": name} for name in DETECTORS))
    found = [
        summary(argmax=650, alias_gap=30, detectors=detectors(GOOD), proper=wide),
        summary(proper=(rate(30, 1000), rate(40, 1000)), detectors=every),
        summary(1000, 980, 20, 0, 0, cost={"near_ties": 90, "budget_spent": 90}),
        summary(cost={"near_ties": 90, "budget_spent": 90}),
    ]
    names = [("tiny", "atlas"), ("", ""), ("a/b c", "my 'own' $(set).jsonl")]
    pieces = [one for held in found for pair in names for one in advise(held, *pair)]
    assert {one.rule for one in pieces} == {rule.__name__ for rule in RULES}
    return pieces


def test_commands_are_those_of_the_command_line() -> None:
    program = get_command(app)
    seen = set()
    for one in all_pieces():
        if one.command is None:
            continue
        name, *arguments = shlex.split(one.command)[1:]
        context = program.commands[name].make_context(name, arguments)
        seen.add(name)
        if name in ("run", "decode"):
            questions = context.params["questions"]
            assert questions in ("atlas", "QUESTIONS", "my 'own' $(set).jsonl")
            assert context.params["model"] in ("tiny", "MODEL", "a/b c")
        if name == "decode":
            assert catalogue.chosen(context.params["decoders"])
    assert {"run", "decode"} <= seen


def asked_as(form: str, shots: int, stem: bool, dtype: str) -> dict[str, Any]:
    """The settings of a manifest, as `diagnose` makes them."""
    return {
        "model": {"name": "tiny", "dtype": dtype},
        "questions": {"name": "atlas", "sha256": "…", "count": 500},
        "style": {"form": form, "shots": shots, "stem": stem},
    }


TEMPLATES: dict[str, Template] = {"chat": lambda _: "…", "text": lambda _: None}


@pytest.mark.parametrize(
    ("settings", "style", "dtype"),
    [
        (asked_as("chat", 0, stem=False, dtype="float32"), "chat", "float32"),
        (asked_as("chat", 0, stem=True, dtype="bfloat16"), "auto", "bfloat16"),
        (asked_as("chat", 4, stem=True, dtype="float32"), "auto", "float32"),
        (asked_as("text", 4, stem=False, dtype="float64"), "text", "auto"),
        (asked_as("text", 0, stem=False, dtype="float32"), "text", "float32"),
    ],
)
def test_commands_ask_as_the_run_did(settings: dict[str, Any], style: str, dtype: str) -> None:
    """The same style, examples, weights and questions, but for what a command means to change."""
    program = get_command(app)
    count = {"-more": 4000, "-all-detectors": 500, "-float32": 500, "decode": 500}
    seen = set()
    near = {"near_ties": 90, "budget_spent": 0}
    wide = (rate(3, 1000, (0.0, 0.006)), rate(12, 1000, (0.005, 0.02)))
    for found in (
        summary(argmax=650, detectors=detectors(GOOD), proper=wide),
        summary(cost=near),
    ):
        for one in advise(found, "tiny", "atlas", settings=settings):
            if one.command is None:
                continue
            name, *arguments = shlex.split(one.command)[1:]
            given = program.commands[name].make_context(name, [*arguments]).params
            change = str(given["out"] or name).removeprefix("runs/atlas-tiny")
            seen.add(change)
            assert (given["model"], given["questions"]) == ("tiny", "atlas")
            assert given["n"] == count[change]
            assert given["style"] == style
            template = TEMPLATES[settings["style"]["form"]]
            resolved = Style.resolve(given["style"], given["shots"], template, "tiny")
            assert asdict(resolved) == settings["style"]
            assert all(arguments.count(option) == 1 for option in ("-n", "-m", "-q"))
            assert given["dtype"] == ("float32" if change == "-float32" else dtype)
    again = set() if dtype == "float32" else {"-float32"}
    assert seen == {"-more", "-all-detectors", "decode"} | again
    for form, template in TEMPLATES.items():
        assert Style.resolve("auto", None, template, "tiny").shots == SHOTS[form]


def test_reports_hand_the_settings_on() -> None:
    settings = asked_as("chat", 0, stem=False, dtype="float32")
    told = advice(summary(argmax=650), {"settings": settings})
    [command] = [one.command for one in told if one.rule == "decoding"]
    assert command is not None
    assert command.startswith(
        "misspoke decode -m tiny -q atlas -n 500 --style chat --dtype float32"
    )


def test_sources_exist() -> None:
    docs = {path.name: path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md")}
    together = "\n".join(docs.values())
    for one in all_pieces():
        pages = re.findall(r"docs/([\w-]+\.md)(?: \(([^)]+)\))?", one.source)
        papers = re.findall(r"\d{4}\.\d{5}", one.source)
        assert pages or papers
        for name, topics in pages:
            text = docs[name].casefold()
            assert all(topic.strip() in text for topic in topics.split(";") if topic)
        assert all(paper in together for paper in papers)


def test_shares_read_as_what_they_are() -> None:
    values = (0, 0.0004, 0.0006, 0.0433, 0.0994, 0.0996, 0.5, 0.9, 0.903, 0.9999, 1.0)
    shown = ["0%", "<0.1%", "0.1%", "4.3%", "9.9%", "10%", "50%", "90%", "90.3%", ">99.9%", "100%"]
    assert [share(value) for value in values] == shown
    assert between((0.022, 0.077)) == "2.2–7.7%"
    assert between((0.29, 0.2903)) == "29%"
    assert between((0.0, 0.0001)) == "0–<0.1%"
