"""The answer of the study of enforcement: where customs should look for a budget, and the price of predictability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.analysis.decisions.fronts import Choice, load_optuna, non_dominated, search
from sim.analysis.decisions.where_to_look import (
    AIMS,
    LEVERS,
    SECTORS,
    WORST_SHARE,
    Outcome,
    differences,
    first_choices,
    sectors_of,
    summary,
    thinned,
)
from sim.config import Config
from sim.ensemble import Results
from sim.intervals import LEAST_RUNS
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures.where_to_look import PICTURES, Targeted, cut_words, points, predictability_words
from sim.report.policy.needs import need_regimes
from sim.report.policy.targeting_runs import BAN, NO_BAN, Trials
from sim.report.policy.writing import Answer, write_answer
from sim.terminal import tell
from sim.world.build import BuiltWorld

TITLE = "Where customs should look, for what budget"
NOW = "as it is"
MODES: Mapping[str, Choice] = {
    "fixed sectors": {"kappa": 0.0, "exploration": 0.0},
    "past hits followed": {"kappa": 10.0, "exploration": 0.0},
    "spread at random": {"kappa": 0.0, "exploration": 1.0},
}
"""The budget as it is, looked with in three ways; the first is the predictable one."""

LIMITS = (
    "Budgets are inspections of the sender's customs; what an inspection costs, and what else the officers could do, "
    "is not in the model.",
    "Smugglers learn chances of inspection from what happens to them and to others, as slowly as was fitted; nobody "
    "bribes, and no plan of inspections leaks.",
    "Priority sectors are groups of goods: within a group it does not tell where to look.",
    "The search has tried few of all choices: better ones may exist.",
)


class Plan(NamedTuple):
    """How much is searched: draws that the search goes by, choices a generation, generations, points that are held."""

    draws: int
    population: int
    generations: int
    held: int


def plan_of(runs: int) -> Plan:
    """Choose how much is searched; with too few runs for an interval hardly anything.

    Parameters
    ----------
    runs : int
        Draws of the study.

    Examples
    --------
    >>> plan_of(30), plan_of(2)
    (Plan(draws=6, population=20, generations=8, held=8), Plan(draws=1, population=4, generations=2, held=2))
    """
    return Plan(6, 20, 8, 8) if runs >= LEAST_RUNS + 6 else Plan(1, 4, 2, 2)


def write_frontier(results: Results, built_world: BuiltWorld, regimes: Sequence[Regime], config: Config) -> Path:
    """Search, hold what was found on other draws, and write figures, tables and `answer.md`.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of no ban and of the
    ban.

    Raises
    ------
    InputError
        If optuna is not installed, a regime is at fault, or a file cannot be written.
    """
    need_regimes(results, [NO_BAN, BAN], config.slug)
    load_optuna()  # told before anything runs
    plan, trials = plan_of(config.design.runs), Trials(results, config, built_world)
    tell(f"looking at {plan.population * plan.generations} ways to inspect ...")
    found = search(
        LEVERS,
        lambda choices: trials.aims(choices, plan.draws),
        aims=len(AIMS),
        population=plan.population,
        generations=plan.generations,
        seed=config.design.seed,
        first=first_choices(),
    )
    front = np.flatnonzero(non_dominated(found.aims))
    front = front[np.sort(np.unique(found.aims[front], axis=0, return_index=True)[1])]  # equal ones once
    chosen = [found.choices[front[place]] for place in thinned(found.aims[front], plan.held)]
    tell(f"holding {len(chosen)} of them on other draws ...")
    named = {chr(ord("A") + place): choice for place, choice in enumerate(chosen)}
    held = {name: _held(trials, choice, plan) for name, choice in {NOW: {}, **named, **MODES}.items()}
    subject = Targeted(
        tried(found.choices, found.aims),
        summary({name: held[name] for name in (NOW, *named)}).merge(levers(named), on="choice", how="left"),
        differences({name: held[name] for name in (*MODES, NOW)}, next(iter(MODES))),
        NOW,
        config.design.runs - plan.draws,
    )
    answer = Answer(TITLE, sentences(subject), LIMITS, {}, PICTURES, subject)
    return write_answer(results, built_world, config, answer)


def _held(trials: Trials, choice: Choice, plan: Plan) -> Outcome:
    """Run a choice on all draws, and keep those that the search has not seen."""
    every = trials.outcome(choice, trials.study.design.runs)
    return Outcome(*(each[plan.draws :] for each in every))


def tried(choices: Sequence[Choice], aims: np.ndarray) -> pd.DataFrame:
    """Put all that a search looked at into a table.

    Parameters
    ----------
    choices : sequence of mapping
        Of the levers.
    aims : array [choices, aims] of float64
        Of each.

    Returns
    -------
    DataFrame
        The levers, `cut` (of the worst quarter of draws), `inspections`, `false_alarms`, and whether it is `on_front`.
    """
    frame = pd.DataFrame(aims * [-1.0, 1.0, 1.0], columns=list(AIMS)).assign(on_front=non_dominated(aims))
    return pd.concat([levers(dict(enumerate(choices))).drop(columns="choice"), frame], axis=1)


def levers(choices: Mapping[object, Choice]) -> pd.DataFrame:
    """Put choices into a table: `choice`, each number, and the sectors announced.

    Parameters
    ----------
    choices : mapping
        Name to choice.
    """
    rows = [
        {"choice": name}
        | {key: value for key, value in choice.items() if key not in SECTORS}
        | {"sectors": "; ".join(sectors_of(choice)) or "all that the ban names"}
        for name, choice in choices.items()
    ]
    return pd.DataFrame(rows)


def sentences(subject: Targeted) -> tuple[str, ...]:
    """Answer in three sentences: the front near the budget as it is, what more budget buys, and predictability.

    Parameters
    ----------
    subject : Targeted
        What was found.
    """
    now = subject.held[subject.held["choice"] == subject.now].iloc[0]
    found = points(subject)
    near = found.loc[(np.log(found["inspections"] / now["inspections"])).abs().idxmin()]
    share = words.percent(WORST_SHARE)
    first = (
        f"With {words.number(now['inspections'])} inspections a week, as it is, the ban cuts the goods that enter by "
        f"{cut_words(now)} at {words.money(now['false_alarms'])} a year of false alarms; the compromise found nearest "
        f"to that budget, {near['choice']} ({words.number(near['inspections'])} a week, looking first at "
        f"{near['sectors']}), cuts {cut_words(near)} at {words.money(near['false_alarms'])}."
    )
    few, many = found.iloc[0], found.iloc[-1]
    second = (
        f"From {words.number(few['inspections'])} to {words.number(many['inspections'])} inspections a week the front "
        f"goes from a cut of {cut_words(few)} to {cut_words(many)}, in the worst {share} of draws from "
        f"{words.percent(few['cut_worst_quarter'])} to {words.percent(many['cut_worst_quarter'])}, and false alarms "
        f"from {words.money(few['false_alarms'])} to {words.money(many['false_alarms'])} a year."
    )
    return first, second, predictability_words(subject)
