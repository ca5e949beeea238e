"""Runs of the same questions, compared; and decoders of several contests, side by side."""

from misspoke.diagnosis.comparing.compare import Compared, Pair, RunFigures, compare
from misspoke.diagnosis.comparing.decoders import ContestSide, DecodersCompared, compare_decoders
from misspoke.diagnosis.comparing.pairing import Side

__all__ = [
    "Compared",
    "ContestSide",
    "DecodersCompared",
    "Pair",
    "RunFigures",
    "Side",
    "compare",
    "compare_decoders",
]
