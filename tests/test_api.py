"""The Python interface: what README shows, on the worked example's table model."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

import misspoke
from misspoke.lm import Context, NextTokens, Request
from misspoke.observing.worked_example import worked_example


def test_the_public_names_are_those_listed() -> None:
    assert sorted(dir(misspoke)) == sorted(misspoke.__all__)
    for name in misspoke.__all__:
        assert getattr(misspoke, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = misspoke.nothing  # type: ignore[attr-defined]


def test_the_mass_of_a_set_of_forms() -> None:
    lm, question = worked_example()
    mass = misspoke.p_mass(lm, question.question, ["Moscow Kremlin", "Kazan Cathedral"], epsilon=0)
    assert mass.lower == pytest.approx(0.31 * 0.97 + 0.09 + 0.04 * 0.8)
    assert mass.upper == pytest.approx(mass.lower)


def test_logprobs_are_those_of_the_canonical_path() -> None:
    lm, question = worked_example()
    items = [(question.question, [" Moscow", " Saint Basil's"]), (question.question, [" Kazan"])]
    [[moscow, basil], [kazan]] = misspoke.logprobs(lm, items)
    assert moscow == pytest.approx(math.log(0.31))
    assert basil == pytest.approx(math.log(0.24 * 0.97))
    assert kazan == pytest.approx(math.log(0.09))


def test_logprobs_do_not_depend_on_what_the_prompts_share() -> None:
    lm, question = worked_example()
    other = "Another " + question.question
    items = [(question.question, [" Moscow"]), (other, [" Kazan"]), (question.question, [" Kazan"])]
    together = misspoke.logprobs(lm, items)
    assert together == [misspoke.logprobs(lm, [item])[0] for item in items]
    assert misspoke.logprobs(lm, []) == []


def test_logprobs_put_what_all_prompts_begin_with_into_one_header() -> None:
    lm, question = worked_example()
    seen: list[Context] = []
    usual = lm.next_tokens

    def recording(requests: Sequence[Request]) -> Sequence[NextTokens]:
        seen.extend(request.context for request in requests)
        return usual(requests)

    lm.next_tokens = recording  # type: ignore[method-assign]
    prompts = [f"Once. {start}{question.question}" for start in ("", "Now, ", "Well, ")]
    misspoke.logprobs(lm, [(prompt, [" Moscow"]) for prompt in prompts])
    [header] = {context.header for context in seen}
    encoded = [lm.tokenizer.encode(prompt) for prompt in prompts]
    assert header
    assert {context.tokens for context in seen} == set(encoded)
    at = len(header)
    assert len({tokens[:at] for tokens in encoded}) == 1
    assert len({tokens[: at + 1] for tokens in encoded}) > 1
    seen.clear()
    misspoke.logprobs(lm, [(prompts[0], [" Moscow"])])
    assert {context.header for context in seen} == {()}


def test_a_run_is_diagnosed_read_and_judged_again(tmp_path: Path) -> None:
    lm, question = worked_example()
    run = misspoke.diagnose(lm, [question], out=tmp_path / "run")
    [row] = run.frame().iter_rows(named=True)
    assert (row["outcome"], row["cause"]) == ("commitment_failure", "split_vote")
    assert run.summary().rates.all_rows.string.counts["commitment_failure"] == 1
    assert run.summary(tau=0.5).rates.all_rows.string.counts["knowledge_gap"] == 1
    assert run.report().read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    again = misspoke.open_finished(tmp_path / "run")
    assert again.manifest["settings"] == run.manifest["settings"]
    assert again.manifest["facts"]["header_tokens"] > 0


def test_a_stopped_run_goes_on_and_a_finished_one_is_only_judged_again(tmp_path: Path) -> None:
    lm, question = worked_example()
    questions = [
        misspoke.Question(f"Case {n}. {question.question}", question.answers, id=f"q{n}")
        for n in range(70)
    ]
    told: list[tuple[int, int]] = []

    def stop(done: int, of: int) -> None:
        told.append((done, of))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(misspoke.Interrupted, match="stopped: 3 of 70 rows are kept"):
        misspoke.diagnose(lm, questions, out=tmp_path, progress=stop, shots=0)
    assert told == [(0, 70), (1, 70), (2, 70), (3, 70)]
    told.clear()
    run = misspoke.diagnose(
        lm, questions, out=tmp_path, shots=0, progress=lambda *at: told.append(at)
    )
    assert (told[0], told[-1], len(told)) == ((3, 70), (70, 70), 68)
    assert run.frame()["id"].to_list() == [f"q{n}" for n in range(70)]
    assert run.manifest["facts"]["seconds_rows"] == 67
    told.clear()
    calls = lm.calls
    misspoke.diagnose(lm, questions, out=tmp_path, shots=0, progress=lambda *at: told.append(at))
    assert (told, lm.calls) == ([(70, 70)], calls)


def test_no_question_is_an_error() -> None:
    lm, _ = worked_example()
    with pytest.raises(misspoke.UserError, match="no question to ask"):
        misspoke.diagnose(lm, [], out="nowhere")
