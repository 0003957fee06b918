"""The house: short functions, short argument lists, and a week that says what it does."""

import ast
import re
from pathlib import Path

import pytest

from sim.kernels import week
from sim.stops import PROCESSES

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES, MOST_ARGUMENTS, MOST_OF_A_LEAF = 50, 8, 15
LEAF_LOOPS = {
    "weigh_slot",
    "find_excess",
    "choose_volumes",
    "grow_block",
    "fill_uniforms",
}
"""Loops over plain columns, which the compiler must know not to overlap: each column is an argument."""


def functions() -> list[ast.FunctionDef]:
    """All functions of the package, of the studies and of the tests."""
    files = [path for folder in ("sim", "experiments", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def lines_of(function: ast.FunctionDef) -> int:
    """Lines without the docstring."""
    told = function.body[0].end_lineno - function.body[0].lineno + 1 if ast.get_docstring(function) else 0
    return function.end_lineno - function.lineno + 1 - told


def arguments_of(function: ast.FunctionDef) -> int:
    """Count the arguments."""
    return len(function.args.posonlyargs + function.args.args + function.args.kwonlyargs)


@pytest.fixture(scope="module")
def house() -> list[ast.FunctionDef]:
    return functions()


def test_functions_are_short(house):
    assert {each.name: lines_of(each) for each in house if lines_of(each) > MOST_LINES} == {}


def test_functions_take_few_arguments_but_for_leaf_loops(house):
    many = {each.name: arguments_of(each) for each in house if arguments_of(each) > MOST_ARGUMENTS}
    assert set(many) == LEAF_LOOPS
    assert max(many.values()) <= MOST_OF_A_LEAF


def test_the_week_is_nine_calls_and_its_docstring_names_them_in_the_order_that_runs():
    tree = ast.parse(Path(week.__file__).read_text(encoding="utf-8"))
    run_week = next(each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "run_week")
    steps = {step.__name__ for step in week.STEPS}
    found = [each for each in ast.walk(run_week) if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call)]
    calls = [each.value.func.id for each in sorted(found, key=lambda each: each.lineno)]
    told = re.findall(r"^\d\. (\w+):", week.__doc__, re.MULTILINE)
    assert [name for name in calls if name in steps] == told
    assert ("", *told) == PROCESSES


ONE_SYSTEM = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
"""Modules that not every system has."""

OF_SOME = ("fork", "forkpty", "getuid", "geteuid", "killpg", "mkfifo", "setsid", "sched_getaffinity", "O_NONBLOCK")
"""What `os` offers on some systems: asked for before it is used."""


def written_for_one_system(text: str) -> list[str]:
    """List what a module takes that some system lacks, without a question whether it is there."""
    tree = ast.parse(text)
    taken = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    taken += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    found = [name for name in taken if name.partition(".")[0] in ONE_SYSTEM]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in OF_SOME and f'hasattr(os, "{node.attr}")' not in text:
            found.append(node.attr)
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.match(r"/(tmp|home|dev)/|fork$", node.value)
        ):
            found.append(node.value)
    return found


def test_the_package_is_written_for_every_system():
    files = [path for folder in ("sim", "experiments") for path in sorted((ROOT / folder).rglob("*.py"))]
    found = {str(path): written_for_one_system(path.read_text(encoding="utf-8")) for path in files}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "text", ["import fcntl", "import os\nos.fork()", "multiprocessing.get_context('fork')", "x = '/tmp/x'"]
)
def test_what_is_written_for_one_system_is_found(text):
    assert written_for_one_system(text)
