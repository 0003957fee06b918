"""What the parameters of a study rest on, in words: stated, drawn from ranges, or drawn from a posterior."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from sim.config import Config, held_values
from sim.config.schema import FITTED, POINT, POSTERIOR, SAMPLERS
from sim.ensemble.fitted import posterior_folder, whose_posterior
from sim.ensemble.plan.posterior import StoredPosterior, read_fitted, read_posterior
from sim.parameters import BASE, EACH_LEVEL, LEVEL, STRUCTURE, TABLE, names_of
from sim.report.words import number, percent
from sim.world.tables.read import Tables

CHANCE = (
    "chance alone, not the uncertainty about assumptions",
    "the chance in markets, customs and firms. They do not hold the uncertainty about parameters, costs, capacities "
    "and rules of behaviour, which is larger",
)
CHANCE_AND_DRAWS = (
    "chance and the uncertainty about the parameters that were drawn, not that about other assumptions",
    "the chance in markets, customs and firms and the uncertainty about the parameters that were drawn. They do not "
    "hold the uncertainty about other parameters, costs, capacities and rules of behaviour",
)
CHANCE_AND_POSTERIOR = (
    "chance and what published figures leave open about parameters, not the uncertainty about other assumptions",
    "the chance in markets, customs and firms and what published figures leave open about parameters and levels; each "
    "run has its own draw of them. They do not hold the uncertainty about figures of the base year and rules of "
    "behaviour",
)
"""What intervals hold, in short and in full: of the parameters as they stand, of draws of them, of a posterior."""

BY_HAND = (
    "Parameters here are not fitted by machine; levels of drivers and of customs were set by hand on some of the "
    "observed figures that are drawn, so that these are no test of the model."
)
BY_MACHINE = (
    "Parameters and levels were fitted to published figures up to {end}, among them those that are drawn: that these "
    "are met is no test of the model."
)
SHOWN_ALONE = "They are shown for comparison; no parameter here was fitted to them."
FITTED_TO = "Parameters were fitted to those up to {end}, so that they are met is no test."

MOST_MISSED, OFTEN, HALF = 3, 0.1, 0.5
"""Most targets that are named as missed, the least share of runs that miss one, and from which most do."""


class Basis(NamedTuple):
    """What the page tells of parameters.

    Attributes
    ----------
    held : str
        What intervals hold, in short, with a verb before it.
    held_in_full : str
        The same for the list of limits.
    draws : str
        Follows the number of runs; empty if parameters stand.
    sentences : list of str
        For the first screen: where parameters come from and how well they meet published figures.
    limit : str
        How the model was fitted.
    observed : str
        What published figures in figures are.
    fitted : DataFrame
        Targets of the fit beside what its posterior simulates; empty without one.
    fitted_to : str
        Last day of the figures that were fitted; empty without a fit.
    """

    held: str
    held_in_full: str
    draws: str
    sentences: list[str]
    limit: str
    observed: str
    fitted: pd.DataFrame
    fitted_to: str = ""


def basis_of(config: Config, tables: Tables, design: Mapping[str, Any]) -> Basis:
    """Say what the parameters of a study rest on.

    Parameters
    ----------
    config : Config
        Of the study.
    tables : Tables
        Of its world.
    design : mapping
        `draws` and, of stored studies, `paired`: as the manifest has it.

    Returns
    -------
    Basis
    """
    folder = posterior_folder(config) if config.design.sampler in FITTED else None
    stored = read_posterior(folder) if folder else None
    draws, paired = design["draws"], design.get("paired", False)
    held = CHANCE if draws == 1 else CHANCE_AND_DRAWS if stored is None else CHANCE_AND_POSTERIOR
    source = "uncertain parameters" if stored is None else "parameters from the posterior"
    told = f", each with its own draw of {source}" if paired else f", of {draws} draws of {source}" if draws > 1 else ""
    if stored is None:
        sentences = _not_calibrated(config)
        return Basis(*held, told, sentences + _overridden(config, ()), BY_HAND, SHOWN_ALONE, pd.DataFrame())
    fitted, end = read_fitted(folder), stored.fit["end"]
    sentences = [_meets(config, stored, fitted), *_apart(config, tables, stored)]
    sentences += _overridden(config, tuple(stored.table))
    return Basis(*held, told, sentences, BY_MACHINE.format(end=end), FITTED_TO.format(end=end), fitted, str(end))


def verdict(fitted: Sequence[Mapping[str, Any]], groups: Collection[str]) -> str:
    """Hold published figures of some groups against what the posterior simulates.

    Parameters
    ----------
    fitted : sequence of mapping
        Rows of `Basis.fitted`: `target, group, value, q05, q95, missed_share`.
    groups : collection of str
        Of targets.

    Returns
    -------
    str
        One line: how many are met, those missed most, and one that is met; empty where nothing was fitted.

    Examples
    --------
    >>> rows = [{"target": "trade 2024", "group": "totals", "value": 357, "q05": 330, "q95": 372, "missed_share": 0}]
    >>> verdict(rows, ["totals"]).split(". ")
    ['Most posterior runs meet 1 of 1 published figures that this speaks to',
     'Met: trade 2024: published 357, simulated 330 to 372.']
    """
    rows = [each for each in fitted if each["group"] in groups]
    if not rows:
        return ""
    met = [each for each in rows if each["missed_share"] < HALF]
    missed = sorted((each for each in rows if each not in met), key=lambda each: -each["missed_share"])[:MOST_MISSED]
    parts = [
        f"{word}: {'; '.join(map(_beside, told))}." for word, told in (("Missed", missed), ("Met", met[-1:])) if told
    ]
    counts = f"Most posterior runs meet {len(met)} of {len(rows)} published figures that this speaks to."
    return " ".join([counts, *parts])


def _beside(row: Mapping[str, Any]) -> str:
    simulated = f"{number(row['q05'])} to {number(row['q95'])}"
    return f"{row['target']}: published {number(row['value'])}, simulated {simulated}"


def _not_calibrated(config: Config) -> list[str]:
    """Mark a study whose parameters are drawn from their ranges."""
    sampler = config.design.sampler
    if sampler == POSTERIOR:
        return [
            f"Not calibrated: {whose_posterior(config)} has no posterior, so parameters are drawn from their "
            "ranges, as wide as they are (design=uncertain)."
        ]
    if sampler in SAMPLERS:
        return ["Not calibrated: parameters are drawn from their ranges, not from a posterior."]
    return []


def _meets(config: Config, stored: StoredPosterior, fitted: pd.DataFrame) -> str:
    """Say how well a posterior meets the figures that it was fitted to."""
    whole = stored.fit.get("runs_that_meet_all_targets")
    figures = f"{len(fitted):,} published figures" if len(fitted) else "published figures"
    met = "" if whole is None else f"of {len(stored.table):,} posterior runs {percent(float(whole))} meet all {figures}"
    if (one := stored.fit.get("targets_that_a_run_meets")) is not None:
        met += f" (a run meets {percent(float(one))} of them on average)" if met else ""
    missed = fitted[fitted["missed_share"] >= OFTEN] if len(fitted) else fitted
    worst = missed.nlargest(MOST_MISSED, "missed_share") if len(missed) else missed
    names = ", ".join(f"{row.target} (by {percent(row.missed_share)})" for row in worst.itertuples())
    most = "most often missed" if len(missed) > len(worst) else "missed"
    told = "; ".join(part for part in (met, f"{most} are {names}" if names else "") if part)
    point = config.design.sampler == POINT
    draw = "All runs have the draw that fits best of" if point else "Parameters are drawn from"
    good = "" if stored.fit.get("good", True) else " That fit did not end well: fit.yaml says why."
    return f"{draw} the posterior of {whose_posterior(config)}{f': {told}' if told else ''}.{good}"


def _apart(config: Config, tables: Tables, stored: StoredPosterior) -> list[str]:
    """Say in what a study differs from the runs that its posterior was fitted with."""
    own, fit = int(tables.firms["firms"].sum()), stored.fit
    shared = (*names_of(STRUCTURE), *names_of(BASE))
    rows = (
        ("{:,} firms", fit["firms"] or own, config.firms or own),
        ("start={}", str(fit["start"]), config.start),
        ("crossing.wait_rule={}", fit.get("wait_rule", "queue"), config.crossing.wait_rule),
        *((f"behaviour.{name}={{:g}}", TABLE[name].default, getattr(config.behaviour, name)) for name in shared),
    )
    then, now = (" and ".join(words.format(row[place]) for words, *row in rows if row[0] != row[1]) for place in (0, 1))
    return [f"The posterior was fitted with {then}, and this study has {now}: levels may differ."] if then else []


def _overridden(config: Config, fitted: tuple[str, ...]) -> list[str]:
    """Say which parameters would have been drawn and have one value instead."""
    if config.design.sampler not in (*SAMPLERS, *FITTED):
        return []
    drawn = {*fitted, *config.design.uncertain} | {EACH_LEVEL.get(name, name) for name in config.design.uncertain}
    names = [f"{name} = {number(value)}" for name, value in held_values(config).items() if name in drawn]
    names += [f"{name} as the regimes have it" for name in config.design.held if name.startswith(LEVEL)]
    return [f"Not drawn but held in every run, as asked: {', '.join(names)}."] if names else []
