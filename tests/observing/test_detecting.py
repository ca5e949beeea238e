"""What detectors need beyond an observation, on table models: against enumeration and by hand."""

import math
import random
from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from reference import in_event
from tables import QUESTION, model, random_table, seeds, texts

from misspoke.concepts import Event
from misspoke.concepts.equivalence import classes
from misspoke.concepts.reading import close_reader
from misspoke.concepts.sameness import same
from misspoke.concepts.text import answer_end
from misspoke.lm.table import END, Table, TableModel
from misspoke.observing.detecting import Extras, default_layers
from misspoke.observing.diagnose import Observed, Observer
from misspoke.observing.observe import Limits
from misspoke.prompts.judging import FALSE, TRUE
from misspoke.records import Question
from misspoke.records.observation import Observation
from misspoke.search import AnswerLimits

ASKING = "The possible answer is:"
"""Stands in the prompt that asks whether an answer is true, behind the question."""
EXACT = Limits(epsilon=0.0, mass_nodes=10_000, answers=AnswerLimits(nodes=500, residual=0.0))


def observed(lm: TableModel, extras: Extras, question: Question | None = None) -> Observed:
    asked = question or Question(QUESTION, ["Paris"])
    [found] = Observer.of(lm, limits=EXACT, extras=extras).observe([asked])
    return found


def look(lm: TableModel, **extras: object) -> Observation:
    return observed(lm, Extras(**extras)).row  # type: ignore[arg-type]


def spread(**probs: float) -> Table:
    """Answers of one token each, then the end."""
    return {(): {f" {answer}": prob for answer, prob in probs.items()}}


def said_of_truth(seed: int) -> Table:
    """What a model says when it is asked whether an answer is true: bits of the ways to say it."""
    draw = random.Random(seed)
    pieces = [" True", "True", " true", "TRUE", " False", "false", " (", "(A", "A", ")", " (A)",
              " (B)", "B)", "ly", ".", "\n", " the", " ", "s", "F", "alse"]  # fmt: skip
    table: dict[tuple[str, ...], dict[str, float]] = {}

    def grow(path: tuple[str, ...]) -> None:
        tokens = [*draw.sample(pieces, k=draw.randint(2, 5)), END]
        weights = [draw.random() + 1e-3 for _ in tokens]
        table[path] = {t: w / sum(weights) for t, w in zip(tokens, weights, strict=True)}
        if len(path) < 2:
            for token in tokens[:-1]:
                grow((*path, token))

    grow(())
    return table


def test_a_clause_behind_the_answer_is_no_other_answer() -> None:
    table: Table = {
        (): {" Canada": 1.0},
        (" Canada",): {", in": 0.5, END: 0.4, " Dry": 0.1},
        (" Canada", ", in"): {" the west.": 1.0},
    }
    row = look(model(table))
    assert row.answer == "Canada, in the west"
    meanings = {one.answer: one.meaning for one in row.candidates}
    assert meanings["Canada, in the west"] == meanings["Canada"] == row.answer_meaning
    assert meanings["Canada Dry"] != row.answer_meaning
    assert row.rival_mass == pytest.approx(0.9)  # Paris is right, Canada the heaviest other


def test_p_true_is_found_behind_many_openers() -> None:
    """What calls an answer true may stand behind blanks and quotation marks in any number."""
    table: Table = {
        path: {" ": 0.3, '"': 0.3, " True": 0.2, " False": 0.1, "True": 0.1}
        for length in range(4)
        for path in product((" ", '"'), repeat=length)
    }
    row = look(TableModel({QUESTION: {(): {" Paris": 1.0}}, ASKING: table}), truth=True)
    assert row.p_true is not None
    assert row.p_false is not None
    assert max(row.p_true.width, row.p_false.width) <= 0.01
    total = sum(0.6**length for length in range(4))
    assert row.p_true.lower == pytest.approx(0.3 * total, abs=0.01)
    assert row.p_false.lower == pytest.approx(0.1 * total, abs=0.01)
    assert row.missing == ()


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_p_true_is_the_mass_of_every_way_to_say_it(seed: int) -> None:
    table = said_of_truth(seed)
    lm = TableModel({QUESTION: {(): {" Paris": 1.0}}, ASKING: table})
    row = look(lm, truth=True)
    for found, ways in ((row.p_true, TRUE), (row.p_false, FALSE)):
        expected = math.fsum(p for text, p in texts(table) if in_event(text, ways))
        assert found is not None
        assert found.lower - 1e-9 <= expected <= found.upper + 1e-9
        assert found.width <= 0.01 + 1e-9
    literal = table[()].get("True", 0.0)
    assert row.p_true_literal == pytest.approx(literal, abs=1e-12)


