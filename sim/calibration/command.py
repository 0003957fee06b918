"""The command `calibrate`: from settings to a posterior on disk, with what it rests on."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.patterns.worlds import HAPPENED
from sim.analysis.roundabout import FILE, read_figures, target_of
from sim.calibration.counted import Counting, counted_targets
from sim.calibration.factors import Factor, Prior
from sim.calibration.published import check_simulated, published_targets, read_target_rows, simulated_targets
from sim.calibration.settling import Settled, settled
from sim.calibration.targets import FAR, Targets
from sim.calibration.waves import calibrate
from sim.config import Config
from sim.emulator import write_emulator
from sim.ensemble.assemble import study_of
from sim.ensemble.fitted import FIRST_RULE
from sim.ensemble.plan.design import FIRST_DRAW
from sim.ensemble.plan.digests import data_digest, rules_digest
from sim.ensemble.plan.factors import factors_of
from sim.ensemble.plan.posterior import StoredPosterior, write_posterior
from sim.ensemble.runner import run_study
from sim.errors import InputError
from sim.paths import shipped
from sim.policy.language.load import load_regime
from sim.results.results import Results
from sim.store.files import write_text
from sim.store.provenance import version
from sim.terminal import say
from sim.world.build import BuiltWorld
from sim.world.open import world_of
from sim.world.tables.read import find_world, read_tables

LUCK_DRAWS, LUCK_RUNS = 16, 6
"""Draws of the prior, and runs of each, by which the luck of a run is known."""


def run(config: Config) -> Path:
    """Fit the uncertain factors of a world to its published figures, and write what was found.

    Parameters
    ----------
    config : Config
        Checked settings: `calibrate` says how much, `design.uncertain` what is fitted, `end` up to when.

    Returns
    -------
    Path
        Folder with `posterior.csv` (weighted draws) and `fit.yaml` (what they rest on), `fitted.csv` (simulated beside
        published) and `emulator.json`.

    Raises
    ------
    InputError
        If targets, factors or runs are at fault.
    """
    work = prepared(config)
    settings = config.calibrate
    say(f"{len(work.prior.names)} factors, {len(work.targets.names)} targets to {work.config.end}.")
    fit = calibrate(
        work.simulate,
        work.prior,
        work.targets,
        runs=settings.runs,
        waves=settings.waves,
        seed=config.design.seed,
        tell=say,
    )
    found = settled(
        fit,
        work.simulate,
        work.prior,
        work.targets,
        draws=settings.draws,
        seed=config.design.seed,
        tell=say,
    )
    return work.write(found)


def prepared(config: Config) -> Work:
    """Read targets, factors and the world, and leave out targets that rest on later days than the end.

    Parameters
    ----------
    config : Config
        Checked settings.

    Returns
    -------
    Work
        Ready to simulate.

    Raises
    ------
    InputError
        If targets or factors are at fault.
    """
    path = target_path(config)
    if path.name == FILE:
        return _counted(config, path)
    rows = read_target_rows(path)
    published = published_targets(rows, read_tables(find_world(config.world)).observed, path.name, config.end)
    if late := len(rows) - len(published):
        say(f"{late} of {len(rows)} targets rest on figures of days after {config.end}, and are left out.")
    if not len(published):
        raise InputError(f"{path.name} has no target that rests on figures up to {config.end}.")
    rows = rows.loc[published.index]
    config = replace(config, end=_last_day(rows, config.end))
    work = Work(config, rows, published, Targets.of_table(published), prior_of(config), world_of(config))
    return replace(work, targets=work.targets._replace(luck=work.luck()))


def _counted(config: Config, path: Path) -> Work:
    """Read figures of a world that are counted in runs, and leave out those of months after the end."""
    figures = read_figures(path.parent)
    late = figures["to_month"] > config.end[:7]
    if late.any():
        say(f"{late.sum()} of {len(figures)} figures are of months after {config.end}, and are left out.")
    figures = figures[~late]
    published = counted_targets(figures, target_of(figures))
    targets, prior, built = Targets.of_table(published), prior_of(config), world_of(config)
    work = CountedWork(config, figures, published, targets, prior, built)
    return replace(work, targets=targets._replace(luck=work.luck()))


def target_path(config: Config) -> Path:
    """Find the targets: the table that is named, else that of the shipped world, else its list of counted figures."""
    if config.calibrate.targets:
        return Path(config.calibrate.targets)
    path = shipped("conf") / "calibration" / config.world / "targets.csv"
    listed = find_world(config.world) / FILE
    if not path.is_file() and listed.is_file():
        return listed
    if not path.is_file():
        raise InputError(f"There are no targets for the world {config.world}: name a table, calibrate.targets=PATH.")
    return path


def prior_of(config: Config) -> Prior:
    """Prior of the factors of `design.uncertain`, over their ranges; levels are those of the world as it happened."""
    names = config.design.uncertain
    if not names:
        raise InputError("Nothing is uncertain, so there is nothing to fit: add design=uncertain.")
    ranges = factors_of(names, [load_regime(HAPPENED, config.world)], date.fromisoformat(config.end))
    log = "log_uniform"
    return Prior(tuple(Factor(name, each.low, each.high, each.distribution == log) for name, each in ranges.items()))


def _last_day(rows: pd.DataFrame, end: str) -> str:
    """Last day that a run needs: that of the last month of any target, and no later than the study's."""
    year, month = map(int, max(rows["to_month"].max(), rows["over_to_month"].max()).split("-"))
    return min(end, date(year, month, calendar.monthrange(year, month)[1]).isoformat())


