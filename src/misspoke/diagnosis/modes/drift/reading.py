"""Rows of the drift probe to measures: an instruction is a unit, its probes are what adds up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from misspoke.diagnosis.modes.measures import Better, Measure, Part, Unit
from misspoke.records.drift import DriftArm, DriftRow, TurnProbe

DEFAULT = "default"
FLOOR = "floor"
CEILING = "ceiling"
REMOVED = "removed"
LEAST_SCALE = 0.2
"""Where ceiling and floor are nearer than this, an instruction is on no scale."""
SURVIVES = 0.95
"""Where survival stays above this without the instruction, there is nothing to hold up."""

Read = Callable[[TurnProbe], float | None]


def complied(probe: TurnProbe) -> float | None:
    """1 where the reply complies, 0 where it does not, None where it was cut off before."""
    return None if probe.complied is None else float(probe.complied)


def survival(probe: TurnProbe) -> float | None:
    """The chance that nothing in the first tokens rules compliance out."""
    return probe.survival


def divergence(probe: TurnProbe) -> float | None:
    """What taking the instruction out changes in the first token, in nats."""
    return probe.kl


def mass(probe: TurnProbe) -> float | None:
    """The lower bound of the compliance mass."""
    return None if probe.compliance_mass is None else probe.compliance_mass.lower


def astray(probe: TurnProbe) -> float | None:
    """1 where the reply says nothing on what was asked."""
    return float(not probe.on_topic)


def attended(probe: TurnProbe) -> float | None:
    """The share of attention that the instruction gets."""
    return probe.attention


def evenly(probe: TurnProbe) -> float | None:
    """The share that it would get if attention were spread evenly."""
    return probe.attention_even


@dataclass(frozen=True, slots=True)
class Talks:
    """The rows of a run, by arm."""

    rows: tuple[DriftRow, ...]
    arms: tuple[str, ...]
    """In the order of the first row."""
    turns: tuple[int, ...]
    """Where all arms were probed."""

    @classmethod
    def of(cls, rows: Sequence[DriftRow]) -> "Talks":
        """The first row says which arms and turns there are."""
        first = rows[0].arms if rows else ()
        turns = tuple(probe.turn for probe in first[0].probes) if first else ()
        return cls(tuple(rows), tuple(arm.arm for arm in first), turns)

    @property
    def last(self) -> int:
        """The last turn that was probed."""
        return self.turns[-1]

    @property
    def later(self) -> tuple[int, ...]:
        """The turns behind the first: there is nothing to be reminded of before."""
        return self.turns[1:]

    def rate(
        self,
        key: str,
        says: str,
        arm: str,
        turns: Sequence[int],
        read: Read = complied,
        *,
        unit: Unit = "share",
        better: Better | None = "higher",
    ) -> Measure:
        """The mean over an arm's probes at some turns."""
        parts = []
        for row in self.rows:
            values = _values(row, arm, turns, read)
            parts.append(Part(row.id, None, sum(values), len(values)))
        return Measure(key, says, unit, tuple(parts), better)

    def end(self, key: str, says: str, arm: str, turn: int) -> Measure:
        """What is heeded at the first or the last turn, of instructions that show it at both."""
        parts = []
        for row in self.rows:
            both = all(_values(row, arm, (one,), complied) for one in (1, self.last))
            values = _values(row, arm, (turn,), complied) if both else []
            parts.append(Part(row.id, None, sum(values), len(values)))
        return Measure(key, says, "share", tuple(parts), "higher")

    def lost(
        self, key: str, says: str, arm: str, turns: tuple[int, int], read: Read = complied
    ) -> Measure:
        """What an arm loses from one turn to another, on instructions that have both."""
        parts = []
        for row in self.rows:
            before, after = (_values(row, arm, (turn,), read) for turn in turns)
            both = bool(before and after)
            top = before[0] - after[0] if both else 0.0
            parts.append(Part(row.id, None, top, float(both)))
        return Measure(key, says, "points", tuple(parts), "lower")

    def scaled(self, key: str, says: str, arm: str, turns: Sequence[int]) -> Measure:
        """(arm less floor) / (ceiling less floor), of sums, over the instructions on the scale."""
        parts = []
        for row in self.rows:
            scale, values = self.scale(row), _values(row, arm, turns, complied)
            if scale is None or not values:
                parts.append(Part(row.id, None, 0.0, 0.0))
                continue
            floor, height = scale
            parts.append(Part(row.id, None, sum(values) / len(values) - floor, height))
        return Measure(key, says, "share", tuple(parts), "higher")

    def scale(self, row: DriftRow) -> tuple[float, float] | None:
        """An instruction's floor, and how far its ceiling is above; None where that is too near."""
        floor, ceiling = (_values(row, arm, self.turns, complied) for arm in (FLOOR, CEILING))
        if not floor or not ceiling:
            return None
        low, high = sum(floor) / len(floor), sum(ceiling) / len(ceiling)
        return (low, high - low) if high - low >= LEAST_SCALE else None

    def unscaled(self) -> int:
        """How many instructions are heeded hardly more when they are said last than when never."""
        return sum(self.scale(row) is None for row in self.rows)

    def safe(self) -> int:
        """How many instructions survive though they were never said."""
        floors = (_values(row, FLOOR, self.turns, survival) for row in self.rows)
        return sum(bool(values) and min(values) > SURVIVES for values in floors)

    def given_up(self, key: str, says: str, arm: str, *, taken: bool = False) -> Measure:
        """Of the instructions heeded at the first turn, those not heeded at the last.

        With `taken` the other way round: of those not heeded at the first, those heeded then.
        """
        parts = []
        for row in self.rows:
            before, after = (_values(row, arm, (t,), complied) for t in (1, self.last))
            counts = bool(before and after) and before[0] != float(taken)
            top = float(counts and after[0] == float(taken))
            parts.append(Part(row.id, None, top, float(counts)))
        return Measure(key, says, "share", tuple(parts), "higher" if taken else "lower")

    def spoken(self, key: str, says: str, arm: str, turns: Sequence[int]) -> Measure:
        """The share of the conversation's own replies that comply."""
        parts = []
        for row in self.rows:
            talk = talk_of(row, arm)
            said = [talk.exchanges[t - 1].complied for t in turns] if talk else []
            known = [float(one) for one in said if one is not None]
            parts.append(Part(row.id, None, sum(known), len(known)))
        return Measure(key, says, "share", tuple(parts), "higher")

    def added(self, arm: str) -> Measure:
        """Tokens that an arm adds to a conversation."""
        talks = ((row, talk_of(row, arm)) for row in self.rows)
        parts = (Part(row.id, None, talk.added_tokens) for row, talk in talks if talk)
        says = f"tokens that {arm} adds to a conversation"
        return Measure(f"tokens.{slug(arm)}", says, "tokens", tuple(parts), "lower")


