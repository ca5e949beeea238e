"""misspoke against lm-polygraph: detectors' scores, and the seconds that they take.

    python -m benchmarks.detectors [--questions Q] [--peer-questions N] [--rounds R] [--styles text]

Both have one long-lived process with one thread; loading is not counted, and a call warms each up.
They take turns. Our questions are all asked each turn, the peer's are some of them, others each
turn; a turn's figure is CPU seconds (user and system) a question. Scores are compared apart.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.detector_scores import LONGEST, Asked, Compared, compare
from benchmarks.environments import peer_python
from benchmarks.items import subset
from benchmarks.page import spread, table, write_part
from benchmarks.processes import Worker
from misspoke.lm.catalogue import CATALOGUE
from misspoke.lm.weights import catalogue_folder
from misspoke.questions import load
from misspoke.records import Question, UserError

MODEL, PEER = "smollm2-135m-instruct", "lm-polygraph"
STYLES = {"text": "text", "chat": "auto"}
"""Kinds of prompts, and the style that makes them: examples as text; the model's chat and stem."""
WARM_UP = 2


@dataclass(slots=True)
class Found:
    """What was measured with one kind of prompts."""

    run: list[float] = field(default_factory=list)
    """CPU seconds a question, by turn: of all that a run measures."""
    alone: list[float] = field(default_factory=list)
    """Of what the peer measures too, and nearly nothing else."""
    peer: list[float] = field(default_factory=list)
    prompt_tokens: tuple[int, int] = (0, 0)
    scores: Compared = field(default_factory=Compared)

    def ratios(self, ours: Sequence[float]) -> list[float]:
        """The peer's seconds as multiples of ours, by turn."""
        return [theirs / mine for theirs, mine in zip(self.peer, ours, strict=True)]


def question_items(questions: Sequence[Question]) -> Asked:
    """Questions as our worker reads them."""
    return [(q.question, (q.stem, q.answers)) for q in questions]


