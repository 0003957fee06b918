"""Runs of a back-test: figures of targets under a regime that is written for it, at draws of factors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.patterns.worlds import HAPPENED
from sim.backtest.known import Driver, signed
from sim.calibration.command import LUCK_RUNS
from sim.calibration.published import check_simulated, simulated_targets
from sim.calibration.targets import Targets
from sim.config import Config
from sim.ensemble import executor_of, run_study, study_of
from sim.ensemble.plan.design import FIRST_DRAW
from sim.parameters import LEVEL
from sim.policy.language.load import load_regime
from sim.results.results import Results
from sim.store.digest import digest
from sim.store.files import write_text
from sim.terminal import say
from sim.world.open import world_of

TARGETS = "the table of targets and held-out figures"


class Stage(NamedTuple):
    """Where runs are made: settings, the regime, the last day, and where they are stored.

    Attributes
    ----------
    config : Config
        Of the study.
    regime : Path
        Written by `sim.backtest.known`.
    drivers : tuple of Driver
        Whose sizes are drawn.
    world : str
        Name or path.
    end : date
        Last day of the runs.
    folder : Path
        Of tables of draws and of the store, which all stages share: what was computed once is not computed again.
    """

    config: Config
    regime: Path
    drivers: tuple[Driver, ...]
    world: str
    end: date
    folder: Path

    def figures(self, rows: pd.DataFrame, drawn: pd.DataFrame, own_luck: bool = False) -> pd.DataFrame:
        """Run the simulation at draws, and work out what it says of targets.

        Parameters
        ----------
        rows : pandas.DataFrame
            As `read_target_rows` gives it, within the days of the runs.
        drawn : pandas.DataFrame
            A row a run, a column a factor; levels of drivers as sizes. Levels of measures that the regime does not
            have are left out.
        own_luck : bool
            Whether each draw has random numbers of its own, as predictions need, or all the same, as an emulator does.

        Returns
        -------
        pandas.DataFrame
            A row a run that ended well, under the index of its draw; a column a target, in the unit of the model.

        Raises
        ------
        InputError
            If a target lies outside the days of the runs.
        """
        results = self._run(rows, drawn, len(drawn) if own_luck else 1, own_luck)
        if lost := len(drawn) - len(results.runs):
            say(f"{lost} of {len(drawn)} draws did not end well and are left out.")
        ended = drawn.index[results.runs["draw"].to_numpy() - FIRST_DRAW]
        return simulated_targets(rows, results, HAPPENED).set_index(ended)

    def check(self, rows: pd.DataFrame) -> None:
        """Refuse targets that the runs would not be able to simulate, before any is made."""
        design = replace(self.config.design, sampler=None, runs=1, uncertain=[], held=[])
        config = replace(
            self.config, regimes=[HAPPENED], against=None, world=self.world, end=str(self.end), design=design
        )
        study = study_of(config, world_of(config))
        check_simulated(rows, study.observation.series, study.months, TARGETS)

    def luck(self, rows: pd.DataFrame, drawn: pd.DataFrame, targets: Targets) -> NDArray[np.float64]:
        """Variance of runs that differ in luck alone, [targets] on their scales: the median over draws of the prior."""
        results = self._run(rows, drawn, LUCK_RUNS)
        figures = targets.scaled(simulated_targets(rows, results, HAPPENED))
        return figures.groupby(results.runs["draw"].to_numpy()).var().median().to_numpy()

    def _run(self, rows: pd.DataFrame, drawn: pd.DataFrame, runs: int, paired: bool = False) -> Results:
        """Run a table of draws, or what is left of it."""
        config = replace(self.config, regimes=[str(self.regime)], against=None, world=self.world, end=str(self.end))
        has = {LEVEL + each.name for each in load_regime(self.regime, self.world).measures}
        table = signed(drawn, self.drivers)
        text = table[[name for name in table.columns if not name.startswith(LEVEL) or name in has]].to_csv(index=False)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"draws_{digest(text)[:8]}.csv"
        write_text(path, text)
        design = replace(config.design, sampler=str(path), runs=runs, uncertain=[], held=[])
        study = study_of(replace(config, design=design), world_of(config))
        check_simulated(rows, study.observation.series, study.months, TARGETS)
        if paired:
            study = replace(study, design=study.design._replace(paired=True))
        return run_study(replace(study, folder=self.folder / "runs"), executor_of(config))
