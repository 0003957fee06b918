import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.paths import PACKAGE, shipped

FIND = "from sim.paths import shipped; print(shipped('conf'))"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Folder of an installed package: the modules that find folders, and a stray conf/ beside them."""
    package = tmp_path / "site" / "sim"
    package.mkdir(parents=True)
    for name in ("__init__.py", "paths.py", "errors.py"):
        shutil.copy(PACKAGE / name, package / name)
    add_conf(package.parent)
    return package.parent


def add_conf(folder: Path) -> None:
    (folder / "conf").mkdir()
    (folder / "conf" / "README.md").write_text("a folder of settings", encoding="utf-8")


def find(site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", FIND], cwd=site, capture_output=True, text=True, check=False)


def test_this_checkout_has_both_folders() -> None:
    assert [shipped(name) for name in ("conf", "experiments")] == [
        PACKAGE.parent / "conf",
        PACKAGE.parent / "experiments",
    ]


def test_a_stray_folder_is_not_taken(site: Path) -> None:
    answer = find(site)
    assert answer.returncode == 1
    assert "installed without its folder 'conf'" in answer.stderr


def test_a_checkout_is_known_by_its_project_file(site: Path) -> None:
    (site / "pyproject.toml").touch()
    assert find(site).stdout.strip() == str(site / "conf")


def test_the_packaged_copy_comes_first(site: Path) -> None:
    (site / "pyproject.toml").touch()
    add_conf(site / "sim")
    assert find(site).stdout.strip() == str(site / "sim" / "conf")


def test_a_study_has_one_import_name() -> None:
    import sim.experiments.compare_regimes as study

    assert Path(study.__file__) == shipped("experiments") / "compare_regimes.py"
