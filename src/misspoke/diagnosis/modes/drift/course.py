"""Whether heeding falls on and on, or falls early and stays: from the data."""

from misspoke.diagnosis.modes.drift.reading import DEFAULT, Talks, complied, survival
from misspoke.diagnosis.modes.measures import figure

_SAID = {
    (1, 1): "{what} falls on, before turn {middle} and after it.",
    (1, 0): "{what} falls up to turn {middle}; that it falls further is not settled.",
    (1, -1): "{what} falls up to turn {middle}, and rises again.",
    (0, 1): "{what} falls after turn {middle}.",
    (-1, 1): "{what} rises up to turn {middle}, and falls after it.",
    (-1, -1): "{what} rises all along.",
    (-1, 0): "{what} rises up to turn {middle}.",
    (0, -1): "{what} rises after turn {middle}.",
}
"""By whether it is settled that something is lost (1) or gained (-1) in the two halves."""


def course(talks: Talks, seed: int) -> str:
    """One sentence; on survival where nothing is settled of the text."""
    if len(talks.turns) < 3:
        return ""
    middle, last = talks.turns[len(talks.turns) // 2], talks.last
    for what, read in (("Heeding", complied), ("Survival", survival)):
        early, late = (
            figure(talks.lost("part", "", DEFAULT, turns, read), seed).interval
            for turns in ((1, middle), (middle, last))
        )
        said = _SAID.get((_way(early), _way(late)))
        if said:
            return said.format(what=what, middle=middle)
    return "No fall is settled in either half of it." if early and late else ""


def _way(interval: tuple[float, float] | None) -> int:
    """1 where it is settled that something is lost, -1 gained, else 0."""
    if interval is None:
        return 0
    low, high = interval
    return int(low > 0) - int(high < 0)
