"""Environments of the peers' own, under .venv-peers/: made once, re-used while the pins stand."""

import shlex
import subprocess
import venv
from hashlib import sha256
from pathlib import Path

from benchmarks.processes import ROOT, last_line
from misspoke.records import UserError

FOLDER = ROOT / ".venv-peers"


def peer_python(peer: str, pip_args: str) -> Path:
    """The Python of a peer's environment, in which it is installed.

    `pip_args` goes to pip. Raises UserError where the peer cannot be installed.
    """
    wanted = ROOT / "benchmarks" / "requirements" / f"{peer}.txt"
    constraints = ROOT / "constraints.txt"
    digest = sha256(wanted.read_bytes() + constraints.read_bytes()).hexdigest()
    place = FOLDER / peer
    stamp, python = place / ".installed", place / "bin" / "python"
    if stamp.is_file() and stamp.read_text() == digest:
        return python
    print(f"installing {peer} into {place.relative_to(ROOT)}", flush=True)
    if not python.exists():
        venv.create(place, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += [*shlex.split(pip_args), "--constraint", str(constraints)]
    for what in (["torch"], ["--requirement", str(wanted)]):
        done = subprocess.run([*pip, *what], capture_output=True, text=True, check=False)
        if done.returncode:
            raise UserError(
                f"{peer}: could not be installed ({last_line(done.stderr)}); check the connection "
                "and which index pip is set to, or give PIP_ARGS"
            )
    stamp.write_text(digest)
    return python
