"""The answer of the study `when_it_fails`: under which conditions a regime falls short of what is asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.by_run import CUT, factors_of_runs, headlines
from sim.analysis.discovery import Quality, find_box, quality, share_ends, stability
from sim.config import Config
from sim.ensemble import Results
from sim.intervals import LEAST_RUNS
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures import failing
from sim.report.figures.failing import Condition, Failing, conditions_in_words
from sim.report.page.writing import WorldWithTables
from sim.report.policy.drawn import prior_design, prior_of, run_design
from sim.report.policy.writing import Answer, write_answer
from sim.report.shown import Shown, shown
from sim.terminal import tell

LEAST_CUT = 1.0 / 3.0
"""A regime fails where it cuts the goods in scope by less."""

RULE = f"a cut of the goods in scope below {words.percent(LEAST_CUT)}"
LEAST_FAILURES = 10
"""Fewest failures, and draws that do not fail, to look for conditions."""

LIMITS = (
    "Conditions are looked for over the whole ranges of factors, also where published figures make them unlikely: the "
    "share of the posterior inside says how likely they are.",
    "A box of few limits is a summary: inside it some draws do not fail, outside it some do, and another factor that "
    "goes with a limited one may do as well.",
    "What counts as failing is a rule of this study, not of any government.",
)


def write_when_it_fails(
    results: Results, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config
) -> Path:
    """Run draws over whole ranges, and write answer, tables and figures into the folder of a study.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is at draws of the
    posterior. `design.draws` is the number of draws over whole ranges, half of them held out.

    Raises
    ------
    InputError
        If nothing is uncertain, or a file cannot be written.
    """
    tell(f"when it fails: {config.design.draws} draws over whole ranges ...")
    prior = prior_of(config, regimes)
    wide = run_design(config, built_world, prior_design(config, regimes, config.design.draws))
    known, ranged = (shown(each, each.against, built_world.tables, regimes, config) for each in (results, wide))
    others = [regime for regime in known.regimes if regime != known.against]
    subject = Failing([condition(known, ranged, each, config.design.seed) for each in others], RULE, prior)
    stable = [each.stability.assign(regime=each.regime) for each in subject.conditions if len(each.stability)]
    answer = Answer(
        title=f"When it fails: {RULE}",
        sentences=sentences(subject),
        limits=LIMITS,
        tables={"stability": pd.concat(stable, ignore_index=True) if stable else pd.DataFrame()},
        pictures=(failing.PICTURE,),
        subject=subject,
        further=(wide.signature,),
        titles=known.titles,
    )
    return write_answer(results, built_world, config, answer)


def condition(known: Shown, ranged: Shown, regime: str, seed: int) -> Condition:
    """Find where a regime fails, from half of the draws over whole ranges, and test it on the other half.

    Parameters
    ----------
    known : Shown
        Of runs at draws of the posterior.
    ranged : Shown
        Of runs at draws over whole ranges.
    regime : str
        Its name.
    seed : int
        Of the resampling.
    """
    nothing = Condition(regime, known.titles[regime], {}, None, None, (0.0, 1.0), pd.DataFrame(), pd.DataFrame())
    if regime in known.idle:
        return nothing._replace(why=f"its measures are {known.idle[regime]} in the months of the study")
    cuts = [headlines(each, regime)[CUT].to_numpy() for each in (known, ranged)]
    if not all(np.isfinite(each).all() for each in cuts):
        return nothing._replace(why="no goods in the scope of its measures are told apart")
    failed = [each < LEAST_CUT for each in cuts]
    drawn, draws = (factors_of_runs(each.results) for each in (known, ranged))
    half = len(draws) // 2
    parts = [(draws.iloc[rows].reset_index(drop=True), failed[1][rows]) for rows in (slice(half), slice(half, None))]
    told = Condition(
        regime,
        known.titles[regime],
        {},
        quality({}, *parts[1]),
        quality({}, drawn, failed[0]),
        share_ends(int(failed[0].sum()), len(failed[0])),
        pd.DataFrame(),
        drawn,
    )
    if min(failed[1][:half].sum(), (~failed[1][:half]).sum()) < LEAST_FAILURES:
        return told._replace(why="too few draws over the whole ranges fail, or too few do not, to look for conditions")
    limits, stable = find_box(*parts[0]), stability(*parts[0], seed=seed)
    tested = quality(limits, *parts[1])
    if not limits or tested.density_ends[0] <= tested.failing:
        return told._replace(stability=stable, why="no condition of few limits tells failures on draws held out")
    inside = {name: ends for name, ends in limits.items() if name in drawn}
    return told._replace(limits=limits, held_out=tested, posterior=quality(inside, drawn, failed[0]), stability=stable)


def sentences(subject: Failing) -> tuple[str, ...]:
    """Say how often regimes fail, where, and how sure that is.

    Parameters
    ----------
    subject : Failing
    """
    return (_how_often(subject), _where(subject), _how_sure(subject))


def _how_often(subject: Failing) -> str:
    said = []
    for each in subject.conditions:
        name = words.quoted(each.title)
        if each.posterior is None:
            said.append(f"of {name} nothing is told, since {each.why}")
        elif len(each.drawn) < LEAST_RUNS:
            said.append(f"of {name} too few runs of the posterior were made to say how often it fails")
        else:
            ends = words.interval(*each.failing_ends, words.percent)
            failing = words.percent(each.posterior.failing)
            said.append(f"under {name} {failing} of the posterior's runs fail (90 % interval {ends})")
    return f"Where failing is {subject.rule}, {'; '.join(said)}."


def _where(subject: Failing) -> str:
    said = []
    for each in subject.conditions:
        told = each.held_out
        if told is None:
            continue
        start = f"under {words.quoted(each.title)} {words.percent(told.failing)} of draws over whole ranges fail"
        if not each.limits:
            said.append(f"{start}, and {each.why}")
            continue
        density, coverage = (words.interval(*ends, words.percent) for ends in (told.density_ends, told.coverage_ends))
        said.append(
            f"{start}, and {words.percent(told.density)} (90 % interval {density}) of those with "
            f"{conditions_in_words(each.limits)}, where {words.percent(told.coverage)} ({coverage}) of failures lie"
        )
    return f"On draws held out, {'; '.join(said)}." if said else "Where it fails is not told."


def _how_sure(subject: Failing) -> str:
    said = []
    for each in subject.conditions:
        if not each.limits:
            continue
        stable = each.stability.set_index("factor")["limited"] if len(each.stability) else {}
        named = ", ".join(
            f"{name.replace('level.', 'level of ').replace('_', ' ')} {words.percent(stable.get(name, 0.0))}"
            for name in each.limits
        )
        said.append(
            f"under {words.quoted(each.title)} resampled draws limit {named} of the time, and "
            f"{words.percent(_inside(each.posterior))} of the posterior meets all conditions"
        )
    if not said:
        return "No conditions were found, so none were tested."
    return f"How stable the conditions are, and how likely: {'; '.join(said)}."


def _inside(posterior: Quality | None) -> float:
    return posterior.mass if posterior else np.nan
