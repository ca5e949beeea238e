"""Options that several commands share."""

from enum import StrEnum
from typing import Annotated

import typer


class StyleName(StrEnum):
    """How questions are put."""

    auto = "auto"
    chat = "chat"
    text = "text"


class DtypeName(StrEnum):
    """What the weights are computed in."""

    auto = "auto"
    float32 = "float32"
    bfloat16 = "bfloat16"


class DeviceName(StrEnum):
    """Where the model runs."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


class RoleName(StrEnum):
    """What a model was made for."""

    base = "base"
    instruct = "instruct"


Model = Annotated[
    str,
    typer.Option(
        "-m",
        "--model",
        help="A name that `misspoke models` lists, a Hugging Face id, a folder, a .gguf file, or "
        "a table model's .json file.",
    ),
]
Style = Annotated[
    StyleName,
    typer.Option(
        help="auto: the chat template with the answer opened, if there is one; else text."
    ),
]
Shots = Annotated[
    int | None, typer.Option(help="Examples before the question [default: 4 as text, 0 as chat]")
]
Tau = Annotated[float, typer.Option(min=0.0, max=1.0, help="P-mass at which a model knew.")]
Seed = Annotated[int, typer.Option(help="Seed of the bootstrap.")]
Dtype = Annotated[
    DtypeName,
    typer.Option(help="auto: bfloat16 where the processor multiplies it natively, else float32."),
]
Device = Annotated[DeviceName, typer.Option(help="auto: a GPU if there is one.")]
BatchTokens = Annotated[
    int | None, typer.Option(min=1, help="Tokens forwarded at once [default: 2048, 8192 on a GPU]")
]
Json = Annotated[
    bool, typer.Option("--json", help="A machine-readable summary on standard output.")
]
