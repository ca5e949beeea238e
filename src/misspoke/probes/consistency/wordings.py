"""The wordings of a question: its own, those that came with it, or those of its relation."""

from misspoke.records import Question, UserError


def wordings_of(question: Question) -> tuple[str, ...]:
    """The question as it is, and then each other wording once.

    Raises UserError where there is no other.
    """
    found = tuple(dict.fromkeys((question.question, *question.wordings)))
    if len(found) < 2:
        raise UserError(
            f"question {question.id!r}: has one wording only; give others in a field `wordings`, or "
            "ask questions of the bundled set, whose relations have some"
        )
    return found
