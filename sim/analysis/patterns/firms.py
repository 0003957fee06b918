"""Patterns of firms: where they register, and who owns them."""

from __future__ import annotations

import numpy as np

from sim.analysis.claims import PER_CENT, UNKNOWN, Claim, Figure, Known, Period, figure, total
from sim.analysis.indicators import share
from sim.analysis.patterns.worlds import HAPPENED, NO_SANCTIONS, NO_ZONE, YEAR, Runs
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import TOTAL

ZONE_PLACES = ("urumqi", "kashgar", "khorgos")
TENS = ("2024-01", "2024-10")


def zone(results: StoredSeries, known: Known) -> list[Claim]:
    """P8: the free-trade zone gains trade and firms."""
    bonded, added = published_zone(known, "20240101_20241031")
    trade = {regime: total(results, regime, "registered_at", TOTAL, TENS) for regime in (HAPPENED, NO_ZONE)}
    gained = np.subtract(*(total(results, regime, "registered_at", ZONE_PLACES, TENS) for regime in trade))
    without = trade[NO_ZONE]
    points = share(bonded.value * without + gained, without + gained) - bonded.value
    return [
        Claim("points that added trade gives a zone of the published third, January to October 2024", points, added,
              round(added.value / 2, 3), round(added.value + 0.02, 3),
              set_on="firms in the area of the zone were set by hand on its share of half a year"),
        more_firms(results),
    ]  # fmt: skip


def published_zone(known: Known, days: str) -> tuple[Figure, Figure]:
    """Find the share of the bonded zones in 2022, before the zone, and the points by which the zone's is above it."""
    bonded = figure(known, "registered_trade_in_zone_bonded_zones_20220101_20221130").over(
        figure(known, "registered_trade_total_20220101_20221130")
    )
    return bonded, figure(known, f"share_in_zone_free_trade_zone_{days}").times(1 / PER_CENT).less(bonded)


def more_firms(results: StoredSeries) -> Claim:
    """Active firms against the same runs without the zone."""
    firms = [total(results, regime, "active_firms", TOTAL, TENS) for regime in (HAPPENED, NO_ZONE)]
    return Claim("active firms over the same without the zone, 2024", share(*firms), UNKNOWN, 1.005)


def owners(results: StoredSeries, known: Known) -> list[Claim]:
    """P9: private firms hold trade, single foreign firms leave."""
    private = figure(known, "ownership_share_private_20230101_20231231").times(1 / PER_CENT)
    foreign = figure(known, "ownership_share_foreign_20240101_20241031").times(1 / PER_CENT)
    end = ("2024-12", "2024-12")
    left = [total(results, regime, "owned_firms", "foreign", end) for regime in (HAPPENED, NO_SANCTIONS)]
    return [
        Claim("share of private firms in trade, 2023", _held(results, "private", YEAR[2023]), private, 0.92, weak=True),
        Claim("share of foreign firms in trade, 2024", _held(results, "foreign", TENS), foreign, high=0.01, weak=True),
        Claim("foreign firms at the end of 2024 over those without sanctions", share(*left), UNKNOWN, 0.5, 0.99,
              of_mean=True),
    ]  # fmt: skip


def _held(results: StoredSeries, ownership: str, period: Period) -> Runs:
    return share(
        total(results, HAPPENED, "owned_trade", ownership, period),
        total(results, HAPPENED, "owned_trade", TOTAL, period),
    )
