"""Patch files: written, read back, and refused line by line."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misspoke.records import UserError
from misspoke.runs.patch import PatchLine, read_patch, write_patch

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
lines = st.builds(
    PatchLine,
    ids=st.lists(texts, min_size=1, max_size=3),
    question=texts,
    joins=st.none() | texts,
    alias=texts.map(lambda text: f"a{text}"),
    prob=st.none() | st.floats(0, 3),
    would_be=st.lists(texts, max_size=2),
    accept=st.booleans(),
    reviewed=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(lines, max_size=4))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, given_: list[PatchLine]
) -> None:
    path = tmp_path_factory.mktemp("patch") / "patch.jsonl"
    write_patch(path, given_)
    patch = read_patch(path)
    assert [line for _, line in patch.lines] == given_
    assert patch.sha256 == sha256(path.read_bytes()).hexdigest()
    assert [line for _, line in patch.accepted] == [line for line in given_ if line.accept]


def test_a_line_of_ones_own_needs_only_ids_and_the_name(tmp_path: Path) -> None:
    path = tmp_path / "patch.jsonl"
    path.write_text('\n{"ids": ["q7"], "alias": "Gutenberg", "accept": true}\n\n')
    [(number, line)] = read_patch(path).accepted
    assert (number, line.ids, line.joins, line.alias) == (2, ["q7"], None, "Gutenberg")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("no json", "is no JSON"),
        ("[1]", "is no JSON object"),
        ('{"alias": "x"}', "'ids' is missing"),
        ('{"ids": ["q"]}', "'alias' is missing"),
        ('{"ids": [], "alias": "x"}', "'ids'"),
        ('{"ids": [7], "alias": "x"}', "'ids.0'"),
        ('{"ids": ["q"], "alias": "…"}', "without a letter, a digit or a symbol"),
        ('{"ids": ["q"], "alias": "\\ud800x"}', "half of a surrogate pair"),
        ('{"ids": ["q"], "alias": "x", "accept": "yes"}', "'accept'"),
        ('{"ids": ["q"], "alias": "x", "acept": true}', "'acept' is no field of a patch"),
        ('{"ids": ["q"], "alias": "x", "prob": NaN}', "'prob'"),
        ("[" * 100_000, "is n"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, bad: str, said: str) -> None:
    path = tmp_path / "patch.jsonl"
    path.write_text('{"ids": ["q"], "alias": "x"}\n' + bad + "\n")
    with pytest.raises(UserError) as raised:
        read_patch(path)
    text = str(raised.value)
    assert text.startswith(f"{path}:2: ")
    assert said in text
    assert text.endswith("mend the line or delete it") or "delete the line" in text
    assert "\n" not in text


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_patch(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"ids": ["q"], "alias": "\xe9"}')
    with pytest.raises(UserError, match="is not UTF-8"):
        read_patch(tmp_path / "latin.jsonl")


def test_a_line_separator_in_a_name_does_not_break_the_line(tmp_path: Path) -> None:
    path = tmp_path / "patch.jsonl"
    line = PatchLine(ids=["q"], alias="a\u2028b\x85c\x0bd\n\x1b[31m")
    write_patch(path, [line])
    assert [one for _, one in read_patch(path).lines] == [line]
    assert len(path.read_bytes().splitlines()) >= 1
    assert json.loads(path.read_text().split("\n")[0])["alias"] == line.alias
