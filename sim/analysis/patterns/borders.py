"""Patterns at borders: what customs stop, how crossings fill, and what visitors carry."""

from __future__ import annotations

from sim.analysis.claims import (
    MUSD_PER_BN_YUAN,
    PER_CENT,
    UNKNOWN,
    Claim,
    Known,
    Period,
    figure,
    monthly,
    months,
    total,
)
from sim.analysis.indicators import share
from sim.analysis.patterns.worlds import (
    HAPPENED,
    JUST_BEYOND_NOTHING,
    NO_ALLOWANCE,
    NO_LONG_HOURS,
    SHUT_IN_WINTER,
    TRADE,
    YEAR,
    Runs,
)
from sim.analysis.reading import Results
from sim.outcomes.names import TOTAL

CHINA = ("region", "other_china")
ALLOWANCE_YUAN, YUAN_PER_BN = 8000.0, 1e9
PASSAGES_A_VISIT = 2  # persons are counted on the way in and on the way out
ROAD_PORT, PASS = "khorgos_road", "khunjerab"


def stopped(results: Results, known: Known) -> list[Claim]:
    """P5: what customs stop is declared from Malaysia and Vietnam."""
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


def khunjerab(results: Results, known: Known) -> list[Claim]:
    """P6: the Khunjerab pass recovers, and stays open in winter for the first time."""
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


def long_hours(results: Results, known: Known) -> list[Claim]:
    """P7: longer hours at Khorgos bring more passes, and waits come back."""
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


def shoppers(results: Results, known: Known) -> list[Claim]:
    """P11: visitors' shopping stays outside the books."""
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
