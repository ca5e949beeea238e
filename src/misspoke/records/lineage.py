"""Where a model comes from: what makes a comparison of two models more than two models."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from misspoke.records.errors import UserError

ROLES = ("base", "instruct")


@dataclass(frozen=True, slots=True)
class Lineage:
    """A model's place among its siblings; None where nobody has said."""

    family: str | None = None
    """Models of one family differ in size, or in what they were tuned on, and in nothing else."""
    role: str | None = None
    """One of `ROLES`."""
    parameters: int | None = None
    checkpoint: int | None = None
    """The step of a training run, where the model is one of its checkpoints."""

    def __post_init__(self) -> None:
        """Raise UserError for a role that is none of `ROLES`."""
        if self.role is not None and self.role not in ROLES:
            raise UserError(f"role {self.role!r}: is none; give {' or '.join(ROLES)}")

    def over(self, other: "Lineage") -> "Lineage":
        """This lineage; what it leaves open is taken from another."""
        said = {name: value for name, value in asdict(self).items() if value is not None}
        return Lineage(**(asdict(other) | said))


def size_name(parameters: int) -> str:
    """A number of parameters as models are named: 135M, 1.5B."""
    if parameters < 1_000_000:
        return f"{parameters:,}"
    return f"{parameters / 1e6:.0f}M" if parameters < 1e9 else f"{parameters / 1e9:.3g}B"


def lineage_of(facts: Mapping[str, Any]) -> Lineage:
    """The lineage that the `facts` of a manifest declare: an empty one where they do not."""
    stored = facts.get("lineage") or {}
    return Lineage(**{name: stored.get(name) for name in Lineage.__slots__})
