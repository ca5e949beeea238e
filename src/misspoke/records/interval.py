"""An interval that is certain to hold a mass."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a probability mass: lower ≤ truth ≤ upper."""

    lower: float
    upper: float

    @property
    def width(self) -> float:
        """What is still unknown of the mass."""
        return self.upper - self.lower

    def __contains__(self, value: float) -> bool:
        return self.lower <= value <= self.upper


NOTHING = Interval(0.0, 0.0)
"""The mass of an empty set."""
