"""What was known at an origin: drivers with a prior of that day, and the regime and world without what came later.

The rules stand in `docs/decisions/backtest.md`.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import yaml

from sim.analysis.patterns.worlds import HAPPENED
from sim.calibration.factors import Factor
from sim.parameters import LEVEL
from sim.policy.language.measures import EVENTS, Measure, Regime
from sim.store.files import write_text
from sim.world.tables.parsing import read_text
from sim.world.tables.read import find_world, read_tables
from sim.world.tables.schema import TABLES

DEMAND = "demand"
RANGES = {DEMAND: (0.05, 2.0)}
OF_COSTS = (0.002, 0.1)
"""Size of the level of a driver of demand (log of a factor), and of any other (share of value)."""

NO_END = "2199-12-31"
ASSUMED = "assumed"
DATED = ("crossings", "calendars", "background")
"""Tables of a world with rows that begin on a day, or in a year."""


class Driver(NamedTuple):
    """A driver of which only the sign is known: its level has that sign, and a size between `low` and `high`."""

    name: str
    sign: float
    low: float
    high: float

    @property
    def factor(self) -> Factor:
        """Its size as a factor, spread evenly over the logarithm."""
        return Factor(LEVEL + self.name, self.low, self.high, by_factor=True)

    @property
    def change(self) -> dict[str, float]:
        """What a regime says of its level."""
        low, high = sorted((self.sign * self.low, self.sign * self.high))
        return {"level": self.sign * math.sqrt(self.low * self.high), "low": low, "high": high}


def drivers_of(regime: Regime, end: date) -> list[Driver]:
    """List what nobody decides and has an uncertain level, of what begins by a day.

    Parameters
    ----------
    regime : Regime
        The world as it happened.
    end : date
        Last day of the runs.
    """
    return [
        Driver(each.name, math.copysign(1.0, each.level), *RANGES.get(each.instrument.name, OF_COSTS))
        for each in regime.measures
        if each.sender == (EVENTS,) and each.has_range and each.start is not None and each.start <= end
    ]


def signed(drawn: pd.DataFrame, drivers: Sequence[Driver]) -> pd.DataFrame:
    """Give sizes of drivers their signs: a table of draws as a study takes it."""
    return drawn.assign(**{each.factor.name: each.sign * drawn[each.factor.name] for each in drivers})


def write_happened(folder: Path, drivers: Sequence[Driver]) -> Path:
    """Write the world as it happened, with the wide prior of its drivers.

    Parameters
    ----------
    folder : Path
        Made if missing; the file keeps the name of the regime.
    drivers : sequence of Driver

    Returns
    -------
    Path
    """
    return _write(folder, "As it happened, levels of drivers as open as their sign.", [], _changes(drivers))


def write_known(folder: Path, regime: Regime, drivers: Sequence[Driver], origin: date, world: str) -> Path:
    """Write the regime without what came after an origin and was not announced by it.

    Parameters
    ----------
    folder : Path
        Made if missing.
    regime : Regime
        The world as it happened.
    drivers : sequence of Driver
        With a prior.
    origin : date
        Last day that is known.
    world : str
        Name or path of the world whose tables date changes.

    Returns
    -------
    Path
        Of the regime. What was in force at the origin goes on, and lists of entities do not grow.
    """
    gone = later(regime, origin, world)
    changes: dict[str, dict[str, Any]] = _changes([each for each in drivers if each.name not in gone])
    for each in regime.measures:
        if each.name in gone:
            continue
        if each.end is not None and each.end > origin:
            changes.setdefault(each.name, {})["end"] = NO_END
        if each.schedule and each.schedule[-1][0] > origin:
            told = [{"from": day.isoformat(), "entities": int(many)} for day, many in each.schedule if day <= origin]
            changes.setdefault(each.name, {})["schedule"] = told
    return _write(folder, f"What was known at the end of {origin}.", gone, changes)


def later(regime: Regime, origin: date, world: str) -> list[str]:
    """Name the measures that began after an origin and were not announced by it, or were written down in hindsight.

    Parameters
    ----------
    regime : Regime
    origin : date
    world : str
        Name or path of the world whose tables date changes.
    """
    known = _causes_known(world, origin)
    return [each.name for each in regime.measures if _is_later(each, origin, known)]


def world_known(folder: Path, world: str, origin: date) -> Path:
    """Copy a world without rows that begin after an origin and were not announced by it.

    Parameters
    ----------
    folder : Path
        Made if missing; the copy lies in it under the name of the world.
    world : str
        Name or path.
    origin : date
        Last day that is known.

    Returns
    -------
    Path
        Of the copy. Of the calendar only rows with a cause are left out: holidays are known beforehand.
    """
    source = find_world(world)
    copy = folder / source.name
    shutil.copytree(source, copy, copy_function=shutil.copyfile, dirs_exist_ok=True)
    typed, known = read_tables(source), _causes_known(world, origin)
    for name in DATED:
        table = next(each for each in TABLES if each.name == name)
        text, _ = read_text(source, table)
        rows = getattr(typed, name)
        gone = _begins_later(rows, origin)
        if "cause" in rows:  # rows of a cause that no measure has any more do nothing
            gone &= rows["cause"].isin([*known, *(("",) if "open_share" not in rows else ())])
        text[~gone.to_numpy()].to_csv(copy / table.file, index=False, encoding="utf-8", lineterminator="\n")
    return copy


def _begins_later(table: pd.DataFrame, origin: date) -> pd.Series:
    """Say which rows begin after an origin and were not announced by it."""
    if "year" in table:
        return table["year"] > origin.year
    told = table["announced"].where(table["announced"].notna(), table["from_date"])
    return (table["from_date"] > origin) & (told > origin)


def _causes_known(world: str, origin: date) -> set[str]:
    """Name the causes that some row known at an origin has."""
    tables = read_tables(find_world(world))
    dated = (tables.crossings, tables.calendars)
    return {cause for each in dated for cause in each["cause"][~_begins_later(each, origin)]} - {""}


def _is_later(measure: Measure, origin: date, known: set[str]) -> bool:
    """Tell whether a measure was not known at an origin."""
    if measure.cause:
        return measure.cause not in known
    in_hindsight = measure.sender == (EVENTS,) and measure.source == ASSUMED
    return in_hindsight or ((measure.start or date.min) > origin and (measure.announced or date.max) > origin)


def _changes(drivers: Sequence[Driver]) -> dict[str, dict[str, Any]]:
    """Say what changes in each driver."""
    return {each.name: each.change for each in drivers}


def _write(folder: Path, purpose: str, gone: Sequence[str], changes: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write a regime that stands on the one that happened, under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    said = {"purpose": purpose, "background": "adds", "include": HAPPENED}
    said |= {"without": list(gone)} if gone else {}
    said |= {"change": {name: dict(each) for name, each in changes.items()}} if changes else {}
    path = folder / f"{HAPPENED}.yaml"
    write_text(path, yaml.safe_dump(said, sort_keys=False))
    return path
