"""Contests in Python: composed decoders, verdicts, rows, and what is refused."""

from dataclasses import dataclass
from pathlib import Path

import pytest

import misspoke
from misspoke.contests import open_contest
from misspoke.decoding.concept import Concept
from misspoke.decoding.decoder import Abstaining
from misspoke.decoding.desk import Desk
from misspoke.decoding.greedy import Greedy
from misspoke.decoding.sameness import ByText
from misspoke.lm.table import TableModel
from misspoke.observing.worked_example import worked_example
from misspoke.records import Interval
from misspoke.records.decoding import AnswerClass, Decoded
from misspoke.records.trial import Trial
from misspoke.search import Inquiry


@dataclass(frozen=True)
class Stubborn:
    """A decoder of one's own: it says the same to everything, and asks the model nothing."""

    says: str
    name: str = "stubborn"

    def decode(self, desk: Desk) -> Inquiry[Decoded]:  # noqa: ARG002
        yield from ()
        only = AnswerClass(((self.says, 1.0),), 1.0, 1.0)
        return Decoded(
            self.says, Interval(1.0, 1.0), 1.0, (only,), 0.0,
            certified=False, abstained=False, changed_from_greedy=True,
            forward_tokens=0, beyond_prompt=0,
        )  # fmt: skip


@pytest.fixture
def made() -> tuple[TableModel, list[misspoke.Question]]:
    """The worked example twice: as it is, and with the answer that greedy gives."""
    lm, question = worked_example()
    easy = misspoke.Question(question.question, ["Moscow Kremlin"], id="easy")
    return lm, [question, easy]


Made = tuple[TableModel, list[misspoke.Question]]


def rows(done: misspoke.Contest) -> dict[str, Trial]:
    return {trial.id: trial for trial in done.trials()}


def test_the_verdicts_count_what_was_recovered_and_damaged(made: Made, tmp_path: Path) -> None:
    done = misspoke.contest(*made, tmp_path / "run")
    greedy, concept = done.verdicts().decoders
    assert (greedy.decoder, greedy.accuracy.numerator, greedy.n) == ("greedy", 1, 2)
    assert (concept.decoder, concept.recovered, concept.damaged) == ("concept", 1, 1)
    assert concept.certified == 2
    assert done.path == tmp_path / "run"
    assert done.manifest["settings"]["kind"] == "decoders"


def test_a_row_holds_the_answers_of_all_and_gold(made: Made, tmp_path: Path) -> None:
    done = misspoke.contest(*made, tmp_path, ["string", "concept"])
    row = rows(done)["saint-basil"]
    said = {decoding.decoder: decoding for decoding in row.decodings}
    assert list(said) == ["greedy", "string", "concept"]
    assert (said["greedy"].answer, said["greedy"].right) == ("Moscow Kremlin", False)
    assert (said["concept"].answer, said["concept"].right) == ("Saint Basil's Cathedral", True)
    assert said["concept"].changed
    assert not said["string"].changed
    assert (row.outcome, row.cause, row.relation) == (
        "commitment_failure", "split_vote", "landmark_name",
    )  # fmt: skip
    right = {one.answer for one in row.candidates if one.right}
    assert {"Saint Basil's Cathedral", "St. Basil's Cathedral"} <= right
    assert "Moscow Kremlin" not in right
    held = sum(one.prob for one in row.candidates if one.right)
    assert held <= row.p_mass.upper + 1e-6
    assert held + row.residual >= row.p_mass.lower - 1e-6


def test_a_decoder_counts_what_it_would_have_cost_alone(made: Made, tmp_path: Path) -> None:
    among = rows(misspoke.contest(*made, tmp_path / "many", ["string", "concept"]))
    alone = rows(misspoke.contest(*made, tmp_path / "one", ["concept"]))
    for row_id, row in alone.items():
        assert among[row_id].decodings[-1] == row.decodings[-1]


def test_composed_decoders_and_ones_own_stand_beside_named_ones(made: Made, tmp_path: Path) -> None:
    mine = Concept("by text", ByText())
    wanted = ["concept", mine, Abstaining(Concept(), 0.9), Stubborn("Moscow Kremlin")]
    done = misspoke.contest(*made, tmp_path, wanted)
    row = rows(done)["easy"]
    assert [one.decoder for one in row.decodings] == [
        "greedy", "concept", "by text", "concept ≥ 0.9", "stubborn",
    ]  # fmt: skip
    assert (row.decodings[-1].answer, row.decodings[-1].right) == ("Moscow Kremlin", True)
    assert row.decodings[-1].forward_tokens == 0
    assert (row.decodings[3].abstained, row.decodings[3].right) == (True, False)
    settings = done.manifest["settings"]["decoders"]
    assert settings["stubborn"] == "Stubborn(says='Moscow Kremlin', name='stubborn')"
    assert settings["by text"] == repr(mine)