def talk_of(row: DriftRow, arm: str) -> DriftArm | None:
    """A row's conversation in an arm."""
    return next((talk for talk in row.arms if talk.arm == arm), None)


def probe_of(row: DriftRow, arm: str, turn: int) -> TurnProbe | None:
    """A row's probe in an arm at a turn."""
    talk = talk_of(row, arm)
    return next((probe for probe in talk.probes if probe.turn == turn), None) if talk else None


def _values(row: DriftRow, arm: str, turns: Sequence[int], read: Read) -> list[float]:
    talk = talk_of(row, arm)
    probes = talk.probes if talk else ()
    found = (read(probe) for probe in probes if probe.turn in turns)
    return [value for value in found if value is not None]


def slug(arm: str) -> str:
    """An arm's name as part of a key."""
    return arm.replace(",", "").replace(" ", "-")


def measures(rows: Sequence[DriftRow]) -> tuple[Measure, ...]:
    """Every headline figure; keys are stable, so that runs can be compared."""
    talks = Talks.of(rows)
    if not talks.rows:
        return ()
    last = talks.last
    later = f"heeded at turns {talks.later[0]} to {last}" if talks.later else "heeded later"
    found = [
        talks.end("first", "heeded at turn 1", DEFAULT, 1),
        talks.end("last", f"heeded at turn {last}", DEFAULT, last),
        talks.lost("lost", f"heeding lost from turn 1 to turn {last}", DEFAULT, (1, last)),
        talks.end("floor.first", "followed at turn 1 though it was never said", FLOOR, 1),
        talks.end("floor.last", f"followed at turn {last} though it was never said", FLOOR, last),
        talks.given_up(
            "given-up", f"of what is heeded at turn 1, not heeded at turn {last}", DEFAULT
        ),
        talks.scaled("scaled.first", "heeding at turn 1, from floor to ceiling", DEFAULT, (1,)),
        talks.scaled(
            "scaled.last", f"heeding at turn {last}, from floor to ceiling", DEFAULT, (last,)
        ),
        talks.rate("survival.first", "survival at turn 1", DEFAULT, (1,), survival),
        talks.rate("survival.last", f"survival at turn {last}", DEFAULT, (last,), survival),
        talks.lost(
            "survival.lost",
            f"survival lost from turn 1 to turn {last}",
            DEFAULT,
            (1, last),
            survival,
        ),
        talks.rate(
            "survival.floor",
            f"survival at turn {last} where the instruction was never said",
            FLOOR,
            (last,),
            survival,
        ),
        talks.rate(
            "kl.first",
            "KL with and without the instruction at turn 1",
            DEFAULT,
            (1,),
            divergence,
            unit="nats",
            better=None,
        ),
        talks.rate(
            "kl.last",
            f"KL with and without the instruction at turn {last}",
            DEFAULT,
            (last,),
            divergence,
            unit="nats",
            better=None,
        ),
        *(
            talks.rate(f"heeded.{slug(arm)}", f"{later}: {arm}", arm, talks.later)
            for arm in talks.arms
        ),
    ]
    return tuple(found)
