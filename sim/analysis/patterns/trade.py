"""Patterns of trade: how much, with whom, of what, and in whose books."""

from __future__ import annotations

import numpy as np

from sim.analysis.claims import (
    MUSD_PER_BN_YUAN,
    PER_CENT,
    UNKNOWN,
    Claim,
    Known,
    Period,
    around,
    figure,
    total,
    within_factor,
)
from sim.analysis.indicators import share
from sim.analysis.patterns.worlds import HAPPENED, TRADE, YEAR, Runs, growth, trade
from sim.analysis.reading import Results
from sim.outcomes.names import TOTAL

CENTRAL_ASIA = "central_asia"
FAST_GROWERS = ("malaysia", "belarus", "vietnam")
MACHINERY = ("machinery_electronics", "vehicles_parts", "solar_polysilicon")
LABOUR_INTENSIVE = ("apparel", "cotton_textiles", "other_manufactures")


def surge(results: Results, known: Known) -> list[Claim]:
    """P1: trade surges under the ban."""
    level = {year: figure(known, f"registered_trade_total_{year}0101_{year}1231") for year in YEAR}
    claims = [
        Claim(f"trade of {year} over {year - 1}", growth(results, TOTAL, YEAR[year], YEAR[year - 1]), ratio, *bounds)
        for year in (2023, 2022, 2024)
        for ratio in [level[year].over(level[year - 1])]
        for bounds in [around(ratio, 0.2)]
    ]
    value = trade(results, TOTAL, YEAR[2023]) / MUSD_PER_BN_YUAN
    return [*claims, Claim("trade of 2023, bn yuan", value, level[2023], *within_factor(level[2023], 1.2))]


def neighbours(results: Results, known: Known) -> list[Claim]:
    """P2: four fifths go to Central Asia."""
    partner = {year: figure(known, f"registered_trade_central_asia_{year}0101_{year}1231") for year in (2022, 2023)}
    part = figure(known, "share_central_asia_20230101_20231231").times(1 / PER_CENT)
    simulated = share(trade(results, CENTRAL_ASIA, YEAR[2023]), trade(results, TOTAL, YEAR[2023]))
    grown = growth(results, CENTRAL_ASIA, YEAR[2023], YEAR[2022])
    return [
        Claim("share of Central Asia in 2023", simulated, part, *around(part, 0.05)),
        Claim("its trade of 2023 over 2022", grown, partner[2023].over(partner[2022]), 1.3),
    ]


def uneven(results: Results, known: Known) -> list[Claim]:
    """P3: the surge is uneven, Kyrgyzstan first, then Kazakhstan."""
    spring, tens = ("2023-01", "2023-03"), ("2022-01", "2022-10")
    kazakhstan, kyrgyzstan = (
        figure(known, f"registered_trade_{name}_20230101_20230331") for name in ("kazakhstan", "kyrgyzstan")
    )
    leads = share(trade(results, "kazakhstan", spring), trade(results, "kyrgyzstan", spring))
    led = share(trade(results, "kyrgyzstan", tens), trade(results, "kazakhstan", tens))
    slowest = np.min([growth(results, name, YEAR[2023], YEAR[2022]) for name in FAST_GROWERS], axis=0)
    relative = share(slowest, growth(results, TOTAL, YEAR[2023], YEAR[2022]))
    return [
        Claim("Kazakhstan's trade over Kyrgyzstan's, first quarter of 2023", leads, kazakhstan.over(kyrgyzstan), 1),
        Claim("Kyrgyzstan's trade over Kazakhstan's, January to October 2022", led, UNKNOWN, 1),
        Claim("slowest growth of Malaysia, Belarus, Vietnam over that of all, 2023", relative, UNKNOWN, 1),
    ]


def united_states(results: Results, known: Known) -> list[Claim]:
    """P4: exports to the United States fall, then rise."""
    last, first = ("2022-11", "2022-11"), ("2022-08", "2022-08")
    later = ("2024-01", "2024-08")
    name = "registered_trade_united_states_export_"
    before, after, much_later = (
        figure(known, name + days) for days in ("20220801_20220831", "20221101_20221130", "20240101_20240831")
    )
    sent = {period: trade(results, "united_states", period, "export") for period in (last, first, later)}
    return [
        Claim("exports of November over August 2022", share(sent[last], sent[first]), after.over(before), high=0.5),
        Claim(
            "monthly exports of January to August 2024 over November 2022",
            share(sent[later] / 8, sent[last]),
            much_later.times(1 / 8).over(after),
            1,
        ),
    ]


