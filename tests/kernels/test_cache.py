"""The cache of machine code: another folder for other sources, a temporary one where nothing can be written."""

import shutil
from pathlib import Path

import pytest

from sim.kernels.compiler import jit


@pytest.mark.parametrize(
    "name", ["kernels/rules.py", "kernels/numbers/numerics.py", "state/__init__.py", "constants.py"]
)
def test_an_edited_source_changes_the_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = jit.sources_digest()
    for room in ("kernels", "state", "outcomes"):
        shutil.copytree(jit.PACKAGE / room, tmp_path / room)
    shutil.copy(jit.PACKAGE / "constants.py", tmp_path)
    monkeypatch.setattr(jit, "PACKAGE", tmp_path)
    assert jit.sources_digest() == before
    edited = tmp_path / name
    edited.write_text(edited.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    assert jit.sources_digest() != before


def test_every_source_of_numbers_counts() -> None:
    sources = set(jit.kernel_sources())
    rooms = ("kernels", "state", "outcomes")
    constants = jit.PACKAGE / "constants.py"
    assert sources == {constants, *(path for room in rooms for path in (jit.PACKAGE / room).rglob("*.py"))}
    assert {"week.py", "rules.py", "numerics.py", "draws.py", "measures.py"} <= {path.name for path in sources}


def test_a_switch_of_the_compiler_changes_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = jit.sources_digest()
    monkeypatch.setattr(jit.numba.config, "BOUNDSCHECK", 1)
    assert jit.sources_digest() != before


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
    assert jit.cache_folder() == tmp_path / jit.sources_digest()
