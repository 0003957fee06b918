"""All tables of a comparison of regimes, from stored results and a world's own tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.analysis import crossings, gains, reading, tables
from sim.analysis.observed import observed_trade
from sim.analysis.reading import TOTAL, Results
from sim.outcomes import outcomes

TOTALS = ("registered_trade", "sanctioned_trade", "detained", "via_hub", "active_firms")


@dataclass(frozen=True)
class Comparison:
    """Tables that the report draws; empty where nothing of the kind was observed.

    Attributes
    ----------
    against, main : str
        Regime that others are compared with, and the one that single pictures show: the first of the others.
    regimes : tuple of str
        All, in the order they were asked for.
    runs : int
        Paired runs.
    period, last_year : str
        Months in which regimes are compared (`2022-06 to 2027-12`), and the last whole year or what there is of one.
    trade : DataFrame
        `tables.trade_by_month`.
    observed : DataFrame
        `observed.observed_trade`.
    totals, totals_by_year, markets, markets_by_year, crossings : DataFrame
        `tables.differences` of the totals (sanctioned trade by sender of the regimes), of registered trade by market,
        and of throughput by crossing.
    cut : DataFrame
        `tables.cut_and_leakage`.
    gains, mirror_gaps : DataFrame
        `gains.gains` over the period, and `gains.mirror_gaps` of the last year.
    calendar, gates, pressure : DataFrame
        Of the main regime: `crossings.crossings_by_month`; `crossings.crossings_over_period` of the last year with
        `trade_musd`; `crossings.months_full_and_closed`.
    origins, origins_by_quarter : DataFrame
        Of the main regime: `tables.declared_origins_over_period`, `tables.declared_origins`.
    partners : DataFrame
        Of the main regime in the last year: `subject, trade_musd` (mean over runs), largest first.
    """

    against: str
    main: str
    regimes: tuple[str, ...]
    runs: int
    period: str
    last_year: str
    trade: pd.DataFrame
    observed: pd.DataFrame
    totals: pd.DataFrame
    totals_by_year: pd.DataFrame
    markets: pd.DataFrame
    markets_by_year: pd.DataFrame
    crossings: pd.DataFrame
    cut: pd.DataFrame
    gains: pd.DataFrame
    mirror_gaps: pd.DataFrame
    calendar: pd.DataFrame
    gates: pd.DataFrame
    pressure: pd.DataFrame
    origins: pd.DataFrame
    origins_by_quarter: pd.DataFrame
    partners: pd.DataFrame


def compare(
    results: Results,
    against: str,
    markets: Sequence[str],
    observed: pd.DataFrame,
    senders: Mapping[str, Sequence[str]],
) -> Comparison:
    """Make all tables of a comparison.

    Parameters
    ----------
    results : Results
        Stored results.
    against : str
        Regime that the others are compared with.
    markets : sequence of str
        Ids of the world's markets.
    observed : DataFrame
        The world's table `observed`.
    senders : mapping of str to sequence of str
        Regime to the markets that send its measures.

    Returns
    -------
    Comparison
    """
    others = reading.compared(results, against)
    main = others[0] if others else against
    period = reading.period_of_effect(results, against)
    years = list(outcomes.year_slices(results.months).values())
    last = [year for year in years if year.stop - year.start == outcomes.MONTHS_A_YEAR][-1:] or years[-1:]
    sending = list(dict.fromkeys(sender for regime in results.regimes for sender in senders[regime]))
    chosen = {name: sending if name == "sanctioned_trade" else [TOTAL] for name in TOTALS}
    totals = {
        name: [tables.differences(results, outcome, against, wanted, spans) for outcome, wanted in chosen.items()]
        for name, spans in (("totals", [period]), ("totals_by_year", years))
    }
    gates = reading.parts(results, "throughput")
    return Comparison(
        against=against,
        main=main,
        regimes=tuple(results.regimes),
        runs=len(results.wide(against, results.series["column"].tolist()[:1])),
        period=reading.period_name(results.months, period),
        last_year=reading.period_name(results.months, last[0]),
        trade=tables.trade_by_month(results, against, markets, always=sending),
        observed=observed_trade(observed, results.months),
        **{name: pd.concat(frames, ignore_index=True) for name, frames in totals.items()},
        markets=tables.differences(results, "registered_trade", against, markets, [period]),
        markets_by_year=tables.differences(results, "registered_trade", against, markets, years),
        crossings=tables.differences(results, "throughput", against, gates, [period]),
        cut=tables.cut_and_leakage(results, against, period, senders),
        gains=gains.gains(results, against, period, sending),
        mirror_gaps=gains.mirror_gaps(results, last[0]),
        **_of_main(results, main, period, last[0], markets),
    )


def _of_main(
    results: Results, main: str, period: slice, last: slice, markets: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Tables of the regime that single pictures show."""
    found = dict.fromkeys(("calendar", "gates", "pressure", "origins", "origins_by_quarter"), pd.DataFrame())
    if reading.parts(results, "capacity"):
        calendar = crossings.crossings_by_month(results, main)
        gates = crossings.crossings_over_period(calendar, results.months[last])
        value = tables.yearly_means(results, main, "port_trade", gates["subject"], last)
        found["calendar"] = calendar
        found["gates"] = gates.merge(value.rename(columns={"mean": "trade_musd"}), on="subject", how="left")
        found["pressure"] = crossings.months_full_and_closed(calendar)
    if reading.parts(results, "detained"):
        found["origins"] = tables.declared_origins_over_period(results, main, period)
        found["origins_by_quarter"] = tables.declared_origins(results, main)
    partners = tables.yearly_means(results, main, "registered_trade", markets, last)
    partners = partners.rename(columns={"mean": "trade_musd"}).sort_values("trade_musd", ascending=False, kind="stable")
    return found | {"partners": partners.reset_index(drop=True)}


def summary(study: Comparison) -> pd.DataFrame:
    """Put the headline numbers of a comparison into one table.

    Parameters
    ----------
    study : Comparison
        All tables.

    Returns
    -------
    DataFrame
        `regime, against, period, quantity, subject, unit, mean, q05, q95` (range over runs), `runs`, `verdict`: shares
        cut and leaked by sender, then paired differences of the totals. No rows if there is nothing to compare.
    """
    columns = ["regime", "against", "period", "quantity", "subject", "unit", "mean", "q05", "q95", "runs", "verdict"]
    totals = study.totals.drop(columns="mean", errors="ignore").rename(
        columns={"outcome": "quantity", "difference": "mean", "run_q05": "q05", "run_q95": "q95"}
    )
    frames = [frame.reindex(columns=columns) for frame in (study.cut, totals) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
