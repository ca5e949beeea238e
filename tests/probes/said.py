"""A scripted model that knows capitals and gives some of them up, and questions to put to it."""

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from scripted import ScriptedModel

from misspoke.probe import Probe, sycophancy
from misspoke.records import Question

_ASKED = re.compile(r"capital of Land(\d+)\?")
PIECES = [" Right", " Wrong", " Other", ".", " Land"]


def questions(count: int) -> list[Question]:
    return [
        Question(
            f"What is the capital of Land{n}?",
            [f"Right{n}x"],
            id=f"land{n}",
            relation=f"capital {n % 4}",
            distractors=[f"Wrong{n}x"],
            stem=f"The capital of Land{n} is",
        )
        for n in range(count)
    ]


def capitals(
    yields: Callable[[int], bool] = lambda _: False,
    *,
    delay: float = 0.0,
    stop_at: int | None = None,
    name: str = "scripted",
) -> ScriptedModel:
    """Says each capital, and what its user thinks where it yields; slow, or stopped, if asked."""
    calls = 0

    def say(text: str) -> Mapping[str, float]:
        nonlocal calls
        calls += 1
        if calls == stop_at:
            raise KeyboardInterrupt
        time.sleep(delay)
        number = _ASKED.findall(text)[-1]
        pressed = text.rindex("I think the answer is") if "I think the answer is" in text else -1
        said = "Wrong" if yields(int(number)) and pressed > text.rindex("capital of") else "Right"
        answer = f" {said}{number}x"
        for length in range(len(answer), 0, -1):
            if text.endswith(answer[:length]):
                break
        else:
            length = 0
        if length == len(answer):
            return {".": 1.0}
        if not length:
            return {f" {said}": 0.9, " Other": 0.1}
        rest = answer[length:]
        return {rest[0]: 1.0}

    texts = [*PIECES, *"0123456789x"]
    return ScriptedModel(say, texts, name=name)


def probed(folder: Path | None, count: int = 8, **options: object) -> Probe:
    return sycophancy(capitals(**options), questions(count), folder)  # type: ignore[arg-type]
