"""Fits the weights of re-scoring on half of the relations; writes its table into docs/decoding.md.

Run `make fit DATA=/path/to/sets`. The other half of the relations is what results.md judges.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

from halves import for_fitting
from jobs import to_stderr
from md import table

import misspoke
from misspoke.cli.console import progress_bar
from misspoke.concepts import Event
from misspoke.decoding.asking import PTrue
from misspoke.decoding.channel import Channel
from misspoke.decoding.concept import Concept
from misspoke.decoding.desk import Desk
from misspoke.decoding.greedy import Greedy
from misspoke.decoding.pmi import Pmi
from misspoke.decoding.rescoring import Scorer, rivals
from misspoke.decoding.speaker import Speaker
from misspoke.lm import Job, LanguageModel, run_jobs
from misspoke.observing.gold import Gold
from misspoke.records import MisspokeError, Question
from misspoke.records.decoding import Asked
from misspoke.search import explore, together

ROOT = Path(__file__).parents[2]
BEGIN, END = "<!-- fitted weights: begin -->", "<!-- fitted weights: end -->"
WEIGHTS = (0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0)
FLOORS = (1e-4, 1e-3, 1e-2, 1e-1)
SCORERS: dict[str, Scorer] = {
    "channel": Channel(1.0),
    "ptrue": PTrue(1.0),
    **{f"pmi, floor {floor:g}": Pmi(1.0, floor) for floor in FLOORS},
}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A question's rivals: log-probability, whether right, and each scorer's evidence."""

    logprobs: tuple[float, ...]
    right: tuple[bool, ...]
    evidence: dict[str, tuple[float, ...]]
    greedy_right: bool

    def gain(self, scorer: str, weight: float) -> tuple[int, int]:
        """Recovered and damaged, 0 or 1 each."""
        totals = [p + weight * e for p, e in zip(self.logprobs, self.evidence[scorer], strict=True)]
        right = self.right[max(range(len(totals)), key=totals.__getitem__)]
        return int(right and not self.greedy_right), int(self.greedy_right and not right)


def main(arguments: Sequence[str] | None = None) -> int:
    """Collect the evidence, try the weights, write the table."""
    given = _parser().parse_args(arguments)
    try:
        lm = misspoke.load(given.model, dtype="float32")
        sources = ["atlas", str(given.data / "entity_questions_dev.jsonl")]
        found = [_collected(lm, for_fitting(source, given.n)) for source in sources]
    except MisspokeError as error:
        print(f"fit_decoders: {error}", file=sys.stderr)
        return 1
    text = "\n".join(_lines(given, [Path(source).stem for source in sources], found))
    before, rest = given.output.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    given.output.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
    print(given.output)
    return 0


def _collected(lm: LanguageModel, questions: Sequence[Question]) -> list[Fitted]:
    speaker = Speaker.of(lm)
    rows: list[Fitted] = []
    with progress_bar("fitting") as progress:
        for row in run_jobs(lm, (_job(speaker, question) for question in questions), 32):
            rows.append(row)
            progress(len(rows), len(questions))
    return rows


def _job(speaker: Speaker, question: Question) -> Job[Fitted]:
    desk = Desk.of(speaker, Asked(question.question, question.stem))
    greedy, found = yield from explore(
        together(Greedy().decode(desk.fork()), Concept(early=False).decode(desk.fork()))
    )
    leading = rivals(found.classes)
    evidence = yield from explore(
        together(*(scorer.scores(desk.fork(), leading) for scorer in SCORERS.values()))
    )
    event = Event(Gold.of(question).forms)
    return Fitted(
        tuple(log(one.prob) for one in leading),
        tuple(event.holds(one.answer) is not None for one in leading),
        dict(zip(SCORERS, (tuple(e) for e in evidence if isinstance(e, list)), strict=True)),
        event.holds(greedy.answer) is not None,
    )


def _lines(
    given: argparse.Namespace, names: Sequence[str], found: Sequence[Sequence[Fitted]]
) -> Iterator[str]:
    rows = []
    for scorer in SCORERS:
        sums = {
            weight: [_sum(fitted, scorer, weight) for fitted in found] for weight in (0.0, *WEIGHTS)
        }
        best = max(sums, key=lambda w: (sum(r - d for r, d in sums[w]), -w))
        rows.append([scorer, *(_cell(sums[w], w == best) for w in (0.0, *WEIGHTS)), f"{best:g}"])
    asked = ", ".join(f"{len(of):,} of {name}" for of, name in zip(found, names, strict=True))
    yield (
        f"On {given.model}, float32, questions of every other relation ({asked}): net gain on "
        f"greedy in questions, {' + '.join(names)}, by weight; 0 is plain concept decoding."
    )
    yield ""
    yield from table(["scorer", "0", *(f"{w:g}" for w in WEIGHTS), "best"], rows)


def _sum(fitted: Sequence[Fitted], scorer: str, weight: float) -> tuple[int, int]:
    gains = [one.gain(scorer, weight) for one in fitted]
    return sum(recovered for recovered, _ in gains), sum(damaged for _, damaged in gains)


def _cell(sums: Sequence[tuple[int, int]], best: bool) -> str:
    text = " ".join(f"{recovered - damaged:+d}" for recovered, damaged in sums).replace("-", "−")
    return f"**{text}**" if best else text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Fit the weights of re-scoring.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--model", default="gemma3-270m")
    parser.add_argument("-n", type=int, default=400, help="questions of each set")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/decoding.md")
    return parser


if __name__ == "__main__":
    to_stderr("fitting on half of the relations")
    sys.exit(main())
