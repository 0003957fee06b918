"""Targets that no stored outcome holds: published figures of what goes round, each counted as its source counts it.

A world without a table of targets may have a list of such figures (`sim.analysis.roundabout.FILE`). Runs of a fit are
then stepped with their flows by home place and partner, and each figure is worked out by its own count. Figures that
levels of the tables were set by (`is_input`) are no targets. Counted figures are kept by parts of `PART` draws, so that
a fit that is begun again goes on where it was.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis import roundabout
from sim.analysis.by_place import flows_of_draws
from sim.calibration.targets import COLUMNS, LOG, LOGIT
from sim.config import Config
from sim.ensemble.assemble import design_of
from sim.policy.language.load import HAPPENED, load_regime
from sim.store.files import write_text
from sim.world.build import BuiltWorld

PER_CENT, SPREADS = 100.0, 1.645
"""A published range is taken to hold nine tenths: 1.645 standard errors on either side."""

PART = 64
"""Draws that are stepped and counted together."""

SCALES = {
    "returned": LOG,
    "by_hubs": LOG,
    "hub_level": LOG,
    "level": LOG,
    "change": LOG,
    "arrived": LOG,
    "part": LOGIT,
    "booked": LOG,
    "gate": LOG,
    "gate_part": LOGIT,
}
"""The scale of each kind of count: flows and what comes back go by factors, parts lie between nothing and all."""

RETURNED, LEAST_RETURN, MOST_RETURN = "returned", 0.01, 3.0
"""What came back of lost trade counts as a part between these: nothing came back, or next to nothing was lost."""

CHANGES = ("change", "arrived", "gate")
"""Kinds whose per cent are told from a hundred on: as targets they are levels over the base months."""


def counted_targets(figures: pd.DataFrame, sanctioned: str) -> pd.DataFrame:
    """Turn published figures into targets.

    Parameters
    ----------
    figures : DataFrame
        From `sim.analysis.roundabout.read_figures`.
    sanctioned : str
        The market that is sanctioned: changes of trade with it are a group of their own.

    Returns
    -------
    DataFrame
        `target, group, scale, value, error`, as `Targets.of_table` takes it, of the figures that are no input; values
        and errors are shares and factors, not per cent.
    """
    asked = figures[figures["is_input"] == "no"]
    groups = [
        ("direct" if row.partners == sanctioned else "hubs") if row.kind == "change" else row.kind
        for row in asked.itertuples(index=False)
    ]
    table = pd.DataFrame(
        {
            "target": asked["figure"],
            "group": groups,
            "scale": asked["kind"].map(SCALES),
            "value": asked["value"] / PER_CENT + asked["kind"].isin(CHANGES).astype(np.float64),
            "error": (asked["high"] - asked["low"]) / 2.0 / SPREADS / PER_CENT,
        }
    )
    return table[list(COLUMNS)].reset_index(drop=True)


@dataclass(frozen=True)
class Counting:
    """What it takes to count the figures in runs.

    Attributes
    ----------
    config : Config
        Settings of the fit.
    built : BuiltWorld
    figures : DataFrame
        From `sim.analysis.roundabout.read_figures`.
    folder : Path
        Where what was counted is kept.
    rests_on : str
        What changes a number, in words: it names the files.
    """

    config: Config
    built: BuiltWorld
    figures: pd.DataFrame
    folder: Path
    rests_on: str

    def of_draws(self, drawn: pd.DataFrame, runs: int = 1) -> pd.DataFrame:
        """Count the figures in runs of some draws.

        Parameters
        ----------
        drawn : DataFrame
            A row a draw: factors.
        runs : int
            Of each draw; runs are numbered one by one, so that no two share their luck.

        Returns
        -------
        DataFrame
            A row a run in which every figure can be counted, indexed by the rows of `drawn`; a column a figure, in the
            unit of the targets.
        """
        at = np.repeat(np.arange(len(drawn)), runs)
        parts = [np.arange(first, min(first + PART, len(at))) for first in range(0, len(at), PART)]
        counted = [self._part(drawn.iloc[at[part]], part) for part in parts]
        table = pd.concat(counted, ignore_index=True).set_index(drawn.index[at])
        return table.dropna()

    def _part(self, drawn: pd.DataFrame, numbers: np.ndarray) -> pd.DataFrame:
        """Count some runs, or read what was counted before."""
        text = drawn.to_csv(index=False)
        asked = f"{self.config.design.seed} {numbers.tolist()}"
        basis = f"{self.rests_on}\n{self.figures.to_csv(index=False)}\n{asked}\n{text}"
        digest = hashlib.sha256(basis.encode()).hexdigest()[:16]
        path = self.folder / "counted" / f"{digest}.csv"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, self._counted(text, numbers).to_csv(index=False))
        return pd.read_csv(path)

    def _counted(self, text: str, numbers: np.ndarray) -> pd.DataFrame:
        """Step runs and count; a run that stopped has no figures."""
        table = self.folder / "draws.csv"
        write_text(table, text)
        chosen = replace(self.config.design, sampler=str(table), runs=1, uncertain=[])
        design = design_of(replace(self.config, regimes=[HAPPENED], against=None, design=chosen), self.built.tables)
        draws = pd.DataFrame(design.draws, columns=list(design.columns))
        regime = load_regime(HAPPENED, self.built.tables.folder)
        threads = self.config.machine.threads or 1
        flows, ended = flows_of_draws(
            self.built, regime, draws, self.config.design.seed, numbers.tolist(), threads=threads
        )
        sanctioned = roundabout.target_of(self.figures)
        found = roundabout.simulated(roundabout.flows_of(flows, HAPPENED, sanctioned), self.figures)
        asked = self.figures[self.figures["is_input"] == "no"].set_index("figure")
        counted = pd.DataFrame(np.nan, index=range(len(ended)), columns=list(asked.index))
        counted.loc[ended] = in_units_of_targets(found.loc[asked.index], asked["kind"]).T.to_numpy()
        return counted


def in_units_of_targets(counted: pd.DataFrame, kinds: pd.Series) -> pd.DataFrame:
    """Turn counted figures into the units of the targets.

    Parameters
    ----------
    counted : DataFrame
        [figures, runs] in per cent, from `sim.analysis.roundabout.simulated`.
    kinds : Series
        What each figure counts, by figure.

    Returns
    -------
    DataFrame
        Shares and factors; what came back lies between `LEAST_RETURN` and `MOST_RETURN`, also where nothing was lost.
    """
    shares = counted / PER_CENT
    shares = shares.add(kinds.isin(CHANGES).astype(np.float64), axis=0)
    returned = (kinds == RETURNED).to_numpy()
    shares.loc[returned] = shares.loc[returned].fillna(MOST_RETURN).clip(LEAST_RETURN, MOST_RETURN)
    return shares
