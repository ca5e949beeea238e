"""The parts of the page that compare runs: one model by prompt, and two models side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs import Job, Run
from md import escaped, table

import misspoke
from misspoke.diagnosis.comparing.claims import WORDS
from misspoke.diagnosis.comparing.published import UNMEASURED
from misspoke.reports.compare_figures import (
    QUANTITIES,
    changed,
    difference_rows,
    level,
    p_value,
    unsettled,
)
from misspoke.reports.compare_tables import (
    PUBLISHED_NOTE,
    TAX_HEAD,
    TAX_NOTE,
    condition_lines,
    published_rows,
    tax_cells,
)
from misspoke.reports.compare_words import answers_line, tests_line
from misspoke.reports.text import counted

PROMPT_COLUMNS = (
    "accuracy",
    "abstained",
    "failures_per_wrong",
    "failures_per_wrong_literal",
    "failures_per_question",
    "wrong_winner_prob",
)
"""The quantities of the table of prompts."""


@dataclass(frozen=True, slots=True)
class Together:
    """Runs of one question set, and their comparison as plain values."""

    jobs: tuple[Job, ...]
    values: Mapping[str, Any]

    @property
    def questions(self) -> str:
        """The name of the set."""
        return Path(self.jobs[0].source.name).stem

    @property
    def models(self) -> list[str]:
        """Each run's model, as the tables name it."""
        return [Path(job.model).stem for job in self.jobs]

    @property
    def prompts(self) -> list[str]:
        """Each run's model and how it was asked."""
        runs = self.values["runs"]
        return [f"{name}, {run['asked']}" for name, run in zip(self.models, runs, strict=True)]

    def told(self, text: str) -> str:
        """A text of the comparison, with models as the tables name them."""
        for job, name in zip(self.jobs, self.models, strict=True):
            text = text.replace(job.model, name)
        return escaped(text, 1000)


def together(jobs: Sequence[Job], runs: Sequence[Run]) -> list[Together]:
    """Compare the runs of each question set that has two or more."""
    held: dict[str, list[tuple[Job, Run]]] = {}
    for job, run in zip(jobs, runs, strict=True):
        held.setdefault(job.source.name, []).append((job, run))
    return [
        Together(
            tuple(job for job, _ in of),
            misspoke.compare([run for _, run in of]).to_dict(),
        )
        for of in held.values()
        if len(of) > 1
    ]


def prompts_section(found: Sequence[Together]) -> list[str]:
    """What the prompt does to accuracy and to the rates."""
    lines: list[str] = []
    for one in found:
        values = one.values
        dtypes = " and ".join(sorted({run["dtype"] for run in values["runs"]} - {""}))
        lines += [
            f"The same {values['n']:,} questions of {one.questions}, spread evenly over it"
            f"{f', in {dtypes}' if dtypes else ''}: as plain text or in the model's chat template, "
            "behind 0, 1 or 5 examples, and without the stem that opens the answer in chat runs "
            "elsewhere on this page.",
            "",
            *(f"- {line}" for line in _by_model(one)),
            f"- {_ascribed(one)}",
            "",
            *_levels(one),
            "Against the model's first prompt above (shares in points, in parentheses p by Holm; "
            "in bold what may be ascribed to the prompt: p under 0.05, and an interval without 0). "
            "A pair of two models is in the table because Holm counts its tests:",
            "",
            *_changes(one),
            tests_line(values),
            "",
        ]
    return ["## What does the prompt change?", "", *lines] if lines else []


def _by_model(one: Together) -> Iterator[str]:
    """The least and the greatest accuracy of each model."""
    for model in dict.fromkeys(one.models):
        pairs = zip(one.models, one.values["runs"], strict=True)
        runs = [run for name, run in pairs if name == model and _accuracy(run) is not None]
        if runs:
            low, *_, high = sorted([*runs, runs[0]], key=lambda run: _accuracy(run) or 0.0)
            yield (
                f"**{model}** is right on {_level(low, 'accuracy')} ({low['asked']}) to "
                f"{_level(high, 'accuracy')} ({high['asked']})."
            )


def _ascribed(one: Together) -> str:
    """How many differences may be ascribed to the prompt, by quantity."""
    pairs = [pair for pair in one.values["pairs"] if pair["kind"]["subject"] is not None]
    counts = {name: sum(_claimed(pair, name) for pair in pairs) for name in one.values["tested"]}
    listed = ", ".join(f"{WORDS[name]} in {count}" for name, count in counts.items() if count)
    of = counted(len(pairs), "pair")
    return f"Of {of} of prompts, a difference may be ascribed to the prompt: {listed or 'in none'}."


def _claimed(pair: Mapping[str, Any], name: str) -> bool:
    """Whether the comparison claims something of a quantity."""
    return any(f", {WORDS[name]} " in claim for claim in pair["claims"])


