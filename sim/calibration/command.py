"""The command `calibrate`: from settings to a posterior on disk, with what it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import yaml

from sim.analysis.patterns.worlds import HAPPENED
from sim.calibration.factors import Factor, Prior
from sim.calibration.posterior import Posterior
from sim.calibration.published import check_simulated, published_targets, read_target_rows, simulated_targets
from sim.calibration.reweighting import Reweighted, missed, reweight
from sim.calibration.targets import Targets
from sim.calibration.waves import Fit, Simulate, calibrate
from sim.config import Config
from sim.emulator import write_emulator
from sim.ensemble.assemble import study_of
from sim.ensemble.plan.design import FIRST_DRAW
from sim.ensemble.plan.factors import factors_of
from sim.ensemble.runner import run_study
from sim.errors import InputError
from sim.paths import shipped
from sim.policy.language.load import load_regime
from sim.store.files import write_text
from sim.terminal import say
from sim.world.open import world_of
from sim.world.tables.read import find_world, read_tables


class Simulated(NamedTuple):
    """The simulation at draws from the posterior: figures of the targets, weights, and which are missed."""

    posterior: Posterior
    figures: pd.DataFrame
    weights: Reweighted
    missed: pd.DataFrame


def run(config: Config) -> Path:
    """Fit the uncertain parameters of a world to its published figures, and write what was found.

    Parameters
    ----------
    config : Config
        Checked settings: `calibrate` says how much, `design.uncertain` what is fitted.

    Returns
    -------
    Path
        Folder with `posterior.csv` (weighted draws), `targets.csv` (simulated beside published), `emulator.json` and
        `fit.yaml`.

    Raises
    ------
    InputError
        If targets, factors or runs are at fault.
    """
    path = target_path(config)
    rows = read_target_rows(path)
    published = published_targets(rows, read_tables(find_world(config.world)).observed, path.name)
    targets = Targets.of_table(published)
    prior = prior_of(config)
    folder = Path(config.results_dir) / "calibrate"
    simulate = _simulator(config, rows, folder)
    settings = config.calibrate
    say(f"{len(prior.names)} factors, {len(targets.names)} targets; {settings.runs} runs a wave.")
    fit = calibrate(
        simulate, prior, targets, runs=settings.runs, waves=settings.waves, seed=config.design.seed, tell=say
    )
    found = _simulated(fit, simulate, prior, targets, config)
    return _write(folder, fit, found, published)


def target_path(config: Config) -> Path:
    """Find the table of targets: the one that is named, else that of the shipped world."""
    if config.calibrate.targets:
        return Path(config.calibrate.targets)
    path = shipped("conf") / "calibration" / config.world / "targets.csv"
    if not path.is_file():
        raise InputError(f"There are no targets for the world {config.world}: name a table, calibrate.targets=PATH.")
    return path


def prior_of(config: Config) -> Prior:
    """Prior of the factors of `design.uncertain`, over their ranges; levels are those of the world as it happened."""
    names = config.design.uncertain
    if not names:
        raise InputError("Nothing is uncertain, so there is nothing to fit: add design=uncertain.")
    ranges = factors_of(names, [load_regime(HAPPENED)], date.fromisoformat(config.end))
    log = "log_uniform"
    return Prior(tuple(Factor(name, each.low, each.high, each.distribution == log) for name, each in ranges.items()))


def _simulator(config: Config, rows: pd.DataFrame, folder: Path) -> Simulate:
    """Make the simulation: a study of the world as it happened, a run for each row of factors, stored as any is."""
    built = world_of(config)

    def simulate(drawn: pd.DataFrame) -> pd.DataFrame:
        table = folder / "draws.csv"
        folder.mkdir(parents=True, exist_ok=True)
        write_text(table, drawn.to_csv(index=False))
        design = replace(config.design, sampler=str(table), runs=1, uncertain=[])
        study = study_of(replace(config, regimes=[HAPPENED], against=None, design=design), built)
        check_simulated(rows, study.observation.series, study.months, target_path(config).name)
        results = run_study(replace(study, folder=folder / "runs"))
        if lost := len(drawn) - len(results.runs):
            say(
                f"{lost} of {len(drawn)} draws did not end well and are left out; manifest.json says where they failed."
            )
        ended = drawn.index[results.runs["draw"].to_numpy() - FIRST_DRAW]
        return simulated_targets(rows, results, HAPPENED).set_index(ended)

    return simulate


def _simulated(fit: Fit, simulate: Simulate, prior: Prior, targets: Targets, config: Config) -> Simulated:
    """Run the simulation at draws from the last posterior, and weigh them."""
    last = fit.waves[-1]
    count = min(config.calibrate.draws, len(last.posterior.factors))
    chosen = np.random.default_rng(config.design.seed).choice(len(last.posterior.factors), count, replace=False)
    figures = simulate(last.posterior.factors.iloc[chosen])
    part = Posterior(
        last.posterior.factors.loc[figures.index], last.posterior.discrepancy.loc[figures.index], last.posterior.rhat
    )
    scaled = targets.scaled(figures)
    weights = reweight(last.emulator, targets, part, scaled, prior.even(part.factors))
    return Simulated(part, figures, weights, missed(targets, scaled))


def _write(folder: Path, fit: Fit, found: Simulated, published: pd.DataFrame) -> Path:
    """Write draws with weights, targets beside what was simulated, and how good the fit is."""
    posterior = found.posterior.factors.assign(weight=found.weights.weight)
    write_text(folder / "posterior.csv", posterior.to_csv(index=False))
    write_emulator(fit.waves[-1].emulator, folder / "emulator.json", {"inputs": "places in the ranges, 0 to 1"})
    write_text(folder / "targets.csv", _beside(fit, found, published).to_csv(index=False, float_format="%.5g"))
    write_text(folder / "fit.yaml", yaml.safe_dump(_summary(fit, found), sort_keys=False))
    say(f"{folder / 'posterior.csv'}: {_verdict(fit)}")
    return folder


def _beside(fit: Fit, found: Simulated, published: pd.DataFrame) -> pd.DataFrame:
    """Put simulated figures beside published ones, weighted by the posterior."""
    weight = found.weights.weight
    ranges = {name: _quantiles(found.figures[name].to_numpy(), weight) for name in published["target"]}
    table = published.reset_index(drop=True)
    table[["q05", "median", "q95"]] = [ranges[name] for name in table["target"]]
    table["missed_share"] = weight @ found.missed.to_numpy()
    table["out_of_reach"] = table["target"].isin(fit.out_of_reach)
    return table


def _quantiles(values: np.ndarray, weight: np.ndarray) -> list[float]:
    """Find the 5th, 50th and 95th percentile of weighted values."""
    return list(np.quantile(values, [0.05, 0.5, 0.95], weights=weight, method="inverted_cdf"))


def _summary(fit: Fit, found: Simulated) -> dict[str, object]:
    """Say in plain numbers how good the fit is."""
    last, every = fit.waves[-1], ~found.missed.to_numpy().any(axis=1)
    return {
        "good": fit.good,
        "waves": len(fit.waves),
        "runs": sum(len(each.drawn) for each in fit.waves) + len(found.figures),
        "largest_rhat": round(float(last.posterior.rhat.max()), 4),
        "targets": found.missed.shape[1],
        "out_of_reach": list(fit.out_of_reach),
        "emulator_too_coarse_for": fit.coarse,
        "effective_draws": round(float(found.weights.effective), 1),
        "runs_that_meet_all_targets": round(float(found.weights.weight @ every), 4),
        "discrepancy": found.posterior.discrepancy.median().round(4).to_dict(),
    }


def _verdict(fit: Fit) -> str:
    """Say in a sentence whether the fit may be used."""
    unmet = f" No draw came near {len(fit.out_of_reach)} targets, which it cannot meet." if fit.out_of_reach else ""
    if fit.good:
        return f"the chains agree, and the emulator is finer than the errors of the targets.{unmet}"
    return (
        "NOT to be used as it is: the chains do not agree yet, or the emulator is too coarse; "
        f"fit.yaml says for what.{unmet}"
    )
