"""`misspoke ask`: one question, drawn as an election."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from misspoke.cli import options
from misspoke.cli.console import notice, show, show_json
from misspoke.records import Question, UserError

if TYPE_CHECKING:
    from misspoke.lm import LanguageModel

EXAMPLES = ("saint-basil",)


def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="A right answer; repeat for aliases.")
    ] = None,
    model: options.Model = "smollm2-135m-instruct",
    stem: Annotated[
        str | None, typer.Option(help="The opening of an answering sentence, for chat models.")
    ] = None,
    example: Annotated[
        str | None, typer.Option(help="A worked example on a table model: saint-basil.")
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Write the picture to this file too.")] = None,
    style: options.Style = options.StyleName.auto,
    shots: options.Shots = None,
    dtype: options.Dtype = options.DtypeName.auto,
    device: options.Device = options.DeviceName.auto,
    as_json: options.Json = False,
) -> None:
    """Ask one question, and see which meaning had the votes and which token won."""
    lm, asked = _asked(question, answer, model, stem, example, dtype, device)

    from misspoke import api
    from misspoke.reports.election import election
    from misspoke.reports.picture import svg as draw
    from misspoke.runs import to_row, write_atomically
    from misspoke.runs.files import explained

    row = api.observe(lm, asked, style=style, shots=shots)
    if svg is not None:
        with explained(svg):
            write_atomically(svg, draw(election(row), title="misspoke ask"))
    if as_json:
        show_json(to_row(row))
    else:
        show(election(row))


def _asked(
    question: str | None,
    answers: list[str] | None,
    model: str,
    stem: str | None,
    example: str | None,
    dtype: str,
    device: str,
) -> "tuple[LanguageModel, Question]":
    """The model and the question: a worked example, or what the user gave."""
    if example is not None:
        if question or answers:
            raise typer.BadParameter("--example brings its own question; leave yours out")
        if example not in EXAMPLES:
            raise UserError(f"--example {example}: no such example; there is {', '.join(EXAMPLES)}")
        from misspoke.observing.worked_example import worked_example

        return worked_example()
    if not question or not answers:
        raise typer.BadParameter("give a question and at least one --answer, or --example NAME")
    asked = Question(question, [answers], stem=stem)
    from misspoke.observing.gold import Gold

    Gold.of(asked)
    from misspoke import api

    return api.load(model, dtype=dtype, device=device, notice=notice), asked
