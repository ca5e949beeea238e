"""`misspoke audit`: rows of a run, computed again the slow way."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from misspoke.cli import options
from misspoke.cli.console import notice, progress_bar, show, show_json
from misspoke.records import UserError

if TYPE_CHECKING:
    from misspoke.observing.audit import Audited, PlainPath
    from misspoke.observing.heard import Reheard
    from misspoke.runs import Run

T = TypeVar("T")


def audit(
    folder: Annotated[Path, typer.Argument(help="A run folder.")],
    n: Annotated[int, typer.Option("-n", min=1, help="Rows to compute again.")] = 20,
    device: options.Device = options.DeviceName.auto,
    as_json: options.Json = False,
) -> None:
    """Recompute rows of a run the slow, plain way, and print the largest deviation."""
    from misspoke.runs import PROBES, kind, load_probe, load_run

    if kind(folder) in PROBES:
        _audit_probe(load_probe(folder), n, device, as_json)
    else:
        _audit_diagnosis(load_run(folder), n, device, as_json)


def _audit_diagnosis(run: "Run", n: int, device: str, as_json: bool) -> None:
    from misspoke.observing.audit import audit as compute

    plain = _plain(run, device)
    found = _shown(compute(plain, _some(run.observations(), run, n)), run, n)
    worst = {
        "rows": len(found),
        "mismatches": _mismatches(found),
        "prefixes": sum(audited.nodes for audited in found),
        "logprob": _largest(audited.logprob for audited in found),
        "first_token": _largest(audited.first_token for audited in found),
        "outside": max(audited.outside for audited in found),
    }
    if as_json:
        show_json(worst)
        return
    show(
        f"{worst['rows']} rows, {worst['prefixes']} prefixes computed again, one at a time",
        *_told(_mismatches(found)),
        f"largest deviation of a log-probability:          {_shown_as(worst['logprob'])} nats",
        f"largest deviation of a first-token probability:  {_shown_as(worst['first_token'])}",
        f"string mass outside its bounds by at most:       {worst['outside']:.1e}",
    )


def _audit_probe(run: "Run", n: int, device: str, as_json: bool) -> None:
    from misspoke.observing.heard import audit_heard

    rows: Iterator[Any] = run.records(run.record)
    found = _shown(audit_heard(_plain(run, device), _some(rows, run, n)), run, n)
    worst = {
        "rows": len(found),
        "mismatches": _mismatches(found),
        "replies": sum(audited.replies for audited in found),
        "replies_held": sum(audited.held for audited in found),
        "prefixes": sum(audited.prefixes for audited in found),
        "logprob": _largest(audited.logprob for audited in found),
    }
    if as_json:
        show_json(worst)
        return
    show(
        f"{worst['rows']} rows, {worst['replies']} of their {worst['replies_held']} replies, "
        f"{worst['prefixes']} prefixes computed again, one at a time",
        *_told(_mismatches(found)),
        f"largest deviation of a log-probability:  {_shown_as(worst['logprob'])} nats",
    )


def _mismatches(found: "Sequence[Audited | Reheard]") -> int:
    """Rows that hold what the plain path rules out, or what is no number there."""
    return sum(not isfinite(audited.logprob) for audited in found)


def _told(mismatches: int) -> list[str]:
    if not mismatches:
        return []
    return [f"{mismatches} rows do not match: the plain path rules out what they hold"]


def _largest(deviations: Iterable[float]) -> float | None:
    """The largest; None where one is infinite, for which JSON has no number."""
    worst = max(deviations)
    return worst if isfinite(worst) else None


def _shown_as(deviation: float | None) -> str:
    return "∞" if deviation is None else f"{deviation:.1e}"


def _plain(run: "Run", device: str) -> "PlainPath":
    """The run's model behind its plain path; raises UserError where it is another, or has none."""
    from misspoke import api
    from misspoke.observing.audit import PlainPath

    model = run.manifest["settings"]["model"]
    plain = api.load(model["name"], dtype=model["dtype"], device=device, plain=True, notice=notice)
    if plain.description()["fingerprint"] != model["fingerprint"]:
        raise UserError(
            f"{run.folder}: was made with other weights of {model['name']}; audit it where those "
            "are"
        )
    if not isinstance(plain, PlainPath):
        raise UserError(f"{model['name']}: this kind of model has no plain path to audit against")
    return plain


def _places(run: "Run", n: int) -> set[int]:
    total = run.manifest["rows"]
    return {place * total // min(n, total) for place in range(min(n, total))}


def _some(rows: Iterator[T], run: "Run", n: int) -> Iterator[T]:
    """The rows at as many places, spread over the run."""
    places = _places(run, n)
    return (row for place, row in enumerate(rows) if place in places)


def _shown(audited: Iterator[T], run: "Run", n: int) -> list[T]:
    """What was found of each row, with progress."""
    found: list[T] = []
    total = len(_places(run, n))
    with progress_bar("auditing") as progress:
        for one in audited:
            found.append(one)
            progress(len(found), total)
    return found
