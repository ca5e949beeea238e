"""Trials to judge: by hand, of many, and a seeded run that looks like a real one."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from misspoke.records import Interval
from misspoke.records.trial import Decoding, JudgedCandidate, Trial
from misspoke.runs import Run, open_run

DECODERS = ("greedy", "concept", "first-token", "self-consistency-8", "pmi", "p-true")
HELP = {"concept": 0.22, "first-token": 0.03, "self-consistency-8": 0.10, "pmi": 0.06}
HARM = {"concept": 0.03, "first-token": 0.05, "self-consistency-8": 0.05, "pmi": 0.10}
TOKENS = {"concept": 60, "first-token": 9, "self-consistency-8": 48, "pmi": 90, "p-true": 120}

FARSI = (("Arabic", 0.24, 0), ("Persian", 0.22, 1), ("Farsi", 0.21, 1), ("Turkish", 0.05, 2))
"""A vote that is split; Persian and Farsi are right."""


def decoding(decoder: str = "greedy", *, right: bool = False, **changes: Any) -> Decoding:
    values: dict[str, Any] = {
        "decoder": decoder,
        "answer": "Persian" if right else "Arabic",
        "right": right,
        "abstained": False,
        "belief": Interval(0.24, 0.3),
        "margin": 0.02,
        "certified": False,
        "changed": False,
        "merges": 0,
        "forward_tokens": 14,
        "beyond_prompt": 4,
    }
    return Decoding(**{**values, **changes})


def trial(
    row_id: str = "q1",
    rights: Sequence[bool] = (False,),
    *,
    decoders: Sequence[str] = DECODERS,
    candidates: Iterable[tuple[str, float, int]] = FARSI,
    gold: Sequence[str] = ("Persian", "Farsi"),
    **changes: Any,
) -> Trial:
    """A row whose decoders, of the names given, are right as `rights` says."""
    greedy_right = bool(rights) and rights[0]
    values: dict[str, Any] = {
        "id": row_id,
        "question": "What is the official language of Iran?",
        "relation": None,
        "gold": (tuple(gold),),
        "prompt": "What is the official language of Iran?",
        "prompt_tokens": 10,
        "primed": False,
        "outcome": "correct" if greedy_right else "knowledge_gap",
        "cause": None,
        "alias_gap": False,
        "p_mass": Interval(0.43, 0.45),
        "candidates": tuple(JudgedCandidate(a, p, a in gold, c) for a, p, c in candidates),
        "residual": 0.1,
        "decodings": tuple(
            decoding(name, right=right)
            for name, right in zip(decoders[: len(rights)], rights, strict=True)
        ),
    }
    return Trial(**{**values, **changes})


def some_trials(
    n: int = 400, seed: int = 0, decoders: Sequence[str] = DECODERS, relations: int = 6
) -> list[Trial]:
    """A run of decoders: some help, some harm, one does nothing; every tenth row is primed."""
    return [_some_trial(i, random.Random(f"{seed} {i}"), decoders, relations) for i in range(n)]


def _some_trial(number: int, rng: random.Random, decoders: Sequence[str], relations: int) -> Trial:
    gold = ("Persian", "Farsi")
    greedy_right = rng.random() < 0.45
    outcome, cause = ("correct", None) if greedy_right else _error(rng)
    mass = {"split_vote": 0.42, "minority_belief": 0.3}.get(cause or "", 0.1)
    probs = [("Arabic", 0.24), ("the Arabic", 0.08), ("Turkish", 0.05), ("Turkmen", 0.04)]
    probs += [("Persian", 0.55 * mass), ("Farsi", 0.45 * mass)]
    if greedy_right:
        probs = [("Persian", 0.5), ("Farsi", 0.2), ("Arabic", 0.1)]
    probs.sort(key=lambda pair: -pair[1])
    concepts = {"Arabic": 0, "the Arabic": 0, "Persian": 1, "Farsi": 1, "Turkish": 2, "Turkmen": 3}
    said = "Persian" if greedy_right else "Arabic"
    silent = outcome == "abstained"
    greedy = decoding(
        right=greedy_right,
        abstained=silent,
        answer="I do not know" if silent else said,
        beyond_prompt=rng.randint(2, 5),
    )
    greedy = replace(greedy, forward_tokens=10 + greedy.beyond_prompt)
    split = cause == "split_vote"
    others = [_other(name, greedy, split, rng) for name in decoders[1:]]
    return replace(
        trial(f"q{number}", (greedy_right,), gold=gold),
        question=f"What is the official language of country {number}?",
        relation=f"relation {number % relations}" if relations else None,
        primed=number % 10 == 9,
        outcome=outcome,
        cause=cause,
        alias_gap=rng.random() < 0.1 and not greedy_right,
        candidates=tuple(JudgedCandidate(a, p, a in gold, concepts[a]) for a, p in probs),
        decodings=(greedy, *others),
    )


def _error(rng: random.Random) -> tuple[str, str | None]:
    drawn = rng.random()
    if drawn < 0.5:
        return "knowledge_gap", None
    if drawn < 0.55:
        return "abstained", None
    if drawn < 0.6:
        return "undetermined", None
    causes = ("minority_belief", "split_vote", "split_vote", "greedy_miss", "undetermined")
    return "commitment_failure", rng.choice(causes)


def _other(name: str, greedy: Decoding, split: bool, rng: random.Random) -> Decoding:
    likely = HELP.get(name, 0.0) * (3 if split else 1)
    right = rng.random() >= HARM.get(name, 0.0) if greedy.right else rng.random() < likely
    beyond = TOKENS.get(name, 30) + rng.randint(-3, 3)
    return decoding(
        name,
        right=right,
        answer=greedy.answer if right == greedy.right else "Farsi" if right else "Turkish",
        abstained=greedy.abstained and not right,
        changed=right != greedy.right,
        certified=rng.random() < 0.7,
        merges=rng.randint(0, 3),
        beyond_prompt=beyond,
        forward_tokens=beyond + 10,
    )


def a_run_of_decoders(folder: Path, rows: Iterable[Trial], **settings: Any) -> Run:
    """A finished run of the rows."""
    rows = list(rows)
    chosen = {"kind": "decoders", "model": "tiny", "questions": "made", **settings}
    facts = {"versions": {"misspoke": "0"}, "header_tokens": 57}
    with open_run(folder, chosen, facts, [row.id for row in rows], Trial) as writer:
        for one in rows:
            writer.append(one)
        return writer.finish({})
