"""The fourteen patterns that a fit model shows together, and the rule by which each is judged.

Every rule takes stored results and published figures, and gives claims. The first claim of a pattern is the one that
figures draw. Tolerances stand in the rules and were set before any run: see `docs/decisions/patterns.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.claims import (
    MUSD_PER_BN_YUAN,
    PER_CENT,
    UNKNOWN,
    Claim,
    Known,
    Period,
    around,
    figure,
    monthly,
    months,
    table,
    total,
    within_factor,
)
from sim.analysis.reading import TOTAL, Results
from sim.outcomes.outcomes import share

HAPPENED, NO_SANCTIONS = "observed", "none"
NO_ZONE, NO_LONG_HOURS = "observed_without_zone", "observed_without_long_hours"
NO_ALLOWANCE, SHUT_IN_WINTER = "observed_without_allowance", "observed_without_open_winter"
REGIMES = (HAPPENED, NO_SANCTIONS, NO_ZONE, NO_LONG_HOURS, NO_ALLOWANCE, SHUT_IN_WINTER)

TRADE, CENTRAL_ASIA = "registered_trade", "central_asia"
ZONE_PLACES = ("urumqi", "kashgar", "khorgos")
CHINA = ("region", "other_china")
FAST_GROWERS = ("malaysia", "belarus", "vietnam")
MACHINERY = ("machinery_electronics", "vehicles_parts", "solar_polysilicon")
LABOUR_INTENSIVE = ("apparel", "cotton_textiles", "other_manufactures")
ALLOWANCE_YUAN, YUAN_PER_BN = 8000.0, 1e9
PASSAGES_A_VISIT = 2  # persons are counted on the way in and on the way out
ROAD_PORT, PASS = "khorgos_road", "khunjerab"

YEAR = {year: (f"{year}-01", f"{year}-12") for year in range(2021, 2025)}
JUST_BEYOND_NOTHING = 0.001

Runs = NDArray[np.float64]


@dataclass(frozen=True)
class Pattern:
    """A regularity of the world.

    Attributes
    ----------
    title : str
        What it is.
    claims : callable
        Stored results and what is known to the claims that must all hold.
    """

    title: str
    claims: Callable[[Results, Known], list[Claim]]


def _trade(results: Results, subject: str, period: Period, direction: str = "both") -> Runs:
    return total(results, HAPPENED, TRADE, subject, period, direction=direction)


def _growth(results: Results, subject: str, later: Period, earlier: Period) -> Runs:
    return share(_trade(results, subject, later), _trade(results, subject, earlier))


def _surge(results: Results, known: Known) -> list[Claim]:
    level = {year: figure(known, f"registered_trade_total_{year}0101_{year}1231") for year in YEAR}
    claims = [
        Claim(f"trade of {year} over {year - 1}", _growth(results, TOTAL, YEAR[year], YEAR[year - 1]), ratio, *bounds)
        for year in (2023, 2022, 2024)
        for ratio in [level[year].over(level[year - 1])]
        for bounds in [around(ratio, 0.2)]
    ]
    value = _trade(results, TOTAL, YEAR[2023]) / MUSD_PER_BN_YUAN
    return [*claims, Claim("trade of 2023, bn yuan", value, level[2023], *within_factor(level[2023], 1.2))]


def _neighbours(results: Results, known: Known) -> list[Claim]:
    partner = {year: figure(known, f"registered_trade_central_asia_{year}0101_{year}1231") for year in (2022, 2023)}
    part = figure(known, "share_central_asia_20230101_20231231").times(1 / PER_CENT)
    simulated = share(_trade(results, CENTRAL_ASIA, YEAR[2023]), _trade(results, TOTAL, YEAR[2023]))
    growth = _growth(results, CENTRAL_ASIA, YEAR[2023], YEAR[2022])
    return [
        Claim("share of Central Asia in 2023", simulated, part, *around(part, 0.05)),
        Claim("its trade of 2023 over 2022", growth, partner[2023].over(partner[2022]), 1.3),
    ]


def _uneven(results: Results, known: Known) -> list[Claim]:
    spring, tens = ("2023-01", "2023-03"), ("2022-01", "2022-10")
    kazakhstan, kyrgyzstan = (
        figure(known, f"registered_trade_{name}_20230101_20230331") for name in ("kazakhstan", "kyrgyzstan")
    )
    leads = share(_trade(results, "kazakhstan", spring), _trade(results, "kyrgyzstan", spring))
    led = share(_trade(results, "kyrgyzstan", tens), _trade(results, "kazakhstan", tens))
    slowest = np.min([_growth(results, name, YEAR[2023], YEAR[2022]) for name in FAST_GROWERS], axis=0)
    relative = share(slowest, _growth(results, TOTAL, YEAR[2023], YEAR[2022]))
    return [
        Claim("Kazakhstan's trade over Kyrgyzstan's, first quarter of 2023", leads, kazakhstan.over(kyrgyzstan), 1),
        Claim("Kyrgyzstan's trade over Kazakhstan's, January to October 2022", led, UNKNOWN, 1),
        Claim("slowest growth of Malaysia, Belarus, Vietnam over that of all, 2023", relative, UNKNOWN, 1),
    ]


def _united_states(results: Results, known: Known) -> list[Claim]:
    last, first = ("2022-11", "2022-11"), ("2022-08", "2022-08")
    later = ("2024-01", "2024-08")
    name = "registered_trade_united_states_export_"
    before, after, much_later = (
        figure(known, name + days) for days in ("20220801_20220831", "20221101_20221130", "20240101_20240831")
    )
    sent = {period: _trade(results, "united_states", period, "export") for period in (last, first, later)}
    return [
        Claim("exports of November over August 2022", share(sent[last], sent[first]), after.over(before), high=0.5),
        Claim(
            "monthly exports of January to August 2024 over November 2022",
            share(sent[later] / 8, sent[last]),
            much_later.times(1 / 8).over(after),
            1,
        ),
    ]


def _stopped(results: Results, known: Known) -> list[Claim]:
    year, third, fourth = ("2022-07", "2023-07"), ("2023-07", "2023-09"), ("2023-10", "2023-12")
    value = {
        name: total(results, HAPPENED, "detained", parts, year)
        for name, parts in {"malaysia": "malaysia", "vietnam": "vietnam", "china": CHINA}.items()
    }
    stopped = {
        name: figure(known, f"stopped_value_cumulated_by_declared_origin_{name}_export_20220621_20230731")
        for name in value
    }
    counted = "share_of_stopped_count_by_declared_origin_thailand_export_"
    before, after = (
        figure(known, counted + days).times(1 / PER_CENT) for days in ("20230701_20230930", "20231001_20231231")
    )
    gain = _count_share(results, fourth, subject="thailand") - _count_share(results, third, subject="thailand")
    return [
        Claim(
            "value stopped from Malaysia over that from Vietnam, to July 2023",
            share(value["malaysia"], value["vietnam"]),
            stopped["malaysia"].over(stopped["vietnam"]),
            1,
        ),
        Claim(
            "value stopped from Vietnam over that from China, to July 2023",
            share(value["vietnam"], value["china"]),
            stopped["vietnam"].over(stopped["china"]),
            1,
        ),
        Claim("gain of Thailand's share by count, end of 2023", gain, after.less(before), JUST_BEYOND_NOTHING),
        _vehicle_parts(results, known),
    ]


def _count_share(results: Results, period: Period, *, subject: str = TOTAL, commodity: str = "all") -> Runs:
    part = total(results, HAPPENED, "detained_count", subject, period, commodities=commodity)
    return share(part, total(results, HAPPENED, "detained_count", TOTAL, period))


def _vehicle_parts(results: Results, known: Known) -> Claim:
    early, late = (
        figure(known, f"stopped_count{kind}_united_states_vehicles_parts_export_{days}").over(
            figure(known, f"stopped_count{kind}_united_states_export_{days}")
        )
        for kind, days in (("_cumulated", "20220621_20230303"), ("", "20241001_20241231"))
    )
    first, last = (
        _count_share(results, period, commodity="vehicles_parts")
        for period in (("2022-07", "2023-03"), ("2024-10", "2024-12"))
    )
    return Claim("gain of vehicle parts' share by count, 2023 to end of 2024", last - first, late.less(early), 0.1)


def _pass(results: Results, known: Known) -> list[Claim]:
    seasons = {year: (f"{year}-04", f"{year}-10") for year in (2023, 2024)}
    winter = ("2024-12", "2025-03")
    tonnes = {year: total(results, HAPPENED, "throughput", PASS, season) for year, season in seasons.items()}
    observed = figure(known, "throughput_khunjerab_20240401_20241031").over(
        figure(known, "throughput_khunjerab_20230401_20231031")
    )
    gained = total(results, HAPPENED, "throughput", PASS, winter) - total(
        results, SHUT_IN_WINTER, "throughput", PASS, winter
    )
    return [
        Claim("tonnes April to October 2024 over 2023", share(tonnes[2024], tonnes[2023]), observed, 1.25),
        Claim("tonnes of the first open winter over those of April to October",
              share(gained, tonnes[2024]), UNKNOWN, 0.05),
    ]  # fmt: skip


def _long_hours(results: Results, known: Known) -> list[Claim]:
    before, after = ("2023-01", "2023-11"), ("2024-01", "2024-10")
    daily = [
        figure(known, f"vehicles_khorgos_road_{days}").times(1 / number)
        for days, number in (("20240101_20241012", 286), ("20230108_20231124", 321))
    ]
    tonnes = [total(results, HAPPENED, "throughput", ROAD_PORT, period) for period in (after, before)]
    waits = [_mean_wait(results, YEAR[year]) for year in (2023, 2022)]
    hours = [figure(known, f"border_hours_khorgos_road_export_{year}0101_{year}1231") for year in (2023, 2022)]
    without = total(results, NO_LONG_HOURS, "throughput", ROAD_PORT, after)
    return [
        Claim("monthly throughput of 2024 over 2023, Khorgos road", share(tonnes[0] / 10, tonnes[1] / 11),
              daily[0].over(daily[1]), 1.25),
        Claim("throughput of January to October 2024 over the same without longer hours", share(tonnes[0], without),
              UNKNOWN, 1.01),
        Claim("mean wait of 2023 over 2022", share(*waits), hours[0].over(hours[1]), 1),
    ]  # fmt: skip


def _mean_wait(results: Results, period: Period) -> Runs:
    return monthly(results, HAPPENED, "wait", ROAD_PORT, direction="export")[:, months(results, period)].mean(axis=1)


def _zone(results: Results, known: Known) -> list[Claim]:
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


def _owners(results: Results, known: Known) -> list[Claim]:
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


def _goods(results: Results, known: Known) -> list[Claim]:
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
              share(_trade(results, TOTAL, nines, "export"), _trade(results, TOTAL, nines, "import")), ratio,
              *within_factor(ratio, 1.5)),
    ]  # fmt: skip


def _goods_share(results: Results, commodities: tuple[str, ...], period: Period, direction: str) -> Runs:
    part = total(results, HAPPENED, TRADE, TOTAL, period, commodities=commodities, direction=direction)
    return share(part, _trade(results, TOTAL, period, direction))


def _shoppers(results: Results, known: Known) -> list[Claim]:
    spring = ("2024-01", "2024-05")
    came = figure(known, "passengers_khorgos_icbc_20240101_20240531")
    sold = total(results, HAPPENED, "retail", TOTAL, spring)
    most_musd = came.value / PASSAGES_A_VISIT * ALLOWANCE_YUAN / YUAN_PER_BN * MUSD_PER_BN_YUAN
    booked = [total(results, regime, TRADE, TOTAL, spring) for regime in (HAPPENED, NO_ALLOWANCE)]
    return [
        Claim("sales over what all visitors may carry, January to May 2024", sold / most_musd, UNKNOWN,
              JUST_BEYOND_NOTHING, 1),
        Claim("registered trade less that without the allowance, million dollars", booked[0] - booked[1], UNKNOWN,
              0, 0),
    ]  # fmt: skip


def _phases(results: Results, known: Known) -> list[Claim]:
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
              _growth(results, CENTRAL_ASIA, late, early), flat, *around(flat, 0.1)),
        Claim("share of Central Asia in the growth of 2024", _part_of_growth(results, late, early), UNKNOWN,
              high=0.5),
        Claim("growth by sea over growth by road, first half of 2024", share(*carried), by_sea.over(by_road), 1),
    ]  # fmt: skip


def _part_of_growth(results: Results, later: Period, earlier: Period) -> Runs:
    """Central Asia's share of the growth; undefined where trade does not grow."""
    part, whole = (_trade(results, name, later) - _trade(results, name, earlier) for name in (CENTRAL_ASIA, TOTAL))
    return share(part, whole)


