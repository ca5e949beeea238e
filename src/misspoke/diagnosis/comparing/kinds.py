"""What kind of comparison two runs make, and so what may be claimed of their difference."""

from collections.abc import Sequence
from dataclasses import dataclass

from misspoke.diagnosis.comparing.pairing import Side
from misspoke.records.lineage import size_name

PAIR = "pair"
SIZES = "sizes"
CHECKPOINTS = "checkpoints"
PROMPTS = "prompts"
REPEAT = "repeat"
MODELS = "models"
MIXED = "mixed"

NEAR = 0.25
"""Sizes that differ by no more than this share are one size."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What two runs differ in."""

    name: str
    says: str
    """In one sentence, what the difference is one of, and what may not be claimed."""
    subject: str | None
    """What a difference may be ascribed to, read behind "with"; None: to nothing."""
    caveats: tuple[str, ...]
    """What else differs between the two."""


def kind_of(a: Side, b: Side) -> Kind:
    """Say what kind of comparison of b with a this is, and what else differs.

    Where the prompt or the arithmetic differs as well, it is of the same kind, and nothing may be
    claimed of it.
    """
    one, other = a.lineage, b.lineage
    same_weights = bool(a.fingerprint) and a.fingerprint == b.fingerprint
    related = one.family is not None and one.family == other.family
    if same_weights and a.style == b.style:
        return _kind(REPEAT, _repeated(a, b), None, a, b)
    if same_weights:
        subject = f"{b.asked} instead of {a.asked}"
        return _ascribed(PROMPTS, "One model, asked in two ways", "the prompt", subject, a, b)
    if related and one.role == other.role and _stages(a, b):
        steps = f"steps {one.checkpoint} and {other.checkpoint}"
        lead = f"Two checkpoints of {one.family}, {steps}"
        subject = f"training from step {one.checkpoint} to step {other.checkpoint}"
        return _ascribed(CHECKPOINTS, lead, "the training between them", subject, a, b)
    if related and {one.role, other.role} == {"base", "instruct"} and _siblings(a, b):
        lead = f"A base model and its instruct sibling ({one.family})"
        return _ascribed(PAIR, lead, "instruction tuning", "instruction tuning", a, b)
    if related and one.role is not None and one.role == other.role and _sizes_differ(a, b):
        lead = f"Two sizes of one family ({one.family}, {one.role})"
        sizes = (size_name(line.parameters or 0) for line in (other, one))
        subject = " instead of ".join(sizes) + " parameters"
        return _ascribed(SIZES, lead, "size", subject, a, b)
    return _kind(MODELS, _unrelated(a, b), None, a, b)


def ordered(a: Side, b: Side) -> bool:
    """Whether b is to be compared with a as it stands.

    A base model comes before its sibling, and an earlier checkpoint before a later one.
    """
    name = kind_of(a, b).name
    if name == CHECKPOINTS:
        return (a.lineage.checkpoint or 0) < (b.lineage.checkpoint or 0)
    return not (name == PAIR and a.lineage.role == "instruct")


def alike_in_size(a: Side, b: Side) -> bool:
    """Whether both numbers of parameters are known, and within a quarter of the larger."""
    one, other = a.lineage.parameters, b.lineage.parameters
    return bool(one and other) and abs((one or 0) - (other or 0)) <= NEAR * max(
        one or 0, other or 0
    )


def pairs_of(sides: Sequence[Side]) -> list[tuple[int, int]]:
    """Which runs are compared, as places (a, b).

    Each run with one before it: of the same weights, else of the same family where something may
    be claimed of it (asked alike, if there is such a run), else with the first. And each base model
    with its instruct siblings that were asked alike. A base model comes first in its pair.
    """
    found = []
    for place in range(1, len(sides)):
        before = _reference(sides, place)
        straight = ordered(sides[before], sides[place])
        found.append((before, place) if straight else (place, before))
    for one, a in enumerate(sides):
        for other, b in enumerate(sides):
            same = a.asked == b.asked
            instructed = a.lineage.role == "base" and kind_of(a, b).name == PAIR
            if same and instructed and (one, other) not in found:
                found.append((one, other))
    return found


def overall(kinds: Sequence[Kind]) -> str:
    """The kind of the whole comparison: the one of all pairs, or mixed."""
    names = {kind.name for kind in kinds}
    return names.pop() if len(names) == 1 else MIXED


