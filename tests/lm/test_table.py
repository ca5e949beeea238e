"""The table model: exactly what is written down."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import PIECES, random_table, seeds

from misspoke.lm import Context, Request, Want
from misspoke.lm.table import END, TableModel, TableTokenizer, read_table
from misspoke.records import UserError
from misspoke.records.token_set import TokenSet

TABLE = {(): {" Rome": 0.5, " Par": 0.3, END: 0.2}, (" Par",): {"is": 1.0}}


def asked(lm: TableModel, question: str = "Where?") -> Context:
    return Context((), lm.tokenizer.encode(f"Question: {question}\nAnswer:"))


@given(st.lists(st.sampled_from(PIECES), max_size=6), st.text(max_size=12))
def test_tokens_spell_the_text(pieces: list[str], text: str) -> None:
    tokenizer = TableTokenizer(pieces)
    whole = "".join(pieces) + text
    [tokens] = tokenizer.encode_plain([whole])
    assert b"".join(tokenizer.token_bytes[t] or b"" for t in tokens) == whole.encode()


def test_the_longest_text_that_matches_is_the_token() -> None:
    tokenizer = TableTokenizer(["a", "ab", "abc", "b", END])
    assert tokenizer.encode("abcab") == (tokenizer.token("abc"), tokenizer.token("ab"))
    assert tokenizer.token_bytes[tokenizer.token(END)] is None
    assert tokenizer.chat([]) is None


def test_the_distribution_is_what_the_table_says() -> None:
    lm = TableModel({"Where?": TABLE})
    token = lm.tokenizer.token
    tokens = frozenset(map(token, (" Rome", " Par", "is")))
    starts = TokenSet([token(" Rome"), token(" Par")], len(lm.tokenizer.token_bytes))
    want = Want(
        top=2,
        entropy=True,
        tokens=tokens,
        sets=frozenset([starts]),
        temperatures=(0.5,),
        tempered=frozenset([token(" Rome")]),
    )
    context = asked(lm)
    [first, second, ended] = lm.next_tokens(
        [
            Request(context, (), want),
            Request(context, (token(" Par"),), want),
            Request(context, (token(" Par"), token("is")), Want(top=1)),
        ]
    )
    assert first.top == ((token(" Rome"), math.log(0.5)), (token(" Par"), math.log(0.3)))
    assert first.entropy == pytest.approx(-sum(p * math.log(p) for p in (0.5, 0.3, 0.2)))
    assert first.logprobs[token("is")] == -math.inf
    assert first.set_probs[starts] == pytest.approx(0.8)
    [cold] = first.tempered
    assert math.exp(cold.logprobs[token(" Rome")]) == pytest.approx(0.25 / 0.38)
    assert second.top[0] == (token("is"), 0.0)
    assert ended.top == ((token(END), 0.0),)


def test_a_prompt_is_answered_from_the_question_that_stands_last() -> None:
    tables = {
        "Where?": {(): {" Rome": 1.0}},
        "Anywhere?": {(): {" Oslo": 1.0}},
        "?": {(): {"!": 1}},
    }
    lm = TableModel(tables)

    def said(prompt: str) -> str:
        context = Context((), lm.tokenizer.encode(prompt))
        [found] = lm.next_tokens([Request(context, (), Want(top=1))])
        return lm.tokenizer.texts[found.top[0][0]]

    assert said("Anywhere?") == " Oslo"
    assert said("Where?") == " Rome"
    assert said("Anywhere? no. Where? ") == " Rome"
    assert said("Who?") == "!"
    assert said("Nothing") == END


def test_in_a_transcript_the_whole_text_counts_wherever_a_path_begins() -> None:
    lm = TableModel({"Where?": TABLE, "Are you sure?": {(): {" Par": 1.0}, (" Par",): {"is": 1.0}}})
    token = lm.tokenizer.token

    def known(text: str, *said: str) -> set[str]:
        """What may come next, however the tokens are split: always the same."""
        whole = (*lm.tokenizer.encode(text), *map(token, said))
        shown = {
            tuple(lm.distribution(Context((), whole[:at]), whole[at:]))
            for at in range(1, len(whole) + 1)
        }
        [found] = shown
        return {text for text in lm.tokenizer.texts if found[token(text)] > -math.inf}

    first = "User: Where?\nAssistant:"
    assert known(first) == {" Rome", " Par", END}
    assert known(first, " Par") == {"is"}
    assert known(first, " Par", "is") == {END}
    assert known(first, " Rome", " Rome") == {END}
    again = first + " Rome\n\nUser: Go on.\nAssistant:"
    assert known(again) == {" Rome", " Par", END}
    assert known(again, " Par") == {"is"}
    assert known(again + " The town was:", " Par") == {"is"}
    assert known(again + " The town was:") == {" Rome", " Par", END}
    assert known(first + " Rome\n\nUser: Are you sure?\nAssistant:") == {" Par"}
    assert known("User: Who?\nAssistant:") == {END}


def test_only_the_top_is_revealed() -> None:
    lm = TableModel({"Where?": TABLE}, reveals=2)
    token = lm.tokenizer.token
    wanted = frozenset([token(" Rome"), token(END)])
    everything = TokenSet(range(len(lm.tokenizer.token_bytes)), len(lm.tokenizer.token_bytes))
    want = Want(top=9, entropy=True, tokens=wanted, sets=frozenset([everything]))
    [found] = lm.next_tokens([Request(asked(lm), (), want)])
    assert [t for t, _ in found.top] == [token(" Rome"), token(" Par")]
    assert set(found.logprobs) == {token(" Rome")}
    assert found.set_probs[everything] == pytest.approx(0.8)
    assert found.unrevealed == pytest.approx(0.2)
    assert found.entropy is None


def test_each_prefix_is_forwarded_once_until_its_release() -> None:
    lm = TableModel({"Where?": TABLE})
    context = asked(lm)
    par = lm.tokenizer.token(" Par")

    def cost(path: tuple[int, ...]) -> int:
        return lm.next_tokens([Request(context, path, Want())])[0].forwarded

    prompt = len(context.suffix)
    assert [cost((par, par)), cost((par,)), cost(()), cost((par, 9))] == [prompt + 2, 0, 0, 1]
    lm.release([context])
    lm.release([context])
    assert cost(()) == prompt


@given(seeds)
def test_the_fingerprint_covers_the_table(seed: int) -> None:
    table = random_table(seed, depth=2)
    same = TableModel({"Q": dict(reversed(table.items()))}, name="other").description()
    assert TableModel({"Q": table}).description()["fingerprint"] == same["fingerprint"]
    renamed = {
        tuple(f"{t}x" for t in path): {(t if t == END else f"{t}x"): p for t, p in row.items()}
        for path, row in table.items()
    }
    halves = {
        path: {**dict.fromkeys(row, 0.5 / len(row)), "new": 0.5} for path, row in table.items()
    }
    for tables in ({"Q": renamed}, {"Q": halves}, {"R": table}, {"Q": table, "R": table}):
        other = TableModel(tables).description()["fingerprint"]  # type: ignore[arg-type]
        assert other != same["fingerprint"]


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rome.json"
    rows = [{"next": TABLE[()]}, {"after": [" Par"], "next": {"is": 1}}]
    path.write_text(json.dumps({"reveals": 2, "questions": {"Where?": rows}}))
    lm = read_table(path)
    assert (lm.name, lm.reveals) == (str(path), 2)
    assert lm.description() == TableModel({"Where?": TABLE}, reveals=2).description()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({" Rome": 0.5}, "not 0.5"),
        ({}, "not 0"),
        ({" Rome": 2.0, " Oslo": -1.0}, "must be positive"),
        ({" Rome": math.nan}, "not nan"),
        ({" Rome": math.inf}, "not inf"),
    ],
)
def test_probabilities_that_do_not_add_up(row: dict[str, float], said: str) -> None:
    with pytest.raises(UserError, match=r"^mine: 'Where\?' behind \[' the'\]: ") as refused:
        TableModel({"Where?": {(" the",): row}}, name="mine")
    assert said in str(refused.value)
    assert str(refused.value).endswith("; mend that row")
