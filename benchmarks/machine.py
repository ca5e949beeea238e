"""What a measurement was made on: the processor and the versions; no names, no paths."""

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from textwrap import fill

PACKAGES = ("misspoke", "torch", "transformers")


def facts() -> str:
    """A few lines: the processor, its cores, versions, and the day."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    day = datetime.now(UTC).date().isoformat()
    extras = ", ".join(kind for kind in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if has(kind))
    line = (
        f"{processor()} ({extras or platform.machine()}), {cores} cores; Python "
        f"{platform.python_version()}, {versions}; {day}."
    )
    return fill(line, 100, break_long_words=False, break_on_hyphens=False)


def processor() -> str:
    """The processor's model name."""
    found = re.search(r"^model name\s*:\s*(.+)$", _cpuinfo(), re.MULTILINE)
    return found.group(1) if found else platform.processor() or platform.machine()


def has(flag: str) -> bool:
    """Whether the processor lists a feature (Linux on x86; elsewhere it says nothing)."""
    return re.search(rf"^flags\s*:.*\b{flag}\b", _cpuinfo(), re.MULTILINE) is not None


def _cpuinfo() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text() if path.exists() else ""
