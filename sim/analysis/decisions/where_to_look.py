"""Where customs look: the levers of a search, what each choice does to a run's parameters, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis import comparison, reading
from sim.analysis.decisions.fronts import YES_OR_NO, Choice, Lever, Range
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import BOTH, pair
from sim.parameters import TABLE
from sim.state import Parameters

SENDER = "united_states"
SECTORS: Mapping[str, tuple[str, ...]] = {
    "cotton, apparel and tomatoes": ("cotton_textiles", "apparel", "farm_goods"),
    "polysilicon": ("solar_polysilicon",),
    "machinery and electronics": ("machinery_electronics",),
    "vehicle parts": ("vehicles_parts",),
    "plastics and metals": ("chemicals_plastics", "metals"),
    "other manufactures": ("other_manufactures",),
}
"""Sectors that customs may announce as a priority, and the commodities of each; none: all that the ban names."""

BUDGET = "budget_multiple"
BUDGET_PER_WEEK = "inspection_budget_per_week"
SPREAD = {name: Range(TABLE[name].low, TABLE[name].high) for name in ("even_share", "kappa", "exploration")}
"""Parameters that a choice sets: what is shared evenly among centres, how past hits count, and what is spread alike."""

LEVERS: Mapping[str, Lever] = {BUDGET: Range(0.25, 4.0, is_log=True), **SPREAD, **dict.fromkeys(SECTORS, YES_OR_NO)}
"""The budget is a multiple of that of each draw, from the act on."""

BUDGETS_FIRST = (0.25, 0.5, 1.0, 2.0, 4.0)
SECTORS_FIRST = ("cotton, apparel and tomatoes", "polysilicon")

MEASURED_MONTHS = 24
WORST_SHARE = 0.25
AIMS = ("cut", "inspections", "false_alarms")


class Outcome(NamedTuple):
    """What comes of a choice, run by run; each array [runs].

    Attributes
    ----------
    cut : array of float64
        Share by which goods made in the region that enter the sender's market fall short of those without measures.
    inspections : array of float64
        A week, as far as budgets go.
    false_alarms : array of float64
        What importers of other goods pay for them, million dollars a year.
    """

    cut: NDArray[np.float64]
    inspections: NDArray[np.float64]
    false_alarms: NDArray[np.float64]

    @property
    def aims(self) -> list[float]:
        """What a search makes small: the cut of the worst quarter of draws, turned, and the means of the others."""
        return [
            -float(np.quantile(self.cut, WORST_SHARE)),
            float(self.inspections.mean()),
            float(self.false_alarms.mean()),
        ]


def first_choices() -> list[dict[str, float | bool]]:
    """Give the choices that a search begins with: as the table of parameters has it, with other budgets."""
    spread = {name: float(TABLE[name].default) for name in SPREAD}
    sectors = {name: name in SECTORS_FIRST for name in SECTORS}
    return [{BUDGET: multiple, **spread, **sectors} for multiple in BUDGETS_FIRST]


def sectors_of(choice: Choice) -> tuple[str, ...]:
    """Name the sectors that a choice announces."""
    return tuple(name for name in SECTORS if choice.get(name))


def rows_of(choice: Choice, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put a choice into rows of parameters.

    Parameters
    ----------
    choice : mapping of str to float or bool
        Of `LEVERS`; what it lacks stays as drawn.
    rows : array [draws, columns] of float64
        Parameters first, in their order; what follows is left alone.

    Returns
    -------
    array [draws, columns] of float64
    """
    found = np.array(rows, np.float64)
    for name in SPREAD:
        if name in choice:
            found[:, Parameters._fields.index(name)] = choice[name]
    return found


