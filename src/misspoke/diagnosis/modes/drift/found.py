"""What the rows of the drift probe say, in the shape of all modes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from misspoke.diagnosis.modes.drift import words
from misspoke.diagnosis.modes.drift.course import course
from misspoke.diagnosis.modes.drift.reading import (
    CEILING,
    DEFAULT,
    FLOOR,
    REMOVED,
    Read,
    Talks,
    attended,
    complied,
    divergence,
    evenly,
    mass,
    measures,
    probe_of,
    slug,
    survival,
    talk_of,
)
from misspoke.diagnosis.modes.drift.remedies import REMEDIES, remedies
from misspoke.diagnosis.modes.findings import Case, Curve, Findings, Section, Series
from misspoke.diagnosis.modes.measures import Difference, Figure, Measure, Unit, difference, figure
from misspoke.records.drift import DriftRow

CASES = 8
_HISTORIES = (DEFAULT, FLOOR, CEILING, REMOVED, "compliant", "violating", "filler")


def findings(rows: Sequence[DriftRow], settings: Mapping[str, Any], seed: int = 0) -> Findings:
    """Figures, curves, remedies and a verdict; needs no model."""
    talks = Talks.of(rows)
    plan = settings.get("plan", {})
    if not talks.rows:
        nothing = "No instruction was probed."
        return Findings("drift", nothing, "", "", 0, (), 0, (), (), (), ())
    tried = remedies(talks, _says(plan), seed)
    headline = {one.key: figure(one, seed) for one in measures(talks.rows)}
    told = words.Told(
        talks, headline, tried, _changes(talks, seed), _height(talks, seed), course(talks, seed)
    )
    return Findings(
        mode="drift",
        verdict=words.verdict(told),
        sure=words.sure(told, plan),
        todo=words.todo(told),
        units=len(talks.rows),
        left_out=(),
        forward_tokens=sum(row.forward_tokens for row in talks.rows),
        sections=_sections(talks, headline, told, seed),
        curves=_curves(talks, seed),
        remedies=tried,
        cases=_cases(talks),
    )


def _says(plan: Mapping[str, Any]) -> dict[str, str]:
    """What each arm does, in words; older manifests keep nothing else of an arm."""
    arms = plan.get("arms", {})
    return {name: arm if isinstance(arm, str) else arm["says"] for name, arm in arms.items()}


def _height(talks: Talks, seed: int) -> Difference:
    """How much more instructions are heeded said last than never said."""
    ceiling, floor = (
        talks.rate(arm, f"heeded: {arm}", arm, talks.turns) for arm in (CEILING, FLOOR)
    )
    return difference(ceiling, floor, seed)


def _changes(talks: Talks, seed: int) -> dict[str, Difference]:
    """What a factor changes in heeding after turn 1, against the default."""
    base = talks.rate("heeded.default", "heeded after turn 1", DEFAULT, talks.later)
    others = [arm for arm in talks.arms if arm not in (DEFAULT, *REMEDIES)]
    return {
        arm: difference(
            talks.rate(f"heeded.{slug(arm)}", f"heeded after turn 1: {arm}", arm, talks.later),
            base,
            seed,
        )
        for arm in others
    }


def _sections(
    talks: Talks, headline: Mapping[str, Figure], told: words.Told, seed: int
) -> tuple[Section, ...]:
    def some(*keys: str) -> tuple[Figure, ...]:
        return tuple(headline[key] for key in keys if key in headline)

    taken = talks.given_up(
        "taken-up",
        f"of what is not heeded at turn 1, heeded at turn {talks.last}",
        DEFAULT,
        taken=True,
    )
    by_arm = [key for key in headline if key.startswith("heeded.")]
    found = [
        Section(
            "How well instructions are heeded, and for how long",
            words.heeding(told),
            (
                *some("first", "last", "lost", "floor.first", "floor.last", "given-up"),
                figure(taken, seed),
                *some("scaled.first", "scaled.last"),
            ),
        ),
        Section(
            "What holds heeding up",
            words.factors(told),
            tuple(headline[key] for key in by_arm),
        ),
        Section(
            "Below the text",
            words.below(told),
            (
                *some("survival.first", "survival.last", "survival.lost", "survival.floor"),
                *some("kl.first", "kl.last"),
                *_present(_token_figures(talks), seed),
            ),
        ),
        Section("Replies of the conversation itself", words.SPOKEN, _spoken(talks, seed)),
        Section("By family", words.families(talks), ()),
    ]
    return tuple(found)


def _token_figures(talks: Talks) -> list[Measure]:
    return [
        talks.rate("mass.first", "compliance mass at turn 1", DEFAULT, (1,), mass),
        talks.rate(
            "mass.last", f"compliance mass at turn {talks.last}", DEFAULT, (talks.last,), mass
        ),
        *(
            talks.rate(key, says, DEFAULT, (turn,), read, better=None)
            for turn in (1, talks.last)
            for key, says, read in (
                (f"attention.{turn}", f"attention on the instruction at turn {turn}", attended),
                (f"attention.{turn}.even", "the same if it were spread evenly", evenly),
            )
        ),
    ]


def _present(found: Sequence[Measure], seed: int) -> list[Figure]:
    """Figures of what was measured at all."""
    return [figure(one, seed) for one in found if any(part.bottom for part in one.parts)]


def _spoken(talks: Talks, seed: int) -> tuple[Figure, ...]:
    turns = range(1, talks.last)
    half = len(turns) // 2
    parts = (("earlier", turns[:half]), ("later", turns[half:]))
    return tuple(
        figure(
            talks.spoken(
                f"spoken.{slug(arm)}.{which}",
                f"{arm}: own replies that comply, turns {some[0]} to {some[-1]}",
                arm,
                some,
            ),
            seed,
        )
        for arm in (DEFAULT, FLOOR, "every 1", "every 4")
        if arm in talks.arms
        for which, some in parts
        if some
    )


def _curves(talks: Talks, seed: int) -> tuple[Curve, ...]:
    around = [arm for arm in _HISTORIES if arm in talks.arms]
    tried = [arm for arm in (DEFAULT, *REMEDIES) if arm in talks.arms]
    mine = [arm for arm in (DEFAULT, FLOOR, CEILING, "compliant") if arm in talks.arms]
    wanted: list[tuple[str, str, str, Unit, list[_Line]]] = [
        ("history", "Heeding by turn", "heeded", "share", _lines(around, complied)),
        ("remedies", "Heeding by turn, with remedies", "heeded", "share", _lines(tried, complied)),
        ("survival", "Survival by turn", "probability", "share", _lines(mine, survival)),
        (
            "kl",
            "What the instruction still changes in the first token",
            "KL in nats",
            "nats",
            _lines([DEFAULT], divergence),
        ),
        (
            "attention",
            "Attention on the instruction",
            "share",
            "share",
            [("attention", DEFAULT, attended), ("spread evenly", DEFAULT, evenly)],
        ),
    ]
    found = (
        Curve(key, title, "turn", up, unit, tuple(_series(talks, key, lines, unit, seed)))
        for key, title, up, unit, lines in wanted
    )
    return tuple(curve for curve in found if curve.series)


_Line = tuple[str, str, Read]
"""The name of a line, its arm, and what is read of the arm's probes."""


