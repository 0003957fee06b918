"""What the study of a fit shows: worked out from its stored posterior, its emulator, and further runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis import indicators
from sim.analysis.claims import known_of
from sim.analysis.cuts import entering
from sim.analysis.patterns.worlds import HAPPENED, TRADE
from sim.analysis.reading import catalogue, monthly
from sim.calibration.agreement import beside
from sim.calibration.command import prior_of, target_path
from sim.calibration.factors import Prior
from sim.calibration.identifiability import pairs, widths
from sim.calibration.influence import ALL_TARGETS, by_group, effects, posteriors, predicted, shifts
from sim.calibration.posterior import Posterior
from sim.calibration.published import published_targets, read_target_rows, simulated_targets
from sim.calibration.second_opinion import compared, emulated, smooth
from sim.calibration.targets import Targets
from sim.calibration.waves import GOOD_ENOUGH
from sim.config import Config
from sim.emulator import Emulator, fit_emulator, read_emulator
from sim.ensemble import Results, executor_of, run_study, study_of
from sim.ensemble.fitted import posterior_folder, posterior_of
from sim.ensemble.plan.design import FIRST_DRAW
from sim.ensemble.plan.posterior import StoredPosterior
from sim.errors import InputError
from sim.outcomes.names import BOTH, TOTAL
from sim.policy.language.measures import Regime
from sim.report.fit import answers
from sim.report.fit.shown import FitShown
from sim.report.page.writing import WorldWithTables
from sim.report.shown import Shown, shown
from sim.store.files import write_text
from sim.terminal import tell
from sim.world.open import world_of

EMULATOR = "emulator.json"
MEMBERS = 1000
"""Of the ensemble of the second opinion, which the emulator runs."""

LEFT_OUT_RUNS = 18
"""Draws of each posterior without a group of targets, of which the answers are run."""

CUT, OTHER_WAYS, WHOLE = (
    "cut of the goods in scope",
    "of what still enters, other ways",
    "the region's trade over that without",
)
"""Answers of which it is told how far they move: names of their rows."""


def material(results: Results, built: WorldWithTables, regimes: Sequence[Regime], config: Config) -> FitShown:
    """Work out all that is shown of a fit.

    Parameters
    ----------
    results : Results
        Stored study at draws of the posterior: the world as it happened, and the regimes that the headline compares.
    built : World
        With its tables.
    regimes : sequence of Regime
        One for each of `results.regimes`.
    config : Config
        All settings of the study.

    Returns
    -------
    FitShown

    Raises
    ------
    InputError
        If the world has no posterior, or no targets.
    """
    tables = built.tables
    stored = posterior_of(config, tables)
    if stored is None:
        raise InputError("experiment=calibration shows a fit, and this world or rule has none: reroute calibrate.")
    path = target_path(config)
    rows = read_target_rows(path)
    emulator, _ = read_emulator(Path(posterior_folder(config)) / EMULATOR)
    rows = rows[rows["target"].isin(emulator.outcomes)]
    published = published_targets(rows, tables.observed, path.name)
    targets = _as_fitted(Targets.of_table(published), emulator, stored)
    prior = prior_of(config).part(list(stored.table))
    told = prior.part([each.name for each in emulator.inputs])
    tell("the fit again without each group of figures ...")
    found = posteriors(emulator, told, targets, seed=config.design.seed)
    whole = {
        group: replace(each, factors=prior.completed(each.factors, config.design.seed)) for group, each in found.items()
    }
    answered = _answers_emulated(whole, prior, built, regimes, config)
    discrepancy = found[ALL_TARGETS].discrepancy.median()
    opinion = smooth(emulated(emulator, told), told, targets, discrepancy, members=MEMBERS, seed=config.design.seed)
    return FitShown(
        beside=beside(published, simulated_targets(rows, results, HAPPENED)),
        even=prior.even(stored.table),
        weight=stored.weight,
        widths=widths(prior, stored.table, stored.weight),
        pairs=pairs(prior, stored.table, stored.weight),
        effects=by_group(effects(emulator, told), targets),
        shifts=pd.concat(
            [
                shifts(whole, predicted(answered, prior)).assign(kind="answer"),
                shifts(found, told.even).assign(kind="factor"),
            ],
            ignore_index=True,
        ),
        hangs=_hangs(answered, prior, stored),
        opinions=compared(told, stored.table, stored.weight, opinion),
        answers=_answers(built, regimes, config),
        prior=prior,
        fit=stored.fit,
        answered=float(answered.held_out["r2"].min()),
    )


def _as_fitted(targets: Targets, emulator: Emulator, stored: StoredPosterior) -> Targets:
    """Widen the errors that the fit widened, where its emulator is too coarse; luck, which it took off, stays in."""
    widened = np.isin(targets.names, stored.fit.get("targets_with_widened_errors", []))
    wide = np.maximum(targets.error, emulator.held_out["rmse"].to_numpy() / GOOD_ENOUGH)
    return targets._replace(error=np.where(widened, wide, targets.error))


def _hangs(answered: Emulator, prior: Prior, stored: StoredPosterior) -> pd.DataFrame:
    """Say what part of each answer's spread over the posterior goes with each factor: squared correlations."""
    even = prior.even(stored.table)
    mean = answered.predict(even)[0]
    covariance = np.cov(np.hstack([even, mean]).T, aweights=stored.weight, ddof=0)
    spread = np.sqrt(np.diag(covariance))
    squared = (covariance / np.outer(spread, spread)) ** 2
    count = len(prior.names)
    return pd.DataFrame(squared[:count, count:], index=prior.names, columns=list(answered.outcomes))


