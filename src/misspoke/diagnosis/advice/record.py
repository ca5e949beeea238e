"""A piece of advice, and what its rules take for enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from typing import Any, TypeAlias

Figures: TypeAlias = Mapping[str, Any]
"""A part of `Summary.to_dict()`: plain JSON values."""

MATTERS = 0.01
"""A share of the questions: what moves fewer than one in a hundred is not worth a change, and is
less than a quantised model or another prompt moves."""

FEW = 30
"""Rows: a share of fewer has an interval of a third of the scale, and is not shown as a rate."""

FEW_CLUSTERS = 10
"""Relations: simulated 95% intervals hold the truth 92 to 96 times in a hundred with 10 of them and
87 to 94 with 5 (docs/benchmarks.md)."""

MANY = 0.05
"""A share of rows: where more are open, cut short or not answered, they can outweigh the effect
that is looked for, which is of that size in the runs of docs/results.md."""


SHOTS = {"text": 4, "chat": 0}
"""The examples before a question where a command names no number (`prompts.Style`)."""

DTYPES = ("float32", "bfloat16")
"""What a command can name; others are a table model's own."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What one rule makes of a run."""

    rule: str
    """commitment, retrieval, decoding, detection, labels or caution."""
    verdict: str
    """One plain sentence."""
    evidence: tuple[str, ...]
    """Sentences with the run's figures and their denominators; 95% intervals in brackets."""
    source: str
    """Where the measure or the claim comes from: a paper, a page of docs/."""
    command: str | None
    """What to try next; None where misspoke has nothing for it."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: a run's figures, and what it asked of whom."""

    summary: Figures
    """`Summary.to_dict()`."""
    model: str
    questions: str
    folder: str = ""
    """The run's; an empty text where it is not known."""
    settings: Figures = field(default_factory=dict)
    """The manifest's, which say how the questions were asked; empty where they are not known."""

    def decode(self, decoders: str) -> str:
        """`misspoke decode` for the same model and questions, asked in the same way."""
        return f"misspoke decode {self._asked()} --decoders {decoders}"

    def again(self, option: str, value: str, name: str) -> str:
        """`misspoke run` with one option that differs: it needs a run folder of its own."""
        folder = f"runs/{Path(self.questions).name}-{Path(self.model).name}-{name}"
        return f"misspoke run {self._asked(option)} {option} {value} -o {quote(folder)}"

    def aliases(self) -> str:
        """`misspoke aliases` for the run itself."""
        return f"misspoke aliases {quote(self.folder) if self.folder else 'RUN'}"

    @property
    def dtype(self) -> str | None:
        """What the weights were computed in, where a command can name it."""
        model = self.settings.get("model")
        dtype = model.get("dtype") if isinstance(model, Mapping) else None
        return dtype if dtype in DTYPES else None

    def _asked(self, but: str = "") -> str:
        """The model, the questions, and options that ask as the run did; without the one `but`."""
        options = {"-m": self.model, "-q": self.questions, **self._options()}
        return " ".join(f"{name} {quote(text)}" for name, text in options.items() if name != but)

    def _options(self) -> dict[str, str]:
        """Options of the run that are no defaults, or may be none for this model or machine."""
        found = {}
        questions, style = (self.settings.get(name) for name in ("questions", "style"))
        if isinstance(questions, Mapping) and questions.get("count"):
            found["-n"] = str(questions["count"])
        if isinstance(style, Mapping):
            form, shots = style["form"], style["shots"]
            if not style["stem"]:
                found["--style"] = str(form)
            if shots != SHOTS[form]:
                found["--shots"] = str(shots)
        if self.dtype:
            found["--dtype"] = self.dtype
        if self.settings.get("seed"):
            found["--seed"] = str(self.settings["seed"])
        return found

    @property
    def n(self) -> int:
        """Questions."""
        return int(self.summary["n"])

    @property
    def headline(self) -> Figures:
        """The rates of all rows."""
        found: Figures = self.summary["rates"]["all_rows"]
        return found

    @property
    def wrong(self) -> int:
        """Wrong answers."""
        return int(self.headline["wrong"])


@dataclass(frozen=True, slots=True)
class Weighed:
    """Advice, and the share of the questions that it could put right, or flag, at the most.

    Where the search leaves open what it sees, the share that it surely puts right.
    """

    advice: Advice
    stake: float
