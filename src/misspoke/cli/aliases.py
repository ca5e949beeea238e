"""`misspoke aliases`: names that the right answers lack."""

import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from misspoke.cli import options
from misspoke.cli.console import notice, progress_bar, show, show_json
from misspoke.records import Interrupted

if TYPE_CHECKING:
    from misspoke.aliases import Applied
    from misspoke.api import Run
    from misspoke.diagnosis.suspects import Suspect
    from misspoke.runs.patch import PatchLine

PatchFile = Annotated[
    Path | None,
    typer.Option("--patch", help="A JSON Lines file with the suspects; made if there is none."),
]
Review = Annotated[
    bool, typer.Option("--review", help="Ask for each: y yes, n no, s skip, q quit. Saved at once.")
]
Apply = Annotated[
    bool, typer.Option("--apply", help="Write the run anew with the accepted names of --patch.")
]
Refresh = Annotated[
    bool, typer.Option("--refresh", help="With --apply: ask the model again for touched rows.")
]
Out = Annotated[
    Path | None, typer.Option("-o", "--out", help="The new run folder [default: RUN-aliases]")
]
Source = Annotated[
    str | None,
    typer.Option("-q", "--questions", help="With --refresh: the run's questions, if not bundled."),
]


def aliases(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    n: Annotated[int, typer.Option("-n", min=1, help="Suspects to show.")] = 20,
    patch: PatchFile = None,
    review: Review = False,
    apply: Apply = False,
    refresh: Refresh = False,
    out: Out = None,
    questions: Source = None,
    device: options.Device = options.DeviceName.auto,
    batch_tokens: options.BatchTokens = None,
    as_json: options.Json = False,
) -> None:
    """List names that right answers may lack, review them, and judge a run anew with them."""
    if (review or apply) and patch is None:
        raise typer.BadParameter("--review and --apply need --patch FILE")
    if refresh and not apply:
        raise typer.BadParameter("--refresh goes with --apply")
    if review and (apply or as_json):
        raise typer.BadParameter("--review goes alone; --apply comes after it")

    from misspoke import api
    from misspoke.aliases import suspects

    run = api.open_finished(folder)
    if apply and patch is not None:
        _apply(run, patch, out, questions, refresh, device, batch_tokens, as_json)
    elif review and patch is not None:
        _make(suspects(run), patch)
        _review(patch)
    else:
        _list(run, n, patch, as_json)


def _list(run: "Run", n: int, patch: Path | None, as_json: bool) -> None:
    from dataclasses import asdict

    from misspoke.aliases import suspects
    from misspoke.reports.aliases_terminal import suspect_lines, totals

    found = suspects(run)
    if patch is not None:
        _make(found, patch)
    if as_json:
        show_json({"run": str(run.path), "suspects": [asdict(one) for one in found]})
    elif found:
        show(suspect_lines(found, n), totals(found))
    else:
        show("no suspects: no answer of this run resembles a right one")


def _make(found: "Sequence[Suspect]", patch: Path) -> None:
    """Writes all suspects into a patch file, if there is none."""
    from misspoke.aliases import suggested
    from misspoke.runs.patch import write_patch

    if patch.exists():
        notice(f"{patch}: is there already, and kept")
        return
    lines = suggested(found)
    write_patch(patch, lines)
    notice(f"{patch}: {len(lines)} suspects written; accept them with --review or by hand")


def _review(patch: Path) -> None:
    """Asks for each line that nobody has decided, and saves each decision at once.

    Raises:
        Interrupted: after Ctrl-C, at once.
    """
    from misspoke.reports.aliases_terminal import asked
    from misspoke.runs.patch import read_patch, write_patch

    signal.siginterrupt(signal.SIGINT, True)  # polars has Ctrl-C wait for the end of a read
    lines = [line for _, line in read_patch(patch).lines]
    waiting = [place for place, line in enumerate(lines) if not (line.accept or line.reviewed)]
    for number, place in enumerate(waiting, start=1):
        show(asked(lines[place].model_dump(), number, len(waiting)))
        try:
            answer = _answer()
        except KeyboardInterrupt:
            show("")
            _tell(patch, lines)
            raise Interrupted(
                "stopped; decisions are kept, and the same command asks for the rest"
            ) from None
        if answer == "q":
            break
        if answer in ("y", "n"):
            decided = {"accept": answer == "y", "reviewed": True}
            lines[place] = lines[place].model_copy(update=decided)
            write_patch(patch, lines)
    _tell(patch, lines)


def _answer() -> str:
    """y, n, s or q; the end of the input quits."""
    while True:
        try:
            given = input("another name of it? [y/n/s/q] ").strip().lower()[:1]
        except EOFError:
            return "q"
        if given and given in "ynsq":
            return given


def _tell(patch: Path, lines: "list[PatchLine]") -> None:
    accepted = sum(line.accept for line in lines)
    rejected = sum(line.reviewed and not line.accept for line in lines)
    show(f"{patch}: {accepted} accepted, {rejected} rejected, {len(lines)} in all")


def _apply(
    run: "Run",
    patch: Path,
    out: Path | None,
    questions: str | None,
    refresh: bool,
    device: options.DeviceName,
    batch_tokens: int | None,
    as_json: bool,
) -> None:
    from misspoke import api
    from misspoke.aliases import apply_aliases, questions_of
    from misspoke.runs.patch import read_patch

    read = read_patch(patch)
    into = out or run.path.with_name(run.path.name + "-aliases")
    lm, asked = None, None
    if refresh:
        asked = questions_of(run, questions)
        model = run.manifest["settings"]["model"]
        lm = api.load(
            model["name"],
            dtype=model["dtype"],
            device=device,
            batch_tokens=batch_tokens,
            notice=notice,
        )
    with progress_bar("judging") as progress:
        done = apply_aliases(run, read, into, lm=lm, questions=asked, progress=progress)
    _present(done, as_json)


def _present(done: "Applied", as_json: bool) -> None:
    from misspoke.reports.aliases_terminal import before_and_after, told

    before, after = done.before.summary().to_dict(), done.after.summary().to_dict()
    page = done.after.path / "report.html"
    if as_json:
        show_json(
            {
                "run": str(done.after.path),
                "report": str(page),
                "aliases": done.facts,
                "before": before,
                "after": after,
            }
        )
        return
    show(before_and_after(before, after), told(done.facts), f"report: {page}")
