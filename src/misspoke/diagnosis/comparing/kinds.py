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
    """Say what kind of comparison of b with a this is, and what else differs."""
    one, other = a.lineage, b.lineage
    same_weights = bool(a.fingerprint) and a.fingerprint == b.fingerprint
    asked_alike = a.manifest["settings"]["style"] == b.manifest["settings"]["style"]
    related = one.family is not None and one.family == other.family
    if same_weights and asked_alike:
        return _kind(REPEAT, "One model, asked in one way: a difference is noise.", None, a, b)
    if same_weights:
        says = "One model, asked in two ways: differences are those of the prompt."
        subject = f"{b.asked} instead of {a.asked}"
        return _kind(PROMPTS, says, subject, a, b)
    if related and _stages(a, b):
        says = (
            f"Two checkpoints of {one.family}, steps {one.checkpoint} and {other.checkpoint}: "
            "differences may be ascribed to the training between them."
        )
        subject = f"training from step {one.checkpoint} to step {other.checkpoint}"
        return _kind(CHECKPOINTS, says, subject, a, b)
    if related and {one.role, other.role} == {"base", "instruct"} and alike_in_size(a, b):
        says = (
            f"A base model and its instruct sibling ({one.family}): differences may be ascribed to "
            "instruction tuning."
        )
        return _kind(PAIR, says, "instruction tuning", a, b)
    if related and one.role is not None and one.role == other.role and _sizes_differ(a, b):
        says = (
            f"Two sizes of one family ({one.family}, {one.role}): differences may be ascribed to "
            "size, and a trend needs three sizes."
        )
        sizes = (size_name(line.parameters or 0) for line in (other, one))
        return _kind(SIZES, says, " instead of ".join(sizes) + " parameters", a, b)
    return _kind(MODELS, _unrelated(a, b), None, a, b)


def ordered(a: Side, b: Side) -> bool:
    """Whether b is to be compared with a as it stands: a base model comes before its sibling."""
    return not (kind_of(a, b).name == PAIR and a.lineage.role == "instruct")


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


def _stages(a: Side, b: Side) -> bool:
    steps = (a.lineage.checkpoint, b.lineage.checkpoint)
    return None not in steps and steps[0] != steps[1] and alike_in_size(a, b)


def _sizes_differ(a: Side, b: Side) -> bool:
    one, other = a.lineage.parameters, b.lineage.parameters
    return one is not None and other is not None and one != other


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
    elif one.role != other.role:
        why = "base and instruct models of different sizes"
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
    if kind != PROMPTS and a.asked != b.asked:
        found.append(f"asked in different ways: {a.asked} and {b.asked}")
    if a.dtype != b.dtype:
        found.append(f"computed in {a.dtype} and in {b.dtype}")
    settings = [side.manifest["settings"]["questions"] for side in (a, b)]
    if settings[0].get("count") != settings[1].get("count"):
        found.append(f"{settings[0]['count']:,} and {settings[1]['count']:,} questions in the runs")
    if a.manifest["settings"].get("limits") != b.manifest["settings"].get("limits"):
        found.append("searched to different limits")
    return found
