"""Draws docs/decoders-*.svg anew from the contests stored in runs/results, without a model.

Run `make pictures`, or this file; docs/results.md, which shows them, is left as it is.
"""

import argparse
import sys
from pathlib import Path

from contests import MATCHES, stem, write_picture
from jobs import CONTEST_N

from misspoke.contests import open_contest
from misspoke.records import MisspokeError

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Draw the picture of each finished contest; the exit status is 1 if one cannot be read."""
    parser = argparse.ArgumentParser(description="Draw the pictures of docs/results.md anew.")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs/results")
    parser.add_argument("--output", type=Path, default=ROOT / "docs")
    given = parser.parse_args()
    try:
        for match in MATCHES:
            folder = given.runs / f"{stem(match)}-{match.times * CONTEST_N}"
            path = given.output / f"{stem(match)}.svg"
            write_picture(open_contest(folder).verdicts(), path)
            print(path)
    except MisspokeError as error:
        print(f"draw_pictures: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
