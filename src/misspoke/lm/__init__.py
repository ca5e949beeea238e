"""Language models: the protocol, its backends, the scheduler, the catalogue."""

from misspoke.lm.protocol import (
    Beside,
    Besides,
    Context,
    Draw,
    LanguageModel,
    NextTokens,
    Path,
    Request,
    Span,
    Tempered,
    Tokenizer,
    Want,
)
from misspoke.lm.scheduler import Job, run_jobs

__all__ = [
    "Beside",
    "Besides",
    "Context",
    "Draw",
    "Job",
    "LanguageModel",
    "NextTokens",
    "Path",
    "Request",
    "Span",
    "Tempered",
    "Tokenizer",
    "Want",
    "run_jobs",
]