@dataclass(frozen=True)
class Work:
    """What a fit of a world takes: settings, targets, factors, the world, and the simulation.

    Attributes
    ----------
    config : Config
        Settings; runs end with the last month of any target.
    rows, published : pandas.DataFrame
        Rows of the table of targets, and their published side.
    targets : Targets
    prior : Prior
    built : BuiltWorld
    """

    config: Config
    rows: pd.DataFrame
    published: pd.DataFrame
    targets: Targets
    prior: Prior
    built: BuiltWorld

    where: ClassVar[str] = "; manifest.json says where they failed"
    """Where to read of runs that did not end well."""

    @property
    def folder(self) -> Path:
        """Where the fit lies: of another rule of choice than the usual one in a folder of its own."""
        rule, folder = self.config.behaviour.rule, Path(self.config.results_dir) / "calibrate"
        return folder if rule == FIRST_RULE else folder / rule

    def simulate(self, drawn: pd.DataFrame) -> pd.DataFrame:
        """Run each row of factors once, in the world as it happened; runs are stored as those of any study.

        Returns
        -------
        pandas.DataFrame
            Figures of the targets, indexed by the rows that ended well.
        """
        figures = self.figures(drawn, 1)
        if lost := len(drawn) - len(figures):
            say(f"{lost} of {len(drawn)} draws did not end well and are left out{self.where}.")
        return figures

    def luck(self) -> NDArray[np.float64]:
        """Variance of runs that differ in luck alone, [targets] on their scales: the median over draws of the prior."""
        say(f"Luck: {LUCK_RUNS} runs of each of {LUCK_DRAWS} draws.")
        figures = self.figures(self.prior.sobol(LUCK_DRAWS, self.config.design.seed), LUCK_RUNS)
        scaled = self.targets.scaled(figures)
        return scaled.groupby(scaled.index.to_numpy()).var().median().to_numpy()

    def figures(self, drawn: pd.DataFrame, runs: int) -> pd.DataFrame:
        """Run each row of factors some times.

        Parameters
        ----------
        drawn : pandas.DataFrame
            A row a draw: factors.
        runs : int
            Of each draw.

        Returns
        -------
        pandas.DataFrame
            Figures of the targets, a row a run that ended well, indexed by the rows of `drawn`.
        """
        results = self._run(drawn, runs)
        ended = drawn.index[results.runs["draw"].to_numpy() - FIRST_DRAW]
        return simulated_targets(self.rows, results, HAPPENED).set_index(ended)

    def write(self, found: Settled) -> Path:
        """Write draws with weights, what they rest on, targets beside what was simulated, and the emulator."""
        last, posterior = found.fit.waves[-1], found.posterior
        fit = self._rests_on() | {"good": found.good} | report(found)
        stored = StoredPosterior(posterior.factors, found.weights.weight, found.weights.log_density, fit)
        write_posterior(self.folder, stored)
        write_emulator(last.emulator, self.folder / "emulator.json", {"inputs": "places in the ranges, 0 to 1"})
        write_text(self.folder / "fitted.csv", _beside(found, self.published).to_csv(index=False, float_format="%.5g"))
        say(f"{self.folder}: {verdict(found)}")
        return self.folder

    def _run(self, drawn: pd.DataFrame, runs: int) -> Results:
        table = self.folder / "draws.csv"
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(table, drawn.to_csv(index=False))
        design = replace(self.config.design, sampler=str(table), runs=runs, uncertain=[])
        study = study_of(replace(self.config, regimes=[HAPPENED], against=None, design=design), self.built)
        check_simulated(self.rows, study.observation.series, study.months, target_path(self.config).name)
        return run_study(replace(study, folder=self.folder / "runs"))

    def _rests_on(self) -> dict[str, object]:
        """Say which world, rules and data a fit belongs to, and how it is made again."""
        config, tables = self.config, self.built.tables
        return {
            "world": tables.folder.name,
            "rule": config.behaviour.rule,
            "firms": config.firms or int(tables.firms["firms"].sum()),
            "start": config.start,
            "end": config.end,
            "data": data_digest(tables, load_regime(HAPPENED, tables.folder)),
            "rules": rules_digest(),
            "version": version(),
            "date": date.today().isoformat(),
            "command": _command(config),
        }


