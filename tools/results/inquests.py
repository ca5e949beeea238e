"""The probes of the other failure modes that docs/results.md tells of: what is run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jobs import ATLAS, Plan, settings_told

import misspoke
from misspoke import probe, questions
from misspoke.cli.console import progress_bar
from misspoke.diagnosis.modes.findings import Findings
from misspoke.lm import LanguageModel
from misspoke.probe import Probe, open_probe
from misspoke.probes.drift import Plan as DriftPlan


@dataclass(frozen=True, slots=True)
class Inquest:
    """A model to be probed for one failure mode."""

    model: str
    kind: str
    """One of "sycophancy", "premises", "drift" and "consistency"."""
    asked: str = ATLAS.name
    """Where the questions are, of the modes that need some."""
    dtype: str = "bfloat16"
    """In which it is computed: rough, for time."""
    style: str = "auto"
    """How it is asked; "chat" and "text" leave replies of sycophancy unopened."""


MODELS = {"smollm2-135m-instruct": "chat", "gemma3-270m": "text"}
"""What is probed, and how it is asked where replies are not opened."""
INQUESTS = (
    *(Inquest(model, "sycophancy") for model in MODELS),
    *(Inquest(model, "sycophancy", style=style) for model, style in MODELS.items()),
    *(Inquest(model, kind) for kind in ("premises", "drift", "consistency") for model in MODELS),
)
"""Each mode's models stand together, as their tables do."""
_QUESTIONED = ("sycophancy", "consistency")


@dataclass(frozen=True)
class Probed:
    """A finished probe."""

    inquest: Inquest
    done: Probe

    @property
    def name(self) -> str:
        """The model, as the tables name it."""
        return Path(self.inquest.model).stem

    @cached_property
    def findings(self) -> Findings:
        """What it found."""
        return self.done.findings()


def run_probes(plan: Plan, inquests: Sequence[Inquest], say: Callable[[str], None]) -> list[Probed]:
    """Run every probe, or take it up where it stopped; a finished one needs no model."""
    held: tuple[str, LanguageModel] | None = None
    found: list[Probed] = []
    for number, inquest in enumerate(inquests, start=1):
        label = f"{number} of {len(inquests)}: {inquest.kind} of {inquest.model}"
        folder = _folder(plan, inquest)
        done = _finished(folder, inquest)
        if done is None:
            if held is None or held[0] != inquest.model:
                held = inquest.model, misspoke.load(inquest.model, dtype=inquest.dtype)
            say(f"{label}, into {folder}")
            with settings_told(), progress_bar(label) as progress:
                done = _run(held[1], inquest, plan, folder, progress)
        else:
            say(f"{label}: finished before")
        found.append(Probed(inquest, done))
    return found


def _folder(plan: Plan, inquest: Inquest) -> Path:
    name = f"{inquest.kind}-{Path(inquest.model).stem}"
    if inquest.kind in _QUESTIONED and plan.probe_n:
        name = f"{name}-{plan.probe_n}"
    if inquest.style != "auto":
        name = f"{name}-{inquest.style}"
    return plan.runs / name


def _run(
    lm: LanguageModel,
    inquest: Inquest,
    plan: Plan,
    folder: Path,
    progress: Callable[[int, int], None],
) -> Probe:
    if inquest.kind == "premises":
        return probe.premises(lm, out=folder, style=inquest.style, progress=progress)
    if inquest.kind == "drift":
        held = DriftPlan.of(attention=True)
        return probe.drift(lm, out=folder, style=inquest.style, plan=held, progress=progress)
    asked = questions.load(inquest.asked, n=plan.probe_n or None)
    run = probe.sycophancy if inquest.kind == "sycophancy" else probe.consistency
    return run(lm, asked, folder, style=inquest.style, progress=progress)


def _finished(folder: Path, inquest: Inquest) -> Probe | None:
    """The finished probe of a folder, if it is of this model and kind."""
    if not (folder / "answers.parquet").is_file():
        return None
    done = open_probe(folder)
    model = done.manifest["settings"]["model"]
    same = (
        done.kind == inquest.kind
        and model["name"] == inquest.model
        and model["dtype"] in (inquest.dtype, "float64")
    )
    return done if same else None
