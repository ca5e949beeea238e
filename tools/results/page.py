"""docs/results.md, put together."""

from collections.abc import Sequence

import sections
from ceiling import ceiling_section
from compared import Together, models_section, prompts_section
from contests import JudgedContest, contest_section
from examples import examples
from inquests import Probed
from jobs import BUNDLED_N, CONTEST_N, DTYPE, PROBE_N, PROMPTS_N, N, Plan
from judged import Judged
from lead import lead
from md import escaped, table
from modes import modes_section
from spread import spread
from sureness import along, sureness
from unconfirmed import artefacts

from misspoke.diagnosis import TAU


def page(
    every: Sequence[Judged],
    contests: Sequence[JudgedContest],
    models: Sequence[Together],
    prompts: Sequence[Together],
    probed: Sequence[Probed],
    plan: Plan,
) -> str:
    """The whole page: runs judged at τ = 0.2, contests of decoders, comparisons, probes."""
    lines = [
        "# Results: how much of the published effect is left?",
        "",
        "*Written by `make results`; every figure comes from the runs named below.*",
        "",
        *lead(every),
        _reading(),
        "",
        *sections.outcomes(every),
        *artefacts(every),
        *sections.causes(every),
        *spread(every),
        *sections.flags(every),
        *sections.thresholds(every),
        *sections.references(every),
        *sureness(every),
        *along(every),
        *ceiling_section(every),
        *contest_section(contests),
        *prompts_section(prompts),
        *models_section(models),
        *modes_section(probed),
        *examples(every, TAU),
        *_cost(every),
        *_settings(every),
        *_sources(every, plan),
        *_reproduce(plan),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _reading() -> str:
    return (
        "Terms are defined in [measures.md](measures.md), rates in [summary.md](summary.md). In "
        "brackets are 95% bootstrap intervals (2,000 resamples of questions, of whole relations "
        "where a set has them), in parentheses counts. Where none or all of the rows are counted "
        "the bootstrap tells nothing; there, and for causes, the interval is Wilson's, which takes "
        "questions to be independent. *a to b*: undetermined rows settled both ways."
    )


def _cost(every: Sequence[Judged]) -> list[str]:
    rows = []
    for run in every:
        found = run.summary.cost
        mean, nodes = found.forward_tokens_mean, found.mass_nodes_mean
        seconds, timed = run.facts.get("seconds"), run.facts.get("seconds_rows")
        pace = f"{seconds / timed:.2f} ({timed:,})" if seconds and timed else "–"
        rows.append(
            [
                run.name,
                "–" if mean is None else f"{mean:,.0f}",
                f"{run.facts.get('header_tokens', 0):,}",
                "–" if nodes is None else f"{nodes:.1f}",
                f"{found.budget_spent:,}",
                f"{found.near_ties:,}",
                pace,
            ]
        )
    return [
        "## What did it cost?",
        "",
        "Forward tokens do not depend on the machine, near ties aside; seconds are those of the "
        "machine that made this page, for comparing the runs with each other (in parentheses, the "
        "rows timed).",
        "",
        *table(
            [
                "run",
                "forward tokens a question",
                "shared header, once",
                "string-mass nodes a question",
                "budget spent",
                "near ties",
                "seconds a question",
            ],
            rows,
        ),
    ]


def _settings(every: Sequence[Judged]) -> list[str]:
    rows = []
    for run in every:
        settings, facts = run.manifest["settings"], run.facts
        model, style = settings["model"], settings["style"]
        rows.append(
            [
                run.name,
                f"`{model['fingerprint'][:16]}`",
                f"{model['dtype']}, {model['device']}",
                f"{style['form']}, {style['shots']} examples",
                f"`{settings['questions']['sha256'][:16]}`",
                f"{settings['questions']['count']:,}",
                f"{len(facts.get('questions_skipped', [])):,}",
                f"{facts.get('header_questions_left_out', 0):,}",
            ]
        )
    versions = sorted({_versions(run) for run in every})
    limits = every[0].manifest["settings"]["limits"]
    return [
        "## Settings",
        "",
        "Greedy decoding. The bundled models are quantised to 4 bits and computed in the number "
        "format given. The examples of a prompt come from the first of two fixed headers that "
        "holds none of the question's own answers (`src/misspoke/prompts/headers.py`). The "
        f"string mass is narrowed to {limits['epsilon']} or for {limits['mass_nodes']} "
        f"distributions; answers have at most {limits['answer_tokens']} tokens. "
        f"Seed of the bootstrap: {every[0].manifest['settings']['seed']}. Hashes are SHA-256, "
        "first 16 digits: of the weights, and of the questions asked.",
        "",
        *table(
            [
                "run",
                "weights",
                "computed in",
                "prompt",
                "questions",
                "asked",
                "bad rows left out",
                "header's own left out",
            ],
            rows,
            words=5,
        ),
        *(f"Made with {text}." for text in versions),
        "",
    ]


def _versions(run: Judged) -> str:
    versions = run.facts.get("versions", {})
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _sources(every: Sequence[Judged], plan: Plan) -> list[str]:
    sources = {run.job.source.name: run.job.source for run in every}.values()
    rows = [[escaped(one.name), one.origin, one.licence] for one in sources]
    chosen = (
        f"Of each public set {plan.n:,} questions are asked (all where it has fewer): of N rows, "
        f"those at the places ⌊i·N/{plan.n}⌋, i = 0 … {plan.n - 1}, evenly spread over the file "
        "and so over its relations. There is no chance in the choice."
        if plan.n
        else "All questions of each public set are asked."
    )
    if plan.bundled_n:
        chosen += f" Of the bundled set, {plan.bundled_n:,} are asked, chosen the same way."
    else:
        chosen += " Of the bundled set all are asked."
    return [
        "## Question sets",
        "",
        f"The public sets are no part of misspoke. {chosen} Rows that cannot be read (an answer of "
        "punctuation alone) are left out before that, and counted above. A handful of questions is "
        "quoted here, under each set's licence.",
        "",
        *table(["set", "origin", "licence"], rows, words=3),
    ]


def _reproduce(plan: Plan) -> list[str]:
    chosen = (
        ("-n", plan.n, N),
        ("--bundled-n", plan.bundled_n, BUNDLED_N),
        ("--contest-n", plan.contest_n, CONTEST_N),
        ("--prompts-n", plan.prompts_n, PROMPTS_N),
        ("--probe-n", plan.probe_n, PROBE_N),
    )
    options = [f"{name} {given}" for name, given, usual in chosen if given != usual]
    options += [f"--dtype {plan.dtype}"] * (plan.dtype != DTYPE)
    more = f" RESULTS_ARGS='{' '.join(options)}'" if options else ""
    return [
        "## Reproduce",
        "",
        "Put the public sets as JSON Lines with `id`, `question`, `answers` (and `relation`) into "
        "a folder under the names above, and run",
        "",
        "```sh",
        f"make results DATA=folder{more}",
        "```",
        "",
        "Runs go into `runs/results`, one folder each; a stopped one goes on with the same "
        "command, and finished ones are only judged again. The rows hold what is needed to "
        "judge at any other τ without the model. `make pictures` draws the pictures alone anew.",
        "",
    ]
