"""The doubt of each detector against its definition, row by row in plain Python."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from summary_rows import frame_of, row

from misspoke.diagnosis.rows import read_rows
from misspoke.diagnosis.scores import DETECTORS, FREE, chosen, doubts, probed
from misspoke.records import UserError
from misspoke.runs import answers_schema

ROW_SCORES = tuple(name for name in DETECTORS if not name.startswith("probe"))


def sample(tokens: list[int], logprob: float, meaning: int, agrees: bool) -> dict[str, Any]:
    return {
        "answer": "x",
        "tokens": tokens,
        "logprob": logprob,
        "meaning": meaning,
        "agrees": agrees,
    }


def candidate(prob: float, meaning: int) -> dict[str, Any]:
    return {"answer": "x", "prob": prob, "concept": 9, "meaning": meaning}


def of(one: Any, name: str) -> float:
    """A detector's doubt of one row."""
    return float(doubts(read_rows(frame_of(one)), [name])[name][0])


WRITTEN = row(
    answer="the Lyon",
    answer_logprobs=[-9.0, -0.5, -0.25, -0.75, -7.0],
    answer_entropies=[9.0, 1.0, 0.25, 4.0, 8.0],
    answer_step=2,
    content_step=3,
    answer_end=4,
    top_entropy=0.125,
    candidates=[candidate(0.25, 0), candidate(0.125, 1), candidate(0.25, 0), candidate(0.25, 2)],
    residual=0.125,
    answer_meaning=2,
    samples=[
        sample([1, 2], math.log(0.25), 0, True),
        sample([1, 2], math.log(0.25), 0, True),
        sample([1, 3], math.log(0.125), 0, False),
        sample([4], math.log(0.5), 1, False),
    ],
    p_true_lower=0.25,
    p_true_upper=0.26,
    p_false_lower=0.5,
    p_false_upper=0.52,
    p_true_literal=0.2,
)


@pytest.mark.parametrize(
    ("name", "wanted"),
    {
        "sequence_logprob": 1.5,
        "perplexity": 0.5,
        "entropy_first": 0.25,
        "entropy_mean": 1.75,
        "entropy_max": 4.0,
        "top_entropy": 0.125,
        "concept_entropy": (0.5 * 1 + 0.25 * 2 + 0.125 * 3) * math.log(2) + 0.125 * math.log(500),
        "pooled_margin": 0.5 - 0.25,
        "answer_characters": 8,
        "answer_tokens": 3,
        "self_consistency": 0.5,
        "semantic_entropy_discrete": (0.75 * math.log(4 / 3) + 0.25 * math.log(4)),
        "semantic_entropy": -(3 * math.log(0.375) + math.log(0.5)) / 4,
        "p_true": 2 / 3,
        "p_true_literal": -0.2,
    }.items(),
)
def test_doubts_of_a_row_by_hand(name: str, wanted: float) -> None:
    assert of(WRITTEN, name) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"answer_entropies": [1.0, 1.0, None, 1.0, 1.0]}, "entropy_first entropy_mean"),
        ({"answer_entropies": [1.0, 1.0, None, 1.0, 1.0]}, "entropy_max"),
        ({"answer_entropies": None}, "entropy_first entropy_mean entropy_max"),
        ({"answer_logprobs": []}, "sequence_logprob perplexity"),
        ({"top_entropy": None}, "top_entropy"),
        ({"answer_meaning": None}, "pooled_margin"),
        ({"samples": []}, "self_consistency semantic_entropy_discrete semantic_entropy"),
        ({"p_true_lower": None}, "p_true"),
        ({"p_true_lower": 0.0, "p_false_lower": 0.0}, "p_true"),
        ({"p_true_upper": 0.6}, "p_true"),  # false may hold 45%, or two thirds
        ({"p_true_lower": 1e-3, "p_false_lower": 1e-3}, "p_true"),
        ({"p_true_literal": None}, "p_true_literal"),
    ],
)
def test_what_is_null_is_not_measured(changes: dict[str, Any], names: str) -> None:
    for name in names.split():
        assert math.isnan(of(WRITTEN | changes, name)), name
        assert not math.isnan(of(WRITTEN, name)), name


def test_an_entropy_that_is_hidden_outside_of_the_answer_does_no_harm() -> None:
    hidden = WRITTEN | {"answer_entropies": [None, 1.0, 0.25, 4.0, None]}
    assert of(hidden, "entropy_mean") == pytest.approx(1.75)
    assert of(hidden, "entropy_max") == pytest.approx(4.0)


