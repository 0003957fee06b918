"""The measures by which the regimes of a page differ, as one table: who, from when, where, by which source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sim.analysis.compared import titles_of
from sim.policy.describe import timeline_rows
from sim.policy.language.measures import Regime, differing, role
from sim.report.figures.timeline import day_of, words_of
from sim.world.tables.read import Tables

ALWAYS, OPEN = "always", "open"


def measures_apart(regimes: Sequence[Regime], against: str, world: Tables) -> list[dict[str, str]]:
    """List every measure of a sender that not all regimes have alike.

    Parameters
    ----------
    regimes : sequence of Regime
        In the order they were asked for.
    against : str
        Name of the one that others are compared with.
    world : Tables
        Of the world.

    Returns
    -------
    list of dict
        `measure, sender, announced, begins, ends, regimes, source` in words, by the day on which they begin; one that
        regimes have in different form is there once for each form.
    """
    base = next(each for each in regimes if each.name == against)
    titles = titles_of([each.name for each in regimes], {each.name: each for each in regimes})
    apart = {name for each in regimes for name in differing(each.measures, base.measures)}
    found: dict[tuple, list[str]] = {}
    for regime in regimes:
        days = {row.name: row for row in timeline_rows(regime, world)}
        for measure in regime.measures:
            if measure.name in apart and role(measure) == "measure":
                found.setdefault((days[measure.name], measure.source), []).append(titles[regime.name])
    ordered = sorted(found.items(), key=lambda each: (each[0][0].start or date.min, each[0][0].name))
    return [
        {
            "measure": words_of(row),
            "sender": row.sender,
            "announced": day_of(row.announced) if row.announced and row.announced != row.start else "",
            "begins": day_of(row.start) if row.start else ALWAYS,
            "ends": day_of(row.end) if row.end else OPEN,
            "regimes": "; ".join(having),
            "source": source,
        }
        for (row, source), having in ordered
    ]
