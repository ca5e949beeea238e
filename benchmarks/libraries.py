"""misspoke against other libraries; writes their parts of the page.

    python -m benchmarks.libraries [--only peers,detectors] [OPTIONS OF THE PARTS]

All other options go to each part that is chosen: see `python -m benchmarks.peers --help`, and
`python -m benchmarks.detectors --help`. What only one part knows needs `--only`.
"""

import argparse
import sys
from collections.abc import Sequence

from benchmarks import detectors, peers
from misspoke.records import UserError

PARTS = {"peers": peers.main, "detectors": detectors.main}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures what is chosen; each part is written as soon as it is there."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.libraries", description=__doc__.split("\n")[0], allow_abbrev=False
    )
    parser.add_argument("--only", default="", help="parts, with commas: peers,detectors")
    chosen, options = parser.parse_known_args(arguments)
    wanted = [name for name in chosen.only.split(",") if name] or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        raise UserError(f"--only {unknown[0]}: no such part; known are {', '.join(PARTS)}")
    for name in wanted:
        PARTS[name](options)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UserError as error:
        sys.exit(f"bench-peers: {error}")