def _accuracy(run: Mapping[str, Any]) -> float | None:
    value: float | None = run["levels"]["accuracy"]["value"]
    return value


def _level(run: Mapping[str, Any], name: str) -> str:
    return level(run["levels"][name], QUANTITIES[name][1])


def _levels(one: Together) -> list[str]:
    rows = []
    for name, run in zip(one.prompts, one.values["runs"], strict=True):
        costs = dict(zip(TAX_HEAD, tax_cells(run), strict=True))
        wrong = f"{run['levels']['failures_per_wrong']['n']:,}"
        right, silent, *others = (_level(run, column) for column in PROMPT_COLUMNS)
        rows.append([name, right, silent, wrong, *others, costs["ECE"], costs["T*"]])
    head = ["run", "right", "abstained", "wrong answers", "failures per wrong answer"]
    head += ["… by the literal first tokens", "failures per question", "wrong winner", "ECE"]
    return table([*head, escaped("T*")], rows)


def _changes(one: Together) -> list[str]:
    tested = one.values["tested"]
    rows = []
    for pair in one.values["pairs"]:
        a, b = (one.prompts[pair[end]] for end in ("a", "b"))
        rows.append([b, a, *(_change(pair, name) for name in tested)])
    return table(["run", "against", *(WORDS[name] for name in tested)], rows, words=2)


def _change(pair: Mapping[str, Any], name: str) -> str:
    """A difference, its interval and its p; bold if it is claimed."""
    found, unit = pair["differences"][name], QUANTITIES[name][1]
    change = changed(found, unit)
    if (p := p_value(found)) and not unsettled(found):
        change = f"{change} ({p})"
    return f"**{change}**" if _claimed(pair, name) else change


def models_section(found: Sequence[Together]) -> list[str]:
    """Different models on the same questions, and all of them beside the paper's figures."""
    if not found:
        return []
    lines = [
        "## How do the models differ on the same questions?",
        "",
        "As `misspoke compare` gives it ([comparing.md](comparing.md)), with what may be claimed "
        "said first.",
        "",
    ]
    for one in found:
        for pair in one.values["pairs"]:
            lines += _pair(one, pair)
    return [*lines, tests_line(found[0].values), "", *_tax(found), *_published(found)]


def _pair(one: Together, pair: Mapping[str, Any]) -> list[str]:
    a, b = (one.models[pair[end]] for end in ("a", "b"))
    beware = [f"Beware: {one.told(caveat)}." for caveat in pair["kind"]["caveats"]]
    said = [one.told(pair["kind"]["says"]), *beware, *map(one.told, pair["claims"])]
    tested = {QUANTITIES[name][0] for name in one.values["tested"]}
    rows = [row for row in difference_rows(pair) if row[0] in tested]
    head = ["quantity", a, b, "second − first", "on common questions", "p (Holm)"]
    return [
        f"### {a} and {b} on {one.questions}: {one.values['n']:,} questions",
        "",
        f"{' '.join(said)} {answers_line(pair)}",
        "",
        *table(head, rows),
    ]


def _tax(found: Sequence[Together]) -> list[str]:
    rows = [
        [name, *tax_cells(run)[1:]]
        for one in found
        for name, run in zip(_names(one), one.values["runs"], strict=True)
    ]
    note = escaped(TAX_NOTE, 1000)
    if all(one.values["kind"] == "models" for one in found):
        note += " Of models that are no siblings, the table tells no price of tuning."
    return [
        "### Alignment tax",
        "",
        *table(["run", *map(escaped, TAX_HEAD[1:])], rows),
        note,
        "",
    ]


def _published(found: Sequence[Together]) -> list[str]:
    """The paper's figures beside each run's, and the conditions of both."""
    names = [line["figure"]["name"] for line in found[0].values["published"]]
    of_sets = zip(*(list(published_rows(one.values)) for one in found), strict=True)
    rows = []
    for name, of in zip(names, of_sets, strict=True):
        words, published, measured_on, _ = of[0]
        ours = [figure for line in of for figure in line[3]]
        if name not in UNMEASURED:
            rows.append([escaped(text, 200) for text in (words, published, measured_on, *ours)])
    every = [name for one in found for name in _names(one)]
    conditions = [
        [name, one.told(alike), one.told(unlike)]
        for one in found
        for name, (_, alike, unlike) in zip(_names(one), condition_lines(one.values), strict=True)
    ]
    return [
        "### Beside the paper's figures",
        "",
        f"{PUBLISHED_NOTE} What the paper says of pooling and of probes is not in the table: "
        "decoders and detectors have their own parts of this page.",
        "",
        *table(["figure", "published", "published of", *every], rows, words=3),
        *table(["run", "conditions alike", "conditions that differ"], conditions, words=3),
    ]


def _names(one: Together) -> list[str]:
    return [f"{model} on {one.questions}" for model in one.models]
