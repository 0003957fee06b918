"""Money of tables in another unit: results are kept in million dollars, at the one rate at which yuan became dollars.

All figures in yuan were divided by `YUAN_PER_USD` when they were read, so multiplying by it gives back yuan, and growth
is growth in yuan.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from sim.constants import YUAN_PER_USD
from sim.errors import InputError, unknown

MUSD = "musd"
PER_MUSD = {"m_usd": 1.0, "bn_usd": 1e-3, "m_yuan": YUAN_PER_USD, "bn_yuan": 1e-3 * YUAN_PER_USD}
"""How much of each unit a million dollars is."""

NO_VALUES = ("runs", "relative", "relative_q05", "relative_q95", "detectable_relative", "variance_ratio", "draw", "run")
NO_VALUES += ("independent_runs", "year", "months", "open_months", "full", "closed", "share", "load")
"""Columns of numbers that are no amounts, whatever the unit of a row."""


def in_unit(frame: pd.DataFrame, unit: str, amounts: Iterable[str] = ()) -> pd.DataFrame:
    """Tell the money of a table in another unit; all else stays.

    Parameters
    ----------
    frame
        With a column `unit`, of which the rows in `musd` are converted; or without, and then columns with `musd` in
        their names are, and get the new unit into their names.
    unit
        Of `PER_MUSD`.
    amounts
        Further columns in million dollars, of a table without a column `unit`.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    InputError
        If there is no such unit, with the nearest.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit": ["musd a year", "days"], "mean": [1000.0, 2.0]})
    >>> in_unit(rows, "bn_yuan").to_dict("list")
    {'unit': ['bn yuan a year', 'days'], 'mean': [7.05, 2.0]}
    >>> in_unit(pd.DataFrame({"trade_musd": [1000.0], "load": [0.5]}), "bn_usd").to_dict("list")
    {'trade_bn_usd': [1.0], 'load': [0.5]}
    """
    factor = factor_of(unit)
    if unit == "m_usd":
        return frame
    told = unit.replace("_", " ")
    if "unit" in frame:
        is_money = frame["unit"].astype(str).str.startswith(MUSD)
        scale = is_money.map({True: factor, False: 1.0}).astype(float)
        values = {name: frame[name] * scale for name in _amounts(frame)}
        units = frame["unit"].astype(str).where(~is_money, frame["unit"].astype(str).str.replace(MUSD, told, n=1))
        return frame.assign(**values, unit=units)
    numbers = set(frame.select_dtypes("number").columns)
    named = {name: name.replace(MUSD, unit) for name in numbers if MUSD in name}
    scaled = {name: frame[name] * factor for name in numbers & {*named, *amounts}}
    return frame.assign(**scaled).rename(columns=named)


def factor_of(unit: str) -> float:
    """Give how much of a unit a million dollars is.

    Parameters
    ----------
    unit
        Of `PER_MUSD`.

    Raises
    ------
    InputError
        If there is no such unit, with the nearest.
    """
    if unit not in PER_MUSD:
        raise unknown("unit", unit, PER_MUSD)
    return PER_MUSD[unit]


def check_money(outcome: str, units: Iterable[str], unit: str) -> None:
    """Refuse to tell in money what is none.

    Parameters
    ----------
    outcome
        Its name.
    units
        Of its series.
    unit
        That was asked for.

    Raises
    ------
    InputError
        If the outcome is no money, or there is no such unit.
    """
    factor_of(unit)
    kept = next((each for each in units if not each.startswith(MUSD)), None)
    if kept is not None:
        raise InputError(f"unit={unit}: {outcome} is no money, it is told in {kept}.")


def _amounts(frame: pd.DataFrame) -> list[str]:
    numbers = frame.select_dtypes("number").columns
    return [name for name in numbers if name not in NO_VALUES]
