"""Replies computed again: nothing deviates where nothing was changed, and what was is found."""

import math
from dataclasses import dataclass, replace

import pytest
from scripted import ScriptedModel

from misspoke.lm import Context
from misspoke.observing.heard import audit_heard
from misspoke.records.heard import Heard


@dataclass(frozen=True)
class Row:
    id: str
    heard: tuple[Heard, ...]


def model() -> ScriptedModel:
    def say(text: str) -> dict[str, float]:
        return {"a": 0.5, "b": 0.25, "c": 0.25} if text.endswith("a") else {"a": 0.75, "b": 0.25}

    return ScriptedModel(say, ["a", "b", "c"])


def heard(lm: ScriptedModel, prompt: str, reply: str) -> Heard:
    before, tokens = (tuple(map(lm.tokenizer.token, text)) for text in (prompt, reply))
    at = [lm.distribution(Context((), before + tokens[:i]), ()) for i in range(len(tokens))]
    found = tuple(float(row[token]) for row, token in zip(at, tokens, strict=True))
    return Heard(before, tokens, found)


def test_what_was_heard_is_computed_again() -> None:
    lm = model()
    row = Row("r", (heard(lm, "ab", "aab"), heard(lm, "ab", "b"), Heard((1,), (), ())))
    [found] = audit_heard(lm, [row])
    assert (found.id, found.replies, found.held, found.prefixes) == ("r", 3, 3, 3)
    assert found.logprob == 0


def test_a_changed_log_probability_is_found() -> None:
    lm = model()
    one = heard(lm, "ab", "aab")
    changed = replace(one, logprobs=(one.logprobs[0], one.logprobs[1] - 0.01, one.logprobs[2]))
    [found] = audit_heard(lm, [Row("r", (one, changed, one))])
    assert found.logprob == pytest.approx(0.01)


@pytest.mark.parametrize("stored", [-math.inf, math.nan])
def test_what_the_plain_path_rules_out_is_no_small_deviation(stored: float) -> None:
    lm = model()
    one = heard(lm, "ab", "aab")
    changed = replace(one, logprobs=(stored, *one.logprobs[1:]))
    [found] = audit_heard(lm, [Row("r", (one, changed))])
    assert found.logprob == math.inf
    ruled_out = Heard(one.prompt_tokens, (lm.tokenizer.token("c"),), (-1.0,))
    [found] = audit_heard(lm, [Row("r", (ruled_out, one))])
    assert found.logprob == math.inf
    [same] = audit_heard(lm, [Row("r", (replace(ruled_out, logprobs=(-math.inf,)),))])
    assert same.logprob == 0


def test_of_many_replies_some_are_computed_spread_over_all() -> None:
    lm = model()
    good = heard(lm, "b", "ab")
    bad = replace(good, logprobs=(0.0, 0.0))
    rows = [Row("r", tuple(bad if at % 5 == 4 else good for at in range(20)))]
    [some] = audit_heard(lm, rows, replies=4)  # those at 0, 5, 10 and 15
    assert (some.replies, some.held, some.logprob) == (4, 20, 0)
    [every] = audit_heard(lm, rows, replies=20)
    assert every.logprob > 0.1