def _lines(arms: Sequence[str], read: Read) -> list[_Line]:
    return [(arm, arm, read) for arm in arms]


def _series(
    talks: Talks, key: str, lines: Sequence[_Line], unit: Unit, seed: int
) -> Iterator[Series]:
    """The lines that anything was measured for."""
    for name, arm, read in lines:
        along = (
            talks.rate(
                f"{key}.{slug(name)}.{turn}", f"{name}, turn {turn}", arm, (turn,), read, unit=unit
            )
            for turn in talks.turns
        )
        points = tuple(
            (float(turn), figure(one, seed)) for turn, one in zip(talks.turns, along, strict=True)
        )
        if any(one.n for _, one in points):
            yield Series(name, points)


def _cases(talks: Talks) -> tuple[Case, ...]:
    """Instructions heeded first and not at the end; then those that were kept."""
    told = []
    for row in talks.rows:
        first, last = (probe_of(row, DEFAULT, turn) for turn in (1, talks.last))
        if first is None or last is None or first.complied is None or last.complied is None:
            continue
        rank = {(True, False): 0, (True, True): 1, (False, True): 2}.get(
            (first.complied, last.complied), 3
        )
        lines = [
            ("instruction", row.instruction),
            ("asked", last.message),
            (f"at turn 1: {_heeds(first.complied)}", first.reply),
            (f"at turn {talks.last}: {_heeds(last.complied)}", last.reply),
        ]
        if first.compliance_mass and last.compliance_mass:
            at = ((1, first.compliance_mass), (talks.last, last.compliance_mass))
            shown = "; ".join(f"{mass.lower:.2f} at turn {turn}" for turn, mass in at)
            lines.append(("probability of opening so, at least", shown))
        talk = talk_of(row, DEFAULT)
        if talk and talk.exchanges:
            before = talk.exchanges[-1]
            lines.insert(2, ("its own reply in the turn before", before.reply))
        told.append((rank, Case(row.id, tuple(lines))))
    told.sort(key=lambda one: one[0])
    seen: Counter[int] = Counter()
    chosen = []
    for rank, case in told:
        seen[rank] += 1
        if seen[rank] <= (CASES if rank == 0 else 2):
            chosen.append(case)
    return tuple(chosen[:CASES])


def _heeds(complies: bool) -> str:
    return "heeded" if complies else "not heeded"
