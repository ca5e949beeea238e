"""The frozen dataclasses that pass between rooms; every room may import them."""

from misspoke.records.errors import Interrupted, MisspokeError, SettingsDiffer, UserError
from misspoke.records.interval import NOTHING, Interval
from misspoke.records.question import Question

__all__ = [
    "NOTHING",
    "Interrupted",
    "Interval",
    "MisspokeError",
    "Question",
    "SettingsDiffer",
    "UserError",
]
