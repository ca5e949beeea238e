"""What the probe of consistency stores, against enumeration of all that a table can say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misspoke.concepts import Event
from misspoke.concepts.reading import close_reader
from misspoke.concepts.refusals import abstains
from misspoke.concepts.sameness import same
from misspoke.lm import run_jobs
from misspoke.lm.protocol import Context, Want, answer_want
from misspoke.lm.table import END, Table, TableModel
from misspoke.observing.gold import Gold
from misspoke.probes.consistency import ConsistencyProber
from misspoke.probes.consistency.choosing import most_probable
from misspoke.records import Question, UserError
from misspoke.records.consistency import ConsistencyRow
from misspoke.runs import from_row, to_row
from misspoke.search import TokenTree, explore, on

WORDINGS = ("Which language is it?", "Name the language.", "What do they speak there?")
SAYS = (" Persian", " Farsi", " Arabic", " Old", " Greek", "\n", " I don't know")


def question(**given: object) -> Question:
    asked = {"answers": [["Persian", "Farsi"]], "wordings": WORDINGS[1:], "id": "one", **given}
    return Question(WORDINGS[0], **asked)  # type: ignore[arg-type]


def random_tables(seed: int) -> dict[str, dict[tuple[str, ...], dict[str, float]]]:
    """For each wording a first token, and sometimes a second, and an end."""
    draw = np.random.default_rng(seed)
    tables = {}
    for wording in WORDINGS:
        table: dict[tuple[str, ...], dict[str, float]] = {}
        for path in [(), *((say,) for say in SAYS[:5])]:
            shares = draw.dirichlet(np.full(len(SAYS) + 1, 0.5))
            table[path] = dict(zip((*SAYS, END), shares, strict=True))
        tables[wording] = table
    return tables


def said(table: dict[tuple[str, ...], dict[str, float]]) -> dict[str, float]:
    """Every answer as it is read, with its probability."""
    read = close_reader(" ".join(WORDINGS), None)
    found: dict[str, float] = {}

    def walk(path: tuple[str, ...], prob: float) -> None:
        for token, share in table.get(path, {END: 1.0}).items():
            text = "".join(path) + (token if token != END else "")
            answer = read(text, token == END)
            if answer is not None:
                found[answer] = found.get(answer, 0.0) + prob * share
            else:
                walk((*path, token), prob * share)

    walk((), 1.0)
    return found


def probed(model: TableModel, *asked: Question, **given: object) -> list[ConsistencyRow]:
    options = {"style": "text", "shots": 0, **given}
    return list(ConsistencyProber.of(model, **options).probe(asked))  # type: ignore[arg-type]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_options_are_what_the_model_can_say(seed: int) -> None:
    tables = random_tables(seed)
    [row] = probed(TableModel(tables), question())
    gold = Event(Gold.of(question()).forms)
    for wording in row.wordings:
        every = said(tables[wording.wording])
        assert sum(every.values()) == pytest.approx(1)
        for one in wording.options:
            assert one.prob <= every[one.answer] + 1e-9
            assert one.right == (gold.holds(one.answer) is not None and not abstains(one.answer))
        left = 1 - sum(one.prob for one in wording.options)
        assert wording.residual == pytest.approx(left, abs=1e-9)
        right = sum(prob for answer, prob in every.items() if gold.holds(answer) is not None)
        assert wording.p_mass.lower - 1e-9 <= right <= wording.p_mass.upper + 1e-9


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_one_set_of_classes_serves_the_whole_row(seed: int) -> None:
    [row] = probed(TableModel(random_tables(seed)), question())
    one = same(WORDINGS[0])
    replies = [w.reply for w in row.wordings] + [r for w in row.wordings for r in w.samples]
    replies += [*row.control, *(tried.reply for tried in row.remedies)]
    members: dict[int, set[str]] = {}
    for reply in replies:
        text = "" if reply.abstained else reply.answer
        members.setdefault(reply.meaning, set()).add(text)
        assert reply.abstained == abstains(reply.answer)
    for texts in members.values():
        assert all(one(a, b) for a in texts for b in texts)
    by_text = {reply.answer: reply.meaning for reply in replies}
    assert all(reply.meaning == by_text[reply.answer] for reply in replies)


class Counting(TableModel):
    """Counts what it forwards, header and all, by the distinct prefixes that it is asked about."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        self.prefixes: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()

    def next_tokens(self, requests):  # type: ignore[no-untyped-def]
        for request in requests:
            for end in range(len(request.path) + 1):
                self.prefixes.add((request.context.tokens, request.path[:end]))
        return super().next_tokens(requests)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_tokens_are_the_distinct_prefixes_behind_the_prompts(seed: int) -> None:
    model = Counting(random_tables(seed))
    prober = ConsistencyProber.of(model, style="text", shots=0)
    [row] = prober.probe([question()])
    behind = sum(1 for _, path in model.prefixes if path)
    prompts = {tokens for tokens, _ in model.prefixes}
    assert len(prompts) == 2 * len(WORDINGS)  # with and without one more example
    headers = [*prober.means.speaker.headers, *prober.means.taught.headers]  # type: ignore[union-attr]
    for tokens in prompts:
        behind += len(tokens) - max(
            (len(header) for header in headers if tokens[: len(header)] == header), default=0
        )
    assert row.forward_tokens == behind


