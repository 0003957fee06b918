"""Levels beside published ones: what the patterns, which mostly ask for growth, shares and order, do not show."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.analysis.claims import (
    MN_A_BN,
    MUSD_PER_BN_YUAN,
    Claim,
    Figure,
    Known,
    Period,
    figure,
    row_of,
    total,
)
from sim.analysis.indicators import share
from sim.analysis.observed import YUAN_PER_USD_OF_YEAR
from sim.analysis.patterns import borders, trade
from sim.analysis.patterns.worlds import HAPPENED, YEAR
from sim.analysis.patterns.worlds import trade as trade_of
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import TOTAL

BN_YUAN, SHARE, MUSD, COUNT, RATIO = "bn yuan", "share", "million dollars", "consignments", "ratio"
ELEVENS = ("2024-01", "2024-11")


def levels(results: StoredSeries, known: Known) -> pd.DataFrame:
    """Put levels side by side: simulated, published, and how near they should come where that is said.

    Parameters
    ----------
    results : StoredSeries
        As of `judge`.
    known : Known
        Published figures of the shipped world.

    Returns
    -------
    DataFrame
        `level, unit, q05, median, q95` (simulated), `observed, ratio` (median over observed), `low, high` (what the
        median is to lie within; infinite where nothing is asked), `within` (yes or no; empty where nothing is asked),
        `source`.

    Raises
    ------
    InputError
        As of `judge`.
    """
    rows = []
    for parts in (_trade, _partners, _gates, _west, _stopped):
        for unit, claim in parts(results, known):
            row = row_of(claim, known)
            asked = np.isfinite([claim.low, claim.high]).any()
            within = "yes" if claim.low <= row["median"] <= claim.high else "no"
            ratio = row["median"] / row["observed"] if row["observed"] else np.nan
            rows.append(
                {"level": claim.what, "unit": unit}
                | {name: row[name] for name in ("q05", "median", "q95", "observed")}
                | {"ratio": ratio, "low": claim.low, "high": claim.high}
                | {"within": within if asked else "", "source": row["source"]}
            )
    return pd.DataFrame(rows)


def _near(observed: Figure, tolerance: float) -> tuple[float, float]:
    return observed.value * (1 - tolerance), observed.value * (1 + tolerance)


def _bn_yuan(results: StoredSeries, subject: str, period: Period) -> np.ndarray:
    return trade_of(results, subject, period) / MUSD_PER_BN_YUAN


def _trade(results: StoredSeries, known: Known) -> Iterator[tuple[str, Claim]]:
    """All trade by year, and the first three quarters of 2022."""
    for year in YEAR:
        observed = figure(known, f"registered_trade_total_{year}0101_{year}1231")
        yield (
            BN_YUAN,
            Claim(f"registered trade {year}", _bn_yuan(results, TOTAL, YEAR[year]), observed, *_near(observed, 0.1)),
        )
    ends = [figure(known, f"registered_trade_total_20220101_2022{day}") for day in ("0331", "0630", "1031")]
    spans = (("2022-01", "2022-03"), ("2022-04", "2022-06"), ("2022-07", "2022-10"))
    names = ("first quarter", "second quarter", "July to October")
    for name, span, observed in zip(names, spans, (ends[0], ends[1].less(ends[0]), ends[2].less(ends[1])), strict=True):
        yield BN_YUAN, Claim(f"registered trade {name} of 2022", _bn_yuan(results, TOTAL, span), observed)


def _partners(results: StoredSeries, known: Known) -> Iterator[tuple[str, Claim]]:
    """Trade with single partners and blocs."""
    for year in (2022, 2023):
        observed = figure(known, f"registered_trade_kyrgyzstan_{year}0101_{year}1231")
        yield (
            BN_YUAN,
            Claim(f"Kyrgyzstan {year}", _bn_yuan(results, "kyrgyzstan", YEAR[year]), observed, *_near(observed, 0.25)),
        )
    published = {
        year: figure(known, f"registered_trade_kazakhstan_{year}0101_{year}1231").times(YUAN_PER_USD_OF_YEAR[year])
        for year in (2023, 2024)
    }
    published[2022] = published[2023].over(figure(known, "growth_yoy_kazakhstan_20230101_20231231").grown())
    for year in sorted(published):
        yield BN_YUAN, Claim(f"Kazakhstan {year}", _bn_yuan(results, "kazakhstan", YEAR[year]), published[year])
    for name, subject in (("Central Asia", trade.CENTRAL_ASIA), ("ASEAN", "asean")):
        for year in (2022, 2023) if subject == trade.CENTRAL_ASIA else ():
            observed = figure(known, f"registered_trade_{subject}_{year}0101_{year}1231")
            yield BN_YUAN, Claim(f"{name} {year}", _bn_yuan(results, subject, YEAR[year]), observed)
        observed = figure(known, f"registered_trade_{subject}_20240101_20241130")
        yield BN_YUAN, Claim(f"{name} January to November 2024", _bn_yuan(results, subject, ELEVENS), observed)


def _gates(results: StoredSeries, known: Known) -> Iterator[tuple[str, Claim]]:
    """Value over the two gates to Kyrgyzstan; published for all provinces."""
    for year, low in ((2022, 0.5), (2023, None)):
        parts = [figure(known, f"port_trade_{gate}_{year}0101_{year}1031") for gate in trade.KYRGYZ_GATES]
        observed = parts[0].and_also(parts[1]).times(1 / MN_A_BN)
        period = (f"{year}-01", f"{year}-10")
        simulated = total(results, HAPPENED, "port_trade", trade.KYRGYZ_GATES, period) / MUSD_PER_BN_YUAN
        bounds = (low * observed.value, 1.1 * observed.value) if low else ()
        yield (
            BN_YUAN,
            Claim(f"value over Irkeshtam and Torugart, January to October {year}", simulated, observed, *bounds),
        )


def _west(results: StoredSeries, known: Known) -> Iterator[tuple[str, Claim]]:
    """Give exports to the United States."""
    yield RATIO, trade.exports_over_2019(results, known)
    name = "registered_trade_united_states_export_"
    for days, period, word, months in (
        ("20230101_20231130", ("2023-01", "2023-11"), "January to November 2023", 11),
        ("20240101_20240831", ("2024-01", "2024-08"), "January to August 2024", 8),
    ):
        observed = figure(known, name + days).times(1 / months)
        simulated = trade_of(results, "united_states", period, "export") / months
        yield MUSD, Claim(f"exports to the United States a month, {word}", simulated, observed)


def _stopped(results: StoredSeries, known: Known) -> Iterator[tuple[str, Claim]]:
    """Give what customs stop by country: value to July 2023, number in the second half of 2023."""
    published = {
        name: figure(known, borders.STOPPED_FROM.format(name)) for name in (*borders.LEADERS, *borders.FOLLOWERS)
    }
    whole = borders.added(published.values())
    stopped = total(results, HAPPENED, "detained", TOTAL, borders.FIRST_YEAR)
    for name in borders.LEADERS:
        mine = total(results, HAPPENED, "detained", borders.ORIGINS[name], borders.FIRST_YEAR)
        yield (
            SHARE,
            Claim(f"value stopped to July 2023 from {name.title()}", share(mine, stopped), published[name].over(whole)),
        )
    yield SHARE, borders.elsewhere(results, known)
    yield from zip((MUSD, COUNT), borders.how_much(results, known), strict=True)
    counted = total(results, HAPPENED, "detained_count", TOTAL, borders.HALF_OF_2023)
    for name, part in borders.published_by_number(known).items():
        mine = total(results, HAPPENED, "detained_count", borders.ORIGINS[name], borders.HALF_OF_2023)
        yield SHARE, Claim(f"stops by number, July to December 2023, from {name.title()}", share(mine, counted), part)