def test_certain_falsehood_and_certain_truth_are_the_ends() -> None:
    assert of(WRITTEN | {"p_true_lower": 0.0, "p_true_upper": 0.01}, "p_true") == 1
    assert of(WRITTEN | {"p_false_lower": 0.0, "p_false_upper": 0.01}, "p_true") == 0


def test_an_answer_without_rivals_has_the_least_margin() -> None:
    alone = WRITTEN | {"candidates": [candidate(0.75, 2)], "answer_meaning": 2}
    assert of(alone, "pooled_margin") == pytest.approx(-0.75)
    unseen = WRITTEN | {"candidates": [candidate(0.75, 2)], "answer_meaning": 5}
    assert of(unseen, "pooled_margin") == pytest.approx(0.75)


# --- twins


def pooled(one: Any) -> dict[int, float]:
    meanings = {c["meaning"] for c in one["candidates"]}
    return {m: sum(c["prob"] for c in one["candidates"] if c["meaning"] == m) for m in meanings}


def entropy(masses: Sequence[float]) -> float:
    return sum(-m * math.log(m) for m in masses if m > 0)


def twin(one: Any, name: str) -> float | None:
    """The definitions of docs/detectors.md, one after another."""
    steps = range(one["answer_step"], one["answer_end"] + 1)
    logprobs = [one["answer_logprobs"][step - 1] for step in steps]
    entropies = [one["answer_entropies"][step - 1] for step in steps]
    shares = [s["meaning"] for s in one["samples"]]
    n = len(shares)
    match name:
        case "sequence_logprob":
            return -sum(logprobs)
        case "perplexity":
            return -sum(logprobs) / len(logprobs)
        case "entropy_first":
            return one["answer_entropies"][one["content_step"] - 1]
        case "entropy_mean":
            return None if None in entropies else sum(entropies) / len(entropies)
        case "entropy_max":
            return None if None in entropies else max(entropies)
        case "top_entropy":
            return one["top_entropy"]
        case "concept_entropy":
            return entropy(pooled(one).values()) + one["residual"] * math.log(500)
        case "pooled_margin":
            mine = one["answer_meaning"]
            others = [mass for meaning, mass in pooled(one).items() if meaning != mine]
            return None if mine is None else max(others, default=0) - pooled(one).get(mine, 0)
        case "answer_characters":
            return len(one["answer"])
        case "answer_tokens":
            return len(steps)
        case "self_consistency":
            return sum(not s["agrees"] for s in one["samples"]) / n if n else None
        case "semantic_entropy_discrete":
            return entropy([shares.count(meaning) / n for meaning in set(shares)]) if n else None
        case "semantic_entropy":
            texts = {(s["meaning"], tuple(s["tokens"])): s["logprob"] for s in one["samples"]}
            of_class = [
                sum(math.exp(p) for (meaning, _), p in texts.items() if meaning == share)
                for share in shares
            ]
            return -sum(map(math.log, of_class)) / n if n else None
        case "p_true":
            true, false = ((one[f"p_{x}_lower"], one[f"p_{x}_upper"]) for x in ("true", "false"))
            if true[0] is None or not true[0] + false[0] > 0:
                return None
            shares = [f / (t + f) for t in true for f in false if t + f > 0]
            return false[0] / (true[0] + false[0]) if max(shares) - min(shares) <= 0.2 else None
        case "p_true_literal":
            return None if one["p_true_literal"] is None else -one["p_true_literal"]
    raise AssertionError(name)


PROBS = st.floats(0, 1)
MAYBE = st.none() | PROBS
WIDTHS = st.sampled_from((0.0, 0.01, 0.3))
MASSES = st.builds(
    lambda true, false, wide, wider: {
        "p_true_lower": true,
        "p_true_upper": true + wide,
        "p_false_lower": false,
        "p_false_upper": false + wider,
    },
    PROBS,
    PROBS,
    WIDTHS,
    WIDTHS,
)
"""What calling an answer true and false holds, known more or less well."""
NATS = st.floats(-20, 0)
WORDS = st.sampled_from([(1,), (1, 2), (2,), (3, 3)])