def _answers_emulated(
    found: dict[str, Posterior],
    prior: Prior,
    built: WorldWithTables,
    regimes: Sequence[Regime],
    config: Config,
) -> Emulator:
    """Run the answers at a few draws of each posterior, and learn from these runs what they are elsewhere."""
    tell("the answers at draws without each group of figures ...")
    few = [each.factors.sample(LEFT_OUT_RUNS, random_state=config.design.seed) for each in found.values()]
    drawn = pd.concat(few, ignore_index=True)
    table = Path(config.results_dir) / config.slug / "draws.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    write_text(table, drawn.to_csv(index=False))
    design = replace(config.design, sampler=str(table), runs=1, uncertain=[], held=[])
    mine = replace(config, design=design, regimes=[each for each in config.regimes if each != HAPPENED])
    results = run_study(study_of(mine, built), executor_of(config))
    ended = drawn.iloc[results.runs["draw"].to_numpy() - FIRST_DRAW]
    study = _comparison(results, built, [each for each in regimes if each.name != HAPPENED], mine)
    return fit_emulator(prior.even(ended), _answers_of_runs(study))


def _answers_of_runs(study: Shown) -> pd.DataFrame:
    """Give the answers, a row a run."""
    regime, against, results = answers.REGIME, study.against, study.results
    scope, period = study.scopes[regime][answers.SENDER], study.periods[regime]
    entered = [
        {kind: period.rate(values) for kind, values in entering(results, each, answers.SENDER, scope).items()}
        for each in (regime, against)
    ]
    columns = catalogue(results, TRADE)[TOTAL, BOTH]
    whole = [period.rate(monthly(results, each, columns)) for each in (regime, against)]
    return pd.DataFrame(
        {
            CUT: indicators.cut(*(sum(each.values()) for each in entered)),
            OTHER_WAYS: indicators.other_ways_share(entered[0]),
            WHOLE: whole[0] / whole[1],
        }
    )


def _answers(built: WorldWithTables, regimes: Sequence[Regime], config: Config) -> pd.DataFrame:
    """Run the headline and its tests under each setting."""
    known, rows = known_of(built.tables), []
    for over, place, mine in answers.settings(config):
        tell(f"the headline with {over}={place} ...")
        own = built if mine.behaviour.rule == config.behaviour.rule else world_of(mine)  # a world holds its rule
        results = run_study(study_of(mine, own), executor_of(config))
        cut = _comparison(results, built, regimes, mine).cut
        rows += [{"over": over, "at": place} | row for row in answers.rows_of(results, cut, known)]
    return pd.DataFrame(rows)


def _comparison(results: Results, built: WorldWithTables, regimes: Sequence[Regime], config: Config) -> Shown:
    return shown(results, results.against, built.tables, regimes, config)
