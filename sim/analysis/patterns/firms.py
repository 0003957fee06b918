"""Patterns of firms: where they register, and who owns them."""

from __future__ import annotations

from sim.analysis.claims import PER_CENT, UNKNOWN, Claim, Known, Period, figure, total
from sim.analysis.indicators import share
from sim.analysis.patterns.worlds import HAPPENED, NO_SANCTIONS, NO_ZONE, YEAR, Runs
from sim.analysis.reading import Results
from sim.outcomes.names import TOTAL

ZONE_PLACES = ("urumqi", "kashgar", "khorgos")


def zone(results: Results, known: Known) -> list[Claim]:
    """P8: the free-trade zone gains trade and firms."""
    tens = ("2024-01", "2024-10")
    bonded = figure(known, "registered_trade_in_zone_bonded_zones_20220101_20221130").over(
        figure(known, "registered_trade_total_20220101_20221130")
    )
    least, added = (
        figure(known, f"share_in_zone_free_trade_zone_{days}").times(1 / PER_CENT).less(bonded)
        for days in ("20240101_20240630", "20240101_20241031")
    )
    held = {
        regime: share(
            total(results, regime, "registered_at", ZONE_PLACES, tens),
            total(results, regime, "registered_at", TOTAL, tens),
        )
        for regime in (HAPPENED, NO_ZONE)
    }
    firms = [total(results, regime, "active_firms", TOTAL, tens) for regime in (HAPPENED, NO_ZONE)]
    return [
        Claim("points of trade that the zone adds to its places, January to October 2024",
              held[HAPPENED] - held[NO_ZONE], added, round(least.value, 3), round(added.value + 0.02, 3)),
        Claim("active firms over the same without the zone, 2024", share(*firms), UNKNOWN, 1.005),
    ]  # fmt: skip


def owners(results: Results, known: Known) -> list[Claim]:
    """P9: private firms hold trade, single foreign firms leave."""
    tens, end = ("2024-01", "2024-10"), ("2024-12", "2024-12")
    private = figure(known, "ownership_share_private_20230101_20231231").times(1 / PER_CENT)
    foreign = figure(known, "ownership_share_foreign_20240101_20241031").times(1 / PER_CENT)
    left = [total(results, regime, "owned_firms", "foreign", end) for regime in (HAPPENED, NO_SANCTIONS)]
    return [
        Claim("share of private firms in trade, 2023", _held(results, "private", YEAR[2023]), private, 0.92),
        Claim("share of foreign firms in trade, 2024", _held(results, "foreign", tens), foreign, high=0.01),
        Claim("foreign firms at the end of 2024 over those without sanctions", share(*left), UNKNOWN, 0.5, 0.99),
    ]


def _held(results: Results, ownership: str, period: Period) -> Runs:
    return share(
        total(results, HAPPENED, "owned_trade", ownership, period),
        total(results, HAPPENED, "owned_trade", TOTAL, period),
    )