@st.composite
def rows(draw: st.DrawFn) -> Any:
    first, content, last = sorted(draw(st.tuples(*[st.integers(1, 5)] * 3)))
    logprob_of = {tokens: draw(NATS) for tokens in [(1,), (1, 2), (2,), (3, 3)]}
    drawn = draw(st.lists(st.tuples(WORDS, st.booleans()), max_size=6))
    asked = draw(st.booleans())
    return row(
        answer=draw(st.text(max_size=5).filter(lambda text: text.isprintable())),
        answer_logprobs=draw(st.lists(NATS, min_size=5, max_size=5)),
        answer_entropies=draw(
            st.lists(st.none() | st.floats(0, 9), min_size=5, max_size=5)
            | st.lists(st.floats(0, 9), min_size=5, max_size=5)
        ),
        answer_step=first,
        content_step=content,
        answer_end=last,
        top_entropy=draw(MAYBE),
        candidates=draw(st.lists(st.builds(candidate, PROBS, st.integers(0, 3)), max_size=6)),
        residual=draw(PROBS),
        answer_meaning=draw(st.none() | st.integers(0, 3)),
        samples=[
            sample(list(tokens), logprob_of[tokens], len(tokens), agrees)
            for tokens, agrees in drawn
        ],
        **(draw(MASSES) if asked else {}),
        p_true_literal=draw(MAYBE),
    )


@dataclass(frozen=True)
class Batched:
    """A frame that is read some rows at a time."""

    whole: pl.DataFrame
    rows: int

    def columns(self, names: Sequence[str]) -> pl.DataFrame:
        return self.whole.select(names)

    def batches(self, names: Sequence[str]) -> Iterator[pl.DataFrame]:
        for start in range(0, self.whole.height, self.rows):
            yield self.whole.select(names).slice(start, self.rows)

    def states(self) -> None:
        raise AssertionError("no score of a row needs hidden states")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows(), max_size=5), st.integers(1, 5))
def test_doubts_agree_with_their_definitions(some: list[Any], size: int) -> None:
    found = doubts(read_rows(Batched(frame_of(*some), size)), DETECTORS)
    assert tuple(found) == ROW_SCORES
    for name, values in found.items():
        wanted = [twin(one, name) for one in some]
        assert [math.isnan(value) for value in values] == [one is None for one in wanted], name
        for value, one in zip(values, wanted, strict=True):
            if one is not None:
                assert value == pytest.approx(one, abs=1e-9), name


def test_only_the_columns_of_the_detectors_asked_for_are_read() -> None:
    lean = frame_of(WRITTEN).drop("samples", "candidates", "p_true_lower")
    assert set(doubts(read_rows(lean), ["perplexity", "probe"])) == {"perplexity"}
    assert doubts(read_rows(lean), ["probe"]) == {}
    with pytest.raises(UserError, match="'samples'"):
        doubts(read_rows(lean), ["perplexity", "self_consistency"])


# --- the catalogue


def test_the_catalogue_names_what_runs_store() -> None:
    columns = set(answers_schema())
    for name, detector in DETECTORS.items():
        assert detector.name == name
        assert detector.needs in (None, "samples", "truth", "states")
        assert detector.cost is None or detector.cost in columns
        assert detector.label
        assert detector.explains
        assert "\n" not in detector.explains


def test_the_free_ones_need_nothing_and_come_first() -> None:
    assert tuple(DETECTORS)[: len(FREE)] == FREE
    assert len(FREE) == 10
    assert not probed(FREE)
    assert probed(["perplexity", "probe_question"])


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["all"], tuple(DETECTORS)),
        (["none"], ()),
        ([], ()),
        (["free"], FREE),
        (FREE, FREE),
        (["probe", "free"], (*FREE, "probe")),
        (["p_true", "perplexity", "p_true"], ("perplexity", "p_true")),
        ("p_true, perplexity", ("perplexity", "p_true")),
        ("all", tuple(DETECTORS)),
        (["perplexity", "all"], tuple(DETECTORS)),
    ],
)
def test_detectors_are_chosen_by_name(names: Sequence[str], wanted: tuple[str, ...]) -> None:
    assert chosen(names) == wanted


@pytest.mark.parametrize("names", ["", " ,"])
def test_no_name_at_all_is_told(names: str) -> None:
    with pytest.raises(UserError, match="no detector is named"):
        chosen(names)


@pytest.mark.parametrize("names", [["perplexity", "perplexty"], ["none", "probe"]])
def test_an_unknown_detector_is_named_with_those_that_are_known(names: list[str]) -> None:
    unknown = next(name for name in names if name not in DETECTORS)
    with pytest.raises(UserError, match=rf"^{unknown}: no such detector; known are .*p_true") as it:
        chosen(names)
    assert all(name in str(it.value) for name in DETECTORS)
