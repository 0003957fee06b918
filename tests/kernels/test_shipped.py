"""Intermediate code that travels: any processor reads it; what is spoilt or of other sources is not read."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from sim.kernels.compiler import jit, shipped
from sim.kernels.compiler.versions import PLAIN
from tests.kernels.test_cache import KERNELS, SPOIL

pytestmark = pytest.mark.skipif(PLAIN, reason="the long way keeps numba's own files")

LOAD = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
import made_up_kernels
made_up_kernels.add_twice(np.ones(5), 3.0)
"""


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """What a process with another idea of its processor packed of a made-up module."""
    (tmp_path / "made_up_kernels.py").write_text(KERNELS, encoding="utf-8")
    told = {
        "NUMBA_CPU_NAME": "generic",
        "REROUTE_CACHE_DIR": str(tmp_path / "other"),
        shipped.PACK: str(tmp_path / "in"),
    }
    command = [sys.executable, "-c", LOAD, str(tmp_path)]
    subprocess.run(command, env=os.environ | told, check=True, timeout=300)
    return tmp_path / "in"


def compiled_here(folder: Path) -> int:
    """Compute with the made-up module from an empty cache; how many of its processes were compiled and not read."""
    from sim.kernels.compiler.linking import ProcessCompiler

    shutil.rmtree(jit.numba.config.CACHE_DIR, ignore_errors=True)
    before = ProcessCompiler.compiled
    spec = importlib.util.spec_from_file_location("made_up_kernels", folder / "made_up_kernels.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # what is read looks for its module by name
    try:
        spec.loader.exec_module(module)
        column = np.ones(5)
        module.add_twice(column, 3.0)
    finally:
        del sys.modules[spec.name]
    assert column.sum() == 35.0
    return ProcessCompiler.compiled - before


@pytest.mark.slow
def test_what_travels_is_read_on_any_processor_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: Path
) -> None:
    monkeypatch.setattr(jit.numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    assert compiled_here(tmp_path) == 1
    monkeypatch.setattr(shipped, "SHIPPED", packed)
    assert compiled_here(tmp_path) == 0
    whole = {path: path.read_bytes() for path in packed.rglob("*.nb[ic]")}
    assert len(whole) == 2
    for name, spoil in SPOIL.items():
        for path, data in whole.items():
            spoil(path)
            assert compiled_here(tmp_path) == 1, (name, path.suffix)
            path.write_bytes(data)
    assert compiled_here(tmp_path) == 0


@pytest.mark.slow
def test_what_was_made_of_other_sources_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: Path
) -> None:
    monkeypatch.setattr(jit.numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(shipped, "SHIPPED", packed)
    (folder,) = packed.iterdir()
    folder.rename(folder.with_name("cpython-299-0123456789"))
    assert compiled_here(tmp_path) == 1


@pytest.mark.slow
def test_a_wheel_holds_what_was_packed(tmp_path: Path, packed: Path) -> None:
    tree, root = tmp_path / "tree", Path(__file__).parents[2]
    tree.mkdir()
    for name in ("sim", "conf", "experiments"):
        shutil.copytree(root / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(root / name, tree)
    shutil.rmtree(tree / "sim/kernels/compiled", ignore_errors=True)
    shutil.copytree(packed, tree / "sim/kernels/compiled")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(tree)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    held = {name.removeprefix("sim/kernels/compiled/") for name in names if name.startswith("sim/kernels/compiled/")}
    assert held == {path.relative_to(packed).as_posix() for path in packed.rglob("*.nb[ic]")}
