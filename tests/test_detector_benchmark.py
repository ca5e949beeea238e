"""The pure parts of the comparison with lm-polygraph, on made-up lines; nothing is timed."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest

import misspoke
from misspoke.measures import semantic_entropy, sequence_surprise, token_surprise

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import detector_scores, detectors, libraries, page

LOGPROBS, ENTROPIES = [[-0.1, -0.7, -0.2], [-1.0, -0.5, -0.1]], [[0.3, 0.9, 0.4], [1.2, 0.6, 0.2]]
SCORES = {"MaximumSequenceProbability": 1.0, "Perplexity": 1 / 3, "MeanTokenEntropy": 0.5}


class Said:
    """A worker whose answers are made up: by action, from the items."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []
        self.facts = {}

    def do(self, action, items):
        self.asked.append((action, len(items)))
        return {"result": self.answers[action](items), "cpu": self.answers.get("cpu", 1.0)}


def scores(items):
    return [
        {
            "MaximumSequenceProbability": sequence_surprise(logprobs),
            "Perplexity": token_surprise(logprobs),
            "MeanTokenEntropy": sum(entropies) / len(entropies),
        }
        for _, (logprobs, entropies) in items
    ]


def row(place, tokens, end):
    part = slice(0, end)
    [line] = scores([("", (LOGPROBS[place][part], ENTROPIES[place][part]))])
    drawn = [[1], [1], [2]]
    logprobs = [math.log(0.5), math.log(0.5), math.log(0.2)]
    line["SemanticEntropy"] = semantic_entropy([0, 0, 1], [(1,), (1,), (2,)], logprobs)
    return {
        "prompt": f"prompt {place}",
        "answer": "Paris",
        "tokens": tokens,
        "answer_place": [0, end],
        "scores": line,
        "classes": [0, 0, 1],
        "samples": drawn,
        "sample_logprobs": logprobs,
        "p_true": [0.3, 0.1],
        "p_true_literal": 0.02,
    }


def semantic(items):
    """By hand: twice what is drawn twice, and once."""
    found = []
    for _, (_, logprobs, _) in items:
        usual, once, other = 2 * math.exp(logprobs[0]), math.exp(logprobs[0]), logprobs[2]
        both = [-(2 * math.log(mass) + other) / 3 for mass in (usual, once)]
        found.append(dict(zip(("usual", "unique"), both, strict=True)))
    return found


def greedy(items):
    [first, second] = scores([("", pair) for pair in zip(LOGPROBS, ENTROPIES, strict=True)])
    return [
        {
            "tokens": [5, 6, 7],
            "text": " Paris\nQ",
            "scores": {**line, "PTrue": 4.0},
            "truth_prompt": f"true? {place}",
            "logprobs": LOGPROBS[place],
            "entropies": ENTROPIES[place],
        }
        for place, line in enumerate([first, second][: len(items)])
    ]


@pytest.fixture
def workers():
    end = math.log(0.1)  # the model ends with 0.1; the peer's steps are without it

    def with_end(place):
        steps = []
        for at, (logprob, entropy) in enumerate(
            zip(LOGPROBS[place], ENTROPIES[place], strict=True)
        ):
            if at < detector_scores.TAKEN_OUT:
                logprob += math.log(0.9)
                entropy = 0.9 * entropy - 0.9 * math.log(0.9) - 0.1 * end
            steps.append([logprob, entropy, end])
        return steps

    ours = Said(
        run=lambda _: [row(0, [5, 6], 2), row(1, [5, 9], 2)],
        follow=lambda items: [with_end(place) for place in range(len(items))],
        estimates=scores,
        literal=lambda items: [[-4.0 + math.log(0.9), end] for _ in items],
    )
    peer = Said(
        greedy=greedy,
        estimates=scores,
        truths=lambda items: [[-math.log(0.02 / 0.9) + 1e-5, "true?"] for _ in items],
        sampled=lambda items: [math.log(0.5 if tokens == [1] else 0.2) for _, tokens in items],
        semantic=semantic,
    )
    return ours, peer


def test_taking_out_the_end_token_is_renormalising() -> None:
    probs = np.array([0.5, 0.2, 0.2, 0.1])
    entropy = float(-(probs * np.log(probs)).sum())
    kept = probs[:3] / probs[:3].sum()
    steps = [(math.log(0.2), entropy, math.log(0.1))] * 3
    found = detector_scores.without_end(steps)
    for logprob, left in found[:2]:
        assert logprob == pytest.approx(math.log(kept[1]))
        assert left == pytest.approx(float(-(kept * np.log(kept)).sum()))
    assert found[2] == steps[2][:2]


