"""The decoders by name: all are told of, all answer, and each says what it is made of."""

from pathlib import Path

import pytest
from tables import QUESTION, model
from typer.main import get_command

from misspoke.cli.app import app
from misspoke.decoding.catalogue import DECODERS, by_name, chosen
from misspoke.decoding.decode import decode
from misspoke.records import UserError
from misspoke.records.decoding import Asked

DOCS = Path(__file__).parents[2] / "docs"


def test_every_name_is_told_of() -> None:
    options = get_command(app).commands["decode"].params  # type: ignore[attr-defined]
    help_text = next(option.help for option in options if option.name == "decoders")
    told = help_text.split(": ", 1)[1].split("; ")[0].split(", ")
    assert told == list(DECODERS)
    page = (DOCS / "decoding.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in DECODERS)


@pytest.mark.parametrize("name", DECODERS)
def test_every_decoder_says_what_is_certain(name: str) -> None:
    found = decode(model({(): {" Paris": 1.0}}), Asked(QUESTION), by_name(name))
    assert found.answer == "Paris"
    assert found.belief.upper == pytest.approx(1.0)
    assert not found.changed_from_greedy


@pytest.mark.parametrize("name", DECODERS)
def test_every_decoder_answers_a_model_that_ends_at_once(name: str) -> None:
    found = decode(model({}), Asked(QUESTION), by_name(name))
    assert found.answer == ""


@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder_is_told_apart_by_its_parts(name: str) -> None:
    assert by_name(name).name == name
    assert repr(by_name(name)) == repr(by_name(name))
    assert "0x" not in repr(by_name(name))  # no address: the text stands in manifests


def test_all_are_chosen_with_greedy_first_and_abstain_together() -> None:
    assert [one.name for one in chosen("all")] == list(DECODERS)
    assert [one.name for one in chosen("concept, asc")] == ["greedy", "concept", "asc"]
    assert [one.name for one in chosen("asc,asc", abstain=0.3)] == ["greedy", "asc ≥ 0.3"]


def test_an_unknown_name_gets_a_hint() -> None:
    with pytest.raises(UserError, match=r"concpt: no such decoder; did you mean concept\?"):
        chosen("greedy,concpt")
    with pytest.raises(UserError, match="xyz: no such decoder; known are greedy, "):
        chosen("xyz")


def test_a_missing_nli_model_is_found_out_at_once(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be loaded as an NLI model"):
        chosen("concept", nli=str(tmp_path / "none"))
