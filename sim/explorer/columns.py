"""What of a setting is in force in a month or a year: the columns that emulators are fitted on.

A date is a poor input: nothing happens before it, and much soon after. So an emulator of a year is not told when a
ban starts, but which part of the year it is in force, and for how long it has been by then; everything that only bans
make matter (goods, inspections, tracing, pressure) counts only as far as some ban is in force. The page works these
columns out by the same formulas (`page/templates/arithmetic.js`), and a test holds one against the other. An emulator
is linear in products of them, its **terms**.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.explorer.levers import LEVERS, MONTHS_A_YEAR, SENDERS

STARTS = {"us": "us_from", "eu": "allies_from", "others": "allies_from"}
LONGEST_AGE_YEARS = 3.0
"""From then on a ban counts as old."""

NO_TRACING, NO_PRESSURE = LEVERS["tracing"].low, LEVERS["pressure"].low
MOST_TRACING, MOST_PRESSURE = LEVERS["tracing"].high, LEVERS["pressure"].high


BEHIND = ("hours", "winter", "russia")
"""Columns of the background; all others are 0 while no ban is in force."""

SHARES, AGES, GOODS, HARD = SENDERS, ("age_us", "age_allies"), ("priority", "cotton"), ("inspections", "tracing")
TRIPLES = (SHARES, *((who, what, how) for who in (*SHARES, *AGES) for what in GOODS for how in HARD))
"""Products of three that matter: all who ban together, and who bans what how hard."""

Terms = tuple[tuple[int, ...], ...]
"""Products of columns, each by the places of its columns; none: the constant."""


class Slot(NamedTuple):
    """A year or a month: its name, and its first and last moment in months since the first month of the levers."""

    name: str
    begin: float
    end: float


def columns_of(settings: pd.DataFrame, slot: Slot) -> pd.DataFrame:
    """Say what is in force.

    Parameters
    ----------
    settings : pandas.DataFrame
        A row a setting, a column a lever.
    slot : Slot
        Year or month.

    Returns
    -------
    pandas.DataFrame
        The same rows. `us`, `eu`, `others`: part of the slot in which each bans; `us_at_all` and so on: whether it does
        at all; `begun`: logarithm of the largest of these parts, 0 where there is none. `age_us`, `age_allies`: how
        long by the middle of it, 0 to 1. `priority`, `cotton`, `inspections`, `tracing`, `pressed`, `pressure`: goods
        and enforcement, as far as some ban is in force. `hours`, `winter`, `russia`: the background.
    """
    # Arrays, not columns of the table: of one setting a table costs a hundred times what its numbers cost.
    put = {name: settings[name].to_numpy(np.float64) for name in LEVERS}
    shares = {name: put[name] * _share(put[STARTS[name]], slot) for name in SENDERS}
    some = np.maximum.reduce([*shares.values()])
    pressure = put["pressure"] - NO_PRESSURE
    found = {
        **shares,
        **{f"{name}_at_all": share > 0 for name, share in shares.items()},
        "begun": np.log2(np.where(some > 0, some, 1.0)),
        "age_us": put["us"] * _age(put["us_from"], slot),
        "age_allies": np.maximum(put["eu"], put["others"]) * _age(put["allies_from"], slot),
        "priority": some * (put["goods"] == 1.0),
        "cotton": some * (put["goods"] == 2.0),
        "inspections": some * np.log2(put["inspections"]),
        "tracing": some * (put["tracing"] - NO_TRACING) / (MOST_TRACING - NO_TRACING),
        "pressed": some * (pressure > 0),
        "pressure": some * pressure / (MOST_PRESSURE - NO_PRESSURE),
        "hours": put["hours"],
        "winter": put["winter"],
        "russia": np.log2(put["russia"]),
    }
    return pd.DataFrame(np.stack([*found.values()], axis=1).astype(np.float64), settings.index, list(found))


def behind_terms(columns: Sequence[str]) -> Terms:
    """Constant, slopes and products of the background alone."""
    own = [place for place, name in enumerate(columns) if name in BEHIND]
    return ((), *((each,) for each in own), *combinations_with_replacement(own, 2))


def ban_terms(columns: Sequence[str]) -> Terms:
    """Slopes and products with a ban among them, all of which are 0 while none is in force."""
    places = {name: place for place, name in enumerate(columns)}
    bans = [place for name, place in places.items() if name not in BEHIND]
    pairs = [each for each in combinations_with_replacement(range(len(columns)), 2) if {*each} & {*bans}]
    triples = [tuple(places[name] for name in each) for each in TRIPLES if {*each} <= {*columns}]
    return (*((each,) for each in bans), *pairs, *triples)


def products(values: NDArray[np.float64], terms: Terms) -> NDArray[np.float64]:
    """Multiply columns [rows, columns] to terms [rows, terms]."""
    found = np.ones((len(values), len(terms)))
    for length in {*map(len, terms)} - {0}:
        places = [place for place, each in enumerate(terms) if len(each) == length]
        found[:, places] = values[:, np.array([terms[place] for place in places])].prod(axis=2)
    return found


def in_force(settings: pd.DataFrame, slot: Slot) -> NDArray[np.bool_]:
    """Tell which settings have a ban in force at some time of the slot."""
    return bans_in(columns_of(settings, slot))


def bans_in(columns: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell the same of columns that are worked out."""
    return columns[list(SENDERS)].to_numpy().max(axis=1) > 0


def table_of(settings: Mapping[str, float] | list[Mapping[str, float]]) -> pd.DataFrame:
    """Put settings into a table, a row each, in the order of the levers."""
    rows = [settings] if isinstance(settings, Mapping) else settings
    return pd.DataFrame([{name: float(row[name]) for name in LEVERS} for row in rows])


def _share(start: NDArray[np.float64], slot: Slot) -> NDArray[np.float64]:
    """Part of a slot that lies after the start."""
    return ((slot.end - np.maximum(start, slot.begin)) / (slot.end - slot.begin)).clip(0.0, 1.0)


def _age(start: NDArray[np.float64], slot: Slot) -> NDArray[np.float64]:
    """Years from the start to the middle of the slot, as a share of the longest that counts."""
    years = ((slot.begin + slot.end) / 2.0 - start) / MONTHS_A_YEAR
    return (years / LONGEST_AGE_YEARS).clip(0.0, 1.0)
