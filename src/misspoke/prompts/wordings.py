"""Other wordings of a question, made of the question itself."""

WORDINGS: tuple[str, ...] = ("{}", "Tell me: {}", "{} Name it.")
"""The question stands in each; the first is the question as it is."""


def reworded(question: str, wordings: tuple[str, ...] = WORDINGS) -> list[str]:
    """The question in each wording."""
    return [wording.replace("{}", question) for wording in wordings]
