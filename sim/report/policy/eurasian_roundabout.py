"""The answer to what share of lost trade came back through hubs: published figures beside the same ones of the runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.analysis import roundabout
from sim.analysis.by_place import flows_by_place
from sim.config import Config
from sim.errors import InputError
from sim.policy.language.load import HAPPENED
from sim.policy.language.measures import Regime
from sim.report.figures.roundabout import PICTURES, HeldAgainst
from sim.report.page.writing import StoredResults
from sim.report.policy.writing import Answer, write_answer
from sim.world.build import BuiltWorld

RETURNED = "returned"
"""Count of the figures of which the first with a test speaks in the second sentence."""

LIMITS = (
    "No figure of the list was used to fit behaviour: it is that of a fit to another world, or drawn from its ranges.",
    "Within a group of goods those beside a ban take the place of those under it, so that direct trade falls less and "
    "recovers sooner than what is published.",
    "Which share of a group of goods each package forbids, and what firms gave up of their own will, is assumed, with "
    "a range; so is what went round in the base year, which shapes what goes round later.",
    "Goods booked to a hub and sold beyond it are led over the hub's place, also where they never see it.",
    "Sellers that are no sender of the world are not followed.",
    "Whole groups of goods are counted where the sources count single codes.",
)


def write_eurasian_roundabout(
    results: StoredResults, built_world: BuiltWorld, regimes: Sequence[Regime], config: Config
) -> Path:
    """Hold the published figures of the world against the runs of what happened, by the count of each.

    Parameters
    ----------
    results : Results
        Stored study with the regime `observed`.
    built_world : BuiltWorld
        With its tables.
    regimes : sequence of Regime
        Of the study.
    config : Config
        All settings.

    Returns
    -------
    Path
        Of `answer.md`.

    Raises
    ------
    InputError
        If the study lacks the regime `observed`, or the world its list of figures.
    """
    happened = next((each for each in regimes if each.name == HAPPENED), None)
    if happened is None:
        raise InputError(f"regimes: this study holds published figures against what happened; add {HAPPENED}.")
    figures = roundabout.read_figures(built_world.tables.folder)
    stepped = flows_by_place(results, built_world, happened)
    flows = roundabout.flows_of(stepped, HAPPENED, roundabout.target_of(figures))
    table = roundabout.compared(figures, roundabout.simulated(flows, figures))
    said = sentences(table)
    answer = Answer(
        "What share of lost trade came back through hubs?",
        said,
        LIMITS,
        {},
        PICTURES,
        HeldAgainst(table, said[0].partition(";")[0]),
    )
    return write_answer(results, built_world, config, answer)


def sentences(table: pd.DataFrame) -> tuple[str, str, str]:
    """Say how many figures are met, what came back, and what is missed.

    Parameters
    ----------
    table : DataFrame
        From `sim.analysis.roundabout.compared`.

    Returns
    -------
    tuple of str
        Three.
    """
    asked = table[table["is_input"] == "no"]
    tests = asked[asked["median"].notna()]
    counted = tests[tests["kind"] == RETURNED]
    if counted.empty:
        return (
            f"Of {len(asked)} published figures {len(tests)} lie in the months of this study.",
            "What part of lost trade came back is not among them.",
            "A later end holds more of them.",
        )
    return _held(tests), _came_back(counted.iloc[0]), _missed(tests)


def _held(tests: pd.DataFrame) -> str:
    inside, near, met = (int(tests[name].sum()) for name in ("inside", "near", "met"))
    told = tests[tests["no_change"].notna()]
    rival, same = int(told["met_by_no_change"].sum()), int(told["met"].sum())
    return (
        f"Of {len(tests)} published figures {inside} lie within the band of 90 % of the runs, and the band of {near} "
        f"meets the published range; the median lies in that of {met}. Of {len(told)} of them a rival speaks by "
        f"which nothing changed since the base months: it meets {rival}, the median {same}."
    )


def _came_back(row: pd.Series) -> str:
    return (
        f"By the first count, {row['figure']}, {row['median']:.0f} % of the lost trade came back (90 % of runs: "
        f"{row['q05']:.0f} to {row['q95']:.0f}); published are {row['low']:g} to {row['high']:g}."
    )


def _missed(tests: pd.DataFrame) -> str:
    away = tests[~tests["near"]]["figure"].tolist()
    if not away:
        return "None is missed by its range."
    return f"Missed are {len(away)}: {'; '.join(away[:6])}{' ...' if len(away) > 6 else ''}."
