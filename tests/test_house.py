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
