"""The answer of the study `what_matters`: which uncertainties drive which outcome, and how much of it is luck."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.by_run import factors_of_runs, headlines, in_words
from sim.analysis.comparison import bands
from sim.analysis.sensitivity import (
    chosen_inputs,
    elementary_effects,
    emulated_shares,
    luck_share,
    normal_scores,
)
from sim.calibration.factors import Prior
from sim.config import Config
from sim.emulator.fit import LEAST_RUNS_A_COLUMN
from sim.ensemble import Results
from sim.ensemble.plan.design import Design
from sim.ensemble.plan.samplers import sampled
from sim.intervals import LEAST_RUNS
from sim.parameters import BEHAVIOUR, names_of
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures import variance_shares, what_moves
from sim.report.figures.picture import of_part
from sim.report.figures.variance_shares import LUCK, UNTOLD, Mattering
from sim.report.figures.what_moves import NAMES, by_run, clear, correlation, hangs, shown_value, told
from sim.report.findings import called
from sim.report.page.writing import WorldWithTables
from sim.report.policy.drawn import again, in_order, prior_design, prior_of, ranges_of, run_design
from sim.report.policy.writing import Answer, write_answer
from sim.report.shown import Shown, shown
from sim.terminal import tell

LUCK_DRAWS, LUCK_RUNS = 16, 6
DRAWS_A_TRAJECTORY = 64
"""Draws of `design.draws` to a trajectory of the Morris design, of which there are two at least."""

MOST_INPUTS = 12
"""Of the emulator of an outcome: those that move it most, so that some hundred draws determine its some ninety "
"terms."""

LEAST_DRAWS = max(LEAST_RUNS, LEAST_RUNS_A_COLUMN * MOST_INPUTS)
LISTED, LISTED_OF_OTHERS = 3, 1
"""Factors told of the first outcome, and of each other."""

NOT_SPLIT = "What hangs on factors whose range is assumed is not told of so few runs."
NO_EMULATOR = "too few runs for an emulator"


def write_what_matters(
    results: Results, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config
) -> Path:
    """Run further draws, and write answer, tables and figures into the folder of a study.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is at draws of the
    posterior. `design.draws` is the number of draws from whole ranges.

    Raises
    ------
    InputError
        If nothing is uncertain, a package is missing, or a file cannot be written.
    """
    prior = prior_of(config, regimes)
    wide = prior_design(config, regimes, config.design.draws)
    steps = _morris(config, regimes)
    designs = {"draws": wide, "luck": again(wide, _luck_draws(config), LUCK_RUNS), "steps": steps}
    found = {}
    for name, design in designs.items():
        tell(f"what matters: {name}, {design.size} runs a regime ...")
        found[name] = run_design(config, built_world, design)
    studies = {
        name: shown(each, each.against, built_world.tables, regimes, config)
        for name, each in {"study": results, **found}.items()
    }
    values = {name: headlines(each, each.main) for name, each in studies.items()}
    effects = _effects(prior, steps, found["steps"], values["steps"])
    shares = _shares(prior, found, values, effects)
    subject = Mattering(studies["study"], shares, len(found["draws"].runs), effects)
    answer = Answer(
        title=f"What matters for {called(studies['study'], studies['study'].main)}",
        sentences=sentences(subject, config.design.draws, len(prior.names)),
        limits=LIMITS,
        tables={"variance_shares": shares, "elementary_effects": effects},
        pictures=(of_part(what_moves.PICTURE, lambda each: each.study), variance_shares.PICTURE),
        subject=subject,
        further=tuple(each.signature for each in found.values()),
        titles=studies["study"].titles,
    )
    return write_answer(results, built_world, config, answer)


