"""misspoke against lm-polygraph: detectors' scores, and the seconds that they take.

    python -m benchmarks.detectors [--questions Q] [--peer-questions N] [--rounds R] [--styles text]

Both have one long-lived process with one thread; loading is not counted, and a call warms each up.
They take turns. Our questions are all asked each turn, the peer's are some of them, others each
turn; a turn's figure is CPU seconds (user and system) a question. Scores are compared apart.
"""

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import machine
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
LONGEST = 12
"""Tokens of an answer and of a sample at the most, for both."""
SCORES = ("MaximumSequenceProbability", "Perplexity", "MeanTokenEntropy")
TAKEN_OUT = 2
"""Distributions in front from which the peer takes the end token (its min_new_tokens)."""
WARM_UP = 2
Asked = list[tuple[str, Any]]
Step = tuple[float, float, float]
"""A token's log-probability, the entropy, and the end token's log-probability."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far two libraries' values of one score lie apart."""

    what: str
    tokens: str
    differences: tuple[float, ...]
    """Absolute; of the score as each library defines it by itself."""
    aligned: tuple[float, ...] = ()
    """Ours with the end token taken out where the peer takes it out; empty where it does not."""

    def row(self) -> list[str]:
        """As cells."""
        count = f"{len(self.differences):,}"
        return [self.what, self.tokens, count, _largest(self.differences), _largest(self.aligned)]


@dataclass(frozen=True, slots=True)
class Differs:
    """A score that the two define differently, on the same answers: both values."""

    what: str
    peer: tuple[float, ...]
    ours: tuple[float, ...]

    def row(self) -> list[str]:
        """As cells."""
        both = [f"{median(values):.3f}" for values in (self.peer, self.ours)]
        return [self.what, f"{len(self.peer):,}", *both]


@dataclass(slots=True)
class Found:
    """What was measured with one kind of prompts."""

    ours: list[float] = field(default_factory=list)
    """CPU seconds a question, by turn."""
    peer: list[float] = field(default_factory=list)
    prompt_tokens: tuple[int, int] = (0, 0)
    same_tokens: int = 0
    """Greedy answers that the two libraries write with the same tokens, of `compared`."""
    compared: int = 0
    agreed: list[Agreed] = field(default_factory=list)
    differs: list[Differs] = field(default_factory=list)

    def ratios(self) -> list[float]:
        """The peer's seconds as multiples of ours, by turn."""
        return [theirs / ours for theirs, ours in zip(self.peer, self.ours, strict=True)]


def without_end(steps: Sequence[Step], places: int = TAKEN_OUT) -> list[tuple[float, float]]:
    """Log-probabilities and entropies with the end token taken out of the first so many steps.

    Taken out, the others' probabilities are divided by what is left, 1 − p: a log-probability l
    becomes l − log(1 − p), and the entropy H becomes (H + p log p) / (1 − p) + log(1 − p).
    """
    found = []
    for place, (logprob, entropy, end) in enumerate(steps):
        if place < places:
            gone = math.exp(end)
            left = math.log1p(-gone)
            logprob -= left
            entropy = (entropy + gone * end) / (1 - gone) + left
        found.append((logprob, entropy))
    return found


def question_items(questions: Sequence[Question]) -> Asked:
    """Questions as our worker reads them."""
    return [(q.question, (q.stem, q.answers)) for q in questions]


def time_turns(
    found: Found, ours: Worker, peer: Worker, asked: Asked, prompts: Asked, plan: "Plan"
) -> None:
    """All turns: each library does the whole set, one after the other."""
    ours.do("whole", asked[:WARM_UP])
    peer.do("whole", prompts[:WARM_UP])
    for turn in range(plan.rounds):
        chosen = subset(prompts, turn, plan.peer_questions)
        mine = ours.do("whole", asked)["cpu"] / len(asked)
        theirs = peer.do("whole", [prompts[place] for place in chosen])["cpu"] / len(chosen)
        found.ours.append(mine)
        found.peer.append(theirs)
        print(f"misspoke {mine:.3f}, {PEER} {theirs:.3f} CPU-seconds a question", flush=True)


