"""Fits to random halves of the targets, each judged by the half that it has not seen.

A fit that meets the figures it was fitted to says little. So the targets are split at random, each half is fitted by
the same runs and the same steps, the simulation is run at draws of each, and the targets of the other half are held
against the band of those runs. `python -m sim.calibration.halves WORDS`, with the words of `reroute calibrate`, writes
`halves.csv` into the folder of the fit; its runs are taken from there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.command import prepared, quantiles
from sim.calibration.factors import Prior
from sim.calibration.reweighting import reweight
from sim.calibration.screening import told_of_factors
from sim.calibration.targets import Targets
from sim.calibration.waves import STEPS, Fit, Simulate, calibrate, extended
from sim.config import load
from sim.errors import InputError
from sim.store.files import write_text
from sim.terminal import say

SPLITS, DRAWS = 2, 40
FILE = "halves.csv"


def judged(
    fit: Fit,
    simulate: Simulate,
    prior: Prior,
    targets: Targets,
    *,
    splits: int = SPLITS,
    draws: int = DRAWS,
    seed: int = 0,
    tell: Callable[[str], None] = print,
) -> pd.DataFrame:
    """Fit random halves of the targets and hold all targets against each.

    Parameters
    ----------
    fit : Fit
        To all targets: its runs, and the targets within reach with their errors, serve each half.
    simulate : callable
        The simulation: `Simulate`.
    prior : Prior
    targets : Targets
        All of them; those out of reach are held out of both halves.
    splits : int
        Times that the targets are split.
    draws : int
        From the posterior of each half, that are simulated.
    seed : int
    tell : callable
        Is told what is being done.

    Returns
    -------
    pandas.DataFrame
        `split, half, target, fitted, q05, median, q95`: a row a target and half; the band of nine tenths of the runs,
        in the units of the targets.
    """
    rng, found = np.random.default_rng(seed), []
    for split in range(1, splits + 1):
        order = rng.permutation(len(fit.targets.names))
        for half in (1, 2):
            names = [fit.targets.names[place] for place in order[half - 1 :: 2]]
            tell(f"Split {split}, half {half}: {len(names)} targets.")
            band = _band(_refitted(fit, names, prior, seed), simulate, prior, targets, draws, seed)
            found.append(band.assign(split=split, half=half, fitted=band["target"].isin(names)))
    return pd.concat(found, ignore_index=True)[["split", "half", "target", "fitted", "q05", "median", "q95"]]


class Verdict(NamedTuple):
    """What fits to halves say of a whole fit.

    Attributes
    ----------
    asked : int
        Targets, those out of reach with them.
    unseen : float
        How many of them lie in the band of the half that was not fitted to them, mean of the splits.
    seen : float
        How many of those that were fitted lie in the band of their own half, as a share.
    width : float
        Median over targets of the width of the whole fit's band over that of the half that has not seen it, mean of
        the splits: above 1 the whole fit is no sharper.
    """

    asked: int
    unseen: float
    seen: float
    width: float


def verdict(halves: pd.DataFrame, fitted: pd.DataFrame) -> Verdict:
    """Hold targets against the bands of halves.

    Parameters
    ----------
    halves : pandas.DataFrame
        From `judged`.
    fitted : pandas.DataFrame
        `target, value, q05, q95` of the whole fit, as `fitted.csv` has them.

    Returns
    -------
    Verdict
    """
    table = halves.merge(fitted[["target", "value", "q05", "q95"]], on="target", suffixes=("", "_whole"))
    table["inside"] = table["value"].between(table["q05"], table["q95"])
    table["ratio"] = (table["q95_whole"] - table["q05_whole"]) / (table["q95"] - table["q05"])
    unseen = table[~table["fitted"]].groupby(["split", "target"], sort=False)[["inside", "ratio"]].mean()
    by_split = unseen.groupby(level="split")
    return Verdict(
        asked=fitted["target"].nunique(),
        unseen=float(by_split["inside"].sum().mean()),
        seen=float(table.loc[table["fitted"], "inside"].mean()),
        width=float(by_split["ratio"].median().mean()),
    )


def _refitted(fit: Fit, names: Sequence[str], prior: Prior, seed: int) -> Fit:
    """Fit some of the targets to the runs of a fit."""
    drawn = pd.concat([wave.drawn for wave in fit.waves], ignore_index=True)
    simulated = pd.concat([wave.simulated for wave in fit.waves], ignore_index=True)
    told = told_of_factors(prior.even(fit.waves[0].drawn), fit.waves[0].simulated[list(names)], seed)
    part = fit._replace(waves=(), targets=fit.targets.part(names), told=told)
    return extended(part, drawn, simulated, prior, steps=STEPS, seed=seed)


def _band(fit: Fit, simulate: Simulate, prior: Prior, targets: Targets, draws: int, seed: int) -> pd.DataFrame:
    """Simulate draws of a fit, weigh them by its own targets, and give the band of every target."""
    last = fit.waves[-1]
    rows = np.random.default_rng(seed).permutation(len(last.posterior.factors))[:draws]
    figures = simulate(last.posterior.factors.iloc[rows].reset_index(drop=True))
    part = last.posterior.rows(rows[figures.index])
    own = targets.scaled(figures)[list(fit.targets.names)]
    weight = reweight(last.emulator, fit.targets, part, own, prior.even(part.factors)).weight
    bands = [quantiles(figures[name].to_numpy(), weight) for name in targets.names]
    return pd.DataFrame(bands, columns=["q05", "median", "q95"]).assign(target=list(targets.names))


def main(words: Sequence[str]) -> int:
    """Fit as `reroute calibrate` does, of stored runs where they are there, and judge by halves."""
    try:
        work = prepared(load(["command=calibrate", *words]))
        settings, seed = work.config.calibrate, work.config.design.seed
        fit = calibrate(
            work.simulate, work.prior, work.targets, runs=settings.runs, waves=settings.waves, seed=seed, tell=say
        )
        table = judged(fit, work.simulate, work.prior, work.targets, seed=seed, tell=say)
        path = Path(work.folder) / FILE
        write_text(path, table.to_csv(index=False, float_format="%.5g"))
        say(f"{path} holds {len(table)} rows.")
    except InputError as fault:
        say(str(fault))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