def test_all_refusals_are_one_answer() -> None:
    says = (" I don't know", " I'm not sure", " Greek")
    tables: dict[str, Table] = {
        wording: {(): {say: 1.0}} for wording, say in zip(WORDINGS, says, strict=True)
    }
    [row] = probed(TableModel(tables), question())
    one, other, answer = (wording.reply for wording in row.wordings)
    assert one.abstained and other.abstained and not answer.abstained  # noqa: PT018
    assert one.meaning == other.meaning != answer.meaning


def test_a_row_is_the_same_alone_and_side_by_side() -> None:
    model = TableModel(random_tables(3))
    others = [question(id=f"q{place}") for place in range(6)]
    [alone] = probed(model, question(id="q4"))
    together = {row.id: row for row in probed(model, *others)}
    assert together["q4"] == alone


def test_a_row_can_be_stored() -> None:
    [row] = probed(TableModel(random_tables(5)), question())
    assert from_row(to_row(row), ConsistencyRow) == row


def test_what_was_heard_can_be_computed_again() -> None:
    model = TableModel(random_tables(7))
    [row] = probed(model, question())
    assert len(row.heard) == 2 * len(WORDINGS)
    for heard in row.heard:
        context = Context((), heard.prompt_tokens)
        for at, token in enumerate(heard.tokens):
            found = answer_want(
                model.distribution(context, heard.tokens[:at]), Want(tokens=frozenset({token})), 0
            )
            assert found.logprobs[token] == pytest.approx(heard.logprobs[at])


def test_samples_come_as_often_as_they_are_probable() -> None:
    tables: dict[str, Table] = {
        wording: {(): {" Persian": 0.7, " Greek": 0.3}} for wording in WORDINGS
    }
    rows = probed(TableModel(tables), *(question(id=f"{i}") for i in range(3)), samples=200)
    # the draws hang on the prompt alone, so that all three rows have the same
    drawn = [one.answer for wording in rows[0].wordings for one in wording.samples]
    assert np.mean([one == "Persian" for one in drawn]) == pytest.approx(0.7, abs=0.06)
    assert len(rows[0].control) == 200 * (len(WORDINGS) - 1)


def test_remedies_get_the_questions_own_wordings() -> None:
    tables: dict[str, Table] = {
        WORDINGS[0]: {(): {" Arabic": 0.6, " Persian": 0.4}},
        WORDINGS[1]: {(): {" Persian": 0.9, " Arabic": 0.1}},
        WORDINGS[2]: {(): {" Persian": 0.8, " Greek": 0.2}},
    }
    [row] = probed(TableModel(tables), question())
    tried = {one.remedy: one for one in row.remedies}
    assert row.wordings[0].reply.answer == "Arabic"
    assert tried["paraphrases"].reply.answer == "Persian"
    assert tried["concept"].reply.answer == "Arabic"
    assert tried["paraphrases"].forward_tokens > tried["concept"].forward_tokens
    assert [w.reply.right for w in row.wordings] == [False, True, True]


