"""A whole back-test: both origins, both versions, the rivals, and the tables of scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.analysis.patterns.worlds import HAPPENED
from sim.backtest.gravity import Gravity, fit_gravity, markets_of
from sim.backtest.origins import VERSIONS, Origin, Predicted, origin_of, predict
from sim.backtest.past import Past
from sim.backtest.rivals import Forecast, forecasts
from sim.backtest.runs import Stage
from sim.backtest.scoring import Scored, bars_met, plain_measures, score_rows, scored, split_errors
from sim.calibration.command import target_path
from sim.calibration.published import read_target_rows
from sim.config import Config
from sim.errors import InputError
from sim.world.tables.read import Tables

ORIGINS = (date(2022, 12, 31), date(2023, 12, 31))
HELD_OUT, SIZE = "held_out.csv", "size.csv"


class BackTest(NamedTuple):
    """What a back-test found.

    Attributes
    ----------
    predicted : tuple of Predicted
        One for each origin.
    scored : mapping of (int, str) to Scored
        By year and version.
    rows : pandas.DataFrame
        As `score_rows` gives it, of all years and versions.
    bars : pandas.DataFrame
        A row a year and version, a column a bar: met or not.
    measures : pandas.DataFrame
        A row a year and version: as `plain_measures` gives them.
    split : pandas.DataFrame
        By year and row: errors of scenario and model.
    gravity : mapping of int to Gravity or None
        By year.
    """

    predicted: tuple[Predicted, ...]
    scored: Mapping[tuple[int, str], Scored]
    rows: pd.DataFrame
    bars: pd.DataFrame
    measures: pd.DataFrame
    split: pd.DataFrame
    gravity: Mapping[int, Gravity | None]


def all_rows(path: Path) -> tuple[pd.DataFrame, list[int]]:
    """Read targets, and the held-out figures beside them, if there are any.

    Parameters
    ----------
    path : Path
        Of the table of targets.

    Returns
    -------
    rows : pandas.DataFrame
        Of both, with `row` (of the table of scores): the group of a target, or what the table of held-out figures says.
    may_fit : list of int
        Index of the targets.
    """
    targets = read_target_rows(path).assign(row=lambda table: table["group"])
    beside = path.with_name(HELD_OUT)
    parts = [targets, read_target_rows(beside)] if beside.is_file() else [targets]
    rows = pd.concat(parts, ignore_index=True).fillna("")
    twice = rows["target"][rows["target"].duplicated()]
    if len(twice):
        raise InputError(f"{HELD_OUT}: {twice.iloc[0]!r} is the name of a target in {path.name} already.")
    return rows, list(range(len(targets)))


def back_test(
    config: Config,
    tables: Tables,
    folder: Path,
    tell: Callable[[str], None],
    origins: tuple[date, ...] = ORIGINS,
) -> BackTest:
    """Fit at each origin, predict the year after it, and score it against rivals.

    Parameters
    ----------
    config : Config
        Checked settings; the study has to reach to the end of the last year that is predicted.
    tables : Tables
        Of the world.
    folder : Path
        Of stored runs: a back-test that was stopped goes on from there.
    tell : callable
        Is told how it goes.
    origins : tuple of date
        Last days of years, in order.

    Returns
    -------
    BackTest

    Raises
    ------
    InputError
        If an origin has no targets, or the year after one lies outside the study. Nothing was run then.
    """
    rows, may_fit = all_rows(target_path(config))
    found = [origin_of(day, rows, may_fit, tables.observed) for day in origins]
    for each in found:
        if each.horizon > config.end_date or each.day <= config.start_date:
            raise InputError(
                f"The back-test predicts {each.year} from {each.day}, and the study runs from {config.start} to "
                f"{config.end}: set start and end around it."
            )
    last = found[-1]
    every = rows.loc[sorted({number for each in found for number in each.rows.index})]
    Stage(config, Path(HAPPENED), (), config.world, last.horizon, folder).check(every)
    predicted = tuple(predict(each, config, origins[-1], folder, tell) for each in found)
    return judged(predicted, tables, target_path(config).with_name(SIZE))


def judged(predicted: tuple[Predicted, ...], tables: Tables, size: Path) -> BackTest:
    """Score what was predicted against rivals.

    Parameters
    ----------
    predicted : tuple of Predicted
    tables : Tables
        Of the world.
    size : Path
        Table of `country, gdp_bn_usd`; where there is none, gravity says nothing.

    Returns
    -------
    BackTest
    """
    markets = None
    if size.is_file():
        table = pd.read_csv(size, keep_default_na=False)
        markets = markets_of(tables.places, tables.markets, tables.demand, table)
    every: dict[tuple[int, str], Scored] = {}
    laws: dict[int, Gravity | None] = {}
    for each in predicted:
        past = Past(tables.observed, each.origin.day)
        law = laws[each.origin.year] = None if markets is None else fit_gravity(past, markets)
        said = rivals_of(each.origin, past, law)
        every |= {(each.origin.year, version): scored(each, version, said) for version in VERSIONS}
    rows = pd.concat([score_rows(one) for one in every.values()], ignore_index=True)
    of = {key: rows[(rows["year"] == key[0]) & (rows["version"] == key[1])] for key in every}
    index = [{"year": year, "version": version} for year, version in every]
    keys = list(zip(index, every.items(), strict=True))
    bars = pd.DataFrame([at | bars_met(of[key], one.table) for at, (key, one) in keys])
    measures = pd.DataFrame([at | plain_measures(one.table) for at, (_, one) in keys])
    split = [
        split_errors({version: every[year, version].table for version in VERSIONS}).assign(year=year) for year in laws
    ]
    return BackTest(predicted, every, rows, bars, measures, pd.concat(split, ignore_index=True), laws)


def rivals_of(origin: Origin, past: Past, law: Gravity | None) -> list[dict[str, Forecast]]:
    """Ask the rivals about each held-out target of an origin."""
    return [forecasts(origin.rows.loc[number], past, law) for number in origin.held.index]
