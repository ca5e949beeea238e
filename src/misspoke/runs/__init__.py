"""The run folder: write it, go on with it, read it.

`open_run` locks a folder and takes rows, one at a time, into a journal; `RunWriter.finish` makes
`answers.parquet` of them; `load_run` reads a diagnosis back, `load_trials` a run of decoders, and
`load_probe` one of a probe. A process may be killed at any moment.
"""

from misspoke.runs.files import write_atomically
from misspoke.runs.folder import RunWriter, open_run, write_summary
from misspoke.runs.kinds import DECODERS, PROBES, kind, made_with, record_of
from misspoke.runs.manifest import JSON
from misspoke.runs.reading import Run, load_probe, load_run, load_trials
from misspoke.runs.schema import Row, answers_schema, from_row, to_row

__all__ = [
    "DECODERS",
    "JSON",
    "PROBES",
    "Row",
    "Run",
    "RunWriter",
    "answers_schema",
    "from_row",
    "kind",
    "load_probe",
    "load_run",
    "load_trials",
    "made_with",
    "open_run",
    "record_of",
    "to_row",
    "write_atomically",
    "write_summary",
]
