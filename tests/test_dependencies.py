"""What `pyproject.toml` asks for is what the package imports: no more, no less."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
APP = ROOT / "sim" / "explorer" / "app"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LAZY = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")


def plain(name: str) -> str:
    """Name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(*extras: str) -> set[str]:
    """Names of the distributions of the package itself or, if given, of its extras."""
    listed = PROJECT["dependencies"] if not extras else sum((PROJECT["optional-dependencies"][e] for e in extras), [])
    return {plain(re.match(r"[A-Za-z0-9._-]+", each)[0]) for each in listed}


def imported(tree: ast.AST, *, lazily: bool) -> set[str]:
    """Top names of what a module imports: at its head, or when it is asked for something; not for types alone."""
    later = (ast.FunctionDef, ast.If)  # `if TYPE_CHECKING`
    inside = {id(part) for each in ast.walk(tree) if isinstance(each, later) for part in ast.walk(each)}
    found = set()
    for each in ast.walk(tree):
        if (id(each) in inside) != lazily:
            continue
        if isinstance(each, ast.Import):
            found |= {alias.name for alias in each.names}
        elif isinstance(each, ast.ImportFrom) and not each.level:
            found.add(each.module or "")
        elif isinstance(each, ast.Constant) and lazily and isinstance(each.value, str) and LAZY.match(each.value):
            found.add(each.value)
    return {name.partition(".")[0] for name in found}


@cache
def trees(*, app: bool) -> list[ast.Module]:
    """Sources of the package and of the studies; or of the app, which Streamlit imports, and so only where it is."""
    files = [*(ROOT / "sim").rglob("*.py"), *(ROOT / "experiments").glob("*.py")]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in files if path.is_relative_to(APP) == app]


@cache
def distributions(*, lazily: bool, app: bool = False) -> set[str]:
    """Names of the distributions that hold what the package imports."""
    known = packages_distributions()
    names = {name for tree in trees(app=app) for name in imported(tree, lazily=lazily)}
    names -= {"sim", *sys.stdlib_module_names}
    return {plain(known[name][0]) for name in names if name in known}


def test_what_is_imported_is_asked_for() -> None:
    assert distributions(lazily=False) - asked_for() - {"llvmlite"} == set()  # numba brings its own llvmlite


def test_what_the_app_imports_its_extra_asks_for() -> None:
    assert distributions(lazily=False, app=True) - asked_for() - asked_for("explorer") == set()


def test_what_is_asked_for_is_imported() -> None:
    assert asked_for() - distributions(lazily=False) - distributions(lazily=True) == set()


def test_what_extras_ask_for_is_imported() -> None:
    extras = asked_for(*(set(PROJECT["optional-dependencies"]) - {"dev"}))
    app = distributions(lazily=False, app=True)
    assert extras - distributions(lazily=False) - distributions(lazily=True) - app == set()
