"""What is asked: readers of question files, and the bundled question sets."""

from misspoke.questions.bundled import SetInfo, available
from misspoke.questions.loading import load
from misspoke.questions.sets import QuestionSet

__all__ = ["QuestionSet", "SetInfo", "available", "load"]
