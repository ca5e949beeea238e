"""Language models: the protocol, its backends, the scheduler, the catalogue."""

from misspoke.lm.protocol import (
    Context,
    Draw,
    LanguageModel,
    NextTokens,
    Path,
    Request,
    Tempered,
    Tokenizer,
    Want,
)
from misspoke.lm.scheduler import Job, run_jobs

__all__ = [
    "Context",
    "Draw",
    "Job",
    "LanguageModel",
    "NextTokens",
    "Path",
    "Request",
    "Tempered",
    "Tokenizer",
    "Want",
    "run_jobs",
]
