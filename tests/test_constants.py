"""Constants that several rooms use are declared in one place."""

import ast
from functools import cache
from pathlib import Path

from sim import constants

PACKAGE = Path(constants.__file__).parent
LENGTHS_OF_A_YEAR = {365, 365.2425, 365.25, 52.18}


@cache
def trees() -> dict[str, ast.Module]:
    """Every other source of the package."""
    files = sorted(set(PACKAGE.rglob("*.py")) - {Path(constants.__file__)})
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def test_no_other_module_declares_one_of_them():
    names = {name for name in vars(constants) if name.isupper()}
    assert {"DAYS_PER_WEEK", "WEEKS_PER_YEAR", "YUAN_PER_USD", "USD_PER_MUSD", "SHUT", "LONGEST_WAIT_DAYS"} <= names
    again = {
        (file, node.id)
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in names
    }
    assert again == set()


def test_the_length_of_a_year_stands_nowhere_else():
    found = {
        (file, node.value)
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value in LENGTHS_OF_A_YEAR
    }
    assert found == set()
