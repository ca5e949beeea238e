"""Drawing renderables as plain text, at a width and in an encoding."""

from io import BytesIO, TextIOWrapper

from rich.console import Console, RenderableType


def drawn(renderable: RenderableType, width: int = 80, encoding: str = "utf-8") -> str:
    """What a console of the width and encoding gets; strict, so that nothing may fail to encode."""
    buffer = BytesIO()
    file = TextIOWrapper(buffer, encoding=encoding, errors="strict", newline="")
    Console(file=file, width=width, color_system=None).print(renderable)
    file.flush()
    return buffer.getvalue().decode(encoding)
