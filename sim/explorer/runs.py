"""Runs of settings, as studies of the ensemble, and what the page shows of them: the material of the fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.config import Config
from sim.config.schema import FITTED
from sim.ensemble.fitted import posterior_of
from sim.ensemble.plan.digests import data_digest, rules_digest
from sim.explorer.columns import Slot, table_of
from sim.explorer.design import Batch
from sim.explorer.levers import MONTHS_A_YEAR, months_since
from sim.explorer.regimes import BASE, base_regime, regime_of
from sim.explorer.shown import Outcome, Stored, values_of, years_of
from sim.policy.language.load import HAPPENED, load_regime
from sim.report.page.facts import short
from sim.report.policy.worlds import run_made
from sim.store.digest import digest
from sim.world.build import BuiltWorld
from sim.world.tables.read import Tables

FOLDER, SLUG = "explorer", "compare_regimes"


class Material(NamedTuple):
    """Runs of many settings.

    Attributes
    ----------
    settings : pandas.DataFrame
        A row a run: its setting, a column a lever.
    values : dict of Outcome to array [runs, years or months] of float64
        What each run showed; what is held against runs itself too, where nothing is in force.
    setting, batch : arrays [runs] of int64
        Number of the setting of each run, and of its batch.
    base : array [runs] of int64
        Row of the run with the same draw and luck under what the setting is held against; of such a run, its own.
    years, months : tuple of Slot
        Whole years and months of the study.
    signatures : tuple of str
        Of the studies.
    """

    settings: pd.DataFrame
    values: dict[Outcome, NDArray[np.float64]]
    setting: NDArray[np.int64]
    batch: NDArray[np.int64]
    base: NDArray[np.int64]
    years: tuple[Slot, ...]
    months: tuple[Slot, ...]
    signatures: tuple[str, ...]

    def slots(self, outcome: Outcome) -> tuple[Slot, ...]:
        """Years, or months, over which an outcome is told."""
        return self.months if outcome.monthly else self.years


def stands_on(config: Config, tables: Tables) -> str:
    """Name what runs of the explorer stand on: the data of the world, the rules, and draws of the posterior.

    Parameters
    ----------
    config : Config
        Checked settings.
    tables : Tables
        Of the world.

    Returns
    -------
    str
        The same as long as the same runs would come out the same.
    """
    happened, stored = load_regime(HAPPENED, tables.folder), posterior_of(config, tables)
    draws = stored.table.to_csv() if stored is not None and config.design.sampler in FITTED else ""
    return short(digest(data_digest(tables, happened), rules_digest(), draws))


def run_batches(
    batches: Iterable[Batch], runs: int, config: Config, built_world: BuiltWorld, told: Callable[[str], None]
) -> Material:
    """Run batches of settings and read what the page shows; what is stored already is not run again.

    Parameters
    ----------
    batches : iterable of Batch
        Settings.
    runs : int
        Of each setting, each with its own draw and luck.
    config : Config
        Settings of the command: `results_dir`, span, firms, design.
    built_world : BuiltWorld
        Of these settings.
    told : callable
        Takes a line of progress for each batch.

    Returns
    -------
    Material
        Runs of what a batch is held against come last of their batch.

    Raises
    ------
    InputError
        If a regime cannot be used, or no run of a batch ended well.
    """
    parts, rows, signatures, months, begun = [], [], [], (), 0
    batches = list(batches)
    for number, batch in enumerate(batches):
        told(f"batch {number + 1} of {len(batches)}: {len(batch.settings) + 1} regimes, {runs} runs of each")
        names = {f"setting_{place:02}": setting for place, setting in enumerate(batch.settings)}
        made = [base_regime(batch.base), *(regime_of(each, name) for name, each in names.items())]
        results = run_made(made, _config(config, batch, runs), built_world, against=BASE)
        stored, months = Stored(results, BASE, built_world.labels), results.months
        for name, setting in {**names, BASE: batch.base}.items():
            found = values_of(stored, name, setting)
            parts.append(found)
            many = len(next(iter(found.values())))
            own = begun + many * len(names)
            rows += [(setting, len(parts) - 1, number, own + run) for run in range(many)]
        begun = len(rows)
        signatures.append(results.signature)
    values = {each: np.concatenate([part[each] for part in parts]) for each in parts[0]}
    numbers = np.array([row[1:] for row in rows], np.int64).T
    return Material(table_of([row[0] for row in rows]), values, *numbers, *_slots(months), tuple(signatures))


def _config(config: Config, batch: Batch, runs: int) -> Config:
    """Give the settings of the study of a batch: below the folder of the explorer, with its own seed."""
    design = replace(config.design, runs=runs, seed=batch.seed)
    folder = Path(config.results_dir) / FOLDER
    return replace(config, command="run", slug=SLUG, results_dir=str(folder), design=design, observe="default")


def _slots(months: Iterable[str]) -> tuple[tuple[Slot, ...], tuple[Slot, ...]]:
    """Whole years, and months, of a study."""
    names = list(months)
    begins = [months_since(name) for name in names]
    years = tuple(
        Slot(year, begins[part.start], begins[part.start] + MONTHS_A_YEAR) for year, part in years_of(names).items()
    )
    return years, tuple(Slot(name, begin, begin + 1.0) for name, begin in zip(names, begins, strict=True))
