"""Re-scoring, asking and first-token pooling, on tables whose numbers are known."""

from dataclasses import replace
from math import log

import pytest
from endings import Endings
from tables import model

from misspoke.decoding.asking import ByAsking, PTrue, yes_logits
from misspoke.decoding.channel import Channel
from misspoke.decoding.concept import Concept
from misspoke.decoding.decode import decode
from misspoke.decoding.decoder import Abstaining
from misspoke.decoding.desk import Desk
from misspoke.decoding.first_token import FirstToken
from misspoke.decoding.greedy import Greedy
from misspoke.decoding.pmi import Pmi
from misspoke.decoding.rescoring import NEAR, Rescored, rivals
from misspoke.decoding.speaker import Speaker
from misspoke.lm import run_jobs
from misspoke.lm.table import TableModel
from misspoke.prompts.domain import domain_of
from misspoke.records.decoding import AnswerClass, Asked
from misspoke.search import Inquiry, explore

QUESTION = "What is the capital of Australia?"
DOMAIN = "What is the capital of this?"
ASKED = Asked(QUESTION)


def rescored(lm: TableModel, *scorers: object) -> object:
    return decode(lm, ASKED, Rescored("rescored", Concept(early=False), scorers))  # type: ignore[arg-type]


def run(lm: TableModel, inquiry_of: object) -> object:
    desk = Desk.of(Speaker.of(lm), ASKED)
    [found] = run_jobs(lm, iter([explore(inquiry_of(desk))]), 1)  # type: ignore[operator]
    return found


def test_pmi_takes_off_what_the_domain_says_anyway() -> None:
    lm = TableModel({
        QUESTION: {(): {" Sydney": 0.5, " Canberra": 0.4, " Perth": 0.1}},
        DOMAIN: {(): {" Sydney": 0.6, " Canberra": 0.01, " Perth": 0.39}},
    })  # fmt: skip
    assert decode(lm, ASKED).answer == "Sydney"
    found = rescored(lm, Pmi(0.5, 0.0))
    assert found.answer == "Canberra"
    totals = [p * d**-0.5 for p, d in ((0.4, 0.01), (0.5, 0.6), (0.1, 0.39))]
    shares = {one.answer: one.score for one in found.classes}
    for answer, total in zip(("Canberra", "Sydney", "Perth"), totals, strict=True):
        assert shares[answer] == pytest.approx(total / sum(totals))
    assert found.belief.lower == pytest.approx(0.4)
    assert not found.certified


def test_the_floor_of_pmi_keeps_rarity_from_being_a_merit() -> None:
    lm = TableModel({
        QUESTION: {(): {" Sydney": 0.6, " Canberra": 0.4}},
        DOMAIN: {(): {" Sydney": 0.01, " Canberra": 0.0001, " Rome": 0.9899}},
    })  # fmt: skip
    assert rescored(lm, Pmi(1.0, 0.0)).answer == "Canberra"
    assert rescored(lm, Pmi(1.0, 0.1)).answer == "Sydney"


@pytest.mark.parametrize(
    ("question", "domain"),
    [
        (QUESTION, DOMAIN),
        ('Who wrote "The Waste Land"?', "Who wrote this?"),
        ("Who painted The Night Watch?", "Who painted this?"),
        ("In which year did World War II end in Europe?", "In which year did this end in this?"),
        ("who sings does he love me with reba", "who sings does he love me with this?"),
        ("What is the atomic number of zinc?", "What is the atomic number of this?"),
        ("Australia's capital is what?", "Australia's capital is this?"),
        ("什么是首都", "什么是首都 this?"),
        ("?", " this?"),
    ],
)
def test_the_domain_comes_from_the_question_itself(question: str, domain: str) -> None:
    assert domain_of(question, None)[0].strip() == domain.strip()


def test_a_stem_is_blanked_with_its_question() -> None:
    assert domain_of(QUESTION, "The capital of Australia is") == (DOMAIN, "The capital of this is")


def test_the_channel_reads_the_question_behind_each_answer() -> None:
    behind = {"Sydney": 0.001, "Canberra": 0.9}
    lm = Endings({
        f"{QUESTION}\nAnswer:": {" Sydney": 0.6, " Canberra": 0.4},
        **{
            f"Answer: {answer}\nQuestion:": {f" {QUESTION}": prob, " Who?": 1 - prob}
            for answer, prob in behind.items()
        },
    })  # fmt: skip
    classes = decode(lm, ASKED).classes
    scores = run(lm, lambda desk: Channel(2.0).scores(desk, classes))
    assert scores == pytest.approx([2 * log(behind[one.answer]) for one in classes])
    assert rescored(lm, Channel(1.0)).answer == "Canberra"
    assert rescored(lm, Channel(0.01)).answer == "Sydney"


def test_p_true_sums_all_spellings_of_yes_and_no() -> None:
    said = {" Yes": 0.3, "yes": 0.2, " YES": 0.1, " No": 0.1, "no": 0.05, " Maybe": 0.25}
    lm = Endings({"Is the proposed answer right?": said})
    [logit] = run(lm, lambda desk: yes_logits(desk, [desk.speaker.truth_prompt("Q?", "A")]))
    assert logit == pytest.approx(log(0.6 / 0.15))


def test_p_true_can_bring_the_second_to_the_front() -> None:
    asked = "\nIs the proposed answer right?"
    lm = Endings({
        f"{QUESTION}\nAnswer:": {" Canberra": 0.4, " Sydney": 0.6},
        f"Proposed answer: Sydney{asked}": {" Yes": 0.2, " No": 0.8},
        f"Proposed answer: Canberra{asked}": {" Yes": 0.8, " No": 0.2},
    })  # fmt: skip
    found = rescored(lm, PTrue(1.0))
    assert found.answer == "Canberra"
    assert found.classes[0].score == pytest.approx(0.4 * 16 / (0.4 * 16 + 0.6))