def _by_mode_growth(results: Results, known: Known, mode: str) -> Runs:
    stored = set(results.series.loc[results.series["outcome"] == "port_trade", "subject"])
    used = [crossing for crossing in known.by_mode[mode] if crossing in stored]
    periods = (("2024-01", "2024-06"), ("2023-01", "2023-06"))
    return share(*(total(results, HAPPENED, "port_trade", used, period) for period in periods))


def _mirror(results: Results, known: Known) -> list[Claim]:
    spring = ("2024-01", "2024-03")
    gap = figure(known, "china_trade_kyrgyzstan_20240101_20240331").over(
        figure(known, "mirror_trade_kyrgyzstan_20240101_20240331")
    )
    seen = total(results, HAPPENED, "partner_imports", "kyrgyzstan", spring)
    simulated = share(_trade(results, "kyrgyzstan", spring, "export"), seen)
    return [Claim("exports to Kyrgyzstan over its own imports, first quarter of 2024", simulated, gap,
                  *within_factor(gap, 1.5))]  # fmt: skip


def _against_the_tide(results: Results, known: Known) -> list[Claim]:
    summer = [(f"{year}-05", f"{year}-10") for year in (2023, 2022)]
    observed = figure(known, "growth_yoy_total_export_20230101_20230930").times(1 / PER_CENT).plus(1)
    simulated = share(*(_trade(results, TOTAL, period, "export") for period in summer))
    return [Claim("exports of May to October 2023 over 2022", simulated, observed, 1)]