def time_turns(
    found: Found, ours: Worker, peer: Worker, asked: Asked, prompts: Asked, plan: "Plan"
) -> None:
    """All turns: each library does the whole set, one after the other."""
    for action in ("run", "alone"):
        ours.do(action, asked[:WARM_UP])
    peer.do("whole", prompts[:WARM_UP])
    for turn in range(plan.rounds):
        chosen = subset(prompts, turn, plan.peer_questions)
        run, alone = (ours.do(action, asked)["cpu"] / len(asked) for action in ("run", "alone"))
        theirs = peer.do("whole", [prompts[place] for place in chosen])["cpu"] / len(chosen)
        found.run.append(run)
        found.alone.append(alone)
        found.peer.append(theirs)
        print(
            f"misspoke {run:.3f}, this set alone {alone:.3f}, {PEER} {theirs:.3f} CPU-seconds a "
            "question",
            flush=True,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is asked, and how often."""

    questions: int = 64
    peer_questions: int = 16
    score_questions: int = 16
    rounds: int = 3


def render(by_form: Mapping[str, Found], facts: Mapping[str, Mapping[str, Any]], plan: Plan) -> str:
    """The page's part."""
    times = [
        [
            f"{form}, {found.prompt_tokens[0]}–{found.prompt_tokens[1]} tokens",
            *(spread(seconds, ".2f") for seconds in (found.peer, found.run, found.alone)),
            *(f"{spread(found.ratios(ours))}×" for ours in (found.run, found.alone)),
        ]
        for form, found in by_form.items()
    ]
    header = ["prompts", f"{PEER}, s a question", "misspoke: a run", "this set alone"]
    header += ["ratio: a run", "this set alone"]
    agreed = [[form, *one.row()] for form, found in by_form.items() for one in found.scores.agreed]
    differs = [
        [form, *one.row()] for form, found in by_form.items() for one in found.scores.differs
    ]
    same = ", ".join(
        f"{f.scores.same_tokens} of {f.scores.compared} ({form})" for form, f in by_form.items()
    )
    peer, ours = facts[PEER], facts["misspoke"]
    return f"""\
Detectors by misspoke and by {PEER} {peer["version"]}: {MODEL}, float32, one thread. They take
turns in one run, each in a process of its own; loading is not counted. CPU seconds, user and
system, for the whole set of a question: the greedy answer, its sequence probability, perplexity,
mean token entropy and P(True), and {ours["samples"]} samples; median of {plan.rounds} turns
(lowest–highest).

{table(header, times)}

- The same prompts for both, of atlas questions: *text* has four examples, *chat* none but the
  answer's stem. At most {LONGEST} tokens an answer and a sample.
- Questions: misspoke {plan.questions} each turn, {ours["in_flight"]} in flight at the most; the
  peer {plan.peer_questions} of them, others each turn, in batches of {peer["batch"]}.
- *A run*: all that misspoke measures when these detectors are asked for, string masses and
  candidates included. *This set alone*: those end with their first look (`epsilon`, `residual` 1).
  P(True) is the mass of all ways to say True and False in both.
- The peer: `GreedyProbsCalculator`, `EntropyCalculator`, `PromptCalculator` and
  `SamplingGenerationCalculator`, called as its manager does, then its estimators. What these do not
  read is left out, to its good: attention weights and its manager; sdpa attention. It stops
  at a newline (`stop_strings`), and samples from the whole vocabulary (`top_k=0`).

Where both define a score alike, the largest absolute difference, in nats. The peer is given
`max_new_tokens={LONGEST}` and nothing to stop at. *Aligned*: its `min_new_tokens` takes the end
token out of the first two distributions (of the one that it reads P(True) from), and divides by
what is left; ours does not, and is compared here as if it did.

{table(["prompts", "score", "tokens", "answers", "difference", "aligned"], agreed)}

- *All that it generates*: the peer's estimators as they come, and our scores of the same
  tokens, the end token included where it comes. *The answer's*: a run's own columns, and the peer's
  estimators on its own steps, cut to the tokens of the answer, up to the one that ends it. Greedy
  answers with the same tokens: {same}; others are not compared.
- PTrue: −log p of the one token "True", behind the peer's prompt with all that it generates, by
  `misspoke.logprobs`; and behind a run's own prompt, which has its words, `p_true_literal`.
- SemanticEntropy: our samples and our classes for both, each with the log-probabilities of its own
  model; the peer with `use_unique_responses=True`.

Where they do not, the median of both on the same answers:

{table(["prompts", "score: the peer's; ours", "answers", "peer", "ours"], differs)}

- By default the peer counts a sample that is drawn again a second time in its class's probability,
  which can exceed 1, and the entropy fall below 0. It samples from the 50 most probable tokens.
- It scores all that it generates, also what follows the answer. It lets newlines be generated
  (`allow_newlines`); where it is told not to, it takes them out of all distributions.
- Its P(True) is the one token "True" without a blank; ours sums the ways to say True and False.

{machine.facts()}
The peer has transformers {peer["transformers"]}."""


def measure(plan: Plan, forms: Sequence[str], pip_args: str) -> str:
    """Runs both libraries with each kind of prompts; gives the page's part."""
    folder = catalogue_folder(CATALOGUE[MODEL], print)
    python = peer_python(PEER, pip_args)
    questions = load("atlas", n=plan.questions).questions
    asked = question_items(questions)
    by_form: dict[str, Found] = {}
    with Worker(PEER, python, folder) as peer:
        facts = {PEER: peer.facts}
        for form in forms:
            print(f"{form} prompts", flush=True)
            found = by_form[form] = Found()
            with ExitStack() as stack:
                options = STYLES[form], str(LONGEST)
                worker = Worker("detector", Path(sys.executable), folder, *options)
                ours = stack.enter_context(worker)
                facts["misspoke"] = ours.facts
                made = ours.do("prompts", asked)["result"]
                lengths = [tokens for _, tokens in made]
                found.prompt_tokens = min(lengths), max(lengths)
                compare(found.scores, ours, peer, asked[: plan.score_questions], form)
                prompts = [(text, LONGEST) for text, _ in made]
                time_turns(found, ours, peer, asked, prompts, plan)
    return render(by_form, facts, plan)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and writes the page's part."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.detectors", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--questions", type=int, default=64, help="what misspoke does each turn")
    parser.add_argument("--peer-questions", type=int, default=16, help="what the peer does")
    parser.add_argument("--score-questions", type=int, default=16, help="whose scores are compared")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--styles", default=",".join(STYLES), help="of prompts: text,chat")
    parser.add_argument("--pip-args", default="", help="for installing the peer")
    parser.add_argument("--no-page", action="store_true", help="print, leave the page alone")
    chosen = parser.parse_args(arguments)
    forms = [form for form in chosen.styles.split(",") if form]
    if unknown := [form for form in forms if form not in STYLES]:
        raise UserError(f"--styles {unknown[0]}: not known; known are {', '.join(STYLES)}")
    plan = Plan(
        chosen.questions,
        min(chosen.peer_questions, chosen.questions),
        min(chosen.score_questions, chosen.questions),
        chosen.rounds,
    )
    body = measure(plan, forms, chosen.pip_args)
    if chosen.no_page:
        print(body)
    else:
        write_part("detectors", body)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UserError as error:
        sys.exit(f"bench-peers: {error}")
