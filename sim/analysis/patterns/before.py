"""The rules as they stood before their revision, of those patterns whose rules it changed.

Both verdicts are published, so that nobody has to believe that a revision made the model look better. Nothing is added
here: what still stands is taken from the rules of today. `docs/decisions/patterns.md` has the reasons, side by side.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.analysis.claims import PER_CENT, UNKNOWN, Claim, Known, figure, total
from sim.analysis.indicators import share
from sim.analysis.patterns import borders, firms, trade
from sim.analysis.patterns.worlds import HAPPENED, JUST_BEYOND_NOTHING, NO_ZONE, YEAR, growth
from sim.analysis.patterns.worlds import trade as trade_of
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import TOTAL

FAST_GROWERS = ("malaysia", "belarus", "vietnam")


def uneven(results: StoredSeries, known: Known) -> list[Claim]:
    """P3: order of two hubs in single periods, and of the fastest growers."""
    spring = ("2023-01", "2023-03")
    kazakhstan, kyrgyzstan = (
        figure(known, f"registered_trade_{name}_20230101_20230331") for name in ("kazakhstan", "kyrgyzstan")
    )
    leads = share(trade_of(results, "kazakhstan", spring), trade_of(results, "kyrgyzstan", spring))
    led = share(trade_of(results, "kyrgyzstan", trade.TENS), trade_of(results, "kazakhstan", trade.TENS))
    slowest = np.min([growth(results, name, YEAR[2023], YEAR[2022]) for name in FAST_GROWERS], axis=0)
    relative = share(slowest, growth(results, TOTAL, YEAR[2023], YEAR[2022]))
    return [
        Claim("Kazakhstan's trade over Kyrgyzstan's, first quarter of 2023", leads, kazakhstan.over(kyrgyzstan), 1),
        Claim("Kyrgyzstan's trade over Kazakhstan's, January to October 2022", led, UNKNOWN, 1),
        Claim("slowest growth of Malaysia, Belarus, Vietnam over that of all, 2023", relative, UNKNOWN, 1),
    ]


def united_states(results: StoredSeries, known: Known) -> list[Claim]:
    """P4: two single months, and a rise that may be none."""
    last, first = ("2022-11", "2022-11"), ("2022-08", "2022-08")
    later = ("2024-01", "2024-08")
    name = "registered_trade_united_states_export_"
    before, after, much_later = (
        figure(known, name + days) for days in ("20220801_20220831", "20221101_20221130", "20240101_20240831")
    )
    sent = {period: trade_of(results, "united_states", period, "export") for period in (last, first, later)}
    return [
        Claim("exports of November over August 2022", share(sent[last], sent[first]), after.over(before), high=0.5),
        Claim(
            "monthly exports of January to August 2024 over November 2022",
            share(sent[later] / 8, sent[last]),
            much_later.times(1 / 8).over(after),
            1,
        ),
    ]


def stopped(results: StoredSeries, known: Known) -> list[Claim]:
    """P5: order of origins by value, and two gains by count."""
    periods = ("2023-07", "2023-09"), ("2023-10", "2023-12")
    counted = borders.SHARE_FROM.format("thailand")
    before, after = (
        figure(known, counted + days).times(1 / PER_CENT) for days in ("20230701_20230930", "20231001_20231231")
    )
    third, fourth = (borders.count_share(results, period, subject="thailand") for period in periods)
    return [
        *borders.leaders(results, known),
        Claim("gain of Thailand's share by count, end of 2023", fourth - third, after.less(before),
              JUST_BEYOND_NOTHING),
        borders.vehicle_parts(results, known),
    ]  # fmt: skip


def khunjerab(results: StoredSeries, known: Known) -> list[Claim]:
    """P6: the region's tonnes against published ones of all goods."""
    tonnes = [total(results, HAPPENED, "throughput", borders.PASS, borders.SEASONS[year]) for year in (2024, 2023)]
    return [
        Claim("tonnes April to October 2024 over 2023", share(*tonnes), borders.passed_at_khunjerab(known), 1.25),
        borders.open_winter(results),
    ]


def zone(results: StoredSeries, known: Known) -> list[Claim]:
    """P8: points of three whole cities, against those of a zone of a third."""
    _, least = firms.published_zone(known, "20240101_20240630")
    _, added = firms.published_zone(known, "20240101_20241031")
    held = [
        share(
            total(results, regime, "registered_at", firms.ZONE_PLACES, firms.TENS),
            total(results, regime, "registered_at", TOTAL, firms.TENS),
        )
        for regime in (HAPPENED, NO_ZONE)
    ]
    return [
        Claim("points of trade that the zone adds to its places, January to October 2024", held[0] - held[1], added,
              round(least.value, 3), round(added.value + 0.02, 3)),
        firms.more_firms(results),
    ]  # fmt: skip


def owners(results: StoredSeries, known: Known) -> list[Claim]:
    """P9: the same claims, all by single runs."""
    return [replace(claim, of_mean=False) for claim in firms.owners(results, known)]


def goods(results: StoredSeries, known: Known) -> list[Claim]:
    """P10: imports of minerals and farm goods, without the metals that the figure holds."""
    return trade.goods(results, known, bulk=("ores_coal", "farm_goods"))
