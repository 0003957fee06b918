"""What is read off a run: each outcome's unit, how it adds up, and the shares made from it.

An outcome is either a **flow** (dollars, tonnes: months add up) or a **level** (days, prices, firms: months are
averaged). Values come as arrays [runs, months] of one series at a time: memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MONTHS_A_YEAR = 12
LEAKING_KINDS = ("relabelled", "embodied", "parcel")


@dataclass(frozen=True)
class Outcome:
    """An outcome that is observed every month.

    Attributes
    ----------
    name : str
        As in the stored series.
    title : str
        Plain words for tables and pictures.
    unit : str
        Unit of a month's value.
    is_flow : bool
        True if months add up to years; False if they are averaged.
    definition : str
        One sentence for the page.
    """

    name: str
    title: str
    unit: str
    is_flow: bool
    definition: str

    @property
    def unit_of_period(self) -> str:
        """Unit of a period's average: a year's for flows."""
        return f"{self.unit} a year" if self.is_flow else self.unit


OUTCOMES = {
    outcome.name: outcome
    for outcome in (
        Outcome("registered_trade", "Registered trade", "musd", True,
                "Exports and imports in the region's own books, by place of registration and declared partner."),
        Outcome("port_trade", "Trade through a crossing", "musd", True,
                "Goods of the region's firms cleared at the crossing."),
        Outcome("throughput", "Throughput", "t", True,
                "Tonnes of the region's goods that passed the crossing; other provinces' goods are in `background`."),
        Outcome("background", "Other provinces' goods", "t", True,
                "Tonnes of goods of other provinces that passed."),
        Outcome("capacity", "Capacity", "t", True, "Tonnes that could pass in the open hours of both sides."),
        Outcome("wait", "Published wait", "days", False,
                "Days from arrival at the crossing to clearance, as published."),
        Outcome("detained", "Detained goods", "musd", True,
                "Value of whole consignments stopped at a sender's border, by declared origin."),
        Outcome("via_hub", "Trade by way of hubs", "musd", True,
                "Value that reached its market booked to, relabelled in or processed in a third country."),
        Outcome("hub_markup", "Mark-up of the hubs", "share", False,
                "Share of the landed price that the intermediaries of a hub take, weighted by their clients' goods."),
        Outcome("intermediaries", "Intermediaries at work", "intermediaries", False,
                "Intermediaries of a hub that are neither listed nor gone."),
        Outcome("sanctioned_trade", "Goods in scope that still enter", "musd", True,
                "Base value of goods in the scope of the measures released in a sender's market, by any kind."),
        Outcome("price", "Price", "index", False, "Price of the goods relative to the base year."),
        Outcome("partner_imports", "Imports in a partner's own books", "musd", True,
                "Goods of the region that the declared partner's customs book as imports; transit is lost."),
        Outcome("sender_imports", "Imports in the senders' books", "musd", True,
                "Landed value of the region's goods at release, by the origin declared."),
        Outcome("incidence", "Who gains and who pays", "musd", True,
                "Accounts of a week's trade: what buyers pay, and who ends up with it."),
        Outcome("incidence_at", "Who gains and who pays, by market", "musd", True,
                "Surplus of buyers, duties and the hubs' income, by market."),
        Outcome("retail", "Sales to visitors", "musd", True,
                "Goods that visitors carry home duty-free; in no book of registered trade."),
        Outcome("active_firms", "Active firms", "firms", False, "Firms of the region that trade."),
    )
}  # fmt: skip


def year_slices(months: Sequence[str]) -> dict[str, slice]:
    """Find the months of each year.

    Parameters
    ----------
    months : sequence of str
        `YYYY-MM`, ascending.

    Returns
    -------
    dict of str to slice
        Year to its positions in `months`; the first and last year may be incomplete.

    Examples
    --------
    >>> year_slices(["2021-11", "2021-12", "2022-01"])
    {'2021': slice(0, 2, None), '2022': slice(2, 3, None)}
    """
    years = [month[:4] for month in months]
    firsts = {year: years.index(year) for year in dict.fromkeys(years)}
    return {year: slice(first, first + years.count(year)) for year, first in firsts.items()}


def over_period(values: np.ndarray, months: slice, *, is_flow: bool, yearly: bool = False) -> np.ndarray:
    """One value a run for a period.

    Parameters
    ----------
    values : array [runs, months, ...]
        Monthly values.
    months : slice
        Positions of the period's months.
    is_flow : bool
        Add up (True) or average (False) the months.
    yearly : bool
        Give a flow as its average a year instead of its sum.

    Returns
    -------
    array [runs, ...] of float64
        In the unit of `values`, or that unit a year.
    """
    part = np.asarray(values[:, months], dtype=np.float64)
    if not is_flow:
        return part.mean(axis=1)
    return part.mean(axis=1) * MONTHS_A_YEAR if yearly else part.sum(axis=1)


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part of a whole; undefined (NaN) where the whole is zero.

    Parameters
    ----------
    part, whole : arrays of the same shape
        In one unit.

    Returns
    -------
    array of float64
    """
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def load(throughput_t: np.ndarray, background_t: np.ndarray, capacity_t: np.ndarray) -> np.ndarray:
    """Load of a crossing: what passed over what could pass; undefined (NaN) while it is closed.

    Parameters
    ----------
    throughput_t, background_t, capacity_t : arrays of the same shape
        Tonnes in the same time.

    Returns
    -------
    array of float64
        Share of capacity.
    """
    return share(np.add(throughput_t, background_t, dtype=np.float64), capacity_t)


def mirror_gap(region_musd: np.ndarray, partner_musd: np.ndarray) -> np.ndarray:
    """How much more the region books as exports to a partner than the partner books as imports.

    Parameters
    ----------
    region_musd, partner_musd : arrays of the same shape
        Exports in the region's book and imports in the partner's, over the same months.

    Returns
    -------
    array of float64
        1 = the books agree; NaN where the partner books nothing.
    """
    return share(region_musd, partner_musd)


def cut(sanctioned_musd: np.ndarray, against_musd: np.ndarray) -> np.ndarray:
    """Fall of the goods in scope that still enter, against another regime, run by run.

    Parameters
    ----------
    sanctioned_musd, against_musd : arrays [runs]
        Over the same firms, scope and months.

    Returns
    -------
    array [runs] of float64
        1 = all gone, 0 = no change, negative = more than before; NaN where nothing entered under `against`.
    """
    return 1.0 - share(sanctioned_musd, against_musd)


def leakage(by_kind_musd: dict[str, np.ndarray]) -> np.ndarray:
    """Share of the goods in scope that enter relabelled, embodied in other goods or by parcel.

    Parameters
    ----------
    by_kind_musd : dict of str to array [runs]
        Value by kind of channel.

    Returns
    -------
    array [runs] of float64
        NaN where nothing enters.
    """
    whole = sum(by_kind_musd.values())
    leaking = sum((by_kind_musd[kind] for kind in LEAKING_KINDS if kind in by_kind_musd), np.zeros_like(whole))
    return share(leaking, whole)
