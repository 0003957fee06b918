"""Patterns at borders: what customs stop, how crossings fill, and what visitors carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from itertools import pairwise

import numpy as np

from sim.analysis.claims import (
    MUSD_PER_BN_YUAN,
    PER_CENT,
    UNKNOWN,
    Claim,
    Figure,
    Known,
    Period,
    around,
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
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import TOTAL

ORIGINS = {
    "malaysia": ("malaysia",),
    "vietnam": ("vietnam",),
    "china": ("region", "other_china"),
    "thailand": ("thailand",),
}
"""What an origin that customs publish is in the stored series."""
LEADERS, FOLLOWERS = ("malaysia", "vietnam", "china"), ("thailand", "sri_lanka", "other")
STOPPED_FROM = "stopped_value_cumulated_by_declared_origin_{}_export_20220621_20230731"
SHARE_FROM = "share_of_stopped_count_by_declared_origin_{}_export_"
ELECTRONICS = ("machinery_electronics", "solar_polysilicon")
FIRST_YEAR = ("2022-07", "2023-07")
HALF_OF_2023 = ("2023-07", "2023-12")
SEASONS = {year: (f"{year}-04", f"{year}-10") for year in (2023, 2024)}
ALLOWANCE_YUAN, YUAN_PER_BN = 8000.0, 1e9
PASSAGES_A_VISIT = 2  # persons are counted on the way in and on the way out
ROAD_PORT, PASS = "khorgos_road", "khunjerab"


def stopped(results: StoredSeries, known: Known) -> list[Claim]:
    """P5: what customs stop is declared from Malaysia and Vietnam, holds electronics, and is denied by half."""
    ends = ("2022-10", "2022-12"), ("2023-10", "2023-12")
    gain = count_share(results, ends[1], subject="thailand") - count_share(results, ends[0], subject="thailand")
    return [
        *leaders(results, known),
        elsewhere(results, known),
        Claim("gain of Thailand's share by count, end of 2023 over a year before", gain, UNKNOWN, 0.03,
              set_on="its share at the end of 2023 is a target"),
        replace(vehicle_parts(results, known), weak=True),
        _misplaced(results, known),
        *_electronics(results, known),
        *how_much(results, known),
        _denied(results, known),
    ]  # fmt: skip


def leaders(results: StoredSeries, known: Known) -> list[Claim]:
    """Value stopped by declared origin: Malaysia before Vietnam before China."""
    value = {name: total(results, HAPPENED, "detained", ORIGINS[name], FIRST_YEAR) for name in LEADERS}
    stopped = {name: figure(known, STOPPED_FROM.format(name)) for name in value}
    return [
        Claim(f"value stopped from {one.title()} over that from {other.title()}, to July 2023",
              share(value[one], value[other]), stopped[one].over(stopped[other]), 1)
        for one, other in pairwise(LEADERS)
    ]  # fmt: skip


def elsewhere(results: StoredSeries, known: Known) -> Claim:
    """Value stopped that names none of the three leaders."""
    three = sum(total(results, HAPPENED, "detained", ORIGINS[name], FIRST_YEAR) for name in LEADERS)
    stopped = {name: figure(known, STOPPED_FROM.format(name)) for name in (*LEADERS, *FOLLOWERS)}
    whole = added(stopped.values())
    rest = added(stopped[name] for name in FOLLOWERS)
    simulated = 1 - share(three, total(results, HAPPENED, "detained", TOTAL, FIRST_YEAR))
    return Claim("share of value stopped from elsewhere, to July 2023", simulated, rest.over(whole), high=0.15)


def added(figures: Iterable[Figure]) -> Figure:
    """Add up figures of one unit; the sources are those of all."""
    return reduce(Figure.and_also, figures)


def published_by_number(known: Known) -> dict[str, Figure]:
    """Find published shares of stops by number in the second half of 2023, out of those of two quarters."""
    quarters = ("20230701_20230930", "20231001_20231231")
    numbers = [figure(known, f"stopped_count_united_states_export_{days}").value for days in quarters]
    found = {}
    for name in (*LEADERS, "thailand"):
        parts = [figure(known, f"{SHARE_FROM.format(name)}{days}") for days in quarters]
        weighted = (part.times(number / sum(numbers) / PER_CENT) for part, number in zip(parts, numbers, strict=True))
        found[name] = added(weighted)
    return found


def _misplaced(results: StoredSeries, known: Known) -> Claim:
    """Share of stops that name another origin than published, over both published quarters of 2023."""
    published = published_by_number(known)
    gaps = np.stack([
        sum(count_share(results, HALF_OF_2023, subject=origin) for origin in ORIGINS[name]) - part.value
        for name, part in published.items()
    ])  # fmt: skip
    other = -gaps.sum(axis=0)  # what the four hold too much, all others hold too little
    distance = (np.abs(gaps).sum(axis=0) + np.abs(other)) / 2
    nothing = added(published.values()).times(0.0)
    return Claim("share of stops that name another origin than published, July to December 2023", distance, nothing,
                 high=0.2)  # fmt: skip


def _electronics(results: StoredSeries, known: Known) -> list[Claim]:
    """Electronics with solar modules, by value and by number; all others are less by either."""
    days, first = "20220621_20230303", ("2022-06", "2023-02")
    claims = []
    for outcome, kind, word in (("detained", "value", "value"), ("detained_count", "count", "number")):
        part, whole = (
            figure(known, f"stopped_{kind}_cumulated_united_states_{goods}export_{days}")
            for goods in ("machinery_electronics_", "")
        )
        parts = total(results, HAPPENED, outcome, TOTAL, first, commodities=ELECTRONICS)
        simulated = share(parts, total(results, HAPPENED, outcome, TOTAL, first))
        observed = part.over(whole)
        claims.append(Claim(f"share of electronics with solar modules in stops by {word}, to February 2023", simulated,
                            observed, *around(observed, 0.1)))  # fmt: skip
    return claims


def how_much(results: StoredSeries, known: Known) -> list[Claim]:
    """How much is stopped: half or half as much again may be missing or too much."""
    value = added(figure(known, STOPPED_FROM.format(name)) for name in (*LEADERS, *FOLLOWERS))
    count = figure(known, "stopped_count_cumulated_united_states_export_20220621_20230531")
    stops = (
        ("value stopped to July 2023, million dollars", "detained", "2023-07", value),
        ("consignments stopped to May 2023", "detained_count", "2023-05", count),
    )
    return [
        Claim(what, total(results, HAPPENED, outcome, TOTAL, ("2022-06", last)), observed,
              round(0.5 * observed.value), round(1.5 * observed.value),
              set_on="what customs inspect and learn was set by hand on it")
        for what, outcome, last, observed in stops
    ]  # fmt: skip


def _denied(results: StoredSeries, known: Known) -> Claim:
    """Denied among decided consignments; published at the end of the fiscal year, when most cases were decided."""
    denied = figure(known, "release_share_united_states_export_20220621_20240930").times(-1).plus(1)
    period = ("2022-06", "2024-09")
    parts = [total(results, HAPPENED, name, TOTAL, period) for name in ("denied_count", "decided_count")]
    return Claim("share of decided consignments that is denied, to September 2024", share(*parts), denied,
                 *around(denied, 0.1), set_on="release_legitimate was set by hand on it")  # fmt: skip


def count_share(results: StoredSeries, period: Period, *, subject: str = TOTAL, commodity: str = "all") -> Runs:
    """Divide the stops of an origin or commodity by all stops, by number."""
    part = total(results, HAPPENED, "detained_count", subject, period, commodities=commodity)
    return share(part, total(results, HAPPENED, "detained_count", TOTAL, period))


def vehicle_parts(results: StoredSeries, known: Known) -> Claim:
    """By how much vehicle parts' share of stops grows."""
    early, late = (
        figure(known, f"stopped_count{kind}_united_states_vehicles_parts_export_{days}").over(
            figure(known, f"stopped_count{kind}_united_states_export_{days}")
        )
        for kind, days in (("_cumulated", "20220621_20230303"), ("", "20241001_20241231"))
    )
    first, last = (
        count_share(results, period, commodity="vehicles_parts")
        for period in (("2022-07", "2023-03"), ("2024-10", "2024-12"))
    )
    return Claim("gain of vehicle parts' share by count, 2023 to end of 2024", last - first, late.less(early), 0.1)


