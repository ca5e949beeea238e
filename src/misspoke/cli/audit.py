"""`misspoke audit`: rows of a run, computed again the slow way."""

from pathlib import Path
from typing import Annotated

import typer

from misspoke.cli import options
from misspoke.cli.console import notice, progress_bar, show, show_json
from misspoke.records import UserError


def audit(
    folder: Annotated[Path, typer.Argument(help="A run folder.")],
    n: Annotated[int, typer.Option("-n", min=1, help="Rows to compute again.")] = 20,
    device: options.Device = options.DeviceName.auto,
    as_json: options.Json = False,
) -> None:
    """Recompute rows of a run the slow, plain way, and print the largest deviation."""
    from misspoke import api
    from misspoke.observing.audit import Audited, PlainPath
    from misspoke.observing.audit import audit as compute

    run = api.open_finished(folder)
    model = run.manifest["settings"]["model"]
    plain = api.load(model["name"], dtype=model["dtype"], device=device, plain=True, notice=notice)
    if plain.description()["fingerprint"] != model["fingerprint"]:
        raise UserError(
            f"{folder}: was made with other weights of {model['name']}; audit it where those are"
        )
    if not isinstance(plain, PlainPath):
        raise UserError(f"{model['name']}: this kind of model has no plain path to audit against")
    total = run.manifest["rows"]
    places = {place * total // min(n, total) for place in range(min(n, total))}
    rows = (row for place, row in enumerate(run.folder.observations()) if place in places)
    found: list[Audited] = []
    with progress_bar("auditing") as progress:
        for audited in compute(plain, rows):
            found.append(audited)
            progress(len(found), len(places))
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
