"""`misspoke audit`: rows of a run, computed again the slow way."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from misspoke.cli import options
from misspoke.cli.console import notice, progress_bar, show, show_json
from misspoke.records import UserError

if TYPE_CHECKING:
    from misspoke.observing.audit import PlainPath
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
        "prefixes": sum(audited.nodes for audited in found),
        "logprob": max(audited.logprob for audited in found),
        "first_token": max(audited.first_token for audited in found),
        "outside": max(audited.outside for audited in found),
    }
    if as_json:
        show_json(worst)
        return
    show(
        f"{worst['rows']} rows, {worst['prefixes']} prefixes computed again, one at a time",
        f"largest deviation of a log-probability:          {worst['logprob']:.1e} nats",
        f"largest deviation of a first-token probability:  {worst['first_token']:.1e}",
        f"string mass outside its bounds by at most:       {worst['outside']:.1e}",
    )


def _audit_probe(run: "Run", n: int, device: str, as_json: bool) -> None:
    from misspoke.observing.heard import audit_heard

    rows: Iterator[Any] = run.records(run.record)
    found = _shown(audit_heard(_plain(run, device), _some(rows, run, n)), run, n)
    worst = {
        "rows": len(found),
        "replies": sum(audited.replies for audited in found),
        "replies_held": sum(audited.held for audited in found),
        "prefixes": sum(audited.prefixes for audited in found),
        "logprob": max(audited.logprob for audited in found),
    }
    if as_json:
        show_json(worst)
        return
    show(
        f"{worst['rows']} rows, {worst['replies']} of their {worst['replies_held']} replies, "
        f"{worst['prefixes']} prefixes computed again, one at a time",
        f"largest deviation of a log-probability:  {worst['logprob']:.1e} nats",
    )


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