def _reference(sides: Sequence[Side], place: int) -> int:
    """The run that another is compared with: see `pairs_of`."""
    kinds = [kind_of(sides[one], sides[place]).name for one in range(place)]
    for wanted in ((PROMPTS, REPEAT), (PAIR, SIZES, CHECKPOINTS)):
        if found := [one for one, kind in enumerate(kinds) if kind in wanted]:
            alike = (one for one in found if sides[one].asked == sides[place].asked)
            return next(alike, found[0])
    return 0


def _repeated(a: Side, b: Side) -> str:
    """What a difference of one model with itself, asked in one way, is one of."""
    if a.dtype == b.dtype:
        return "One model, asked in one way: a difference is noise."
    return "One model, asked in one way: differences are those of the arithmetic."


def _ascribed(name: str, lead: str, what: str, subject: str, a: Side, b: Side) -> Kind:
    """A kind whose differences may be ascribed to something, if nothing else differs."""
    others = [
        words
        for words, differs in (
            ("the prompt", name != PROMPTS and a.style != b.style),
            ("the arithmetic", a.dtype != b.dtype),
        )
        if differs
    ]
    if others:
        all_of_it = ", ".join([what, *others[:-1]]) + f" and {others[-1]}"
        says = f"{lead}: differences are those of {all_of_it} together, and nothing is claimed."
        return _kind(name, says, None, a, b)
    trend = ", and a trend needs three sizes" if name == SIZES else ""
    return _kind(name, f"{lead}: differences may be ascribed to {what}{trend}.", subject, a, b)


def _stages(a: Side, b: Side) -> bool:
    """Whether both are checkpoints, of different steps and one size."""
    return _steps_differ(a, b) and alike_in_size(a, b)


def _siblings(a: Side, b: Side) -> bool:
    """Whether two models are of one size, and not of two steps of their training."""
    return alike_in_size(a, b) and not _steps_differ(a, b)


def _steps_differ(a: Side, b: Side) -> bool:
    steps = (a.lineage.checkpoint, b.lineage.checkpoint)
    return None not in steps and steps[0] != steps[1]


def _sizes_differ(a: Side, b: Side) -> bool:
    """Whether both sizes are known, and are not near each other."""
    known = a.lineage.parameters is not None and b.lineage.parameters is not None
    return known and not alike_in_size(a, b)


def _unrelated(a: Side, b: Side) -> str:
    """Why nothing may be claimed."""
    one, other = a.lineage, b.lineage
    if one.family is None or other.family is None:
        lacking = a if one.family is None else b
        why = f"no family is declared for {lacking.model}"
    elif one.family != other.family:
        why = f"different families: {one.family} and {other.family}"
    elif one.role is None or other.role is None:
        why = f"no role, base or instruct, is declared for {(a if one.role is None else b).model}"
    elif one.parameters is None or other.parameters is None:
        lacking = a if one.parameters is None else b
        why = f"the number of parameters of {lacking.model} is not known"
    elif one.role != other.role and not alike_in_size(a, b):
        why = "base and instruct models of different sizes"
    elif one.role != other.role:
        why = "base and instruct models of different checkpoints"
    else:
        why = "one family, role and size, and no checkpoints are declared"
    return (
        f"{why[0].upper()}{why[1:]}; these are differences between two models, and nothing is "
        "claimed of instruction tuning or of size."
    )


def _kind(name: str, says: str, subject: str | None, a: Side, b: Side) -> Kind:
    return Kind(name, says, subject, tuple(_caveats(name, a, b)))


def _caveats(kind: str, a: Side, b: Side) -> list[str]:
    """What differs between two runs beside what they are compared for."""
    found = []
    if kind != PROMPTS and a.style != b.style:
        found.append(f"asked in different ways: {a.asked} and {b.asked}")
    if a.dtype != b.dtype:
        names = " and in ".join(side.dtype or "what is not known" for side in (a, b))
        found.append(f"computed in {names}")
    settings = [side.manifest["settings"]["questions"] for side in (a, b)]
    if settings[0].get("count") != settings[1].get("count"):
        found.append(f"{settings[0]['count']:,} and {settings[1]['count']:,} questions in the runs")
    if a.manifest["settings"].get("limits") != b.manifest["settings"].get("limits"):
        found.append("searched to different limits")
    return [*found, *(_judged_again(side) for side in (a, b) if side.judged_again)]


def _judged_again(side: Side) -> str:
    return (
        f"right answers were added to {side.folder} without the model: its masses are wider "
        "bounds, and its first-token masses, T* and the tempered control leave these answers out"
    )