@pytest.mark.parametrize("wanted", [["concept"], [Greedy(), "concept"], ["concept", "greedy"]])
def test_greedy_is_added_once_and_comes_first(
    made: Made, tmp_path: Path, wanted: list[str | Greedy]
) -> None:
    done = misspoke.contest(*made, tmp_path, wanted)
    assert [one.decoder for one in done.verdicts().decoders] == ["greedy", "concept"]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (["concept", Concept(sameness=ByText())], "concept"),
        (["string", "string"], "string"),
        ([Stubborn("x", "greedy")], "greedy"),
    ],
)
def test_two_decoders_of_one_name_are_refused(
    made: Made, tmp_path: Path, wanted: list[str | Concept | Stubborn], name: str
) -> None:
    with pytest.raises(misspoke.UserError, match=f"two decoders have the name '{name}'; give"):
        misspoke.contest(*made, tmp_path / "run", wanted)
    assert not (tmp_path / "run").exists()


def test_an_empty_answer_is_an_abstention(made: Made, tmp_path: Path) -> None:
    done = misspoke.contest(*made, tmp_path, [Stubborn(""), Stubborn("I do not know.", "shy")])
    for row in done.trials():
        assert [one.abstained for one in row.decodings] == [False, True, True]


def test_no_question_is_refused(made: Made, tmp_path: Path) -> None:
    with pytest.raises(misspoke.UserError, match="no question to ask; give at least one"):
        misspoke.contest(made[0], [], tmp_path)


def test_a_question_whose_answer_the_prompt_shows_is_not_judged(tmp_path: Path) -> None:
    question = misspoke.Question("Which one is hard?", ["Diamond"])  # of the fifth example
    lm = TableModel({question.question: {(): {" Diamond": 1.0}}})
    primed = misspoke.contest(lm, [question], tmp_path / "shown", shots=8)
    assert (primed.verdicts().n, primed.verdicts().primed) == (0, 1)
    bare = misspoke.contest(lm, [question], tmp_path / "bare")
    assert (bare.verdicts().n, bare.verdicts().primed) == (1, 0)


def test_what_scorers_show_primes_too(tmp_path: Path) -> None:
    question = misspoke.Question("Who wrote Oliver Twist?", ["Charles Dickens"])
    done = misspoke.contest(TableModel({}), [question], tmp_path / "run", shots=0)
    assert done.verdicts().primed == 1


def test_a_decoder_with_an_address_for_a_text_is_refused(tmp_path: Path) -> None:
    class Loose:
        name = "loose"

        def decode(self, desk: object) -> object:
            raise NotImplementedError

    question = misspoke.Question("Who?", ["Me"])
    with pytest.raises(misspoke.UserError, match="loose: its text"):
        misspoke.contest(TableModel({}), [question], tmp_path / "run", [Loose()])


def test_a_stopped_contest_goes_on_and_a_finished_one_needs_no_model(
    made: Made, tmp_path: Path
) -> None:
    lm, [question, _] = made
    questions = [
        misspoke.Question(f"Case {n}. {question.question}", question.answers, id=f"q{n}")
        for n in range(40)
    ]
    told: list[tuple[int, int]] = []

    def stop(done: int, of: int) -> None:
        told.append((done, of))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(misspoke.Interrupted, match="stopped: 3 of 40 rows are kept"):
        misspoke.contest(lm, questions, tmp_path, progress=stop)
    with pytest.raises(misspoke.UserError, match=r"not finished \(3 of 40 rows\)"):
        open_contest(tmp_path).verdicts()
    told.clear()
    misspoke.contest(lm, questions, tmp_path, progress=lambda *at: told.append(at))
    assert (told[0], told[-1], len(told)) == ((3, 40), (40, 40), 38)
    calls = lm.calls
    again = misspoke.contest(lm, questions, tmp_path)
    assert lm.calls == calls
    assert [trial.id for trial in again.trials()] == [one.id for one in questions]


def test_decoders_may_be_given_in_another_order_when_a_contest_goes_on(
    made: Made, tmp_path: Path
) -> None:
    lm, [question, _] = made
    questions = [misspoke.Question(f"{n}: {question.question}", ["x"]) for n in range(3)]

    def stop(done: int, _: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(misspoke.Interrupted):
        misspoke.contest(lm, questions, tmp_path, ["concept", "string"], progress=stop)
    done = misspoke.contest(lm, questions, tmp_path, ["string", "concept"])
    assert [one.decoder for one in done.verdicts().decoders] == ["greedy", "concept", "string"]


def test_a_finished_contest_is_opened_and_its_page_rebuilt(made: Made, tmp_path: Path) -> None:
    done = misspoke.contest(*made, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    (tmp_path / "report.html").unlink()
    opened = open_contest(str(tmp_path))
    assert opened.verdicts() == done.verdicts()
    assert opened.report() == tmp_path / "report.html"
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page


def test_one_question_is_decoded_by_the_public_names(made: Made) -> None:
    lm, [question, _] = made
    found = misspoke.decode(lm, misspoke.Asked(question.question))
    assert isinstance(found, misspoke.Decoded)
    assert found.answer == "Saint Basil's Cathedral"
    assert misspoke.decode(lm, question.question).answer == found.answer
