"""The other versions of Python that are supported, where they are installed: the same numbers to the last digit."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sim.reproduce import find

CHECKOUT = Path(__file__).parents[1]
RESULT = CHECKOUT / "results" / "own_world"


@pytest.mark.thorough
@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_a_committed_result_is_the_same_under_another_python(version, tmp_path):
    """From the lock: every file is held against its hash before it is installed."""
    python = shutil.which(f"python{version}")
    if (
        not python
        or subprocess.run([python, "-c", "import venv, ensurepip"], check=False, capture_output=True).returncode
    ):
        pytest.skip(f"Python {version} is not installed")
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True)
    other = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    lock = ["--require-hashes", "--requirement", CHECKOUT / "lock.txt"]
    subprocess.run([other, "-m", "pip", "install", "--quiet", *lock], check=True)
    own = {"PYTHONPATH": str(CHECKOUT), "REROUTE_CACHE_DIR": str(tmp_path / "cache")}

    def reroute(*words: str) -> str:
        done = subprocess.run(
            [other, "-m", "sim", *words],
            check=False,
            cwd=tmp_path,
            env=os.environ | own,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    reroute("new", "world=valley")
    shutil.copytree(RESULT, tmp_path / "results" / RESULT.name)
    told = reroute("reproduce", f"reproduce.signature={find(tmp_path / 'results', '').signature!r}")
    assert "Reproduced: every number is the same." in told
