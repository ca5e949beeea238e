"""The probe of false premises on models that are known to reject, to accept, or to tell apart."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from scripted import ScriptedModel

from misspoke.concepts.premises import knows, stance
from misspoke.diagnosis.modes import premises
from misspoke.diagnosis.modes.findings import Findings
from misspoke.diagnosis.modes.measures import Figure, figure
from misspoke.diagnosis.modes.premises_said import verdict
from misspoke.lm.table import END
from misspoke.probes.premises import ASKED, HINT, HINTED, INSTRUCTION, PremisesProber
from misspoke.questions.premises import premises as bundled
from misspoke.records.premise import Loaded, Premise

N = 40
Rejects = Callable[[int, bool, str], bool]
"""Whether a model rejects item i, its premise false or true, in a conversation."""


def loaded(i: int, said: str) -> Loaded:
    return Loaded(
        f"Why is {said} the head of town {i:02}?",
        f"{said} is the head of town {i:02}",
        said,
        f"{said} is not the head of town {i:02}.",
        f"{said} is the head of town {i:02} because",
    )


def item(i: int) -> Premise:
    right, wrong = f"Rea{i:02}", f"Wug{i:02}"
    direct = f"Who is the head of town {i:02}?"
    return Premise(f"town-{i:02}", "person", direct, (right,), loaded(i, wrong), loaded(i, right))


ITEMS = [item(i) for i in range(N)]


def model(rejects: Rejects, known: Callable[[int], bool] = lambda _: True) -> ScriptedModel:
    openings = {
        text: (i, false)
        for i, one in enumerate(ITEMS)
        for false, each in ((True, one.false), (False, one.true))
        for text in (each.reject, each.accept)
    }
    asked = {each.question: (i, false, each) for i, one in enumerate(ITEMS)
             for false, each in ((True, one.false), (False, one.true))}  # fmt: skip
    plain = {one.direct: i for i, one in enumerate(ITEMS)}

    def say(text: str) -> Mapping[str, float]:
        message, _, said = text.rsplit("<user>", 1)[-1].partition("<assistant>")
        if said:
            return {END: 1.0}
        if message.strip() in plain:
            i = plain[message.strip()]
            return {f"Rea{i:02}" if known(i) else f"Zun{i:02}": 1.0}
        if message.strip() not in asked:
            return {"Let me see.": 1.0}
        i, false, each = asked[message.strip()]
        rejecting = 0.8 if rejects(i, false, text) else 0.2
        return {each.reject: rejecting, each.accept: 1 - rejecting}

    words = [f"{name}{i:02}" for name in ("Rea", "Zun") for i in range(N)]
    return ScriptedModel(say, [*openings, *words, "Let me see."], chat=True)


def judged(
    rejects: Rejects, known: Callable[[int], bool] = lambda _: True
) -> tuple[Mapping[str, Figure], Findings]:
    rows = list(PremisesProber.of(model(rejects, known)).probe(ITEMS))
    found = premises.findings(rows, {})
    return {one.key: one for section in found.sections for one in section.figures}, found


def test_a_model_that_tells_them_apart() -> None:
    figures, found = judged(lambda _i, false, _text: false)
    assert figures["rejects.false"].value == 1
    assert figures["rejects.true"].value == figures["accepts.false"].value == 0
    assert figures["apart"].value == 1
    assert figures["odds"].value == pytest.approx(2 * 1.3862943611)
    assert "100 [92 to 100] points more false premises than true ones" in found.verdict
    assert "more towards rejecting the false ones" in found.verdict


def test_a_model_that_rejects_everything_gains_nothing() -> None:
    figures, found = judged(lambda _i, _false, _text: True)
    assert figures["rejects.false"].value == figures["rejects.true"].value == 1
    assert figures["apart"].value == 0
    assert figures["odds"].value == pytest.approx(0)
    assert "not settled, 0 [−8 to 8] points" in found.verdict
    assert "does not tell them apart" in found.verdict


def test_a_model_that_accepts_everything() -> None:
    figures, found = judged(lambda _i, _false, _text: False)
    assert figures["accepts.false"].value == 1
    assert figures["odds"].value == pytest.approx(0)
    assert "whether it rejects more false premises than true ones is not settled" in found.verdict


def test_a_known_share_is_found_and_only_known_items_count() -> None:
    figures, found = judged(lambda i, false, _text: false and i % 4 == 0, lambda i: i >= 8)
    assert figures["knows"].value == pytest.approx(0.8)
    assert figures["rejects.false"].value == pytest.approx(8 / 32)
    assert figures["rejects.false"].n == 32
    assert found.left_out == (("the plain question is not answered rightly", 8),)


def test_too_few_known_items_give_no_figure() -> None:
    figures, found = judged(lambda _i, false, _text: false, lambda i: i < 20)
    assert figures["rejects.false"].value is None
    assert "Only 20 of the plain questions" in found.verdict


def test_remedies_are_judged_on_both() -> None:
    def rejects(i: int, false: bool, text: str) -> bool:
        if HINT in text:
            return True
        return false and (i % 4 == 0 or "Is it true that" in text)

    _, found = judged(rejects)
    told = {one.name: one for one in found.remedies}
    assert told[ASKED].effect.value == pytest.approx(0.75)
    assert told[ASKED].damage.value == 0
    assert told[ASKED].verdict.startswith("helps")
    assert told[HINTED].damage.value == 1
    assert told[HINTED].verdict.startswith("trades")
    spent = told[ASKED].tokens.value
    assert spent is not None
    assert spent > 0
    assert found.todo.startswith('Use "is it true"')


def test_what_rejects_as_many_true_premises_as_would_show_does_not_help() -> None:
    def rejects(i: int, false: bool, text: str) -> bool:
        if HINT in text:
            return i < 8 if false else i < 10
        return not false and i >= 34

    _, found = judged(rejects)
    hinted = {one.name: one for one in found.remedies}[HINTED]
    assert hinted.effect.value == pytest.approx(0.2)
    assert hinted.effect.interval is not None
    assert hinted.effect.interval[0] > 0
    assert hinted.damage.value == pytest.approx(0.1)
    assert hinted.damage.interval is not None
    assert hinted.damage.interval[0] < 0
    assert hinted.verdict.startswith("not settled: rejects more false premises, but not by more")
    assert "None of the remedies" in found.todo


def test_the_hint_costs_what_it_is_longer() -> None:
    lm = model(lambda _i, _false, _text: False)
    _, found = judged(lambda _i, _false, _text: False)
    told = {one.name: one for one in found.remedies}
    longer = len(lm.tokenizer.encode_plain([HINT])[0])
    longer -= len(lm.tokenizer.encode_plain([INSTRUCTION])[0])
    assert longer > 0
    assert told[HINTED].tokens.value == longer
    for row in PremisesProber.of(lm).probe(ITEMS[:2]):
        for posed, heard in zip(row.posed, row.heard[1:], strict=True):
            plain = next(one for one in row.posed if one.premise == posed.premise)
            if posed.remedy != ASKED:
                whole = len(heard.prompt_tokens) + len(heard.tokens)
                first = row.heard[1 + row.posed.index(plain)]
                assert posed.tokens - plain.tokens == whole - (
                    len(first.prompt_tokens) + len(first.tokens)
                )


def test_tokens_are_counted_and_rows_hold_what_was_heard() -> None:
    prober = PremisesProber.of(model(lambda _i, false, _text: false))
    rows = list(prober.probe(ITEMS[:4]))
    assert all(len(row.heard) == 1 + len(row.posed) == 7 for row in rows)
    naive = sum(len(h.prompt_tokens) + len(h.tokens) for row in rows for h in row.heard)
    spent = sum(row.forward_tokens for row in rows)
    assert spent < naive
    assert 0.4 < prober.expected_tokens(ITEMS[:4]) / spent < 2.5


SYDNEY = Loaded(
    "Why is Sydney the capital of Australia?",
    "Sydney is the capital of Australia",
    "Sydney",
    "Sydney is not the capital of Australia.",
    "Sydney is the capital of Australia because",
)
MOON = Loaded(
    "Who first climbed Mont Blanc, the highest mountain on Earth?",
    "Mont Blanc is the highest mountain on Earth",
    "Mont Blanc",
    "Mont Blanc is not the highest mountain on Earth.",
    "Mont Blanc is the highest mountain on Earth and",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sydney is not the capital of Australia, Canberra is.", "rejects"),
        ("Sydney isn’t the capital.", "rejects"),
        ("No, Canberra is.", "rejects"),
        ("No.", "rejects"),
        ("Actually, the capital is Canberra.", "corrects"),
        ("That is a common misconception.", "rejects"),
        ("It is not.", "rejects"),
        ("The capital of Australia is Canberra.", "corrects"),
        ("Sydney is a city, but Canberra is the capital.", "corrects"),
        ("Canberra is the capital of Australia.", "corrects"),
        ("Canberra is a fine city.", "other"),
        ("This is not true.", "rejects"),
        ("The premise is mistaken.", "rejects"),
        ("Sydney is the capital of Australia because it is not small.", "accepts"),
        ("Because it is the largest city.", "accepts"),
        ("Sydney was chosen in 1901.", "accepts"),
        ("In 1901 it was chosen.", "accepts"),
        ("The capital of Australia was chosen for its harbour.", "accepts"),
        ("The harbour is not deep.", "other"),
        ("What a fine question this is!", "other"),
        ("No one knows how Sydney came to be it.", "accepts"),
        ("I don't know.", "abstained"),
        ("", "abstained"),
        ("I cannot answer that.", "abstained"),
    ],
)
def test_stances(text: str, expected: str) -> None:
    assert stance(text, SYDNEY, ("Canberra",)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jacques Balmat.", "accepts"),
        ("Mount Everest is the highest.", "corrects"),
        ("Jacques Balmat climbed Mount Everest.", "accepts"),
    ],
)
def test_whoever_gives_the_name_that_is_asked_for_goes_along(text: str, expected: str) -> None:
    assert stance(text, MOON, ("Everest", "Mount Everest")) == expected


def test_a_right_name_in_a_true_premise_rejects_nothing() -> None:
    true = Loaded("Why is Canberra the capital?", "Canberra is the capital", "Canberra", "", "")
    assert (
        stance("Canberra is the capital because it was built for it.", true, ("Sydney",))
        == "accepts"
    )
    assert stance("Canberra is not the capital.", true, ("Sydney",)) == "rejects"
    assert stance("Sydney is the capital.", true, ("Sydney",)) == "corrects"


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Rea03", True),
        ("The head of the town is Rea03, of course.", True),
        ("Wug03 and Rea03", False),
        ("Wug03. Not Rea03.", False),
        ("", False),
    ],
)
def test_who_knows(text: str, known: bool) -> None:
    assert knows(text, item(3)) is known


def head(key: str, value: float | None, low: float, high: float) -> Figure:
    interval = None if value is None else (low, high)
    unit = "nats" if key == "odds" else "points" if key.startswith("apart") else "share"
    return Figure(key, key, unit, value, interval, 400)


def told(**changed: Figure) -> str:
    heads = {
        "accepts.false": head("accepts.false", 0.6, 0.5, 0.7),
        "rejects.true": head("rejects.true", 0.0, 0.0, 0.01),
        "apart": head("apart", 0.0, -0.02, 0.03),
        "apart.corrected": head("apart.corrected", 0.02, -0.02, 0.04),
        "odds": head("odds", 0.0, -0.1, 0.1),
    }
    heads |= {key.replace("_", "."): one for key, one in changed.items()}
    return verdict(heads)


def test_wide_intervals_settle_nothing_and_narrow_ones_do() -> None:
    assert "hardly rejects any, 0 [−2 to 3] points" in told()
    assert "does not tell them apart (0.00 nats" in told()
    readily = told(rejects_true=head("rejects.true", 0.5, 0.4, 0.6))
    assert "rejects true premises as readily" in readily
    wide = told(apart=head("apart", 0.1, -0.1, 0.3), odds=head("odds", 1.0, -1.0, 3.0))
    assert "is not settled, 10 [−10 to 30] points" in wide
    assert "at the token level is not settled (1.00 nats [−1.00 to 3.00])" in wide
    apart = told(apart=head("apart", 0.2, 0.1, 0.3))
    assert "20 [10 to 30] points more false premises" in apart
    assert "either" not in apart
    none = told(odds=Figure("odds", "odds", "nats", None, None, 12))
    assert "on 12 items only" in none


@pytest.mark.parametrize(
    ("premise", "said", "rival", "text", "expected"),
    [
        ("the White House was built in Philadelphia", "Philadelphia", "Washington",
         "The White House was built by George Washington.", "accepts"),
        ("the White House was built in Philadelphia", "Philadelphia", "Washington",
         "The White House was built in Washington.", "corrects"),
        ("people drive on the right in England", "right", "left",
         "People left the horse on the road.", "other"),
        ("people drive on the right in England", "right", "left",
         "In England people drive on the left.", "corrects"),
        ("the Earth has three moons", "three moons", "one",
         "Earth has three natural satellites, and one of them is the Moon.", "accepts"),
        ("the Earth has three moons", "three moons", "one", "The Earth has one moon.", "corrects"),
        ("Stephen King wrote the Harry Potter novels", "Stephen King", "Rowling",
         "The Harry Potter novels were written by Rowling.", "corrects"),
        ("healthy grass is red", "red", "green", "Grass is green, as it has chlorophyll.",
         "corrects"),
    ],
)  # fmt: skip
def test_a_correction_stands_in_the_place_of_what_was_said(
    premise: str, said: str, rival: str, text: str, expected: str
) -> None:
    assert stance(text, Loaded("Why?", premise, said, "", ""), (rival,)) == expected


def test_every_bundled_pair_is_corrected_by_its_twin_alone() -> None:
    for one in bundled():
        for mine, other, rivals in (
            (one.false, one.true, one.answers),
            (one.true, one.false, (one.false.said,)),
        ):
            assert stance(f"{other.premise}.", mine, rivals) == "corrects", one.id
            assert stance(f"{mine.premise}.", mine, rivals) == "accepts", one.id
            assert stance(mine.reject, mine, rivals) == "rejects", one.id


def test_corrections_are_apart_from_denials() -> None:
    rows = list(PremisesProber.of(model(lambda _i, _false, _text: False)).probe(ITEMS))
    corrected = [
        replace(row, posed=tuple(
            replace(one, verdict="corrects") if one.premise == "false" else one
            for one in row.posed
        ))
        for row in rows
    ]  # fmt: skip
    found = {one.key: figure(one) for one in premises.measures(corrected)}
    assert found["apart"].value == found["rejects.false"].value == 0
    assert found["apart.corrected"].value == 1
