"""First-token failures that the string mass does not confirm: one row for each class, and laws."""

from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from summary_rows import SCHEMA
from summary_rows import row as summary_row
from tables import QUESTION, form_lists, model, random_table, seeds

from misspoke.diagnosis import artefacts, unconfirmed
from misspoke.diagnosis.artefacts import ARTEFACTS, KINDS, NAMED, artefact, opener
from misspoke.diagnosis.rows import FAILURE, GAP, OPEN, Rows, read_rows
from misspoke.lm.table import END
from misspoke.observing.diagnose import Observer
from misspoke.records import Question, UserError

TAU = 0.2


def row(
    tokens: dict[str, float],
    *gold: list[str],
    content: float | None = None,
    says: dict[str, float] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A wrong row: the literal S with probabilities, groups of right names, candidates."""
    inside = sum(p for token, p in tokens.items() if opener(token) is None)
    return (
        summary_row(0.05, upper=0.06, rival=0.3)
        | {
            "answer": next(iter(says or {}), "nothing"),
            "gold": list(gold),
            "several_groups": len(gold) > 1,
            "forms": [name for names in gold for name in names],
            "winner_token": next(iter(tokens), "x"),
            "first_tokens": list(tokens),
            "first_token_probs": list(tokens.values()),
            "p_mass_first_literal": sum(tokens.values()),
            "p_mass_first": inside if content is None else content,
            "p_mass_first_upper": inside if content is None else content,
            "top_tokens": [{"token": token, "prob": p} for token, p in tokens.items()],
            "candidates": [
                {"answer": answer, "prob": p, "concept": i}
                for i, (answer, p) in enumerate((says or {}).items())
            ],
        }
        | changes
    )


def rows_of(*rows: dict[str, Any]) -> Rows:
    return read_rows(pl.DataFrame(list(rows), schema=SCHEMA, orient="row"))


NUMBER = row({" ": 0.7}, ["1984"], content=0.4, says={"1996": 0.1, "1984": 0.05})
ARTICLE = row({" A": 0.25, " Andes": 0.05}, ["A", "Andes"])
ALIAS = row({" Danish": 0.3}, ["Danish Language"], says={"Danish": 0.2}, alias_gap=True)
SEVERAL = row({" Bob": 0.15, " Ann": 0.15}, ["Bob Roy"], ["Ann Lee"], says={"Bob Dylan": 0.1})
ADAM = row({" Adam": 0.5}, ["Adam Smith"], says={"Adam Lambert": 0.4, "Adam Smith": 0.05})
UNSEEN = row({" C": 0.4}, ["Cairo"], says={"Giza": 0.2})


@pytest.mark.parametrize(
    ("stored", "literal", "content"),
    [
        (NUMBER, "blank", "shared"),
        (ARTICLE, "article", None),
        (ALIAS, "alias_gap", "alias_gap"),
        (SEVERAL, "several_answers", "several_answers"),
        (ADAM, "shared", "shared"),
        (UNSEEN, "other", "other"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_class_has_its_row(stored: dict[str, Any], literal: str, content: str | None) -> None:
    rows = rows_of(stored)
    for kind, wanted in zip(KINDS, (literal, content), strict=True):
        found = unconfirmed.unconfirmed(rows, kind, TAU, seed=0)
        assert found.failures == (wanted is not None)
        counts = {name: rate.numerator for name, rate in found.classes.items()}
        assert counts == dict.fromkeys(ARTEFACTS, 0) | ({wanted: 1} if wanted else {})


@pytest.mark.parametrize(
    ("token", "wanted"),
    [
        (" ", "blank"),
        (' "', "blank"),
        ("\u00a0", "blank"),
        (" The", "article"),
        ("an", "article"),
        (' "A', "article"),
        (" Theo", None),
        (" 1", None),
        ("-", None),
    ],
)
def test_openers_are_blanks_or_articles(token: str, wanted: str | None) -> None:
    assert opener(token) == wanted


def test_an_opener_matters_only_where_the_rest_is_below_tau() -> None:
    enough = row(
        {" ": 0.3, " Nineteen": 0.2}, ["1984", "Nineteen eighty"], says={"Nineteen ten": 0.1}
    )
    assert artefact(enough, "literal", TAU).name == "shared"
    assert artefact(enough, "literal", 0.25).name == "blank"


def test_the_heavier_opener_gives_the_name() -> None:
    assert artefact(row({" ": 0.2, " A": 0.1}, ["1", "A"]), "literal", TAU).name == "blank"
    assert artefact(row({" ": 0.1, " A": 0.2}, ["1", "A"]), "literal", TAU).name == "article"


def test_the_order_decides_and_the_flags_tell_the_rest() -> None:
    doubtful = NUMBER | {"alias_gap": True, "answer": "1984 or 1985"}
    found = artefact(doubtful, "literal", TAU)
    assert (found.name, found.flags) == ("blank", ("blank", "alias_gap", "shared"))
    assert artefact(doubtful, "first", TAU).flags == ("alias_gap", "shared")


@pytest.mark.parametrize(
    ("answer", "flag", "wanted"),
    [
        ("Adam Lambert", True, "shared"),  # F1 is 0.5: the flag holds, another person
        ("Adam", True, "alias_gap"),
        ("Adam John Smith", True, "alias_gap"),
        ("Adam", False, "shared"),
    ],
)
def test_a_shared_first_name_is_no_alias(answer: str, flag: bool, wanted: str) -> None:
    stored = ADAM | {"answer": answer, "alias_gap": flag}
    assert artefact(stored, "first", TAU).name == wanted


def test_one_answer_that_reaches_tau_alone_needs_no_sum() -> None:
    alone = row({" Bob": 0.25, " Ann": 0.1}, ["Bob Roy"], ["Ann Lee"], says={"Bob Dylan": 0.1})
    assert artefact(alone, "literal", TAU).name == "shared"
    one_group = row({" Bob": 0.15, " Ann": 0.15}, ["Bob Roy", "Ann Lee"])
    assert artefact(one_group, "literal", TAU).name == "other"


def test_mass_behind_openers_may_belong_to_any_answer() -> None:
    """It is not known whose it is, so it is taken to be each one's."""
    hidden = row({" Bob": 0.1, " Ann": 0.1}, ["Bob Roy"], ["Ann Lee"], content=0.35)
    assert artefact(hidden, "first", TAU).name == "other"


def test_right_candidates_share_nothing() -> None:
    right = row({" Adam": 0.5}, ["Adam Smith"], says={"Adam Smith, 1776": 0.4, "Adam Smith": 0.05})
    assert artefact(right, "literal", TAU).name == "other"


def test_a_candidate_goes_by_its_longest_token() -> None:
    chicago = row({" C": 0.3}, ["Cairo"], says={"Chicago": 0.3})
    assert artefact(chicago, "literal", TAU).name == "shared"
    whole = chicago | {"top_tokens": [{"token": " Chicago", "prob": 0.3}]}
    assert artefact(whole, "literal", TAU).name == "other"


def test_little_is_not_enough_unless_the_answer_itself_left_the_path() -> None:
    little = row({" Kath": 0.3}, ["Kathmandu"], says={"Kathiyal": NAMED / 2})
    assert artefact(little, "first", TAU).name == "other"
    assert artefact(little | {"lost_midway": True}, "first", TAU).name == "shared"


def test_articles_before_a_candidate_do_not_hide_its_first_word() -> None:
    lao = row({" Lao": 0.01}, ["Lao kip"], content=0.4, says={"the Lao baht": 0.1})
    assert artefact(lao, "first", TAU).shared == (("the Lao baht", 0.1),)


def test_the_literal_tokens_do_not_look_behind_an_article() -> None:
    lao = row({" Lao": 0.3}, ["Lao kip"], says={"the Lao baht": 0.1}, lost_midway=True)
    assert artefact(lao | {"winner_token": " the"}, "literal", TAU).name == "other"
    assert artefact(lao | {"winner_token": " Lao"}, "literal", TAU).name == "shared"
    assert artefact(lao | {"winner_token": " the"}, "first", TAU).name == "shared"


def test_confirmed_undetermined_and_missed_are_apart() -> None:
    high = {"p_mass_lower": 0.3, "p_mass_upper": 0.31}
    rows = rows_of(
        ADAM,
        ADAM | high,
        ADAM | {"p_mass_lower": 0.19, "p_mass_upper": 0.21},
        NUMBER | high | {"p_mass_first_literal": 0.1},
        ADAM | {"correct": True},
        ADAM | {"abstained": True},
    )
    found = unconfirmed.unconfirmed(rows, "literal", TAU, seed=0)
    assert (found.failures, found.confirmed, found.undetermined, found.missed) == (3, 1, 1, 1)
    bounds = found.unconfirmed
    assert (bounds.lower.numerator, bounds.upper.numerator) == (1, 2)
    assert bounds.lower.denominator == bounds.upper.denominator == 3
    assert all(rate.denominator == 3 for rate in found.classes.values())


def test_articles_of_the_aliases_as_given() -> None:
    tops = [{"token": " The", "prob": 0.5}, {"token": " Hague", "prob": 0.02}]
    hague = row({" Hague": 0.02}, ["The Hague", "Den Haag"], forms=["Hague"], top_tokens=tops)
    rows = rows_of(
        hague,
        hague | {"p_mass_lower": 0.3, "p_mass_upper": 0.3},
        hague | {"gold": [["Hague", "The", "A Hague"]]},  # no "The …" among them
        hague | {"p_mass_first_literal": 0.3},  # a failure as it is
        hague | {"correct": True},
        hague | {"first_tokens": [" The"]},  # counted as it is
    )
    found = unconfirmed.with_articles(rows, TAU)
    assert (found.added, found.unconfirmed) == (2, 1)


def test_numbers_are_known_by_a_digit() -> None:
    rows = rows_of(NUMBER, ADAM, ADAM | {"forms": ["two", "2"]}, ADAM | {"forms": []})
    assert unconfirmed.begin_with_digits(rows).tolist() == [True, False, True, False]
    some = np.array([False, True, True, False])
    assert unconfirmed.begin_with_digits(rows, some).tolist() == [False, False, True, False]


def test_an_empty_run_has_counts() -> None:
    found = unconfirmed.unconfirmed(rows_of(), "first", TAU, seed=0)
    assert found.failures == 0
    assert found.unconfirmed.lower.value is None


def test_a_missing_column_is_named() -> None:
    rows = read_rows(rows_of(ADAM).source.whole.drop("top_tokens"))
    with pytest.raises(UserError, match="'top_tokens'"):
        unconfirmed.judge(rows, np.array([True]), "first", TAU)


def observed(table: Any, answers: list[list[str]]) -> dict[str, Any]:
    [found] = Observer.of(model(table)).observe([Question(QUESTION, answers)])
    return asdict(found.row)


def test_a_number_behind_a_blank_is_no_first_content() -> None:
    """The blank holds 0.9 of the literal mass and 0.09 of the content; the year was another."""
    table = {
        (): {" ": 0.9, " none": 0.1},
        (" ",): {"2": 0.9, "1": 0.1},
        (" ", "2"): {"0": 1.0},
        (" ", "2", "0"): {END: 1.0},
        (" ", "1"): {"9": 1.0},
        (" ", "1", "9"): {END: 1.0},
    }
    stored = observed(table, [["19"]])
    assert stored["outcome_first_literal"] == "commitment_failure"
    assert stored["outcome_first"] == stored["outcome"] == "knowledge_gap"
    assert stored["first_tokens"] == (" ",)
    assert artefact(stored, "literal", TAU).name == "blank"


def test_the_first_name_of_another_person() -> None:
    table = {
        (): {" Adam": 0.8, " Bob": 0.2},
        (" Adam",): {" Lambert": 0.95, " Smith": 0.05},
        (" Adam", " Lambert"): {END: 1.0},
    }
    stored = observed(table, [["Adam Smith"]])
    assert stored["outcome_first"] == "commitment_failure"
    assert stored["outcome"] == "knowledge_gap"
    assert stored["alias_gap"]
    found = artefact(stored, "first", TAU)
    assert found.name == "shared"
    assert [answer for answer, _ in found.shared] == ["Adam Lambert"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seeds, form_lists)
def test_content_masses_hold_no_openers(seed: int, forms: list[str]) -> None:
    """Any row of any model: the openers in S are left out, so no content failure is theirs."""
    stored = observed(random_table(seed), [forms])
    parts = artefacts.first_tokens(stored, "first")
    assert (parts.blank, parts.article) == (0.0, 0.0)
    assert all(opener(token) is None for token, _ in parts.content)
    inside = sum(prob for _, prob in parts.content)
    assert inside + parts.behind == pytest.approx(parts.mass)
    assert not {"blank", "article"} & set(artefact(stored, "first", TAU).flags)
    literal = artefacts.first_tokens(stored, "literal")
    total = literal.blank + literal.article + sum(prob for _, prob in literal.content)
    assert literal.mass == pytest.approx(total)


TOKENS = st.dictionaries(
    st.sampled_from([" ", ' "', " The", " A", " Adam", " C", " Paris"]),
    st.sampled_from([0.0, 0.05, 0.1, 0.14]),
    max_size=6,
)
ROW = st.builds(
    lambda tokens, gold, content, low, width, says, changes: row(
        tokens,
        *gold,
        content=content,
        says=says,
        p_mass_lower=low,
        p_mass_upper=low + width,
        **changes,
    ),
    TOKENS,
    st.sampled_from([[["Adam Smith"]], [["1984"]], [["Paris"], ["Cairo", "C"]]]),
    st.sampled_from([0.0, 0.19, 0.2, 0.4]),
    st.sampled_from([0.0, 0.19, 0.2, 0.3]),
    st.sampled_from([0.0, 0.02]),
    st.dictionaries(st.sampled_from(["Adam Lambert", "1996", "Paris"]), st.just(0.1), max_size=2),
    st.fixed_dictionaries(
        {name: st.booleans() for name in ("alias_gap", "lost_midway", "correct", "abstained")}
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, max_size=12), st.sampled_from([0.1, 0.2, 0.3]))
def test_the_classes_partition_the_unconfirmed_failures(rows: list[Any], tau: float) -> None:
    run = rows_of(*rows)
    for kind in KINDS:
        found = unconfirmed.unconfirmed(run, kind, tau, seed=0)
        failures, by_string = unconfirmed.held_against(run, kind, tau)
        assert found.failures == failures.sum()
        assert found.confirmed == (failures & (by_string == FAILURE)).sum()
        assert found.undetermined == (failures & (by_string == OPEN)).sum()
        apart = found.unconfirmed.lower.numerator
        assert found.confirmed + found.undetermined + apart == found.failures
        assert sum(rate.numerator for rate in found.classes.values()) == apart
        for name, rate in found.classes.items():
            assert rate.numerator <= found.flags[name] <= apart
            assert max(found.several_groups[name], found.numbers[name]) <= rate.numerator
        for one in unconfirmed.judge(run, failures & (by_string == GAP), kind, tau):
            assert one.name == one.flags[0]
            assert list(one.flags) == [name for name in ARTEFACTS if name in one.flags]
            assert one.flags == ("other",) or "other" not in one.flags
