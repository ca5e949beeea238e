"""Candidates by what they mean: their classes, the greedy answer's, and its heaviest rival."""

from collections.abc import Sequence

from misspoke.concepts.equivalence import classes
from misspoke.concepts.sameness import same
from misspoke.concepts.text import answer_end
from misspoke.observing.observe import Findings
from misspoke.records.observation import Candidate


def meant(found: Findings) -> tuple[Candidate, ...]:
    """The answers that were found, the most probable first, with their classes."""
    answers = [answer for answer, _ in found.answers.found]
    concepts = classes(answers)
    meanings = classes(answers, same(found.question.question))
    return tuple(
        Candidate(answer, prob, concept, meaning)
        for (answer, prob), concept, meaning in zip(
            found.answers.found, concepts, meanings, strict=True
        )
    )


def answer_meaning(found: Findings, candidates: Sequence[Candidate]) -> int | None:
    """The greedy answer's class; None where the search read another answer in its text."""
    meanings = {one.answer: one.meaning for one in candidates}
    return meanings.get(found.answer)


def rival_mass(found: Findings, candidates: Sequence[Candidate]) -> float:
    """The mass of the heaviest class that holds no right answer; 0 where every class holds one."""
    event = found.mass.event
    masses: dict[int, float] = {}
    right: set[int] = set()
    for one in candidates:
        masses[one.meaning] = masses.get(one.meaning, 0.0) + one.prob
        form = event.holds(one.answer)
        if form is not None and form < len(event.gold):
            right.add(one.meaning)
    return max((mass for meaning, mass in masses.items() if meaning not in right), default=0.0)


def end_step(found: Findings) -> int:
    """The step whose token ended the greedy answer; the last one where it was cut."""
    tokens, start = found.greedy.tokens, len(found.root)
    for count in range(start + 1, len(tokens)):
        text = found.tree.data(tokens[:count], start).decode(errors="replace")
        if answer_end(text) is not None:
            return count
    return len(tokens)
