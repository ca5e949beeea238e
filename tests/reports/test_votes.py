from reports.report_rows import every_outcome, exactly, row

from misspoke.records import Interval
from misspoke.records.observation import Candidate
from misspoke.reports.votes import begins, concepts


def test_the_masses_of_all_concepts_add_up_to_one() -> None:
    for one in every_outcome().values():
        assert abs(sum(concept.mass.lower for concept in concepts(one)) - 1) < 1e-9


def test_gold_is_split_into_its_strings_the_heaviest_first() -> None:
    gold = concepts(row(forms=(("Farsi", 0.1), ("Persian", 0.3), ("farsi", 0.001))))[0]
    assert [vote.string for vote in gold.votes] == ["Persian", "Farsi"]


def test_mass_of_strings_that_are_not_listed_is_shown_together() -> None:
    spellings = [(f"P{i}", 0.004) for i in range(10)]
    gold = concepts(row(forms=[("Persian", 0.3), *spellings]))[0]
    rest = gold.votes[-1]
    assert rest.string == "its other spellings"
    assert abs(rest.mass.lower - 0.04) < 1e-9


def test_a_right_answer_marks_the_string_that_was_said() -> None:
    gold = concepts(row(answer="Farsi.", outcome="correct", emitted=0.21))[0]
    assert [vote.string for vote in gold.votes if vote.emitted] == ["Farsi"]


def test_a_right_answer_that_no_form_begins_is_shown_by_itself() -> None:
    gold = concepts(row(answer="Pārsi", outcome="correct"))[0]
    assert gold.emitted


def test_the_emitted_class_names_its_other_spellings() -> None:
    one = row(emitted_mass=exactly(0.4), emitted_form_mass=exactly(0.1))
    emitted = concepts(one)[1]
    assert [(vote.string, vote.emitted) for vote in emitted.votes] == [
        ("Arabic", True),
        ("its other spellings", False),
    ]


def test_candidates_are_pooled_and_those_counted_elsewhere_left_out() -> None:
    candidates = (
        Candidate("Arabic", 0.2, 0, 0),
        Candidate("Arabic, in the south", 0.1, 3, 3),
        Candidate("the Persian language", 0.1, 4, 4),
        Candidate("Turkish", 0.05, 1, 1),
        Candidate("Turkic", 0.02, 1, 1),
        Candidate("Latin", 0.001, 2, 2),
    )
    others = [c for c in concepts(row(candidates=candidates)) if c.role == "other"]
    assert [(c.label, round(c.mass.lower, 9)) for c in others] == [("Turkish", 0.07)]


def test_beginning_with_a_form_needs_the_end_of_a_word() -> None:
    assert begins("the Ukrainian language", "Ukrainian")
    assert begins('"C."', "C")
    assert not begins("Cr", "C")
    assert not begins("Paris", "")


def test_an_interval_leaves_the_rest_its_upper_bound() -> None:
    rest = concepts(row(p_mass=Interval(0.1, 0.4), emitted=0.2, candidates=()))[-1]
    assert abs(rest.mass.upper - 0.7) < 1e-9
