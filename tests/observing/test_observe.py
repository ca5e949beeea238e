"""One question observed on table models: every figure against its definition."""

import math
import re
from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given, settings
from tables import QUESTION, form_lists, model, random_table, seeds, texts

from misspoke.concepts.answer_step import answer_start
from misspoke.lm.table import END, Table, TableModel
from misspoke.observing.diagnose import Observer
from misspoke.observing.observe import Limits
from misspoke.observing.worked_example import worked_example
from misspoke.records import Question, UserError
from misspoke.records.observation import Observation
from misspoke.search import AnswerLimits

EXACT = Limits(epsilon=0.0, mass_nodes=100_000, answers=AnswerLimits(nodes=50))
_OPENER = re.compile("(?:[ \\t'\"*_`]|(?:the|The|THE|a|A|an|An|AN)(?=\\Z|[ \\t]))+")


def look(lm: TableModel, question: Question, limits: Limits = EXACT) -> Observation:
    [found] = Observer.of(lm, limits=limits).observe([question])
    return found.row


@settings(max_examples=60, deadline=None)
@given(seeds, form_lists)
def test_sampling_is_right_as_often_as_the_string_mass_says(seed: int, forms: list[str]) -> None:
    """E[correct] under exact sampling, with `correct` as a row has it, is the string P-mass."""
    table = random_table(seed, depth=3, branch=3)
    said = [(text, prob) for text, prob in texts(table)]
    assume(not any(answer_start(text, QUESTION, None) for text, _ in said))  # its own condition
    question = Question(QUESTION, [forms])
    row = look(model(table), question)
    expected = 0.0
    for text, prob in said:
        lm = model({(): {text or END: 1.0}})
        expected += prob * look(lm, question).correct
    assert row.p_mass.lower == pytest.approx(expected, abs=1e-9)
    assert row.p_mass.upper == pytest.approx(expected, abs=1e-9)


def enumerated_first_token_mass(table: Table, lm: TableModel, forms: Sequence[str]) -> float:
    """Content first-token P-mass at the prompt's end, over all opener paths of the table."""
    encode = lm.tokenizer.encode
    is_opener = {text: bool(_OPENER.fullmatch(text)) for text in lm.tokenizer.texts}

    def starts(before: str) -> set[str]:
        joiner = "" if not before or before[-1] in " \t'\"*_`" else " "
        firsts = {encode(joiner + form)[0] for form in forms}
        return {lm.tokenizer.texts[t] for t in firsts if t < len(lm.tokenizer.texts)}

    def mass(path: tuple[str, ...], prob: float) -> float:
        behind = table.get(path, {END: 1.0})
        wanted = starts(QUESTION + "\nAnswer:" + "".join(path))
        total = prob * sum(p for t, p in behind.items() if t in wanted and not is_opener[t])
        if len(path) < 2:
            openers = [
                (t, p)
                for t, p in behind.items()
                if is_opener[t] and _OPENER.fullmatch("".join(path) + t)
            ]
            total += sum(mass((*path, t), prob * p) for t, p in openers)
        return total

    return mass((), 1.0)