@dataclass(frozen=True)
class CountedWork(Work):
    """The same of a world whose figures are counted in runs (`sim.calibration.counted`): rows are its list of them."""

    where: ClassVar[str] = ", or hold nothing to divide a figure by"

    def figures(self, drawn: pd.DataFrame, runs: int) -> pd.DataFrame:
        """Step each row of factors some times and count; see `Work.figures`."""
        basis = {name: said for name, said in self._rests_on().items() if name not in ("date", "command", "version")}
        return Counting(self.config, self.built, self.rows, self.folder, repr(basis)).of_draws(drawn, runs)


def _command(config: Config) -> str:
    """Say how a fit is made again."""
    words = [f"world={config.world}", f"behaviour={config.behaviour.rule}", "design=uncertain", f"end={config.end}"]
    words += [f"firms={config.firms}"] if config.firms else []
    words += [f"calibrate.targets={config.calibrate.targets}"] if config.calibrate.targets else []
    words += [f"design.seed={config.design.seed}"]
    words += [f"calibrate.{name}={getattr(config.calibrate, name)}" for name in ("runs", "waves", "draws")]
    return " ".join(["reroute calibrate", *words])


def _beside(found: Settled, published: pd.DataFrame) -> pd.DataFrame:
    """Put simulated figures beside published ones, weighted by the posterior."""
    weight = found.weights.weight
    ranges = {name: quantiles(found.figures[name].to_numpy(), weight) for name in published["target"]}
    table = published.reset_index(drop=True)
    table[["q05", "median", "q95"]] = [ranges[name] for name in table["target"]]
    table["missed_share"] = weight @ found.missed.to_numpy()
    table["out_of_reach"] = table["target"].isin(found.fit.out_of_reach)
    table["emulator_error"] = table["target"].map(found.fit.waves[-1].doubt)
    return table


def quantiles(values: NDArray[np.float64], weight: NDArray[np.float64]) -> list[float]:
    """Find the 5th, 50th and 95th percentile of weighted values.

    Parameters
    ----------
    values, weight : arrays [runs] of float64
    """
    return list(np.quantile(values, [0.05, 0.5, 0.95], weights=weight, method="inverted_cdf"))


def report(found: Settled) -> dict[str, object]:
    """Say in plain numbers how good a fit is.

    Parameters
    ----------
    found : Settled

    Returns
    -------
    dict
        Numbers, names and lists that YAML holds.
    """
    fit, weight, lost = found.fit, found.weights, found.missed.to_numpy()
    last = fit.waves[-1]
    shares = pd.Series(weight.weight @ lost, index=found.missed.columns)
    return {
        "waves": len(fit.waves),
        "runs": sum(len(each.drawn) for each in fit.waves) + len(found.figures),
        "rounds_of_draws": found.rounds,
        "largest_rhat": round(float(last.posterior.rhat.max()), 4),
        "targets": lost.shape[1],
        "out_of_reach": list(fit.out_of_reach),
        "missed_by_half_of_the_runs": shares.index[shares > 0.5].tolist(),
        "emulator_too_coarse_for": fit.coarse,
        "targets_with_widened_errors": list(fit.widened),
        "factors": len(fit.told),
        "factors_that_no_target_tells": fit.untold,
        "draws": len(found.figures),
        "effective_draws": round(float(weight.effective), 1),
        "effective_draws_before_flattening": round(float(weight.full), 1),
        "weights_raised_to": round(float(weight.power), 4),
        "runs_that_meet_all_targets": round(float(weight.weight @ ~lost.any(axis=1)), 4),
        "runs_that_meet_all_within_reach": round(float(weight.weight @ ~_beyond(found).any(axis=1)), 4),
        "targets_that_a_run_meets": round(float(1.0 - weight.weight @ lost.mean(axis=1)), 4),
        "discrepancy": found.posterior.discrepancy.median().round(4).to_dict(),
    }


def _beyond(found: Settled) -> NDArray[np.bool_]:
    """Say which targets within reach each run misses by three times their whole error, discrepancy and luck with it."""
    targets, discrepancy = found.fit.targets, found.posterior.discrepancy.median().to_numpy()
    whole = np.sqrt(targets.error**2 + discrepancy[targets.group] ** 2 + targets.luck)
    simulated = targets.scaled(found.figures).to_numpy()
    return np.abs(simulated - targets.value) > FAR * whole


def verdict(found: Settled) -> str:
    """Say in a sentence whether a fit may be used, and if not, why."""
    fit = found.fit
    unmet = f" No draw came near {len(fit.out_of_reach)} targets, which it cannot meet." if fit.out_of_reach else ""
    faults = [
        text
        for text, there in (
            ("the chains do not agree", not fit.waves[-1].posterior.agreed),
            (f"the emulator is too coarse for {len(fit.coarse)} targets", bool(fit.coarse)),
            (f"errors of {len(fit.widened)} targets had to be widened", not fit.good and not fit.coarse),
        )
        if there
    ]
    if faults:
        return f"NOT to be used as it is: {', and '.join(faults)}. More runs a wave may help: calibrate.runs.{unmet}"
    flat = "" if found.weights.enough else f" Weights are flattened: as they are, {found.weights.full:.0f} draws count."
    return f"the chains agree, and the emulator is finer than the errors of the targets.{flat}{unmet}"
