"""The answer to what made trade grow: every subset of drivers is a world, and growth is divided among the drivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from sim.about import own_file
from sim.analysis import attribution, comparison, reading
from sim.analysis.attribution import SHAPLEY, signs_differ
from sim.analysis.claims import MUSD_PER_BN_YUAN
from sim.analysis.contrasts import of_runs
from sim.analysis.reading import StoredSeries
from sim.config import Config
from sim.outcomes.names import BOTH, TOTAL
from sim.policy.backgrounds import background_of
from sim.policy.describe import days_of_cause
from sim.policy.language.measures import Measure, Regime
from sim.report.figures.what_made_2023_grow import PICTURES, Grown
from sim.report.page.writing import StoredResults
from sim.report.policy.drivers import Driver, read_drivers, subsets
from sim.report.policy.telling import bn_yuan, is_clear, listed, size
from sim.report.policy.worlds import run_made
from sim.report.policy.writing import Answer, write_answer
from sim.world.build import BuiltWorld
from sim.world.tables.read import Tables

DAY = date(2021, 12, 31)
"""The last day that all worlds have in common; growth is counted from its year."""

HEADLINE = 2023
FILE = "drivers.yaml"
WITH_ALL, WITH_NONE = "all drivers", "none of them"


def write_what_made_it_grow(
    results: StoredResults,
    built_world: BuiltWorld,
    regimes: Sequence[Regime],
    config: Config,
    drivers_file: Path | None = None,
) -> Path:
    """Run every subset of the drivers and write what each of them has in the growth.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of the regime with
    all drivers.

    Parameters
    ----------
    drivers_file : Path, optional
        By default that of the world.

    Raises
    ------
    InputError
        If the file of drivers is at fault or the regime lacks what a driver switches off.
    """
    drivers = read_drivers(drivers_file or own_file(built_world.tables.folder, FILE))
    further: tuple[str, ...] = ()
    years = _years(results.months)
    if years:
        made, parts = subsets(drivers, regimes[0].name, built_world, DAY)
        runs = run_made(made, config, built_world, parts=parts, against=made[-1].name)
        subject = grown(runs, [each.name for each in made], drivers, years, config.design.seed)
        further = (runs.signature,)
    else:
        subject = Grown(*[pd.DataFrame()] * 3, 0, DAY.year, ())
    answer = Answer(
        f"What made trade grow since {DAY.year}?",
        sentences(subject, drivers),
        limits(drivers, regimes[0], built_world.tables),
        {},
        PICTURES if years else (),
        subject,
        further,
    )
    return write_answer(results, built_world, config, answer)


def _years(months: Sequence[str]) -> list[int]:
    """Whole calendar years of a study after the first, which must be whole too."""
    whole = [year for year in {int(month[:4]) for month in months} if sum(m[:4] == str(year) for m in months) == 12]
    return sorted(year for year in whole if year > DAY.year) if DAY.year in whole else []


def grown(
    results: StoredSeries, names: Sequence[str], drivers: Sequence[Driver], years: Sequence[int], seed: int
) -> Grown:
    """Divide growth among drivers.

    Parameters
    ----------
    results : StoredSeries
        The worlds of all subsets.
    names : sequence of str
        Their regimes, by the number of the subset.
    drivers : sequence of Driver
        k of them, of the bits of that number.
    years : sequence of int
        Whole years after the first.
    seed : int
        Of the resamples of runs.

    Returns
    -------
    Grown
    """
    columns = reading.catalogue(results, "registered_trade")[TOTAL, BOTH]
    first = _of_year(results, names[-1], columns, DAY.year)
    growth = np.stack([[_of_year(results, name, columns, year) - first for year in years] for name in names])
    parts, pairs, whole = [], [], []
    for place, year in enumerate(years):
        mine = growth[:, place]
        for name, each in attribution.readings(mine).items():
            said = {"year": year, "reading": name}
            parts.append(_rows(each, drivers, seed, said))
        between = attribution.interactions(mine) if len(drivers) > 1 else {}
        pairs += [_pair(drivers[a], drivers[b], each, seed, year) for (a, b), each in between.items()]
        whole.append(of_runs(mine[[-1, 0]].T, [WITH_ALL, WITH_NONE], year=year))
    year = HEADLINE if HEADLINE in years else years[-1]
    found = Grown(*(pd.concat(each, ignore_index=True) if each else pd.DataFrame() for each in (parts, pairs, whole)),
                  year, DAY.year, ())  # fmt: skip
    return found._replace(told=findings(found))


def _of_year(results: StoredSeries, regime: str, columns: Sequence[str], year: int) -> np.ndarray:
    chosen = [month[:4] == str(year) for month in results.months]
    return reading.monthly(results, regime, columns)[:, chosen].sum(axis=1) / MUSD_PER_BN_YUAN


def _resampled(values: np.ndarray, subjects: Sequence[str], seed: int, said: Mapping[str, object]) -> pd.DataFrame:
    """Sum up [subjects, runs], the interval of the mean by resampling runs."""
    frame, drawn = of_runs(values.T, subjects, **said), attribution.summary(values.T, seed)
    frame[["mean_low", "mean_high"]] = drawn[["mean_low", "mean_high"]].to_numpy()
    return frame.assign(verdict=comparison.verdict(frame)).drop(columns=[c for c in frame if c.startswith("relative")])


def _rows(values: np.ndarray, drivers: Sequence[Driver], seed: int, said: Mapping[str, object]) -> pd.DataFrame:
    frame = _resampled(values, [each.name for each in drivers], seed, said).rename(columns={"subject": "driver"})
    return frame.assign(what=[each.what for each in drivers])


def _pair(one: Driver, other: Driver, values: np.ndarray, seed: int, year: int) -> pd.DataFrame:
    said = {"year": year, "driver": one.name, "other": other.name, "what": one.what, "what_other": other.what}
    return _resampled(values[None], ["interaction"], seed, said)


def _largest(subject: Grown, year: int) -> pd.DataFrame:
    mine = subject.parts[(subject.parts["reading"] == SHAPLEY) & (subject.parts["year"] == year)]
    return mine.sort_values("difference", key=np.abs, ascending=False, kind="stable")


def findings(subject: Grown) -> tuple[str, ...]:
    """State what the three pictures show."""
    top = _largest(subject, subject.year).iloc[0]
    years = f"from {subject.base} to {subject.year}"
    first = f"Of the growth of trade {years} the largest part is that of {top['what']}: {size(top, bn_yuan)}"
    apart = _disagree(subject)
    second = (
        f"What a driver does alone and what is missing without it differ in sign for {listed(apart)}"
        if apart
        else f"No driver's part in the growth {years} clearly changes its sign with the order in which drivers come"
    )
    return first, second, _of_pairs(subject)


def _of_pairs(subject: Grown) -> str:
    if subject.pairs.empty:
        return ""
    mine = subject.pairs[subject.pairs["year"] == subject.year]
    clear = mine[[is_clear(row) for _, row in mine.iterrows()]]
    if clear.empty:
        seen = (
            f" ({bn_yuan(mine['detectable'].max())} or more would have been seen)" if mine["detectable"].max() else ""
        )
        return f"No two drivers clearly help or replace each other{seen}"
    top = clear.loc[clear["difference"].abs().idxmax()]
    does = "help" if top["difference"] > 0 else "replace"
    return f"Most of all {top['what']} and {top['what_other']} {does} each other: {size(top, bn_yuan)}"


def _disagree(subject: Grown) -> list[str]:
    mine = subject.parts[subject.parts["year"] == subject.year]
    return [str(what) for what, rows in mine.groupby("what", sort=False) if signs_differ(rows)]


def sentences(subject: Grown, drivers: Sequence[Driver]) -> tuple[str, ...]:
    """Answer in four sentences, or say in three that nothing is attributed.

    Parameters
    ----------
    subject : Grown
        What was found.
    drivers : sequence of Driver
        All.
    """
    if not subject.year:
        return (
            f"Nothing is attributed: growth is counted from the whole year {DAY.year} on, and the study holds no whole "
            "year after it.",
            f"Drivers that would be switched off: {listed([each.what for each in drivers])}.",
            f"Take end={HEADLINE}-12-31 or later.",
        )
    whole = subject.whole.set_index(["subject", "year"])
    years = dict.fromkeys(subject.parts["year"])
    grew = listed([f"{size(whole.loc[WITH_ALL, year], bn_yuan)} to {year}" for year in years])
    top = [f"{row['what']}, {size(row, bn_yuan)}" for _, row in _largest(subject, subject.year)[1:3].iterrows()]
    more = f"; after the largest part, to {subject.year} come: {'; '.join(top)}" if top else ""
    of = [each.name for each in drivers if each.sanctions] or [_largest(subject, subject.year).iloc[-1]["driver"]]
    mine = subject.parts[(subject.parts["reading"] == SHAPLEY) & (subject.parts["driver"] == of[0])]
    own = "; ".join(f"to {row['year']}, {size(row, bn_yuan)}" for _, row in mine.iterrows())
    left = size(whole.loc[WITH_NONE, subject.year], bn_yuan)
    return (
        f"{subject.told[0]}.",
        f"Since {subject.base} registered trade grew by {grew}{more}.",
        f"The part of {mine.iloc[0]['what']} in that growth is: {own}.",
        f"{subject.told[1]}; {subject.told[2][:1].lower()}{subject.told[2][1:]}; with all drivers off the change to "
        f"{subject.year} is: {left}.",
    )


def limits(drivers: Sequence[Driver], regime: Regime, tables: Tables) -> tuple[str, ...]:
    """Say what the study cannot say.

    Parameters
    ----------
    drivers : sequence of Driver
        All.
    regime : Regime
        With all drivers.
    tables : Tables
        Of the world.
    """
    named = {name for each in drivers for name in (*each.measures, *each.causes)}
    base = {each.name for each in background_of(regime)} if any(each.sanctions for each in drivers) else set()
    rest = [
        each.name.replace("_", " ") for each in regime.measures if each.name in base - named and _counts(each, tables)
    ]
    return (
        "Levels of drivers were fitted to trade of these years, those of demand above all: parts say how the model "
        "explains growth, and are no test of that explanation.",
        f"In every world, and so in no driver's part: {', '.join(rest)}."
        if rest
        else "All measures belong to drivers.",
        "Crossings that are held pass at most what they passed; ports still lengthen hours and build of their own "
        "accord, which takes the place of a part of what is switched off.",
        "How fast inland firms register is a rule of behaviour: switched off are the zone, its subsidy and the demand "
        "that came with the bonded zones, not the readiness to move.",
        "A market's trend is held at its mean over goods.",
    )


def _counts(measure: Measure, tables: Tables) -> bool:
    """Whether a measure of the background changes anything after the first year and before the drivers' last."""
    dated = measure.instrument.rule.dated_by_tables
    start, end = days_of_cause(measure, tables) if dated else (measure.start, measure.end)
    return (start is None or start.year <= HEADLINE + 1) and (end is None or end > DAY)
