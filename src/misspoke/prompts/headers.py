"""The examples that stand before a question: two fixed headers with disjoint answers.

A question takes the first header that holds none of its own answers or distractors, so that no
answer is ever primed; the headers' own questions are never evaluated.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its answer, as shown to the model."""

    question: str
    answer: str


HEADERS: tuple[tuple[Example, ...], ...] = (
    (
        Example("Which planet is known as the Red Planet?", "Mars"),
        Example("Who wrote the play Romeo and Juliet?", "William Shakespeare"),
        Example("What is the largest ocean on Earth?", "Pacific Ocean"),
        Example("In which year did the Titanic sink?", "1912"),
        Example("What is the hardest natural substance?", "Diamond"),
        Example("Which sport is played at Wimbledon?", "Tennis"),
        Example("Who developed the theory of general relativity?", "Albert Einstein"),
        Example("What is the longest wall in the world?", "Great Wall of China"),
    ),
    (
        Example("Which gas do plants take in from the air?", "Carbon dioxide"),
        Example("Who was the first person to walk on the Moon?", "Neil Armstrong"),
        Example("What is the tallest animal on land?", "Giraffe"),
        Example("In which year did the Berlin Wall fall?", "1989"),
        Example("Which organ pumps blood through the body?", "Heart"),
        Example("What is the largest planet in the solar system?", "Jupiter"),
        Example("Who invented the telephone?", "Alexander Graham Bell"),
        Example("How many strings does a violin have?", "Four"),
    ),
)
"""Each of these may be cut to its first K examples."""

MOST_SHOTS = min(len(header) for header in HEADERS)

_QUESTIONS = {example.question.casefold() for header in HEADERS for example in header}


def is_example(question: str) -> bool:
    """Whether a question is one of the headers' own."""
    return question.strip().casefold() in _QUESTIONS
