"""Greedy decoding under a contrast, and what asks for one place beside another."""

import math
from collections.abc import Mapping

import pytest
from scripted import ScriptedModel
from tables import QUESTION

from misspoke.lm import Context, Want, run_jobs
from misspoke.lm.table import END, TableModel
from misspoke.records import UserError
from misspoke.search import (
    Contrasted,
    Inquiry,
    TokenTree,
    beside,
    contrast_greedy,
    explore,
    greedy,
    on,
)

TEXTS = ("FR", "EN", " oui", " yes", " si", ".")


def say(text: str) -> Mapping[str, float]:
    """With FR in front the French word comes nearer to the lead, without overtaking."""
    if text.endswith("."):
        return {END: 1.0}
    french = 0.4 if text.startswith("FR") else 0.05
    if " " in text:
        return {".": 0.7, " oui": french / 8, END: 0.3 - french / 8}  # too faint to be plausible
    return {" yes": 0.5, " oui": french, " si": 0.5 - french}


def trees(lm: TableModel, *prompts: str) -> list[TokenTree]:
    return [
        TokenTree(Context((), lm.tokenizer.encode(p)), lm.tokenizer.token_bytes) for p in prompts
    ]


def run(lm: TableModel, inquiry: Inquiry[Contrasted]) -> Contrasted:
    [found] = run_jobs(lm, iter([explore(inquiry)]), 1)
    return found


def decode(
    weight: float, most: int = 9, *, stop: bool = False
) -> tuple[str, Contrasted, list[TokenTree]]:
    lm = ScriptedModel(say, TEXTS)
    both = trees(lm, "FR", "EN")
    here, there = both
    found = run(lm, contrast_greedy((here, ()), (there, ()), weight, lambda _: stop, most))
    return here.data(found.tokens).decode(), found, both


def test_the_contrast_follows_what_the_first_prompt_adds() -> None:
    plain, plainly, _ = decode(0.0)
    assert plain == " yes."
    text, found, _ = decode(1.0)
    assert text == " oui."
    assert found.logprobs == pytest.approx([math.log(0.4), math.log(0.7), 0.0])
    first = 0.4 * math.log(8) + 0.1 * math.log(0.1 / 0.45)
    assert found.kls[0] == plainly.kls[0] == pytest.approx(first)
    assert found.kls[2] == 0.0


def test_both_trees_count_two_forwards_a_token() -> None:
    _, found, both = decode(1.0)
    for tree in both:
        assert tree.own_tokens == tree.forwarded == 1 + len(found.tokens) - 1


def test_weight_nought_is_greedy() -> None:
    lm = ScriptedModel(say, TEXTS)
    [alone] = trees(lm, "FR")
    plain = greedy(alone, want=lambda _: Want(), stop=lambda _: False, max_tokens=9)
    [expected] = run_jobs(lm, iter([explore(on(alone, plain))]), 1)
    _, found, _ = decode(0.0)
    assert (found.tokens, found.logprobs) == (expected.tokens, expected.logprobs)


def test_it_ends_where_it_is_told() -> None:
    assert len(decode(1.0, most=1)[1].tokens) == 1
    assert len(decode(1.0, stop=True)[1].tokens) == 1
    assert decode(1.0, most=0)[1] == Contrasted((), (), ())


def test_a_reply_may_begin_anywhere_in_its_tree() -> None:
    lm = ScriptedModel(say, TEXTS)
    here, there = trees(lm, "FR", "EN")
    [oui] = lm.tokenizer.encode_plain([" oui"])
    found = run(lm, contrast_greedy((here, oui), (there, oui), 1.0, lambda _: False, 9))
    assert here.data(found.tokens) == b"."
    assert here.forwarded == 1 + 1 + 1


def test_the_difference_of_two_places_is_asked_once() -> None:
    lm = ScriptedModel(say, TEXTS)
    here, there = trees(lm, "FR", "EN")
    key, ask = beside((here, ()), (there, ()))

    def twice() -> Inquiry[float]:
        yield ask
        calls = lm.calls
        yield ask
        assert lm.calls == calls
        return here[()].beside[key].kl

    [kl] = run_jobs(lm, iter([explore(twice())]), 1)
    assert kl > 0
    assert (here.forwarded, there.forwarded) == (1, 1)


def test_a_model_that_hides_tokens_is_refused_in_one_line() -> None:
    lm = TableModel({QUESTION: {(): {" A": 0.6, " B": 0.4}}}, reveals=1)
    here, there = trees(lm, QUESTION, f"Say. {QUESTION}")
    with pytest.raises(UserError, match="leave the contrast out"):
        run(lm, contrast_greedy((here, ()), (there, ()), 1.0, lambda _: False, 3))