LIMITS = (
    "Shares of variance depend on the ranges: a factor with a narrow range matters little, however strongly it acts.",
    "Shares over whole ranges are of the variance of an outcome's ranks, and of the few factors that move it most; "
    "what "
    "all others make is in what is told by neither.",
    "Over whole ranges factors are taken to be independent; over the posterior they are not, and a correlation there "
    "may be that of another factor.",
    "Of measures of senders one factor moves all levels together; tables of the world that have no factor are held, "
    "and so is the rule of choice.",
)


def _luck_draws(config: Config) -> int:
    """Give the number of draws by which luck is known: fewer where few are asked for."""
    return min(LUCK_DRAWS, max(config.design.draws // 4, 2))


def _morris(config: Config, regimes: Sequence[Regime]) -> Design:
    """Draw trajectories, all with the same luck, so that a step shows the factor alone."""
    parameters = dict(zip(names_of(BEHAVIOUR), config.behaviour.values(), strict=True))
    trajectories = max(config.design.draws // DRAWS_A_TRAJECTORY, 2)
    return sampled("morris", trajectories, ranges_of(config, regimes), parameters, seed=config.design.seed)


def _even(prior: Prior, results: Results) -> pd.DataFrame:
    """Give what each run drew, in places of the ranges."""
    drawn = results.draws.loc[results.runs["draw"]].reset_index(drop=True)
    return prior.even(drawn[prior.names])


def _shares(
    prior: Prior, found: dict[str, Results], values: dict[str, pd.DataFrame], effects: pd.DataFrame
) -> pd.DataFrame:
    """Shares of the variance over whole ranges: factors, luck, and what the emulator does not tell."""
    wide, kept = values["draws"], told(values["draws"])
    if kept.empty or len(wide) < LEAST_DRAWS:
        return pd.DataFrame()
    even, rows = _even(prior, found["draws"]), []
    for outcome in kept:
        values_of = kept[outcome].to_numpy()
        sizes = effects[effects["outcome"] == outcome].set_index("factor")["size"] if len(effects) else pd.Series()
        inputs = chosen_inputs(even, values_of, sizes, MOST_INPUTS)
        each = emulated_shares(even[inputs], pd.DataFrame({outcome: normal_scores(values_of, values_of)}))
        part = float(each["r2"].iloc[0])
        names = {"first": "first", "total": "share", "total_low": "low", "total_high": "high"}
        factors = each[list(names)].rename(columns=names)
        factors.insert(0, "factor", each["factor"])
        lucky = normal_scores(values["luck"][outcome].to_numpy(), values_of)
        chance = luck_share(lucky, found["luck"].runs["draw"].to_numpy())
        rest = [np.nan, max(1.0 - part - chance[0], 0.0), np.nan, np.nan]
        extra = [[LUCK, np.nan, *chance], [UNTOLD, *rest]]
        both = pd.concat([factors, pd.DataFrame(extra, columns=factors.columns)], ignore_index=True)
        both.insert(0, "outcome", outcome)
        both.insert(2, "meaning", [name if name in (LUCK, UNTOLD) else in_words(name) for name in both["factor"]])
        rows.append(both)
    return pd.concat(rows, ignore_index=True)


def _effects(prior: Prior, design: Design, results: Results, values: pd.DataFrame) -> pd.DataFrame:
    """Elementary effects of every factor on every outcome."""
    even = prior.even(pd.DataFrame(design.draws, columns=design.columns)[prior.names])
    rows = []
    for outcome in told(values):
        each = elementary_effects(even, in_order(values[outcome], results, design)).reset_index()
        each.insert(0, "meaning", [in_words(name) for name in each["factor"]])
        each.insert(0, "outcome", outcome)
        rows.append(each.sort_values("size", ascending=False, kind="stable"))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()


def sentences(subject: Mattering, draws: int, factors: int) -> tuple[str, ...]:
    """Say what matters, in three or four sentences; the first is of the first outcome alone.

    Parameters
    ----------
    subject : Mattering
    draws : int
        From whole ranges, that were asked for.
    factors : int
        That are uncertain.
    """
    return (*_over_the_posterior(subject.study), _over_ranges(subject, draws, factors), _resting(subject))


def _over_the_posterior(study: Shown) -> tuple[str, ...]:
    """Say how far each outcome goes between runs, and with what: the first outcome, then the others."""
    found, rows = by_run(study), what_moves.table(study)
    if found.empty:
        return (f"In these months nothing that is told of {called(study, study.main)} differs between runs.",)
    if factors_of_runs(study.results).empty:
        return ("No factor differs between runs, so none moves an outcome: design=posterior draws what is uncertain.",)
    if rows.empty:
        return (f"What moves outcomes is not told of {words.counted(study.runs, 'run')}: {LEAST_RUNS} are the least.",)
    parts = []
    for outcome in found:
        low, middle, high = bands(found[outcome].to_numpy())
        ends = words.interval(low, high, lambda value, outcome=outcome: shown_value(outcome, value))
        strong = clear(rows[rows["outcome"] == outcome]).head(LISTED_OF_OTHERS if parts else LISTED)
        named = ", ".join(f"{_plain(row['factor'])} ({correlation(row)})" for _, row in strong.iterrows())
        parts.append(
            f"the {NAMES[outcome]} is {shown_value(outcome, middle)} (9 in 10 runs: {ends}) and goes "
            + (f"with {named}" if named else "clearly with no factor")
        )
    first = f"Under {called(study, study.main)} {parts[0]}."
    return (first, f"Likewise between runs: {'; '.join(parts[1:])}.") if parts[1:] else (first,)


def _over_ranges(subject: Mattering, draws: int, factors: int) -> str:
    """Say what makes the variance over whole ranges."""
    if subject.shares.empty:
        return (
            f"Over the whole ranges shares of variance are not told: {NO_EMULATOR}, or nothing that varies, in "
            f"{words.counted(draws, 'draw')} of {words.counted(factors, 'factor')} ({LEAST_DRAWS} draws are the least)."
        )
    parts = []
    for outcome, rows in subject.shares.groupby("outcome", sort=False):
        lead = variance_shares.leading(subject, str(outcome)).head(LISTED_OF_OTHERS if parts else LISTED)
        lead = lead[lead["share"] > 0]
        told_of = [f"{_plain(row['factor'])} makes {variance_shares.share(row)}" for _, row in lead.iterrows()]
        named = ", ".join(told_of) or "the emulator tells nothing"
        others = rows.set_index("factor")
        chance = variance_shares.share(others.loc[LUCK])
        parts.append(
            f"of the variance of the {NAMES[str(outcome)]} {named}, luck makes {chance}, and "
            f"{words.percent(others.loc[UNTOLD, 'share'])} is told by neither"
        )
    return f"Over the whole ranges of {factors} factors: {'; '.join(parts)}."


def _resting(subject: Mattering) -> str:
    """Say what hangs on what is assumed, and whether steps of the model agree with the emulator."""
    study, found = subject.study, by_run(subject.study)
    said = []
    if not found.empty:
        outcome = found.columns[0]
        laws, values = list(study.laws.values()), found[outcome].to_numpy()
        said.append(hangs(NAMES[outcome], factors_of_runs(study.results), values, laws) or NOT_SPLIT)
    if len(subject.shares) and len(subject.effects):
        outcome = subject.shares["outcome"].iloc[0]
        steps = subject.effects[subject.effects["outcome"] == outcome]["factor"].head(5)
        lead = variance_shares.leading(subject, outcome)
        same = steps.isin(lead.loc[lead["share"] > 0, "factor"].head(5)).sum()
        said.append(
            f"Of the five factors whose single steps move the {NAMES[outcome]} most in the model itself (Morris), "
            f"{same} are among the five largest of the emulator."
        )
    return " ".join(said) or NOT_SPLIT


def _plain(name: str) -> str:
    return name.replace("level.", "level of ").replace("_", " ")
