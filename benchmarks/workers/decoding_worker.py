"""Seconds and tokens of decoders on the same questions: argv is model, dtype, repeats, questions.

Each decoder answers all questions alone, side by side in one batch, on a warm model; decoders take
turns. Prints one JSON line for each decoder.
"""

import json
import sys
import time

import misspoke
from misspoke import questions
from misspoke.decoding.catalogue import by_name
from misspoke.decoding.desk import Desk
from misspoke.decoding.speaker import Speaker
from misspoke.lm import run_jobs
from misspoke.records.decoding import Asked, Decoded
from misspoke.search import explore
from misspoke.trials.trying import IN_FLIGHT

DECODERS = ("greedy", "concept@16", "concept", "concept+channel", "self-consistency", "paraphrases")


def main() -> None:
    model, dtype, repeats, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    lm = misspoke.load(model, dtype=dtype, notice=lambda _: None)
    speaker = Speaker.of(lm)
    asked = [Asked(q.question, q.stem) for q in questions.load("atlas", n=count).questions]

    def answer(name: str) -> tuple[float, list[Decoded]]:
        start = time.perf_counter()
        jobs = (explore(by_name(name).decode(Desk.of(speaker, one))) for one in asked)
        found = list(run_jobs(lm, jobs, IN_FLIGHT))
        return time.perf_counter() - start, found

    answer("concept+channel")
    seconds: dict[str, list[float]] = {name: [] for name in DECODERS}
    rows: dict[str, list[Decoded]] = {}
    for _ in range(repeats):
        for name in DECODERS:
            took, rows[name] = answer(name)
            seconds[name].append(took / len(asked))
    for name in DECODERS:
        line = {
            "decoder": name,
            "seconds": seconds[name],
            "tokens": sum(one.forward_tokens for one in rows[name]) / len(asked),
            "beyond": sum(one.beyond_prompt for one in rows[name]) / len(asked),
        }
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
