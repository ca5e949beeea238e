"""`misspoke models` and `misspoke questions`: what is there by name."""

from misspoke.cli import options
from misspoke.cli.console import show, show_json


def models(as_json: options.Json = False) -> None:
    """List the models that are known by name, with size and licence."""
    from misspoke.lm.catalogue import CATALOGUE, DEFAULT

    rows = [
        {
            "name": entry.name,
            "default": entry.name == DEFAULT,
            "kind": entry.kind,
            "download": entry.size,
            "licence": entry.licence,
            "description": entry.description,
        }
        for entry in CATALOGUE.values()
    ]
    if as_json:
        show_json({"models": rows})
        return
    from rich.table import Table

    table = Table(box=None)
    table.add_column("name", no_wrap=True)  # it is there to be copied
    for heading in ("kind", "download", "licence", "description"):
        table.add_column(heading, overflow="fold")
    for entry in CATALOGUE.values():
        size = f"{entry.size / 1e6:.0f} MB"
        description = entry.description + (" (the default)" if entry.name == DEFAULT else "")
        table.add_row(entry.name, entry.kind, size, entry.licence, description)
    show(table, "Also: a Hugging Face id, a folder with safetensors, or a .gguf file.")


def questions(as_json: options.Json = False) -> None:
    """List the bundled question sets."""
    from dataclasses import asdict

    from misspoke.questions import available

    found = available()
    if as_json:
        show_json({"questions": [asdict(info) for info in found]})
        return
    from rich.table import Table

    table = Table("name", "version", "questions", "relations", "licence", "description", box=None)
    for info in found:
        relations = ", ".join(info.relations)
        numbers = str(info.version), str(info.rows)
        table.add_row(info.name, *numbers, relations, info.licence, info.description)
    show(table, "Also: a .jsonl, .json, .csv, .tsv or .parquet file with question and answers.")
