"""Which questions several runs have in common: by id, with equal text and equal right answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from misspoke.diagnosis.rows import Source
from misspoke.measures import cluster_codes
from misspoke.records import UserError
from misspoke.records.lineage import Lineage

if TYPE_CHECKING:
    import polars

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Side:
    """A run that is compared."""

    folder: str
    """Where it lies, as the user named it."""
    source: Source
    manifest: Mapping[str, Any]
    lineage: Lineage
    """By the manifest, and by what is known of its model otherwise."""

    @property
    def model(self) -> str:
        """The model's name."""
        return str(self.manifest["settings"]["model"]["name"])

    @property
    def fingerprint(self) -> str:
        """The digest of the model's weights; empty where it has none."""
        return str(self.manifest["settings"]["model"].get("fingerprint") or "")

    @property
    def dtype(self) -> str:
        """What the weights were computed in."""
        return str(self.manifest["settings"]["model"].get("dtype") or "")

    @property
    def style(self) -> Mapping[str, Any]:
        """How questions were put."""
        style: Mapping[str, Any] = self.manifest["settings"]["style"]
        return style

    @property
    def judged_again(self) -> bool:
        """Whether right answers were added to a finished run without its model."""
        patches = self.manifest["settings"].get("aliases") or ()
        return any(not patch.get("refreshed") for patch in patches)

    @property
    def form(self) -> str:
        """How questions were put: text or chat."""
        return str(self.style["form"])

    @property
    def shots(self) -> int:
        """Examples before the question."""
        return int(self.style["shots"])

    @property
    def asked(self) -> str:
        """How questions were put, in words."""
        stem = ", stem" if self.style.get("stem") else ""
        return f"{self.form} {self.shots}-shot{stem}"

    @property
    def questions(self) -> str:
        """The name of its question set."""
        return str(self.manifest["settings"]["questions"]["name"])


@dataclass(frozen=True, slots=True)
class Shared:
    """The n questions that all runs hold."""

    ids: tuple[str, ...]
    """In the order of the first run."""
    places: tuple[Places, ...]
    """Of each run: the places (n,) of these questions among its rows."""
    left_out: tuple[int, ...]
    """Of each run: its questions that another run lacks."""
    clusters: NDArray[np.int64]
    """Codes (n,) of the relations, as `cluster_codes` gives them."""

    @property
    def n(self) -> int:
        """The number of questions."""
        return len(self.ids)


def shared(sides: Sequence[Side]) -> Shared:
    """Find the questions that all runs hold.

    Raises:
        UserError: there are fewer than two runs, a run is given twice, no question is in all of
            them, or one has another text or other right answers in one of them.
    """
    _check_number(sides)
    frames = [side.source.columns(["id", "question", "gold", "relation"]) for side in sides]
    places = [{row_id: place for place, row_id in enumerate(frame["id"])} for frame in frames]
    ids = [row_id for row_id in places[0] if all(row_id in held for held in places[1:])]
    if not ids:
        raise UserError(_nothing(sides, places))
    taken = [np.array([held[row_id] for row_id in ids], dtype=np.int64) for held in places]
    first = frames[0][taken[0]]
    for side, frame, chosen in zip(sides[1:], frames[1:], taken[1:], strict=True):
        _check_same(sides[0], first, side, frame[chosen])
    return Shared(
        ids=tuple(ids),
        places=tuple(taken),
        left_out=tuple(len(held) - len(ids) for held in places),
        clusters=cluster_codes(first["relation"].to_list()),
    )


def labels(sides: Sequence[Side]) -> tuple[str, ...]:
    """Give each run a name of its own: its model; then how it was asked; then its folder."""
    plain = [side.model for side in sides]
    asked = [f"{side.model}, {side.asked}" for side in sides]
    placed = [
        f"{name} ({side.folder.rstrip('/').rsplit('/', 1)[-1]})"
        for name, side in zip(asked, sides, strict=True)
    ]
    for names in (plain, asked, placed):
        if len(set(names)) == len(names):
            return tuple(names)
    return tuple(f"{number}: {name}" for number, name in enumerate(placed, start=1))


def _check_number(sides: Sequence[Side]) -> None:
    if len(sides) < 2:
        raise UserError("a comparison takes at least two runs; name two run folders or more")
    check_once([side.folder for side in sides])


def check_once(folders: Sequence[str]) -> None:
    """Raise UserError where two names are those of one folder."""
    places = [Path(folder).resolve() for folder in folders]
    for number, (folder, place) in enumerate(zip(folders, places, strict=True)):
        if place in places[:number]:
            first = folders[places.index(place)]
            also = "" if first == folder else f", as {first} before"
            raise UserError(f"{folder}: is given twice{also}; name each run once")


def _nothing(sides: Sequence[Side], places: Sequence[Mapping[str, int]]) -> str:
    """Which run shares no question with the first, or that no question is in all of them."""
    first = sides[0]
    for side, held in zip(sides[1:], places[1:], strict=True):
        if held.keys().isdisjoint(places[0]):
            return (
                f"{side.folder}: holds no question of {first.folder} ({side.questions} and "
                f"{first.questions}); compare runs of one question set"
            )
    return f"{first.folder}: no question of it is in all other runs; compare fewer runs"


def _check_same(
    first: Side, reference: "polars.DataFrame", side: Side, frame: "polars.DataFrame"
) -> None:
    """Raise UserError where a question has another text or other right answers."""
    for column, words in (("question", "another text"), ("gold", "other right answers")):
        if reference[column].equals(frame[column]):
            continue
        pairs = zip(reference["id"], reference[column], frame[column], strict=True)
        row_id = next(row_id for row_id, one, other in pairs if _plain(one) != _plain(other))
        raise UserError(
            f"{side.folder}: question {row_id!r} has {words} than in {first.folder}; run both on "
            "the same question file"
        )


def _plain(value: Any) -> Any:
    """A cell as plain lists."""
    return value.to_list() if hasattr(value, "to_list") else value
