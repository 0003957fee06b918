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
        HeldAgainst(table, said[0].rstrip(".")),
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
    tests = table[(table["is_input"] == "no") & table["median"].notna()]
    inside, near = int(tests["inside"].sum()), int(tests["near"].sum())
    row = tests[tests["kind"] == RETURNED].iloc[0]
    away = tests[~tests["near"]]["figure"].tolist()
    return (
        f"Of {len(tests)} published figures {inside} lie within the band of 90 % of the runs, and the band of {near} "
        "meets the published range.",
        f"By the first count, {row['figure']}, {row['median']:.0f} % of the lost trade came back (90 % of runs: "
        f"{row['q05']:.0f} to {row['q95']:.0f}); published are {row['low']:g} to {row['high']:g}.",
        f"Missed are {len(away)}: {'; '.join(away[:6])}{' ...' if len(away) > 6 else ''}."
        if away
        else "None is missed by its range.",
    )
