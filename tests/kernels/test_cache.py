"""The cache of machine code: another folder for other sources, a temporary one where nothing can be written."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.kernels.compiler import jit, sources


@pytest.mark.parametrize(
    "name", ["kernels/rules.py", "kernels/numbers/numerics.py", "state/__init__.py", "constants.py"]
)
def test_an_edited_source_changes_the_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = sources.sources_digest()
    for room in ("kernels", "state", "outcomes"):
        shutil.copytree(sources.PACKAGE / room, tmp_path / room)
    shutil.copy(sources.PACKAGE / "constants.py", tmp_path)
    monkeypatch.setattr(sources, "PACKAGE", tmp_path)
    assert sources.sources_digest() == before
    edited = tmp_path / name
    edited.write_text(edited.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    assert sources.sources_digest() != before


def test_every_source_of_numbers_counts() -> None:
    found = set(sources.kernel_sources())
    rooms = ("kernels", "state", "outcomes")
    constants = sources.PACKAGE / "constants.py"
    assert found == {constants, *(path for room in rooms for path in (sources.PACKAGE / room).rglob("*.py"))}
    assert {"week.py", "rules.py", "numerics.py", "draws.py", "measures.py"} <= {path.name for path in found}


def test_a_switch_of_the_compiler_changes_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sources.sources_digest()
    monkeypatch.setattr(sources.numba.config, "BOUNDSCHECK", 1)
    assert sources.sources_digest() != before


def test_a_folder_that_cannot_be_made_is_replaced_by_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("REROUTE_CACHE_DIR", str(blocked))
    folder = jit.cache_folder()
    assert folder.is_dir()
    assert blocked not in folder.parents


def test_the_folder_is_named_by_the_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REROUTE_CACHE_DIR", str(tmp_path))
    assert jit.cache_folder() == tmp_path / sources.sources_digest()


KERNELS = """
import numpy as np
from sim.kernels.compiler.jit import kernel, process

@process
def add(column, amount):
    for i in range(column.size):
        column[i] += amount

@kernel
def add_twice(column, amount):
    add(column, amount)
    add(column, amount)
"""


def counted(folder: Path) -> tuple[float, int]:
    """Compile or read the kernels of a made-up module; what they compute, and how many were read."""
    path = folder / "made_up_kernels.py"
    if not path.exists():
        path.write_text(KERNELS, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("made_up_kernels", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    column = np.ones(5)
    module.add_twice(column, 3.0)
    return float(column.sum()), sum(module.add_twice.stats.cache_hits.values())


def flip(path: Path, share: float) -> None:
    data = bytearray(path.read_bytes())
    data[int(share * (len(data) - 1))] ^= 4
    path.write_bytes(data)


SPOIL: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "first bit": lambda path: flip(path, 0.0),
    "middle bit": lambda path: flip(path, 0.5),
    "last bit": lambda path: flip(path, 1.0),
    "other code": lambda path: path.write_bytes(b"cos\nsystem\n(S'exit 3'\ntR."),
}


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_machine_code_is_checked_before_it_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(jit.numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    assert counted(tmp_path) == (35.0, 0)
    assert counted(tmp_path) == (35.0, 1)
    files = sorted((tmp_path / "cache").rglob(f"*.{suffix}"))
    assert len(files) == 2
    for name, spoil in SPOIL.items():
        for path in files:
            spoil(path)
        assert counted(tmp_path) == (35.0, 0), name
        assert counted(tmp_path) == (35.0, 1), name


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jit.numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    counted(tmp_path)
    for path in (tmp_path / "cache").rglob("*.nb[ic]"):
        path.unlink()
        path.mkdir()
    assert counted(tmp_path) == (35.0, 0)