def khunjerab(results: StoredSeries, known: Known) -> list[Claim]:
    """P6: the Khunjerab pass recovers, and stays open in winter for the first time."""
    tonnes = {
        year: total(results, HAPPENED, "throughput", PASS, season)
        + total(results, HAPPENED, "background", PASS, season, direction="export")
        for year, season in SEASONS.items()
    }
    return [
        Claim("tonnes of all goods, April to October 2024 over 2023", share(tonnes[2024], tonnes[2023]),
              passed_at_khunjerab(known), 1.25, weak=True),
        open_winter(results),
    ]  # fmt: skip


def passed_at_khunjerab(known: Known) -> Figure:
    """Find the published tonnes of 2024 over those of 2023; all provinces' goods."""
    later, earlier = (figure(known, f"throughput_khunjerab_{year}0401_{year}1031") for year in (2024, 2023))
    return later.over(earlier)


def open_winter(results: StoredSeries) -> Claim:
    """Goods of the first open winter, against the same runs with the pass shut."""
    winter = ("2024-12", "2025-03")
    kept, shut = (total(results, regime, "throughput", PASS, winter) for regime in (HAPPENED, SHUT_IN_WINTER))
    summer = total(results, HAPPENED, "throughput", PASS, SEASONS[2024])
    return Claim("tonnes of the first open winter over those of April to October", share(kept - shut, summer), UNKNOWN,
                 0.05)  # fmt: skip


def long_hours(results: StoredSeries, known: Known) -> list[Claim]:
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
              daily[0].over(daily[1]), 1.25, set_on="the Kazakh side of 2023 was set by hand on lorries that passed"),
        Claim("throughput of January to October 2024 over the same without longer hours", share(tonnes[0], without),
              UNKNOWN, 1.01),
        Claim("mean wait of 2023 over 2022", share(*waits), hours[0].over(hours[1]), 1),
    ]  # fmt: skip


def _mean_wait(results: StoredSeries, period: Period) -> Runs:
    return monthly(results, HAPPENED, "wait", ROAD_PORT, direction="export")[:, months(results, period)].mean(axis=1)


def shoppers(results: StoredSeries, known: Known) -> list[Claim]:
    """P11: visitors' shopping grows with the visits and stays outside the books."""
    came = figure(known, "passengers_growth_yoy_khorgos_icbc_20240101_20240531").grown()
    springs = [(f"{year}-01", f"{year}-05") for year in (2024, 2023)]
    grown = share(*(total(results, HAPPENED, "retail", TOTAL, spring) for spring in springs))
    least = round(1 + (came.value - 1) / 2, 2)
    return [
        Claim("sales of January to May 2024 over 2023, published of visits", grown, came, least, weak=True),
        *(replace(claim, weak=True) for claim in kept_apart(results, known)),
    ]


def kept_apart(results: StoredSeries, known: Known) -> list[Claim]:
    """Sales keep within the allowance, and none is booked; both follow from how the channel is built."""
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
