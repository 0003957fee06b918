"""Published figures in the units of the model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from sim.analysis.periods import Dates
from sim.constants import YUAN_PER_USD

YUAN_PER_USD_OF_YEAR = {2021: 6.45, 2022: 6.73, 2023: YUAN_PER_USD, 2024: 7.12}
"""Yearly averages, by which dollars of the day become yuan again; other years are left out."""

YEAR_OF_RATE = 2023
"""Year whose rate the model counts in; values that customs tell are no trade records, and stay as they are."""

EXPORTS_TO, STOPPED = "exports_to_", "stopped"
OF_ORIGINS = "stopped_value_cumulated_by_declared_origin"
UNITS_OF_MONEY = ("bn_yuan", "mn_yuan", "bn_usd", "musd")


def observed_trade(observed: pd.DataFrame, months: Sequence[str]) -> pd.DataFrame:
    """Find published registered trade by year and subject, as a mean of its months.

    Sources print cumulated periods (two months, a quarter, ten months ...). Of each year and subject the longest period
    that begins in January is kept, and of equally long ones the first in the table, so that nothing is shown twice.

    Parameters
    ----------
    observed : DataFrame
        Table `observed` of a world.
    months : sequence of str
        `YYYY-MM`; periods outside are left out.

    Returns
    -------
    DataFrame
        `subject, from_month, to_month, musd_per_month` (million dollars at the rate of 2023), `source`.
    """
    rows = observed[
        (observed["quantity"] == "registered_trade")
        & (observed["commodity"] == "*")
        & (observed["direction"] == "both")
        & observed["unit"].isin(UNITS_OF_MONEY)
    ]
    frame = _means_of_periods(rows, months)
    return frame[frame["from_month"].str.endswith("-01")].reset_index(drop=True)


def observed_at_senders(observed: pd.DataFrame, months: Sequence[str], senders: Sequence[str]) -> pd.DataFrame:
    """Find published exports to senders, and the value that their customs stopped, as means of months.

    Parameters
    ----------
    observed : DataFrame
        Table `observed` of a world.
    months : sequence of str
        `YYYY-MM`; periods outside are left out.
    senders : sequence of str
        Markets.

    Returns
    -------
    DataFrame
        As of `observed_trade`; the subject is a market with `EXPORTS_TO` before it, or `STOPPED`. Of periods that begin
        in one month the longest is kept.
    """
    of_all = (observed["commodity"] == "*") & observed["subject"].isin(senders) & observed["unit"].isin(UNITS_OF_MONEY)
    exports = observed[of_all & (observed["quantity"] == "registered_trade") & (observed["direction"] == "export")]
    stopped = observed[of_all & (observed["quantity"] == "stopped_value")]
    named = [exports.assign(subject=EXPORTS_TO + exports["subject"]), stopped.assign(subject=STOPPED)]
    return pd.concat([_means_of_periods(rows, months) for rows in named], ignore_index=True)


def _means_of_periods(rows: pd.DataFrame, months: Sequence[str]) -> pd.DataFrame:
    """Means by month of published periods: of those that begin in one month the longest, of equal ones the first."""
    begin, end = pd.to_datetime(rows["from_date"]), pd.to_datetime(rows["to_date"])
    frame = pd.DataFrame(
        {
            "subject": rows["subject"],
            "from_month": begin.dt.strftime("%Y-%m"),
            "to_month": end.dt.strftime("%Y-%m"),
            "number": [_months(*each) for each in zip(begin.dt.date, end.dt.date, strict=True)],
            "source": rows["source"],
        }
    )
    years = begin.dt.year.where(rows["quantity"] == "registered_trade", YEAR_OF_RATE)
    values = zip(rows["value"], rows["unit"], years, strict=True)
    frame["musd_per_month"] = [musd_of(*each) for each in values] / frame["number"]
    frame = frame[frame["musd_per_month"].notna()]
    frame = frame[frame["from_month"].isin(months) & frame["to_month"].isin(months)]
    frame = frame.sort_values("number", ascending=False, kind="stable").drop_duplicates(["subject", "from_month"])
    columns = ["subject", "from_month", "to_month", "musd_per_month", "source"]
    return frame.sort_values(["subject", "from_month"], ignore_index=True)[columns]


def observed_origins(observed: pd.DataFrame, months: Sequence[str]) -> pd.DataFrame:
    """Find published shares of detained value by declared origin.

    Parameters
    ----------
    observed : DataFrame
        Table `observed` of a world.
    months : sequence of str
        `YYYY-MM`; periods outside are left out.

    Returns
    -------
    DataFrame
        `subject, from_month, to_month, share, source`: value over that of all origins of the same period, of all goods.
    """
    rows = observed[(observed["quantity"] == OF_ORIGINS) & (observed["commodity"] == "*")]
    begin, end = (pd.to_datetime(rows[name]).dt.strftime("%Y-%m") for name in ("from_date", "to_date"))
    whole = rows["value"].groupby([rows["from_date"], rows["to_date"]]).transform("sum")
    frame = pd.DataFrame({"subject": rows["subject"], "from_month": begin, "to_month": end})
    frame = frame.assign(share=rows["value"].astype(float) / whole.astype(float), source=rows["source"])
    return frame[begin.isin(months) & end.isin(months)].reset_index(drop=True)


def _months(first: date, last: date) -> float:
    """Count the months of a period, a cut one by its days."""
    months = np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1).astype(str)
    dates = Dates(months, first, last)
    return float((dates.days / dates.calendar_days).sum())


def musd_of(value: float, unit: str, year: int) -> float:
    """Turn published trade into million dollars at the rate of 2023, in which the model counts.

    Parameters
    ----------
    value : float
    unit : str
        `bn_yuan`, `mn_yuan`, `bn_usd` or `musd`; dollars are those of the day.
    year : int
        Of the figure.

    Returns
    -------
    float
        NaN if the rate of the year is not known.
    """
    millions = float(value) * (1000.0 if unit.startswith("bn") else 1.0)
    if unit.endswith("yuan"):
        return millions / YUAN_PER_USD
    return millions * YUAN_PER_USD_OF_YEAR.get(year, float("nan")) / YUAN_PER_USD
