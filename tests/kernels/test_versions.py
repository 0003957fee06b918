"""The short way to compile is taken with tested versions of numba only, and nothing else reaches into numba."""

import ast
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.kernels.compiler import versions

INTERNAL = {
    f"sim.kernels.compiler.{name}" for name in ("shortcuts", "linking", "reference", "resolving", "shipped", "checked")
}
UNTESTED = "import numba; numba.__version__ = '0.99.1'\n"
IMPORT = (
    "import sys, sim.kernels.rules\n"
    "from sim.kernels.compiler.versions import PLAIN\n"
    "print(PLAIN, sorted(name for name in sys.modules if name.startswith('sim.kernels.compiler.')))"
)


@pytest.mark.parametrize(
    ("number", "wish", "plain"),
    [
        ("0.68.0", None, False),
        ("0.68.1", "", False),
        ("0.68.0rc1", None, False),
        ("0.67.0", None, True),
        ("0.69.0", None, True),
        ("0.69.0dev0+12.gabc", None, True),
        ("0.680.0", None, True),
        ("1.0", None, True),
        ("unknown", None, True),
        ("0.68.1", "1", True),
        ("0.99.0", "0", False),
    ],
)
def test_the_way_is_chosen_by_version_and_wish(number: str, wish: str | None, plain: bool) -> None:
    assert versions.is_plain(number, wish) is plain


def test_the_pinned_version_is_tested() -> None:
    assert versions.is_tested(version("numba"))


def imported(code: str, **environment: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if name != versions.SWITCH}
    return subprocess.run(
        [sys.executable, "-c", code], env=clean | environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_an_untested_version_is_told_once_and_leaves_the_internals_alone() -> None:
    answer = imported(UNTESTED + IMPORT)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr.count("\n") == 1
    assert "numba 0.99.1 is not among the tested versions (0.68)" in answer.stderr
    assert answer.stdout.startswith("True ")
    assert not any(name in answer.stdout for name in INTERNAL)


@pytest.mark.parametrize("wish", ["0", "1"])
def test_who_has_chosen_is_told_nothing(wish: str) -> None:
    answer = imported(UNTESTED + IMPORT, **{versions.SWITCH: wish})
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(f"{wish == '1'} ")


def test_workers_say_nothing_again() -> None:
    code = (
        UNTESTED + "import multiprocessing, sim.kernels.rules\n"
        "with multiprocessing.get_context('fork').Pool(1) as pool:\n"
        "    pool.apply(exec, ('import importlib, sim.kernels.compiler.versions as v; importlib.reload(v)',))"
    )
    answer = imported(code)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr.count("not among the tested versions") == 1


def test_another_word_is_refused() -> None:
    with pytest.raises(InputError, match="REROUTE_PLAIN_NUMBA is 'yes': write 1"):
        versions.is_plain("0.68.1", "yes")


@pytest.mark.slow
def test_the_command_line_refuses_it_in_one_sentence(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "sim", "run", "design.runs=1", f"results_dir={tmp_path}"],
        env=os.environ | {versions.SWITCH: "yes"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert answer.returncode == 2
    assert "REROUTE_PLAIN_NUMBA is 'yes'" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_only_the_short_way_imports_what_numba_does_not_promise() -> None:
    """All else knows numba itself and `numba.extending`."""
    package = Path(versions.__file__).parents[2]
    reaching = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.startswith(("numba.core", "llvmlite")) for name in names):
                reaching.add(".".join(("sim", *path.relative_to(package).with_suffix("").parts)))
    assert reaching == INTERNAL