def test_the_estimate_counts_the_samples_of_the_control() -> None:
    def expected(samples: int) -> int:
        prober = ConsistencyProber.of(TableModel(random_tables(1)), style="text", samples=samples)
        return prober.expected_tokens([question()])

    [row] = probed(TableModel(random_tables(1)), question(), samples=4)
    count = len(row.control) + sum(len(wording.samples) for wording in row.wordings)
    assert expected(4) - expected(0) == 6 * count


def test_an_example_that_holds_the_answer_marks_the_row() -> None:
    [row] = probed(TableModel(random_tables(1)), question(answers=["Mars"]), shots=1)
    assert row.primed
    [row] = probed(TableModel(random_tables(1)), question(), shots=1)
    assert not row.primed


def test_a_question_with_one_wording_is_unfit() -> None:
    prober = ConsistencyProber.of(TableModel(random_tables(1)), style="text")
    assert prober.unfit(Question("Who is it?", ["Ann"])) is not None
    assert prober.unfit(question()) is None


def test_mistakes_are_told_in_a_line() -> None:
    model = TableModel(random_tables(1))
    with pytest.raises(UserError, match="--samples"):
        ConsistencyProber.of(model, samples=-1)
    with pytest.raises(UserError, match="no examples"):
        ConsistencyProber.of(model, style="cloze", shots=2)
    with pytest.raises(UserError, match="--samples 0"):
        ConsistencyProber.of(TableModel(random_tables(1), reveals=3))


def test_a_model_that_hides_tokens_gets_no_samples() -> None:
    [row] = probed(TableModel(random_tables(1), reveals=3), question(), samples=0)
    assert not row.control
    assert not any(wording.samples for wording in row.wordings)
    assert not any("consistency" in one.remedy for one in row.remedies)


def test_a_cloze_prompt_is_put_as_it_is() -> None:
    prompts = ("The capital of Malta is", "Malta's capital is")
    tables: dict[str, Table] = {
        prompts[0]: {(): {" Valletta": 0.4, " a": 0.6}},
        prompts[1]: {(): {" Rome": 0.3, " Valletta": 0.2, " a": 0.5}},
    }
    asked = Question(
        prompts[0], ["Valletta"], wordings=prompts[1:], distractors=["Rome"], id="malta"
    )
    [row] = ConsistencyProber.of(TableModel(tables), style="cloze").probe([asked])
    assert [wording.prompt for wording in row.wordings] == list(prompts)
    assert [wording.choice.answer for wording in row.wordings if wording.choice] == [
        "Valletta",
        "Rome",
    ]
    assert all(wording.with_example is None for wording in row.wordings)


@given(st.integers(0, 10**6))
def test_the_choice_is_the_most_probable_of_all(seed: int) -> None:
    draw = np.random.default_rng(seed)
    pieces = [" A", " B", " C", "D"]
    table: dict[tuple[str, ...], dict[str, float]] = {}
    for path in [(), *((a,) for a in pieces), *((a, b) for a in pieces for b in pieces)]:
        table[path] = dict(zip(pieces, draw.dirichlet(np.ones(len(pieces))), strict=True))
    model = TableModel({"?": table})
    count = int(draw.integers(1, 8))
    texts = {"".join(draw.choice(pieces, size=draw.integers(1, 4))) for _ in range(count)}
    spelled = {text: model.tokenizer.encode(text) for text in texts}
    tree = TokenTree(Context((), model.tokenizer.encode("?")), model.tokenizer.token_bytes)
    [best] = run_jobs(model, iter([explore(on(tree, most_probable(tree, spelled)))]), 1)
    probs = {}
    for text, written in spelled.items():
        tokens = [(model.tokenizer.token_bytes[token] or b"").decode() for token in written]
        probs[text] = np.prod([table[tuple(tokens[:at])][one] for at, one in enumerate(tokens)])
    assert probs[best] == pytest.approx(max(probs.values()))