def test_asking_for_the_truth_costs_its_prompt_and_what_is_read() -> None:
    lm = TableModel({QUESTION: spread(Paris=1.0), ASKING: {(): {" True": 0.6, " False": 0.4}}})
    plain, asked = look(lm), look(lm, truth=True)
    assert asked.p_true is not None
    assert (asked.p_true.lower, asked.p_true.upper) == pytest.approx((0.6, 0.6), abs=0.01)
    assert asked.truth_tokens is not None
    assert asked.truth_tokens > 20  # its prompt, byte by byte, behind what all such prompts share
    assert asked.forward_tokens == plain.forward_tokens + asked.truth_tokens
    assert asked.missing == ()
    assert (plain.p_true, plain.p_true_literal, plain.truth_tokens) == (None, None, None)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_samples_are_paths_of_the_model_with_their_probabilities(seed: int) -> None:
    table = random_table(seed, depth=3, branch=3)
    lm = model(table)
    row = look(lm, samples=7, seed=seed)
    assert len(row.samples) == 7
    read = close_reader(QUESTION, None)
    for sample in row.samples:
        path = tuple(lm.tokenizer.texts[token] for token in sample.tokens)
        probs = [table.get(path[:at], {END: 1.0})[token] for at, token in enumerate(path)]
        assert sample.logprob == pytest.approx(math.fsum(map(math.log, probs)))
        text = "".join(token for token in path if token != END)
        assert sample.answer == (read(text, True) or "")
    greedy = [lm.tokenizer.texts[token] for token in row.answer_tokens]
    said = read("".join(token for token in greedy if token != END), True) or ""
    assert [s.agrees for s in row.samples] == [same(QUESTION)(said, s.answer) for s in row.samples]
    counts = Counter(sample.answer for sample in row.samples)
    order = sorted(counts, key=lambda answer: -counts[answer])
    labels = dict(zip(order, classes(order, same(QUESTION)), strict=True))
    assert [s.meaning for s in row.samples] == [labels[s.answer] for s in row.samples]


def test_samples_come_as_often_as_they_are_probable() -> None:
    row = look(model(spread(Rome=0.7, Oslo=0.3)), samples=2000)
    share = sum(sample.answer == "Rome" for sample in row.samples) / 2000
    assert share == pytest.approx(0.7, abs=0.04)
    assert sum(sample.agrees for sample in row.samples) / 2000 == share


def test_samples_count_only_what_greedy_did_not_read() -> None:
    table: Table = {
        (): {" New": 0.6, " Old": 0.4},
        (" New",): {" York": 0.5, " Delhi": 0.5 - 1e-9, END: 1e-9},
        (" Old",): {" Sarum": 1.0},
    }
    row = look(model(table), samples=40)
    assert {sample.answer for sample in row.samples} == {"New York", "New Delhi", "Old Sarum"}
    # behind the prompt: New (greedy's own), York or Delhi (one is greedy's), Old, Sarum
    assert row.sample_tokens == 3
    assert row.search_tokens == 3  # the same prefixes, each to see where its answer ends
    assert row.forward_tokens == look(model(table)).forward_tokens


def test_samples_do_not_depend_on_what_runs_beside_them() -> None:
    asked = [Question(f"Q{i}?", ["Paris"], id=str(i)) for i in range(9)]
    tables = {f"Q{i}?": random_table(i) for i in range(9)}
    extras = Extras(samples=5, truth=True)
    beside = Observer.of(TableModel(tables), extras=extras, in_flight=4).observe(asked)
    rows = {found.row.id: found.row for found in beside}
    for question in asked:
        [alone] = Observer.of(TableModel(tables), extras=extras).observe([question])
        assert rows[question.id] == alone.row


def test_another_seed_draws_other_samples() -> None:
    lm = model(spread(**{f"A{i}": 0.1 for i in range(10)}))
    one, again, other = (look(lm, samples=10, seed=seed) for seed in (0, 0, 1))
    assert one.samples == again.samples
    assert one.samples != other.samples


