"""Words beside codes in tables that leave the program: what regimes, outcomes, markets and crossings are called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pandas as pd
import yaml

from sim.about import find_world, own_file
from sim.errors import InputError
from sim.outcomes.names import ALL, SUBJECT_JOINT, TOTAL
from sim.outcomes.outcomes import OUTCOMES
from sim.paths import shipped
from sim.results.told import title

Words = Mapping[str, Mapping[str, str]]
"""Kind of name to code to what it is called."""

KIND_OF = {
    "regime": "regime",
    "against": "regime",
    "outcome": "outcome",
    "quantity": "outcome",
    "subject": "subject",
    "commodity": "commodity",
}
"""Columns with codes, and the kind of name that they hold."""

SUFFIX = "_name"


def words_of(regimes: tuple[str, ...], settings: str) -> Words:
    """Collect what the codes of a study are called.

    Parameters
    ----------
    regimes
        Names.
    settings
        Of the study, as YAML: its regimes, which may be files of the user's, and its world.

    Returns
    -------
    Words
        Without the names of a world that is no longer there.
    """
    asked = yaml.safe_load(settings)
    return {
        "regime": {name: found for name, found in titles(regimes, asked).items() if found},
        "outcome": {each.name: each.title for each in OUTCOMES.values()},
        **_of_world(str(asked.get("world", ""))),
    }


def titles(regimes: tuple[str, ...], asked: Mapping[str, object]) -> dict[str, str]:
    """Read the titles of regimes from their files; empty where a file has none or is gone.

    Parameters
    ----------
    regimes
        Names.
    asked
        Settings of the study.
    """
    typed = map(str, asked.get("regimes", ()))
    files = {Path(each).stem: Path(each) for each in typed if each.endswith((".yaml", ".yml"))}
    library = _library(str(asked.get("world", "")))
    return {name: title(files.get(name, library / f"{name}.yaml")) for name in regimes}


def _library(world: str) -> Path:
    """Folder of the regimes of a world, or of those of `conf` where it is no longer there."""
    try:
        return own_file(find_world(world), "regime")
    except InputError:
        return shipped("conf") / "regime"


def _of_world(world: str) -> dict[str, dict[str, str]]:
    read = import_module("sim.world.tables.read")
    try:
        tables = read.read_tables(find_world(world))
    except InputError:
        return {}
    subjects = _named(tables.places, "place") | _named(tables.markets, "market") | tables.about.origins
    return {
        "subject": subjects | {TOTAL: "all"},
        "commodity": {ALL: "all goods"} | _named(tables.commodities, "commodity"),
    }


def _named(frame: pd.DataFrame, code: str) -> dict[str, str]:
    return dict(zip(frame[code], frame["name"], strict=True))


def with_words(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Put words beside codes: after each column of codes one of names, where names of its kind are known.

    Parameters
    ----------
    frame
        Any table.
    words
        As of `words_of`.

    Examples
    --------
    >>> table = pd.DataFrame({"subject": ["uae", "buyers/uae"], "mean": [1.0, 2.0]})
    >>> with_words(table, {"subject": {"uae": "United Arab Emirates"}})["subject_name"].tolist()
    ['United Arab Emirates', 'buyers, United Arab Emirates']
    """
    told = frame.copy()
    for column in [name for name in frame.columns if words.get(KIND_OF.get(name, ""))]:
        codes = frame[column].astype(str)
        names = {code: _called(code, words[KIND_OF[column]]) for code in codes.drop_duplicates()}
        told.insert(told.columns.get_loc(column) + 1, f"{column}{SUFFIX}", codes.map(names))
    return told


def _called(code: str, known: Mapping[str, str]) -> str:
    """Name a code, or each part of a pair of codes; one that has no name stays as it is."""
    if code in known:
        return known[code]
    return ", ".join(known.get(part, part) for part in code.split(SUBJECT_JOINT))