def test_scorers_add_up_in_any_order() -> None:
    lm = TableModel({
        QUESTION: {(): {" Sydney": 0.5, " Canberra": 0.5}},
        DOMAIN: {(): {" Sydney": 0.5, " Canberra": 0.2, " Rome": 0.3}},
        "Proposed answer: Sydney\nIs the proposed answer right?": {(): {" Yes": 0.6, " No": 0.4}},
    })  # fmt: skip
    one, other = (rescored(lm, *pair) for pair in ((Pmi(), PTrue()), (PTrue(), Pmi())))
    assert [c.score for c in one.classes] == pytest.approx([c.score for c in other.classes])


def test_only_near_classes_are_rivals() -> None:
    classes = [AnswerClass(((name, prob),), prob, prob) for name, prob in
               (("a", 0.5), ("b", 0.5 * NEAR), ("c", 0.49 * NEAR), ("d", 0.0))]  # fmt: skip
    assert [one.answer for one in rivals(classes)] == ["a", "b"]


def test_without_a_rival_nothing_more_is_asked() -> None:
    lm = model({(): {" Paris": 0.99, " Rome": 0.01}})
    plain = decode(lm, Asked("Q?"), Concept(early=False))
    found = decode(lm, Asked("Q?"), Rescored("r", Concept(early=False), (Pmi(), Channel())))
    assert found == replace(plain, certified=False)


class TestAsking:
    SAME = "Do both name the same?"

    def table(self, same: float) -> Endings:
        return Endings({
            f"{QUESTION}\nAnswer:": {" Rome": 0.4, " Kanberra": 0.35, " Canberra": 0.25},
            f"One answer: Kanberra\nAnother answer: Canberra\n{self.SAME}":
                {" Yes": same, " No": 1 - same},
            f"One answer: Canberra\nAnother answer: Kanberra\n{self.SAME}":
                {" Yes": 0.5, " No": 0.5},
            self.SAME: {" No": 1.0},
        })  # fmt: skip

    def test_what_the_model_takes_for_one_is_pooled(self) -> None:
        decoder = Concept(sameness=ByAsking(), early=False)
        found = decode(self.table(0.9), ASKED, decoder)
        assert found.answer == "Kanberra"
        assert found.classes[0].prob == pytest.approx(0.6)
        assert not found.certified

    def test_both_orders_count(self) -> None:
        decoder = Concept(sameness=ByAsking(), early=False)
        assert decode(self.table(0.49), ASKED, decoder).answer == "Rome"

    def test_a_model_that_says_neither_joins_nothing(self) -> None:
        lm = model({(): {" Rome": 0.6, " Oslo": 0.4}})
        found = decode(lm, Asked("Q?"), Concept(sameness=ByAsking(), early=False))
        assert [one.answer for one in found.classes] == ["Rome", "Oslo"]


def test_first_tokens_are_pooled_by_meaning_and_then_followed() -> None:
    lm = model({
        (): {" Mos": 0.4, " ring": 0.35, " Ring": 0.25},
        (" ring",): {"git": 1.0}, (" Ring",): {"git": 1.0}, (" Mos",): {"cow": 1.0},
    })  # fmt: skip
    found = decode(lm, Asked("Q?"), FirstToken())
    assert found.answer == "ringgit"
    assert found.classes[0].score == pytest.approx(0.6)
    assert decode(lm, Asked("Q?"), Greedy()).answer == "Moscow"


def test_abstaining_is_a_mark_on_the_same_answer() -> None:
    lm = model({(): {" Paris": 0.6, " Rome": 0.4}})
    for bound, silent in ((0.5, False), (0.6, False), (0.61, True), (1.0, True)):
        found = decode(lm, Asked("Q?"), Abstaining(Concept(early=False), bound))
        assert (found.answer, found.abstained) == ("Paris", silent)


def test_costs_count_every_prompt_once_and_no_header() -> None:
    lm = TableModel({
        QUESTION: {(): {" Sydney": 0.5, " Canberra": 0.5}},
        DOMAIN: {(): {" Sydney": 0.5, " Canberra": 0.2, " Rome": 0.3}},
    })  # fmt: skip
    speaker = Speaker.of(lm)
    header = next(h for h in speaker.headers if h == lm.tokenizer.encode(
        speaker.question_prompt(QUESTION))[: len(h)])  # fmt: skip
    own, domain = (
        len(lm.tokenizer.encode(speaker.question_prompt(text))) - len(header)
        for text in (QUESTION, DOMAIN)
    )
    plain = decode(lm, ASKED, Concept(early=False))
    assert plain.forward_tokens - own == plain.beyond_prompt == 2  # an end behind each city
    found = rescored(lm, Pmi())
    assert found.forward_tokens == own + 2 + domain + 2
    assert found.beyond_prompt == 2 + domain + 2


def one_after_another(*inquiries: Inquiry[object]) -> Inquiry[None]:
    for inquiry in inquiries:
        yield from inquiry


def test_a_decoder_counts_what_it_reads_whoever_read_it_before() -> None:
    lm = model({(): {" a b": 0.5, " c": 0.5}, (" a b",): {" d": 1.0}})
    alone = decode(lm, Asked("Q?"), Concept(early=False))
    desk = Desk.of(Speaker.of(lm), Asked("Q?"))
    results = []

    def work() -> Inquiry[None]:
        for decoder in (Concept(early=False), Greedy(), Concept(early=False)):
            results.append((yield from decoder.decode(desk.fork())))

    list(run_jobs(lm, iter([explore(work())]), 1))
    assert [r.forward_tokens for r in (results[0], results[2])] == [alone.forward_tokens] * 2
