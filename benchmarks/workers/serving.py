"""A worker's side: JSON lines on standard input and output. Uses the standard library alone.

A request is `{"do": NAME, "items": [[prompt, [form, …]], …]}`; its answer holds `result`, and the
`cpu` seconds (user and system, all threads) and `wall` seconds that it took.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

Items = Sequence[tuple[str, Sequence[str]]]
"""Prompts, each with its forms, which begin with a space."""
Encoded = list[list[tuple[list[int], list[int]]]]
"""For each prompt and form: the prompt's tokens, and the form's."""


class Channel:
    """Keeps standard output for answers: what libraries print goes to standard error."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def serve(self, facts: dict[str, Any], actions: dict[str, Callable[[Items], Any]]) -> None:
        """Says that it is ready, then answers requests until there are no more."""
        self._say(facts)
        for line in sys.stdin:
            request = json.loads(line)
            wall, cpu = time.perf_counter(), time.process_time()
            result = actions[request["do"]](request["items"])
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            self._say({"result": result, "cpu": cpu, "wall": wall})

    def _say(self, answer: dict[str, Any]) -> None:
        print(json.dumps(answer), file=self._out, flush=True)
