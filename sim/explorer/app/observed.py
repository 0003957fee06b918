"""Published figures beside what a study simulates of the same months."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from sim.policy.language.load import HAPPENED
from sim.report.figures import at_senders, declared_origins, trade_by_market
from sim.report.figures.picture import Picture
from sim.report.findings import name_of
from sim.report.shown import Shown

DRAWN: tuple[tuple[Picture[Shown], Callable[[Shown], pd.DataFrame]], ...] = (
    (trade_by_market.PICTURE, trade_by_market.observed),
    (at_senders.PICTURE, at_senders.observed),
    (declared_origins.PICTURE, declared_origins.observed),
)
"""Figures with published points, each with what it draws of them."""

TOLD = (trade_by_market, at_senders)
"""Figures whose published points are money of months, as their bands are."""

LIKE_THIS = (("exports_to_", "exports to "), ("stopped", "stopped at the borders of senders"))
COLUMNS = ["figure", "months", "published", "low", "median", "high", "inside", "source"]


def pictures(study: Shown) -> list[Picture[Shown]]:
    """Choose the figures that have published points in the months of a study.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    return [picture for picture, published in DRAWN if len(picture.table(study)) and len(published(study))]


def likeliest(study: Shown) -> str:
    """Name the regime that published figures are of, where the study has it; else the one that is compared first.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    return HAPPENED if HAPPENED in study.regimes else study.main


def table(study: Shown, regime: str) -> pd.DataFrame:
    """Put published figures beside the band of a regime, averaged over the months that each covers.

    Parameters
    ----------
    study : Shown
        What is compared.
    regime : str
        Its name.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: million dollars a month; `inside` tells whether the published figure lies in the 90 % band.
    """
    rows, titles = [], study.world.sources.set_index("source")["title"].to_dict()
    for one in TOLD:
        bands = one.table(study)
        mine = bands[bands["regime"] == regime] if len(bands) else bands
        for row in one.observed(study).itertuples() if len(mine) else ():
            part = mine[(mine["subject"] == row.subject) & mine["period"].between(row.from_month, row.to_month)]
            if len(part):
                low, middle, high = (float(part[name].mean()) for name in ("q05", "median", "q95"))
                months = f"{row.from_month} to {row.to_month}"
                inside = low <= row.musd_per_month <= high
                name = _named(study, row.subject)
                rows.append((name, months, row.musd_per_month, low, middle, high, inside, _sourced(row.source, titles)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _named(study: Shown, subject: str) -> str:
    """Name what a published figure is of."""
    for prefix, words in LIKE_THIS:
        if subject.startswith(prefix):
            rest = subject.removeprefix(prefix)
            return words + (name_of(study.names, rest) if rest else "")
    return f"trade: {name_of(study.names, subject)}"


def _sourced(ids: str, titles: Mapping[str, str]) -> str:
    """Give the titles of the sources of a figure."""
    return "; ".join(titles.get(each, each) for each in str(ids).split())
