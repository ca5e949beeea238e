"""Candidates by what they mean: their classes, the greedy answer's, and its heaviest rival."""

from collections.abc import Sequence

from misspoke.concepts import Event
from misspoke.concepts.equivalence import classes
from misspoke.concepts.reading import close_reader
from misspoke.concepts.sameness import same
from misspoke.concepts.text import answer_end
from misspoke.observing.observe import Findings
from misspoke.records import Question
from misspoke.records.observation import Candidate


def meant(question: Question, found: Sequence[tuple[str, float]]) -> tuple[Candidate, ...]:
    """Answers and their probabilities, the most probable first, with their classes.

    They mean what is read closely of them, as with samples: "Canada, in the west of …" is Canada.
    """
    answers = [answer for answer, _ in found]
    read = close_reader(question.question, question.stem)
    concepts = classes(answers)
    meanings = classes(
        [read(answer, True) or answer for answer in answers], same(question.question)
    )
    return tuple(
        Candidate(answer, prob, concept, meaning)
        for (answer, prob), concept, meaning in zip(found, concepts, meanings, strict=True)
    )


def answer_meaning(answer: str, candidates: Sequence[Candidate]) -> int | None:
    """The greedy answer's class; None where the search read another answer in its text."""
    meanings = {one.answer: one.meaning for one in candidates}
    return meanings.get(answer)


def rival_mass(event: Event, candidates: Sequence[Candidate]) -> float:
    """The mass of the heaviest class that holds no right answer; 0 where every class holds one."""
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