def test_the_comparison(workers) -> None:
    ours, peer = workers
    found = detector_scores.Compared()
    asked = [("Which?", (None, ["Paris"])), ("What?", (None, ["Rome"]))]
    detector_scores.compare(found, ours, peer, asked, "text")
    assert (found.same_tokens, found.compared) == (1, 2)  # the second wrote other tokens
    agreed = {(one.what, one.tokens): one for one in found.agreed}
    whole = agreed["MaximumSequenceProbability", "all that it generates"]
    assert whole.differences == pytest.approx([-2 * math.log(0.9)] * 2)
    for name in detector_scores.SCORES:
        assert max(agreed[name, "all that it generates"].aligned) < 1e-12
        answers = agreed[name, "the answer's"]
        assert len(answers.differences) == 1
        assert max(answers.differences) < 1e-12
        assert max(answers.aligned) < 1e-12
    by_itself = agreed["PTrue", "True, its prompt"]
    assert by_itself.differences == pytest.approx([-math.log(0.9)] * 2)
    assert max(by_itself.aligned) < 1e-12
    assert agreed["PTrue", "True, our prompt"].aligned == pytest.approx([1e-5] * 2)
    assert max(agreed["SemanticEntropy, unique", "our samples"].differences) < 1e-12
    assert ("sampled", 2) in peer.asked  # a sample that is drawn again is read once
    differs = {one.what.split(":")[0]: one for one in found.differs}
    repeated = differs["SemanticEntropy"]
    assert repeated.ours[0] - repeated.peer[0] == pytest.approx(2 / 3 * math.log(2))
    assert differs["P(True)"].ours == pytest.approx([0.75, 0.75])


def test_in_a_chat_the_two_ask_with_other_prompts(workers) -> None:
    found = detector_scores.Compared()
    detector_scores.compare(
        found, *workers, [("Which?", (None, ())), ("What?", (None, ()))], "chat"
    )
    assert ("PTrue", "True, our prompt") not in {(one.what, one.tokens) for one in found.agreed}


def test_turns_are_seconds_a_question() -> None:
    nothing = dict.fromkeys(("run", "alone", "whole"), lambda _: [])
    ours, peer = Said(cpu=8.0, **nothing), Said(cpu=10.0, **nothing)
    found = detectors.Found()
    plan = detectors.Plan(questions=4, peer_questions=2, score_questions=1, rounds=2)
    detectors.time_turns(found, ours, peer, [("", 0)] * 4, [("", 0)] * 4, plan)
    assert (found.run, found.alone, found.peer) == ([2.0, 2.0], [2.0, 2.0], [5.0, 5.0])
    assert found.ratios(found.run) == [2.5, 2.5]
    assert peer.asked == [("whole", detectors.WARM_UP), ("whole", 2), ("whole", 2)]


def test_the_part(workers, tmp_path) -> None:
    found = detectors.Found([0.5, 0.4], [0.25, 0.2], [2.0, 2.0], (80, 90))
    detector_scores.compare(
        found.scores, *workers, [("Which?", (None, ())), ("What?", (None, ()))], "text"
    )
    facts = {
        "misspoke": {"version": "1", "in_flight": 64, "samples": 10},
        detectors.PEER: {"version": "0.7.0", "transformers": "5.0", "batch": 16},
    }
    body = detectors.render({"text": found}, facts, detectors.Plan(rounds=2))
    assert "| text, 80–90 tokens | 2.00 (2.00–2.00) |" in body
    assert "| 4.5 (4.0–5.0)× | 9.0 (8.0–10.0)× |" in body
    assert "| text | MaximumSequenceProbability | all that it generates | 2 | 2.1e-01 |" in body
    assert "1 of 2 (text)" in body
    assert all(len(line) <= 110 for line in body.splitlines() if line[:1] not in "|-I")
    place = tmp_path / "benchmarks.md"
    page.write_part("detectors", body, place)
    assert body.strip() in place.read_text(encoding="utf-8")


def test_parts_and_styles_that_are_not_there_are_named() -> None:
    with pytest.raises(misspoke.UserError, match="no such part; known are peers, detectors"):
        libraries.main(["--only", "speed", "--rounds", "1"])
    with pytest.raises(misspoke.UserError, match="known are text, chat"):
        detectors.main(["--styles", "sonnet"])


def test_options_go_to_the_chosen_part(monkeypatch) -> None:
    given = []
    monkeypatch.setitem(libraries.PARTS, "detectors", lambda options: given.append(options) or 0)
    assert libraries.main(["--pip-args=", "--only", "detectors", "--rounds", "2"]) == 0
    assert given == [["--pip-args=", "--rounds", "2"]]