def judge(results: Results, known: Known) -> pd.DataFrame:
    """Judge every pattern.

    Parameters
    ----------
    results : Results
        Of `REGIMES`, January 2021 to March 2025, with the default series or more.
    known : Known
        Published figures of the shipped world.

    Returns
    -------
    DataFrame
        As of `claims.table`.

    Raises
    ------
    InputError
        If a regime, a month, a series or a published figure is missing.
    """
    claims = {name: pattern.claims(results, known) for name, pattern in PATTERNS.items()}
    return table(claims, {name: pattern.title for name, pattern in PATTERNS.items()}, known)


PATTERNS = {
    "P1": Pattern("Trade surges under the ban", _surge),
    "P2": Pattern("Four fifths go to Central Asia", _neighbours),
    "P3": Pattern("The surge is uneven: Kyrgyzstan first, then Kazakhstan", _uneven),
    "P4": Pattern("Exports to the United States fall, then rise", _united_states),
    "P5": Pattern("What customs stop is declared from Malaysia and Vietnam", _stopped),
    "P6": Pattern("The Khunjerab pass recovers; the first open winter", _pass),
    "P7": Pattern("Longer hours at Khorgos: more passes, waits come back", _long_hours),
    "P8": Pattern("The free-trade zone gains trade and firms", _zone),
    "P9": Pattern("Private firms hold trade; single foreign firms leave", _owners),
    "P10": Pattern("Manufactures leave, minerals and farm goods come", _goods),
    "P11": Pattern("Visitors' shopping stays outside the books", _shoppers),
    "P12": Pattern("Two phases of growth", _phases),
    "P13": Pattern("Kyrgyzstan books a third of what China books", _mirror),
    "P14": Pattern("Exports rise while China's fall", _against_the_tide),
}