def compare(found: Found, ours: Worker, peer: Worker, asked: Asked, form: str) -> None:
    """Every score of the same questions by both."""
    rows = ours.do("whole", asked)["result"]
    theirs = peer.do("greedy", [(row["prompt"], LONGEST) for row in rows])["result"]
    followed = ours.do(
        "follow",
        [(row["prompt"], their["tokens"]) for row, their in zip(rows, theirs, strict=True)],
    )["result"]
    found.compared = len(rows)
    _compare_all_tokens(found, ours, theirs, followed)
    _compare_answers(found, peer, rows, theirs, followed)
    _compare_truth(found, ours, peer, asked, rows, theirs, form)
    _compare_samples(found, peer, rows)


def _compare_all_tokens(
    found: Found, ours: Worker, theirs: Sequence[Mapping[str, Any]], followed: list[list[Step]]
) -> None:
    """What the peer gives by itself, and our scores of exactly the tokens that it scored."""
    plain = _our_scores(ours, [[step[:2] for step in steps] for steps in followed])
    aligned = _our_scores(ours, [without_end(steps) for steps in followed])
    for name in SCORES:
        values = [their["scores"][name] for their in theirs]
        found.agreed.append(
            Agreed(
                name,
                "all that it generates",
                _apart(values, [line[name] for line in plain]),
                _apart(values, [line[name] for line in aligned]),
            )
        )


def _compare_answers(
    found: Found,
    peer: Worker,
    rows: Sequence[Mapping[str, Any]],
    theirs: Sequence[Mapping[str, Any]],
    followed: list[list[Step]],
) -> None:
    """A run's own scores, and the peer's estimators on its own steps, cut to the answer's."""
    both = []
    for row, their, steps in zip(rows, theirs, followed, strict=True):
        start, end = row["answer_place"]
        if list(row["tokens"][:end]) == list(their["tokens"][:end]):
            both.append((row, their, steps, slice(start, end)))
    found.same_tokens = len(both)
    cut = [("", (their["logprobs"][part], their["entropies"][part])) for _, their, _, part in both]
    cut_scores = peer.do("estimates", cut)["result"]
    exact = [("", _columns(without_end(steps)[part])) for _, _, steps, part in both]
    exact_scores = peer.do("estimates", exact)["result"]
    for name in SCORES:
        values = [line[name] for line in cut_scores]
        mine = [row["scores"][name] for row, _, _, _ in both]
        aligned = [line[name] for line in exact_scores]
        found.agreed.append(
            Agreed(name, "the answer's", _apart(values, mine), _apart(values, aligned))
        )
        whole = [their["scores"][name] for _, their, _, _ in both]
        found.differs.append(
            Differs(f"{name}: all it generates; the answer's", tuple(whole), tuple(mine))
        )


def _compare_truth(
    found: Found,
    ours: Worker,
    peer: Worker,
    asked: Asked,
    rows: Sequence[Mapping[str, Any]],
    theirs: Sequence[Mapping[str, Any]],
    form: str,
) -> None:
    """PTrue: −log of the one token "True" behind the same text."""
    values = [their["scores"]["PTrue"] for their in theirs]
    read = ours.do("literal", [(their["truth_prompt"], None) for their in theirs])["result"]
    plain = [-true for true, _ in read]
    aligned = [-(true - math.log1p(-math.exp(end))) for true, end in read]
    found.agreed.append(
        Agreed("PTrue", "True, its prompt", _apart(values, plain), _apart(values, aligned))
    )
    said = [
        (question, row)
        for (question, _), row in zip(asked, rows, strict=True)
        if row["p_true_literal"] and row["p_true"]
    ]
    truths = peer.do("truths", [(question, row["answer"]) for question, row in said])["result"]
    if form == "text":  # in a chat our prompt is a message, which the peer's is not
        mine = [-math.log(row["p_true_literal"]) for _, row in said]
        found.agreed.append(Agreed("PTrue", "True, our prompt", _apart(truths, mine)))
    shares = [row["p_true"][0] / sum(row["p_true"]) for _, row in said if sum(row["p_true"])]
    found.differs.append(
        Differs(
            'P(True): its token "True"; our share of True in True and False',
            tuple(math.exp(-value) for value in truths),
            tuple(shares),
        )
    )


