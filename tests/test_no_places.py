"""The engine knows no world: what it says and what it calls things names no place of any shipped world."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from sim.about import first_world, shipped_worlds
from sim.paths import PACKAGE, data
from sim.world.countries import country_code, english_names

OF_THE_FIRST_WORLD = (
    "analysis/decisions/where_to_look.py",
    "analysis/patterns",
    "explorer",
    "report/figures/backtest.py",
    "report/figures/forecast.py",
    "report/fit/answers.py",
    "report/fit/validation.py",
    "report/policy/khorgos_hours.py",
    "report/policy/khunjerab_winter.py",
    "report/effects.py",
    "report/policy/targeting_runs.py",
    "reference.py",
)
"""What asks about the first world alone: its patterns, its levers and its studies."""

OF_ENGLISH = ("report/words.py", "world/countries.py", "world/tables/parsing.py")
"""What knows names of countries as English has them, whatever the world."""

SHORTEST = 4
NO_NAMES = frozenset({"port", "rail", "road"})
"""Words in brackets behind the names of crossings that are no names."""

EXAMPLE = re.compile(r"^\s*>>> .*(\n.*\S.*)*", re.MULTILINE)
"""An example in a docstring, with its answer."""


def names_of_places() -> frozenset[str]:
    """Ids and names of places, markets and countries of all shipped worlds, in small letters, blanks for `_`."""
    found = set(shipped_worlds()) | {"chinese"}
    for world in shipped_worlds():
        for table, column in (("places", "place"), ("markets", "market")):
            frame = pd.read_csv(data(world) / f"{table}.csv", dtype=str, keep_default_na=False)
            found |= {name.replace("_", " ") for name in frame[column]}
            found |= {part.strip().lower() for name in frame["name"] for part in re.split(r" / | \(|\)|,", name)}
            found |= {english_names()[country_code(word)].lower() for word in frame["country"]}
    return frozenset(name for name in found if len(name) >= SHORTEST) - NO_NAMES


NAMES = names_of_places()
ANY = re.compile(rf"(?<![a-z])({'|'.join(sorted(map(re.escape, NAMES), key=len, reverse=True))})(?![a-z])")


def said(text: str) -> Iterator[str]:
    """Names and texts of a module, without the examples of its docstrings."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield EXAMPLE.sub("", node.value)
        for key in ("id", "attr", "name", "arg"):
            if isinstance(word := getattr(node, key, None), str):
                yield word


def places_in(path: Path) -> set[str]:
    return {match[1] for text in said(path.read_text(encoding="utf-8")) for match in ANY.finditer(folded(text))}


def folded(text: str) -> str:
    return text.lower().replace("_", " ")


def sources() -> list[Path]:
    files = (path for path in sorted(PACKAGE.rglob("*.py")))
    return [
        path
        for path in files
        if not path.relative_to(PACKAGE).as_posix().startswith((*OF_THE_FIRST_WORLD, *OF_ENGLISH))
    ]


def test_the_engine_names_no_place():
    found = {path.relative_to(PACKAGE).as_posix(): places_in(path) for path in sources()}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("name", OF_THE_FIRST_WORLD)
def test_what_is_of_the_first_world_does_name_one(name):
    path = PACKAGE / name
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    assert any(places_in(file) for file in files)


def test_places_are_found_in_names_texts_and_keys():
    assert {"china", first_world()} <= NAMES
    code = f'"""Of {first_world()}.\n\n>>> f("kashgar")\n"""\nKHORGOS_ROAD = x.malaysia\nf(urumqi="at_bakhty")\n'
    found = {match[1] for text in said(code) for match in ANY.finditer(folded(text))}
    assert found == {first_world(), "khorgos road", "malaysia", "urumqi", "bakhty"}
