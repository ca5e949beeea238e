"""The run folder: write it, go on with it, read it.

`open_run` locks a folder and takes rows, one at a time, into a journal; `RunWriter.finish` makes
`answers.parquet` of them; `load_run` reads it back. A process may be killed at any moment.
"""

from misspoke.runs.files import write_atomically
from misspoke.runs.folder import RunWriter, open_run
from misspoke.runs.manifest import JSON
from misspoke.runs.reading import Run, load_run
from misspoke.runs.schema import answers_schema, from_row, to_row

__all__ = [
    "JSON",
    "Run",
    "RunWriter",
    "answers_schema",
    "from_row",
    "load_run",
    "open_run",
    "to_row",
    "write_atomically",
]