def goods(results: Results, known: Known) -> list[Claim]:
    """P10: manufactures leave, minerals and farm goods come."""
    elevens, half, nines = ("2023-01", "2023-11"), ("2022-01", "2022-06"), ("2023-01", "2023-09")
    least, made = (
        figure(known, f"share_labour_and_machinery_total_export_{days}").times(1 / PER_CENT)
        for days in ("20220101_20220630", "20230101_20231130")
    )
    raw = figure(known, "share_minerals_and_farm_total_import_20220101_20220630").times(1 / PER_CENT)
    sent, bought = (figure(known, f"registered_trade_total_{way}_20230101_20230930") for way in ("export", "import"))
    ratio, bounds = sent.over(bought), (around(least, 0.05)[0], around(made, 0.05)[1])
    return [
        Claim("share of machinery and labour-intensive goods in exports, 2023",
              _goods_share(results, MACHINERY + LABOUR_INTENSIVE, elevens, "export"), made, *bounds),
        Claim("share of minerals and farm goods in imports, 2022",
              _goods_share(results, ("ores_coal", "farm_goods"), half, "import"), raw, *around(raw, 0.05)),
        Claim("exports over imports, 2023",
              share(trade(results, TOTAL, nines, "export"), trade(results, TOTAL, nines, "import")), ratio,
              *within_factor(ratio, 1.5)),
    ]  # fmt: skip


def _goods_share(results: Results, commodities: tuple[str, ...], period: Period, direction: str) -> Runs:
    part = total(results, HAPPENED, TRADE, TOTAL, period, commodities=commodities, direction=direction)
    return share(part, trade(results, TOTAL, period, direction))


def phases(results: Results, known: Known) -> list[Claim]:
    """P12: growth has two phases."""
    late, early = (("2024-01", "2024-11"), ("2023-01", "2023-11"))
    name = "registered_trade_central_asia_"
    first = (
        figure(known, f"{name}20230101_20231231")
        .less(figure(known, f"{name}20220101_20221231"))
        .over(figure(known, "registered_trade_total_20230101_20231231").less(
            figure(known, "registered_trade_total_20220101_20221231")))
    )  # fmt: skip
    flat = figure(known, "growth_yoy_central_asia_20240101_20241130").times(1 / PER_CENT).plus(1)
    modes = [figure(known, f"growth_yoy_by_mode_{mode}_20240101_20240630") for mode in ("sea", "road")]
    by_sea, by_road = (each.times(1 / PER_CENT).plus(1) for each in modes)
    carried = [_by_mode_growth(results, known, mode) for mode in ("sea", "road")]
    return [
        Claim("share of Central Asia in the growth of 2023", _part_of_growth(results, YEAR[2023], YEAR[2022]), first,
              0.5),
        Claim("Central Asia's trade of January to November 2024 over 2023",
              growth(results, CENTRAL_ASIA, late, early), flat, *around(flat, 0.1)),
        Claim("share of Central Asia in the growth of 2024", _part_of_growth(results, late, early), UNKNOWN,
              high=0.5),
        Claim("growth by sea over growth by road, first half of 2024", share(*carried), by_sea.over(by_road), 1),
    ]  # fmt: skip


def _part_of_growth(results: Results, later: Period, earlier: Period) -> Runs:
    """Central Asia's share of the growth; undefined where trade does not grow."""
    part, whole = (trade(results, name, later) - trade(results, name, earlier) for name in (CENTRAL_ASIA, TOTAL))
    return share(part, whole)


def _by_mode_growth(results: Results, known: Known, mode: str) -> Runs:
    stored = set(results.series.loc[results.series["outcome"] == "port_trade", "subject"])
    used = [crossing for crossing in known.by_mode[mode] if crossing in stored]
    periods = (("2024-01", "2024-06"), ("2023-01", "2023-06"))
    return share(*(total(results, HAPPENED, "port_trade", used, period) for period in periods))


def mirror(results: Results, known: Known) -> list[Claim]:
    """P13: Kyrgyzstan books a third of what China books."""
    spring = ("2024-01", "2024-03")
    gap = figure(known, "china_trade_kyrgyzstan_20240101_20240331").over(
        figure(known, "mirror_trade_kyrgyzstan_20240101_20240331")
    )
    seen = total(results, HAPPENED, "partner_imports", "kyrgyzstan", spring)
    simulated = share(trade(results, "kyrgyzstan", spring, "export"), seen)
    return [Claim("exports to Kyrgyzstan over its own imports, first quarter of 2024", simulated, gap,
                  *within_factor(gap, 1.5))]  # fmt: skip


def against_the_tide(results: Results, known: Known) -> list[Claim]:
    """P14: exports rise while China's fall."""
    summer = [(f"{year}-05", f"{year}-10") for year in (2023, 2022)]
    observed = figure(known, "growth_yoy_total_export_20230101_20230930").times(1 / PER_CENT).plus(1)
    simulated = share(*(trade(results, TOTAL, period, "export") for period in summer))
    return [Claim("exports of May to October 2023 over 2022", simulated, observed, 1)]
