"""Writes docs/results.md: both bundled models on the bundled set and on public sets by path.

Run `make results DATA=/path/to/sets`, or this file with `--data`. Runs are stored, so that a second
call goes on where the first stopped, and only judges again what is finished.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from compared import together
from contests import MATCHES, Match, run_contests, write_pictures
from inquests import INQUESTS, Inquest, run_probes
from jobs import (
    BUNDLED_N,
    CONTEST_N,
    DTYPE,
    JOBS,
    PROBE_N,
    PROMPTS,
    PROMPTS_N,
    Job,
    N,
    Plan,
    run_all,
    to_stderr,
)
from judged import judged
from page import page

from misspoke.diagnosis import TAU
from misspoke.records import MisspokeError

ROOT = Path(__file__).parents[2]


def main(
    arguments: Sequence[str] | None = None,
    jobs: Sequence[Job] = JOBS,
    matches: Sequence[Match] = MATCHES,
    prompts: Sequence[Job] = PROMPTS,
    inquests: Sequence[Inquest] = INQUESTS,
) -> int:
    """Run what is not yet run, and write the page; the exit status is 1 if that failed."""
    given = _parser().parse_args(arguments)
    plan = Plan(
        data=given.data,
        runs=given.runs,
        n=given.n,
        bundled_n=given.bundled_n,
        contest_n=given.contest_n,
        prompts_n=given.prompts_n,
        dtype=given.dtype,
        probe_n=given.probe_n,
    )
    try:
        runs = run_all(plan, jobs, to_stderr)
        prompted = run_all(plan, prompts, to_stderr)
        tried = run_contests(plan, matches, to_stderr)
        probed = run_probes(plan, inquests, to_stderr)
        to_stderr("judging")
        every = [judged(job, run, TAU) for job, run in zip(jobs, runs, strict=True)]
        beside = together(jobs, runs), together(prompts, prompted)
        text = page(every, tried, *beside, probed, plan)
        given.output.write_text(text, encoding="utf-8", newline="\n")
        write_pictures(tried, given.output.parent)
    except MisspokeError as error:
        print(f"make_results: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"make_results: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("make_results: stopped; the same command goes on", file=sys.stderr)
        return 1
    print(given.output)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Run the models and write docs/results.md.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs/results")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/results.md")
    parser.add_argument(
        "-n", type=_count, default=N, help="questions of each public set; 0 for all"
    )
    parser.add_argument(
        "--bundled-n",
        type=_count,
        default=BUNDLED_N,
        help="questions of a bundled set; 0 for all",
    )
    parser.add_argument(
        "--contest-n",
        type=_count,
        default=CONTEST_N,
        help="questions of each contest of decoders; 0 for all",
    )
    parser.add_argument(
        "--prompts-n",
        type=_count,
        default=PROMPTS_N,
        help="questions asked with each prompt that is tried; 0 for all",
    )
    parser.add_argument(
        "--probe-n",
        type=_count,
        default=PROBE_N,
        help="questions of each probe for sycophancy or inconsistency; 0 for all",
    )
    parser.add_argument("--dtype", choices=("auto", "float32", "bfloat16"), default=DTYPE)
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("give 0 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