def _compare_samples(found: Found, peer: Worker, rows: Sequence[Mapping[str, Any]]) -> None:
    """SemanticEntropy of our samples, with our classes; log-probabilities by each one's model."""
    given: Asked = []
    for row in rows:
        drawn = [(row["prompt"], tokens) for tokens in row["samples"]]
        logprobs = peer.do("sampled", drawn)["result"]
        texts = [" ".join(map(str, tokens)) for tokens in row["samples"]]
        given.append(("", (texts, logprobs, row["classes"])))
    values = peer.do("semantic", given)["result"]
    mine = [row["scores"]["SemanticEntropy"] for row in rows]
    unique, usual = ([line[kind] for line in values] for kind in ("unique", "usual"))
    found.agreed.append(Agreed("SemanticEntropy, unique", "our samples", _apart(unique, mine)))
    found.differs.append(
        Differs("SemanticEntropy: repeats counted again; once", tuple(usual), tuple(mine))
    )


def _our_scores(ours: Worker, steps: Sequence[Sequence[Sequence[float]]]) -> list[dict[str, float]]:
    items = [("", _columns(one)) for one in steps]
    result: list[dict[str, float]] = ours.do("estimates", items)["result"]
    return result


def _columns(steps: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
    return [step[0] for step in steps], [step[1] for step in steps]


def _apart(theirs: Sequence[float], ours: Sequence[float]) -> tuple[float, ...]:
    return tuple(abs(one - other) for one, other in zip(theirs, ours, strict=True))


def _largest(differences: Sequence[float]) -> str:
    return f"{max(differences):.1e}" if differences else ""


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
            spread(found.ours, ".2f"),
            spread(found.peer, ".2f"),
            f"{spread(found.ratios())}×",
        ]
        for form, found in by_form.items()
    ]
    header = ["prompts", "misspoke, s a question", f"{PEER}, s a question", "ratio"]
    agreed = [[form, *one.row()] for form, found in by_form.items() for one in found.agreed]
    differs = [[form, *one.row()] for form, found in by_form.items() for one in found.differs]
    same = ", ".join(f"{f.same_tokens} of {f.compared} ({form})" for form, f in by_form.items())
    peer, ours = facts[PEER], facts["misspoke"]
    samples = ours["samples"]
    return f"""\
Detectors by misspoke and by {PEER} {peer["version"]}: {MODEL}, float32, one thread. They take
turns in one run, each in a process of its own; loading is not counted. CPU seconds, user and
system, for the whole set of a question: the greedy answer, its sequence probability, perplexity,
mean token entropy and P(True), and {samples} samples; median of {plan.rounds} turns (lowest–highest).

{table(header, times)}

- The same prompts for both, of atlas questions: *text* has four examples, *chat* none but the
  answer's stem. At most {LONGEST} tokens an answer and a sample. misspoke {plan.questions} questions each turn,
  {ours["in_flight"]} in flight at the most; the peer {plan.peer_questions} of them, others each turn, in batches of {peer["batch"]}.
- misspoke's seconds are those of a whole run: string masses and candidates are in them.
- The peer: `GreedyProbsCalculator`, `EntropyCalculator`, `PromptCalculator` and
  `SamplingGenerationCalculator`, called as its manager does, then its estimators. What these do not
  read is left out, to its good: attention weights and its manager; sdpa attention. It stops
  at a newline (`stop_strings`), and samples from the whole vocabulary (`top_k=0`).

Where both define a score alike, the largest absolute difference, in nats. The peer is given
`max_new_tokens={LONGEST}` and nothing to stop at. *Aligned*: its `min_new_tokens` takes the end token out
of the first two distributions (of the one it reads P(True) from), and divides by what is left; ours
does not, and is compared here as if it did.

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
                compare(found, ours, peer, asked[: plan.score_questions], form)
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