def test_what_a_model_hides_is_told_and_the_rest_is_measured() -> None:
    lm = TableModel(
        {QUESTION: spread(Paris=0.6, Rome=0.4), ASKING: {(): {" True": 0.6, " False": 0.4}}},
        reveals=1,
    )
    found = observed(lm, Extras(samples=3, truth=True, layers=default_layers(lm.blocks)))
    assert found.states is None
    assert found.row.samples == ()
    assert found.row.sample_tokens is None
    assert {m.what: m.reason for m in found.row.missing} == {
        "samples": "the model shows only its 1 most probable tokens",
        "truth": "too little is known of what calls the answer true",
        "states": "the model shows no hidden states",
    }
    assert found.row.p_true is not None
    assert found.row.p_true.lower == pytest.approx(0.6)
    assert found.row.p_false is not None
    assert found.row.p_false.upper == pytest.approx(0.4)  # all that is hidden may be False
    assert found.row.p_true_literal is None
    assert found.row.top_entropy is None


def test_an_empty_answer_cannot_be_asked_about() -> None:
    row = look(model({(): {END: 1.0}}), truth=True, samples=2)
    assert [(m.what, m.reason) for m in row.missing] == [("truth", "the answer is empty")]
    assert row.p_true is None
    assert [sample.answer for sample in row.samples] == ["", ""]


def test_a_prompt_that_does_not_fit_is_told() -> None:
    lm = model(spread(Paris=1.0))
    tokens = len(look(lm).prompt_tokens)
    lm.window = tokens + EXACT.answer_tokens  # the question fits exactly
    answer = "Paris " * 40
    lm = TableModel({QUESTION: {(): {f" {answer}": 1.0}}})
    lm.window = tokens + EXACT.answer_tokens
    row = look(lm, truth=True)
    assert [m.what for m in row.missing] == ["truth"]
    assert "does not fit" in row.missing[0].reason


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_meanings_and_the_rival_by_their_definitions(seed: int) -> None:
    question = Question(QUESTION, [["Paris", "St"]])
    row = observed(model(random_table(seed)), Extras(), question).row
    answers = [one.answer for one in row.candidates]
    read = close_reader(QUESTION, None)
    meant = [read(answer, True) or answer for answer in answers]
    assert [one.meaning for one in row.candidates] == classes(meant, same(QUESTION))
    event = Event(row.forms)
    masses: Counter[int] = Counter()
    for one in row.candidates:
        masses[one.meaning] += one.prob  # type: ignore[assignment]
    right = {c.meaning for c in row.candidates if event.holds(c.answer) is not None}
    rivals = [mass for meaning, mass in masses.items() if meaning not in right]
    assert row.rival_mass == pytest.approx(max(rivals, default=0.0))
    if row.answer_step == 1:
        [meaning] = {c.meaning for c in row.candidates if c.answer == row.answer}
        assert row.answer_meaning == meaning


@settings(max_examples=80, deadline=None)
@given(seeds)
def test_where_the_content_begins_and_the_answer_ends(seed: int) -> None:
    lm = model(random_table(seed))
    row = observed(lm, Extras()).row
    said = ["" if t == 0 else lm.tokenizer.texts[t] for t in row.answer_tokens]
    behind = said[row.answer_step - 1 :]
    ended = [answer_end("".join(behind[:count])) is not None for count in range(1, len(behind) + 1)]
    first = ended.index(True) if True in ended else len(behind) - 1
    assert row.answer_end == min(row.answer_step + first, len(said))
    assert row.answer_step <= row.content_step <= len(said)
    assert row.answer_entropies[row.content_step - 1] is not None


def test_top_entropy_is_a_share_of_the_most_that_it_can_be() -> None:
    even = look(model(spread(**{f"A{i}": 1 / 8 for i in range(8)})))
    # 256 bytes stand in the vocabulary, so that 100 tokens are looked at, 92 of them impossible
    assert even.top_entropy == pytest.approx(math.log(8) / math.log(100))
    many = look(model(spread(**{f"A{i}": 1 / 150 for i in range(150)})))
    assert many.top_entropy == pytest.approx(1.0)


def test_top_entropy_is_read_behind_openers() -> None:
    table: Table = {(): {' "': 1.0}, (' "',): {"Paris": 0.5, "Rome": 0.5}}
    row = look(model(table))
    assert row.content_step == 2
    assert row.top_entropy == pytest.approx(math.log(2) / math.log(100))
    assert row.token_entropy == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("blocks", "layers"), [(0, ()), (3, (1, 2, 3)), (18, (2, 4, 7, 9, 11, 14, 16, 18))]
)
def test_layers_are_evenly_spread_and_end_with_the_last(
    blocks: int, layers: tuple[int, ...]
) -> None:
    assert default_layers(blocks) == layers


def test_nothing_is_measured_that_was_not_asked_for() -> None:
    lm = model(spread(Paris=1.0))
    found = observed(lm, Extras())
    assert found.row.samples == ()
    assert found.states is None
    assert (found.row.sample_tokens, found.row.missing) == (None, ())
