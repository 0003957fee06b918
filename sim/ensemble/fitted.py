"""Where parameters of a study come from: the posterior of its world and rule, if it has one, and what that rests on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.config import Config, held_values
from sim.config.schema import POINT
from sim.ensemble.plan.design import Design
from sim.ensemble.plan.digests import data_digest, rules_digest
from sim.ensemble.plan.factors import Uncertain, shared_levels
from sim.ensemble.plan.posterior import (
    DRAWS_FILE,
    WAY_OUT,
    StoredPosterior,
    check_current,
    is_posterior,
    read_posterior,
)
from sim.ensemble.plan.samplers import Columns, of_columns, spread
from sim.errors import InputError, unknown
from sim.parameters import BEHAVIOUR, LEVEL, TABLE, names_of, out_of_range
from sim.paths import data, shipped
from sim.policy.compile.levels import check_level
from sim.policy.language.load import HAPPENED, load_regime
from sim.policy.language.measures import Regime
from sim.world.tables.read import Tables, find_world
from sim.world.tables.records import FIRST_ROW

FIRST_RULE = "logit"
"""The rule whose posterior lies in the folder of its world; those of others lie in folders of their names there."""


def posterior_folder(config: Config) -> Path | None:
    """Find the posterior of a study.

    Parameters
    ----------
    config
        Checked settings.

    Returns
    -------
    Path or None
        `design.posterior`, else the folder of the shipped world and rule; None where there is none.
    """
    if config.design.posterior:
        return Path(config.design.posterior)
    world, rule = find_world(config.world), config.behaviour.rule
    if world != data(world.name):
        return None
    folder = shipped("conf") / "calibration" / world.name
    folder = folder if rule == FIRST_RULE else folder / rule
    return folder if is_posterior(folder) else None


def posterior_of(config: Config, tables: Tables) -> StoredPosterior | None:
    """Read the posterior of a study.

    Parameters
    ----------
    config
        Checked settings.
    tables
        Of the world.

    Returns
    -------
    StoredPosterior or None
        None where the world or the rule has none.

    Raises
    ------
    InputError
        If it is spoilt, or was fitted to another world, with other data, by other rules or to another rule of choice;
        or if the study takes its point and there is none.
    """
    folder, rule = posterior_folder(config), config.behaviour.rule
    if folder is None:
        if config.design.sampler == POINT:
            raise InputError(
                f"design=point: {whose_posterior(config)} has no posterior: take parameters as they stand "
                "(design=stated), or fit one (reroute calibrate)."
            )
        return None
    stored = read_posterior(folder)
    happened = load_regime(HAPPENED, tables.folder)
    check_current(stored, tables.folder.name, data_digest(tables, happened), rules_digest())
    if stored.fit["rule"] != rule:
        raise InputError(
            f"{folder}: was fitted under behaviour.rule={stored.fit['rule']}, and this study runs {rule}: {WAY_OUT}."
        )
    _check_columns(folder, stored, happened)
    return stored


def posterior_design(
    config: Config, stored: StoredPosterior | None, uncertain: Mapping[str, Uncertain], regimes: Sequence[Regime]
) -> Design:
    """Draw parameters and levels of each run from a posterior, and from the prior what it lacks; or give all its point.

    Parameters
    ----------
    config
        Checked settings: `design.runs` draws, each with its own run.
    stored
        The posterior, if the world and rule have one.
    uncertain
        What is drawn from the prior where the posterior lacks it; without what is held.
    regimes
        Of the study.

    Returns
    -------
    Design
        What is held (`held_values`, `design.held`) keeps its value in every draw. A level of the posterior is drawn
        where the regimes have the measure as it was fitted: another level or range is what the study asks about.
    """
    runs, seed = config.design.runs, config.design.seed
    parameters = dict(zip(names_of(BEHAVIOUR), config.behaviour.values(), strict=True))
    has = {LEVEL + each.name for regime in regimes for each in regime.measures}
    levels = (has & set(shared_levels([*regimes, load_regime(HAPPENED, config.world)]))) - set(config.design.held)
    kept = (set(parameters) - set(held_values(config))) | levels
    if config.design.sampler == POINT:
        return of_columns(_kept(stored.point.to_frame().T, kept), parameters, draws=1, runs=runs)
    fitted = {} if stored is None else _kept(stored.drawn(runs, seed), kept)
    lacking = {name: each for name, each in uncertain.items() if name not in fitted}
    drawn = fitted | spread(runs, lacking, parameters, seed)
    return of_columns(drawn, parameters, draws=runs, runs=runs, paired=True)


def _kept(table: pd.DataFrame, kept: Collection[str]) -> Columns:
    return {name: table[name].to_numpy(np.float64) for name in table.columns if name in kept}


def _check_columns(folder: Path, stored: StoredPosterior, happened: Regime) -> None:
    """Refuse a column that is no parameter and no level, and a value outside the range of its own."""
    path, parameters, levels = folder / DRAWS_FILE, names_of(BEHAVIOUR), shared_levels([happened])
    for name, column in stored.table.items():
        if name not in parameters and name not in levels:
            raise unknown(f"the column of {path}", name, (*parameters, *levels))
        for row, value in enumerate(column, start=FIRST_ROW):
            key = f"{path}, row {row}, {name}"
            if name in levels:
                check_level(key, value, *levels[name].ends)
            elif not TABLE[name].holds(value):
                raise out_of_range(key, value, TABLE[name])


def whose_posterior(config: Config) -> str:
    """Name what the posterior of a study belongs to, in words.

    Parameters
    ----------
    config
        Checked settings.
    """
    world, rule = find_world(config.world).name, config.behaviour.rule
    return f"the world {world}" if rule == FIRST_RULE else f"the rule {rule} of the world {world}"