@settings(max_examples=80, deadline=None)
@given(seeds, form_lists)
def test_first_token_mass_is_the_sum_over_opener_paths(seed: int, forms: list[str]) -> None:
    table = random_table(seed)
    lm = model(table)
    row = look(lm, Question(QUESTION, [forms]))
    assume(row.answer_step == 1)
    truth = enumerated_first_token_mass(table, lm, row.forms)
    assert row.p_mass_first == pytest.approx(truth, abs=1e-9)
    assert row.p_mass_first_upper == pytest.approx(row.p_mass_first, abs=1e-9)
    assert row.p_mass_first <= 1
    at_one = next(t for t in row.tempered if t.temperature == 1.0)
    assert at_one.p_mass_first == pytest.approx(row.p_mass_first, abs=1e-9)
    assert at_one.entropy == pytest.approx(row.token_entropy, abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(seeds, form_lists)
@example(1912, ["1"])  # an opener path that the answer search alone read
def test_first_token_bounds_hold_where_the_search_stops_early(seed: int, forms: list[str]) -> None:
    table = random_table(seed, depth=3)
    lm = model(table)
    row = look(lm, Question(QUESTION, [forms]), Limits(epsilon=0.3, mass_nodes=2))
    assume(row.answer_step == 1)
    truth = enumerated_first_token_mass(table, lm, row.forms)
    assert row.p_mass_first - 1e-9 <= truth <= row.p_mass_first_upper + 1e-9


@settings(max_examples=50, deadline=None)
@given(seeds, form_lists)
def test_each_prefix_is_forwarded_once(seed: int, forms: list[str]) -> None:
    lm = model(random_table(seed))
    row = look(lm, Question(QUESTION, [forms]), Limits())
    paths: list[tuple[int, ...]] = []
    for node in row.nodes:
        paths.append((*(paths[node.parent] if node.parent >= 0 else ()), node.token))
        assert node.text == (lm.tokenizer.token_bytes[node.token] or b"").decode()
    assert len(set(paths)) == len(paths)
    header = sum(1 for _ in Observer.of(lm).prompter.prompt(
        Question(QUESTION, [forms]), 1).context.header)  # fmt: skip
    assert row.forward_tokens == len(row.prompt_tokens) - header + len(paths)


def test_rows_do_not_depend_on_what_runs_beside_them() -> None:
    questions = [Question(f"Q{i}?", [["Paris", "St"]], id=str(i)) for i in range(12)]
    tables = {f"Q{i}?": random_table(i) for i in range(12)}
    together = [o.row for o in Observer.of(TableModel(tables), in_flight=5).observe(questions)]
    alone = [look(TableModel(tables), q, Limits()) for q in questions]
    assert sorted(together, key=lambda r: int(r.id)) == alone


def test_the_worked_example_is_a_split_vote() -> None:
    lm, question = worked_example()
    row = look(lm, question)
    probs = dict(zip(row.first_tokens, row.first_token_probs, strict=True))
    assert probs[" Saint"] == pytest.approx(0.24)
    assert probs[" St"] == pytest.approx(0.13)
    assert probs[" C"] == pytest.approx(0.12)
    assert (row.winner_token, row.winner_prob) == (" Mos", pytest.approx(0.31))
    assert row.p_mass_first_literal == pytest.approx(0.49)
    assert row.outcome == "commitment_failure"
    assert row.cause == "split_vote"
    assert row.p_mass.lower > row.emitted_mass.upper > row.top_form_prob  # type: ignore[operator]


def answer_of(table: dict[tuple[str, ...], dict[str, float]], question: Question) -> Observation:
    return look(TableModel({question.question: table}), question)


CAPITAL = Question("What is the capital of Honduras?", ["Tegucigalpa"])


def test_the_answer_step_is_behind_an_echo() -> None:
    row = answer_of(
        {
            (): {" The": 1.0},
            (" The",): {" capital of Honduras": 1.0},
            (" The", " capital of Honduras"): {" is": 1.0},
            (" The", " capital of Honduras", " is"): {" Tegucigalpa": 0.7, " San Pedro Sula": 0.3},
        },
        CAPITAL,
    )
    assert row.answer_step == 4
    assert row.answer == "Tegucigalpa"
    assert row.correct
    assert row.p_mass.lower == pytest.approx(0.7)


def test_a_walk_that_leaves_a_gold_path_is_lost_midway() -> None:
    question = Question("Who wrote it?", ["Adam Smith"])
    row = answer_of(
        {
            (): {" Adam": 0.9, " Karl Marx": 0.1},
            (" Adam",): {" Smith": 0.45, " Lambert": 0.55},
        },
        question,
    )
    assert row.lost_midway
    assert row.lost_step == 2
    assert row.lost_mass == pytest.approx(0.45)
    assert row.p_mass.lower == pytest.approx(0.405)
    assert row.cause == "minority_belief"
    assert row.outcome_first == "commitment_failure"
    assert row.content_winner_is_gold


def test_a_refusal_is_neither_right_nor_wrong() -> None:
    row = answer_of({(): {" I don't know": 0.6, " Tegucigalpa": 0.4}}, CAPITAL)
    assert row.abstained
    assert row.outcome == "abstained"
    assert row.cause is None
    assert row.p_mass.lower == pytest.approx(0.4)


def test_a_number_after_a_blank_is_no_evidence() -> None:
    question = Question("In which year?", ["1912"])
    row = answer_of({(): {" ": 1.0}, (" ",): {"1912": 0.1, "1913": 0.9}}, question)
    assert row.p_mass_first_literal == pytest.approx(1.0)
    assert row.p_mass_first == pytest.approx(0.1)
    assert row.outcome_first_literal == "commitment_failure"
    assert row.outcome == "knowledge_gap"


def test_near_ties_are_flagged() -> None:
    tie = {(): {" Tegucigalpa": 0.50001, " San Pedro Sula": 0.49999}}
    assert answer_of(tie, CAPITAL).near_tie
    assert not answer_of({(): {" Tegucigalpa": 0.6, " Lima": 0.4}}, CAPITAL).near_tie


def test_candidates_and_residual_add_up() -> None:
    for seed in range(30):
        row = look(model(random_table(seed)), Question(QUESTION, ["Paris"]), Limits())
        assert row.candidates
        assert math.isclose(sum(c.prob for c in row.candidates) + row.residual, 1, abs_tol=1e-9)


def test_an_answer_that_is_cut_is_a_candidate() -> None:
    """Even if it is improbable, and began late: it is what the model said."""
    table: dict[tuple[str, ...], dict[str, float]] = {(): {"The capital is": 1.0}}
    path: tuple[str, ...] = ("The capital is",)
    for _ in range(40):
        table[path] = {" far": 0.4, **{f" {word}": 0.3 for word in ("away", "off")}}
        path = (*path, " far")
    row = look(TableModel({CAPITAL.question: table}), CAPITAL, Limits(answer_tokens=8))
    assert row.answer_step == 2
    assert row.answer == " ".join(["far"] * 7)
    assert row.answer in {candidate.answer for candidate in row.candidates}


def test_an_answer_without_a_letter_is_refused() -> None:
    with pytest.raises(UserError, match="no answer has a letter"):
        look(model(random_table(1)), Question(QUESTION, ["…"]))


def test_examples_never_hold_a_rows_own_answers() -> None:
    lm = model(random_table(1))
    row = look(lm, Question(QUESTION, ["Mars"]), Limits())
    assert "Mars" not in row.prompt
    row = look(lm, Question(QUESTION, ["Mars"], distractors=["Giraffe"]), Limits())
    assert "Mars" not in row.prompt
    assert "Giraffe" not in row.prompt