def inspections_of(choice: Choice, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the inspections a week that a choice has a budget for [draws], as the fiscal year 2023 had."""
    return rows[:, Parameters._fields.index(BUDGET_PER_WEEK)] * choice.get(BUDGET, 1.0)


def measured(months: Sequence[str]) -> slice:
    """Take the last months, in which customs have learned: two years, or half of a shorter study.

    Parameters
    ----------
    months : sequence of str
        `YYYY-MM`.
    """
    return slice(len(months) - min(MEASURED_MONTHS, len(months) // 2), len(months))


def outcome_of(
    results: StoredSeries, regime: str, without: NDArray[np.float64], inspections: NDArray[np.float64]
) -> Outcome:
    """Read what comes of a choice.

    Parameters
    ----------
    results : StoredSeries
        Of its runs.
    regime : str
        Its name.
    without : array [runs] of float64
        Goods that enter without measures, as of `entering`, of the same runs.
    inspections : array [runs] of float64
        A week.
    """
    kept = measured(results.months)
    columns = reading.catalogue(results, "incidence_at")[pair(SENDER, "false_alarms"), BOTH]
    alarms = reading.monthly(results, regime, columns)[:, kept].mean(axis=1) * 12
    return Outcome(1.0 - entering(results, regime) / without, inspections, alarms)


def entering(results: StoredSeries, regime: str) -> NDArray[np.float64]:
    """Give the goods made in the region that enter the sender's market in the months measured [runs], million USD."""
    columns = reading.catalogue(results, "sanctioned_trade")[SENDER, BOTH]
    return reading.monthly(results, regime, columns)[:, measured(results.months)].sum(axis=1)


def thinned(aims: NDArray[np.float64], most: int) -> list[int]:
    """Choose points of a front from its smallest to its largest budget.

    Parameters
    ----------
    aims : array [points, aims] of float64
        Of points on the front, as of `Outcome.aims`.
    most : int
        How many.

    Returns
    -------
    list of int
        Their places, smallest budget first: of as many groups of neighbouring budgets, of like size, the deepest cut.

    Examples
    --------
    >>> thinned(np.array([[-0.2, 1.0, 5.0], [-0.3, 1.1, 9.0], [-0.6, 8.0, 20.0], [-0.5, 9.0, 10.0]]), 2)
    [1, 2]
    """
    groups = np.array_split(np.argsort(aims[:, 1], kind="stable"), min(most, len(aims)))
    return [min(group.tolist(), key=lambda place: aims[place, 0]) for group in groups]


def summary(outcomes: Mapping[str, Outcome]) -> pd.DataFrame:
    """Put outcomes into a table.

    Parameters
    ----------
    outcomes : mapping of str to Outcome
        Name of a choice to what comes of it.

    Returns
    -------
    DataFrame
        `choice`, and of each of `AIMS` the mean, with `_q05` and `_q95` over runs; `cut_worst_quarter`.
    """
    rows = []
    for name, each in outcomes.items():
        row: dict[str, object] = {"choice": name}
        for aim in AIMS:
            values = getattr(each, aim)
            low, _, high = comparison.bands(values)
            row |= {aim: values.mean(), f"{aim}_q05": low, f"{aim}_q95": high}
        rows.append(row | {"cut_worst_quarter": -each.aims[0]})
    return pd.DataFrame(rows)


def differences(outcomes: Mapping[str, Outcome], against: str) -> pd.DataFrame:
    """Compare choices with one of them, run by run.

    Parameters
    ----------
    outcomes : mapping of str to Outcome
        Of the same runs.
    against : str
        The one they are compared with.

    Returns
    -------
    DataFrame
        `aim` and the columns of `comparison.paired_difference`; `subject` is the choice.
    """
    names = [name for name in outcomes if name != against]
    frames = []
    for aim in ("cut", "false_alarms"):
        values = np.stack([getattr(outcomes[name], aim) for name in names], axis=1)
        base = np.tile(getattr(outcomes[against], aim)[:, np.newaxis], (1, len(names)))
        frames.append(comparison.paired_difference(values, base, names).assign(aim=aim))
    return pd.concat(frames, ignore_index=True)
