"""misspoke shows when a language model knew the answer and said something else.

Names load when they are first used, so that the import stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from misspoke import probe
    from misspoke.aliases import Applied, apply_aliases, suspects
    from misspoke.api import Run, diagnose, load, logprobs, observe, open_finished, p_mass
    from misspoke.checkups import Checkup, checkup
    from misspoke.comparisons import Comparison, compare
    from misspoke.contests import Contest, contest
    from misspoke.decoding.decode import decode
    from misspoke.decoding.generation import generation
    from misspoke.observing.observe import Limits
    from misspoke.probe import Probe
    from misspoke.records import Interrupted, Interval, MisspokeError, Question, UserError
    from misspoke.records.decoding import Asked, Decoded
    from misspoke.records.lineage import Lineage
    from misspoke.records.observation import Observation

_HOMES = {
    "Applied": "misspoke.aliases",
    "Asked": "misspoke.records.decoding",
    "Checkup": "misspoke.checkups",
    "Comparison": "misspoke.comparisons",
    "Contest": "misspoke.contests",
    "Decoded": "misspoke.records.decoding",
    "Interrupted": "misspoke.records",
    "Interval": "misspoke.records",
    "Limits": "misspoke.observing.observe",
    "Lineage": "misspoke.records.lineage",
    "MisspokeError": "misspoke.records",
    "Observation": "misspoke.records.observation",
    "Probe": "misspoke.probe",
    "Question": "misspoke.records",
    "Run": "misspoke.api",
    "UserError": "misspoke.records",
    "apply_aliases": "misspoke.aliases",
    "checkup": "misspoke.checkups",
    "compare": "misspoke.comparisons",
    "decode": "misspoke.decoding.decode",
    "contest": "misspoke.contests",
    "diagnose": "misspoke.api",
    "generation": "misspoke.decoding.generation",
    "load": "misspoke.api",
    "logprobs": "misspoke.api",
    "observe": "misspoke.api",
    "open_finished": "misspoke.api",
    "p_mass": "misspoke.api",
    "suspects": "misspoke.aliases",
}

__all__ = [
    "Applied",
    "Asked",
    "Checkup",
    "Comparison",
    "Contest",
    "Decoded",
    "Interrupted",
    "Interval",
    "Limits",
    "Lineage",
    "MisspokeError",
    "Observation",
    "Probe",
    "Question",
    "Run",
    "UserError",
    "apply_aliases",
    "checkup",
    "compare",
    "contest",
    "decode",
    "diagnose",
    "generation",
    "load",
    "logprobs",
    "observe",
    "open_finished",
    "p_mass",
    "probe",
    "suspects",
]


def __getattr__(name: str) -> object:
    """Loads a public name from the room where it lives."""
    if name == "probe":
        return import_module("misspoke.probe")
    if name not in _HOMES:
        raise AttributeError(f"module 'misspoke' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__]
