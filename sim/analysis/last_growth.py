"""The rival by which last growth continues, for published figures of trade that goes round.

What is known is what yearly figures of `observed.csv` say of the whole years before the first month of a figure: L is
the last of them, and growth g is trade of L over that of L - 1. Trade of a month of year y is then taken to be that of
L times g to the power y - L, and a figure is worked out of it as its source counts it, over the published trade of the
year of its base months. Where that year is not over (y itself), or base and period are not the same months of their
years, it says g to the power of the years between the middles of both. Growth of all goods stands for that of any
group of goods. Senders are the books that `books.csv` names for them; the first of their own exports and the partner's
imports that has all the years speaks. Of parts, gates, books and flows over hubs, and where a year is not published, it
says nothing. Of what comes back it says 0 where direct trade would not fall.

This was written down before it was scored.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

QUANTITIES = (("exports", "{sender}_to_{partner}"), ("partner_imports", "{partner}_from_{sender}"))
"""Whose books speak, and how they name a flow: the sender's first."""

PER_CENT, MONTHS = 100.0, 12

Yearly = Mapping[tuple[str, str, int], float]
"""Quantity, subject and year to the published flow."""


def yearly_flows(observed: pd.DataFrame) -> Yearly:
    """Find the published flows of whole years, all goods.

    Parameters
    ----------
    observed : DataFrame
        Table `observed` of a world.
    """
    first, last = pd.to_datetime(observed["from_date"]), pd.to_datetime(observed["to_date"])
    whole = (first.dt.strftime("%m-%d") == "01-01") & (last.dt.strftime("%m-%d") == "12-31")
    whole &= (first.dt.year == last.dt.year) & (observed["commodity"] == "*") & (observed["unit"] == "musd")
    kept = observed[whole]
    years = first[whole].dt.year
    return dict(
        zip(zip(kept["quantity"], kept["subject"], years, strict=True), kept["value"].astype(float), strict=True)
    )


def continued(figures: pd.DataFrame, flows: Yearly, books: Mapping[str, list[str]], target: str) -> pd.Series:
    """Say what each figure would be had the last growth gone on.

    Parameters
    ----------
    figures : DataFrame
        From `sim.analysis.roundabout.read_figures`.
    flows : mapping
        From `yearly_flows`.
    books : mapping
        From `sim.analysis.roundabout.read_books`.
    target : str
        Market that is sanctioned.

    Returns
    -------
    Series
        By figure, per cent; NaN where it says nothing.
    """
    return pd.Series(
        {row.figure: _said(row, flows, books.get(row.senders, []), target) for row in figures.itertuples(index=False)},
        dtype=np.float64,
    )


def _said(row, flows: Yearly, senders: list[str], target: str) -> float:
    if not row.base_from or not senders:
        return float("nan")
    partners = row.partners.split()
    if row.kind in ("change", "arrived", "level"):
        level = _sum(row, flows, senders, partners)
        return PER_CENT * (level[0] / level[1]) - (PER_CENT if row.kind != "level" else 0.0)
    if row.kind != "returned":
        return float("nan")
    hubs, direct = _sum(row, flows, senders, partners), _sum(row, flows, senders, [target])
    grown, lost = hubs[0] - hubs[1], direct[1] - direct[0]
    if np.isnan(grown + lost):
        return float("nan")
    return PER_CENT * grown / lost if lost > 0 else 0.0


def _sum(row, flows: Yearly, senders: list[str], partners: list[str]) -> tuple[float, float]:
    """Trade of the period and of the base, a year, summed over senders and partners; NaN where one is not known."""
    each = [_flow(row, flows, sender, partner) for sender in senders for partner in partners]
    return sum(now for now, _ in each), sum(base for _, base in each)


def _flow(row, flows: Yearly, sender: str, partner: str) -> tuple[float, float]:
    """Trade of one sender and partner in the period and in the base; by the first books that hold the years."""
    period, base = (pd.period_range(*ends, freq="M") for ends in _ends(row))
    last, year = period[0].year - 1, base[0].year
    same = len(period) >= len(base) and period[0].month == base[0].month and year <= last
    for quantity, subject in QUANTITIES:
        known = {
            at: flows.get((quantity, subject.format(sender=sender, partner=partner), at))
            for at in (last - 1, last, year if same else last)
        }
        if None in known.values():
            continue
        growth = known[last] / known[last - 1]
        if same:
            return known[last] * float(np.mean([growth ** (month.year - last) for month in period])), known[year]
        years = (_middle(period) - _middle(base)) / MONTHS
        return known[last] * growth**years, known[last]
    return float("nan"), float("nan")


def _ends(row) -> tuple[tuple[str, str], tuple[str, str]]:
    return (row.from_month, row.to_month), (row.base_from, row.base_to)


def _middle(months: pd.PeriodIndex) -> float:
    """Middle of a span of months, counted in months."""
    return float(np.mean([month.year * MONTHS + month.month for month in months]))
