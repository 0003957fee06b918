"""Hydra's `--multirun` over two keys: a study a job, all in one store."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small import SETTINGS

pytestmark = pytest.mark.slow


def run(folder: Path, *words: str) -> list[str]:
    """Run the command; return what it says on the way."""
    settings = [*SETTINGS, "regimes=[none]", "design.runs=4", "observe=totals", f"results_dir={folder}"]
    command = [sys.executable, "-m", "sim", "--multirun", *settings, *words]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return answer.stderr.splitlines()


def studies(folder: Path) -> dict[tuple[float, int], tuple[str, str]]:
    """Value of the parameter and seed of each study, to its signature and when it was written."""
    found = {}
    for path in folder.glob("compare_regimes/runs/*/manifest.json"):
        told = json.loads(path.read_text())
        theta = (path.parent / "draws.csv").read_text().splitlines()[1].split(",")[1]
        found[float(theta), told["seed"]] = told["signature"], path.stat().st_mtime_ns
    return found


def test_each_job_is_a_study_and_finished_ones_are_not_done_again(tmp_path):
    told = run(tmp_path, "behaviour.theta_market=4,8", "design.seed=1,2")
    jobs = [line for line in told if "behaviour.theta_market=" in line]
    assert [line.split()[-2:] for line in jobs] == [
        [f"behaviour.theta_market={theta}", f"design.seed={seed}"] for theta in (4, 8) for seed in (1, 2)
    ]
    first = studies(tmp_path)
    assert first.keys() == {(4, 1), (4, 2), (8, 1), (8, 2)}
    assert len(set(first.values())) == 4
    batches = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    again = run(tmp_path, "behaviour.theta_market=4,8", "design.seed=2")
    assert [line for line in again if " runs" in line] == 2 * ["reroute: All 4 runs are stored: nothing to compute."]
    assert studies(tmp_path) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")} == batches
