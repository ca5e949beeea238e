"""Groves: prompts of one unit share what they begin with, and count what the model forwards."""

import pytest
from chat_templates import CHATML, THINKS, ChatTemplate, tokenizer_for
from hypothesis import given
from hypothesis import strategies as st
from scripted import ScriptedModel

from misspoke.lm import LanguageModel, Path, Want, run_jobs
from misspoke.lm.table import END, TableModel
from misspoke.probes.talk import Grove, Talker, common
from misspoke.prompts.conversation import Turn
from misspoke.records import UserError
from misspoke.search import Inquiry, explore


class Counting(ScriptedModel):
    """A model that ends every text at once, and counts what it forwards."""

    def __init__(self) -> None:
        super().__init__(lambda _: {END: 1.0}, ["a"])
        self.counted = 0

    def next_tokens(self, requests):  # type: ignore[no-untyped-def]
        found = super().next_tokens(requests)
        self.counted += sum(answer.forwarded for answer in found)
        return found


def ask(lm: LanguageModel, grove: Grove, prompts: list[Path]) -> None:
    """Each prompt's next token, round by round, in one job."""

    def inquiry() -> Inquiry[None]:
        for prompt in prompts:
            tree, path = grove.place(prompt)
            assert tree.context.tokens + path == prompt
            yield {(tree, path): Want(top=1)}
            assert tree[path].top

    list(run_jobs(lm, iter([explore(inquiry())]), 1))


def prefixes(prompts: list[Path]) -> int:
    return len({prompt[:end] for prompt in prompts for end in range(1, len(prompt) + 1)})


tokens = st.lists(st.integers(1, 3), min_size=1, max_size=9).map(tuple)


@given(st.lists(tokens, min_size=1, max_size=8), st.data())
def test_it_counts_what_the_model_forwards(prompts: list[Path], data: st.DataObject) -> None:
    """Whatever is planted, in whatever order: the model's own count; never under the prefixes."""
    lm = Counting()
    grove = Grove(lm)
    for prompt in data.draw(st.lists(st.sampled_from(prompts), max_size=3)):
        grove.plant(prompt[: data.draw(st.integers(1, len(prompt)))])
    ask(lm, grove, prompts)
    assert grove.forward_tokens == lm.counted >= prefixes(prompts)


@given(st.lists(tokens, min_size=1, max_size=8), tokens)
def test_behind_what_all_begin_with_each_prefix_is_forwarded_once(
    prompts: list[Path], stem: Path
) -> None:
    lm = Counting()
    grove = Grove(lm)
    prompts = [stem + prompt for prompt in prompts]
    grove.plant(common(*prompts))
    ask(lm, grove, prompts)
    assert len(grove.trees) == 1
    assert grove.forward_tokens == lm.counted == prefixes(prompts)


@given(st.lists(tokens, min_size=1, max_size=6))
def test_what_all_begin_with_is_that(prompts: list[Path]) -> None:
    found = common(*prompts)
    assert all(prompt[: len(found)] == found for prompt in prompts)
    ends = {prompt[len(found) : len(found) + 1] for prompt in prompts}
    assert len(ends) > 1 or ends == {()}


def test_a_header_is_not_counted_and_only_taken_where_it_stands() -> None:
    lm = Counting()
    grove = Grove(lm, header=(1, 2))
    ask(lm, grove, [(1, 2, 3), (1, 2, 3, 4), (1, 2), (2, 2, 3)])
    assert [tree.context.header for tree in grove.trees] == [(1, 2), (), ()]
    assert grove.forward_tokens == lm.counted == 2 + 2 + 3


def test_the_longest_prompt_that_fits_is_the_one() -> None:
    grove = Grove(Counting())
    short, long = grove.plant((1,)), grove.plant((1, 2))
    assert grove.place((1, 2, 3)) == (long, (3,))
    assert grove.place((1, 3)) == (short, (3,))
    assert grove.place((1, 2)) == (long, ())


def test_a_prompt_that_shares_little_has_a_tree_of_its_own() -> None:
    grove = Grove(Counting())
    grove.plant((1, 2, 3, 4))
    tree, path = grove.place((1, 2, 9))
    assert (tree.context.tokens, path) == ((1, 2, 9), ())
    tree, path = grove.place((1, 2, 3, 9))
    assert (tree.context.tokens, path) == ((1, 2, 3), (9,))


def conversation(template: ChatTemplate) -> list[Path]:
    tokenizer = tokenizer_for(template)
    talker = Talker.of(_With(tokenizer))  # type: ignore[arg-type]
    turns = [Turn("system", "Always answer in rhymes, whatever you are asked.")]
    prompts = []
    for n in range(16):
        turns.append(Turn("user", f"Question {n}?"))
        prompts.append(tokenizer.encode(talker.prompt(turns)))
        turns.append(Turn("assistant", f"Reply {n}."))
    return prompts


class _With:
    """As much of a model as a talker needs."""

    name = "tiny"

    def __init__(self, tokenizer: object) -> None:
        self.tokenizer = tokenizer


def test_sixteen_turns_cost_their_tokens() -> None:
    prompts = conversation(CHATML)
    lm = Counting()
    grove = Grove(lm)
    ask(lm, grove, prompts)
    assert len(grove.trees) == 1
    assert grove.forward_tokens == lm.counted == len(prompts[-1])


def test_a_template_that_changes_the_last_turn_costs_its_beginning_twice() -> None:
    """Not every turn anew: what stands before the first reply is computed again, once."""
    prompts = conversation(THINKS)
    lm = Counting()
    grove = Grove(lm)
    ask(lm, grove, prompts)
    assert len(grove.trees) == 2
    assert grove.forward_tokens == lm.counted
    assert lm.counted == prefixes(prompts) + len(common(*prompts))


def test_a_conversation_that_does_not_fit_is_refused() -> None:
    lm = TableModel({"?": {(): {"a": 1.0}}})
    lm.window = 9
    talker = Talker.of(lm)
    assert len(talker.encode("12345678", room=1, what="one")) == 8
    with pytest.raises(UserError, match=r"one: the conversation has 8 tokens.*window of 9"):
        talker.encode("12345678", room=2, what="one")
