"""A study is a module and its settings: all else is read from the two folders."""

import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from sim.config import load
from sim.config.choices import groups, questions
from sim.paths import PACKAGE

pytestmark = pytest.mark.slow

ROOT = PACKAGE.parent
CACHES = os.environ.get("REROUTE_CACHE_DIR") or user_cache_path("reroute")
"""The copy has the sources of the checkout, and so its machine code."""

QUESTION = "What does a made-up study find?"
MODULE = f'''"""{QUESTION}

Nothing.
"""

from pathlib import Path

from sim.report import studies

LEVERS = "`firms`"
READ = "nothing"
MINUTES = "0"


def REPORT(results, world, regimes, config) -> Path:
    path = results.folder / "answer.md"
    path.write_text(f"Nothing of {{' and '.join(regime.name for regime in regimes)}}.", encoding="utf-8")
    return path


if __name__ == "__main__":
    studies.commit("made_up", REPORT)
'''
SETTINGS = (
    "# @package _global_\nslug: made_up\nregimes: [none, us_eu]\nend: 2021-01-31\nfirms: 200\ndesign: {runs: 2}\n"
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with a study more: a module and its settings, no other file touched."""
    folder = tmp_path_factory.mktemp("tree")
    for name in ("sim", "conf", "experiments"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "constraints.txt", "Makefile"):
        shutil.copy(ROOT / name, folder)
    (folder / "experiments" / "made_up.py").write_text(MODULE, encoding="utf-8")
    (folder / "conf" / "experiment" / "made_up.yaml").write_text(SETTINGS, encoding="utf-8")
    return folder


def answer(tree: Path, *words: str) -> str:
    """What a command says when it is given in the copy."""
    return subprocess.run(
        words,
        cwd=tree,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tree), "REROUTE_CACHE_DIR": str(CACHES)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_new_study_is_in_help(tree: Path) -> None:
    lines = answer(tree, sys.executable, "-m", "sim", "--help").splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines if line.split()[:1] == ["experiment=made_up"]] == [QUESTION]


def test_a_new_study_is_in_the_index(tree: Path) -> None:
    answer(tree, sys.executable, "-m", "sim.experiments")
    page = (tree / "experiments" / "README.md").read_text(encoding="utf-8")
    row = f"| `made_up` | {QUESTION} | `firms` | nothing | 0 | none yet |"
    assert row in page.splitlines()


def test_a_new_study_is_among_the_results(tree: Path) -> None:
    told = answer(tree, "make", "--dry-run", "results")
    studies = sorted([*(path.stem for path in (ROOT / "experiments").glob("[!_]*.py")), "made_up"])
    assert f"for study in {' '.join(studies)}; do" in told


@pytest.mark.thorough  # the copy compiles for itself: machine code is kept by path
def test_a_new_study_runs_by_its_name_and_writes_its_committed_copy(tree: Path) -> None:
    told = answer(tree, sys.executable, "-m", "sim", "experiment=made_up")
    assert told.startswith("The findings: ")
    assert not (tree / "results" / "made_up" / "answer.md").exists()
    answer(tree, sys.executable, "-m", "sim.experiments.made_up")
    assert (tree / "results" / "made_up" / "answer.md").read_text(encoding="utf-8") == "Nothing of none and us_eu."


def test_the_index_is_what_the_modules_say() -> None:
    index = import_module("sim.experiments.__main__").index()
    page = (ROOT / "experiments" / "README.md").read_text(encoding="utf-8")
    assert page.endswith(f"\n\n{index}"), "write it anew: python -m sim.experiments"


@pytest.mark.parametrize("name", questions())
def test_a_study_asks_a_question_has_settings_and_a_report(name: str) -> None:
    assert questions()[name].text.endswith("?")
    assert all(questions()[name])
    assert load([f"experiment={name}"]).slug == name
    assert callable(import_module(f"sim.experiments.{name}").REPORT)


def test_every_choice_of_a_study_has_a_module() -> None:
    assert set(groups()["experiment"]) == set(questions())
