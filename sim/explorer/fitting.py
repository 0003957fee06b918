"""Emulators of everything that the page shows, and how far they are off at settings that they have not seen.

Of a year (or month) an emulator takes what is in force in it (`columns.py`) and gives the **middle** of an outcome: a
quadratic, fitted by `sim.emulator` to runs that each have their own draw of the posterior and their own luck. How far
runs lie about it is fitted as well: the logarithm of the distance is linear in the same columns. The ends of the band
are quantiles of distances so scaled, so that the band holds what the posterior leaves open, luck, and what the emulator
itself does not know (distances are those of runs that were left out). `docs/decisions/explorer.md` says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.emulator import fit_emulator
from sim.emulator.fit import LEAST_RUNS_A_COLUMN
from sim.explorer.columns import Slot, columns_of, in_force
from sim.explorer.runs import Material
from sim.explorer.shown import DIFFERENCE, LOAD, LOG, MARKET, Outcome

QUANTILES = (0.05, 0.5, 0.95)
OFFSET_SHARE, LEAST_OFFSET = 0.01, 1e-3
"""Added before logarithms are taken: a share of the mean, so that what is next to nothing does not lead the fit."""

LEAST_DISTANCE = 1e-3
"""Of the logarithm of distances: a share of their root mean square."""

SHRINKAGE = 1.0
"""Of the slopes of the spread, as if that many runs a column had said that there is none."""

LEAST_MARKET, LEAST_LOAD = 0.001, 0.05
"""Share of all trade, and of capacity, below which a market or a crossing is not told."""

VOUCHED, WORST = 1.0 / 3.0, 1.0 / 2.0
"""Largest error, as a share of the true band, that is vouched for: at half of the settings held out, at nine in ten."""


class Fitted(NamedTuple):
    """Emulators of some outcomes in one slot.

    Attributes
    ----------
    slot : Slot
        Year or month.
    outcomes : tuple of Outcome
        In the order of the last axis of what follows.
    columns : tuple of str
        Of `columns_of`, those that differ between runs in this slot.
    low, high : arrays [columns] of float64
        A column is -1 at its low and 1 at its high.
    middle : array [1 + columns + products, outcomes] of float64
        Constant, slopes, and products of two columns (i, j) with i <= j, row by row.
    spread : array [1 + columns, outcomes] of float64
        Of the logarithm of the spread.
    quantiles : array [3, outcomes] of float64
        How many spreads from the middle the band has its low end, its middle and its high end.
    offset : array [outcomes] of float64
        Added before the logarithm; NaN of what is emulated as it is.
    runs : int
        That it was fitted to.
    """

    slot: Slot
    outcomes: tuple[Outcome, ...]
    columns: tuple[str, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    middle: NDArray[np.float64]
    spread: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    offset: NDArray[np.float64]
    runs: int

    def band(self, settings: pd.DataFrame) -> NDArray[np.float64]:
        """Low end, middle and high end at some settings, [3, settings, outcomes], in the units of the outcomes."""
        raw = columns_of(settings, self.slot)[list(self.columns)].to_numpy()
        scaled = 2.0 * (raw - self.low) / (self.high - self.low) - 1.0
        first, second = np.triu_indices(len(self.columns))
        ones = np.ones((len(scaled), 1))
        middle = np.hstack([ones, scaled, scaled[:, first] * scaled[:, second]]) @ self.middle
        spread = np.exp(np.hstack([ones, scaled]) @ self.spread)
        values = middle + self.quantiles[:, None, :] * spread
        logs = ~np.isnan(self.offset)
        values[..., logs] = np.maximum(np.exp(values[..., logs]) - self.offset[logs], 0.0)
        return values


def fit(material: Material) -> list[Fitted]:
    """Fit emulators to all outcomes in all slots in which runs differ.

    Parameters
    ----------
    material : Material
        Runs of many settings.

    Returns
    -------
    list of Fitted
        One for each slot and each set of runs: all of them, those with a ban in force, those in which a quotient is
        defined.

    Raises
    ------
    InputError
        If there are too few runs for any slot, or scikit-learn is missing.
    """
    made, kept = [], _large(material)
    for paired, monthly in ((False, False), (True, False), (False, True)):
        outcomes = [each for each in kept if (each.paired, each.monthly) == (paired, monthly)]
        for place, slot in enumerate(material.months if monthly else material.years):
            here = in_force(material.settings, slot) if paired else np.ones(len(material.settings), dtype=bool)
            for group, rows in _alike(material, outcomes, place, here):
                if (one := _fit_slot(material, slot, place, group, rows)) is not None:
                    made.append(one)
    return made


def _large(material: Material) -> list[Outcome]:
    """Leave out markets with next to no trade, and crossings that are next to idle all the time."""
    trade = {each.subject: values.mean() for each, values in material.values.items() if each.view == MARKET}
    least = LEAST_MARKET * sum(trade.values())
    small = {name for name, value in trade.items() if value < least}
    return [
        each
        for each, values in material.values.items()
        if not (each.view in (MARKET, DIFFERENCE) and each.subject in small)
        and not (each.view == LOAD and values.max() < LEAST_LOAD)
    ]


def _alike(
    material: Material, outcomes: Iterable[Outcome], place: int, here: NDArray[np.bool_]
) -> Iterable[tuple[list[Outcome], NDArray[np.bool_]]]:
    """Put outcomes together that are defined in the same runs."""
    groups: dict[bytes, tuple[list[Outcome], NDArray[np.bool_]]] = {}
    for each in outcomes:
        rows = here & np.isfinite(material.values[each][:, place])
        groups.setdefault(rows.tobytes(), ([], rows))[0].append(each)
    return list(groups.values())


def _fit_slot(
    material: Material, slot: Slot, place: int, outcomes: list[Outcome], rows: NDArray[np.bool_]
) -> Fitted | None:
    """Fit some outcomes in one slot; None where too few runs tell."""
    columns = columns_of(material.settings[rows], slot).reset_index(drop=True)
    columns = columns.loc[:, columns.nunique() > 1]
    if not len(columns.columns) or len(columns) < LEAST_RUNS_A_COLUMN * len(columns.columns):
        return None
    values = np.column_stack([material.values[each][rows, place] for each in outcomes])
    offset = _offsets(outcomes, values)
    logs = ~np.isnan(offset)
    values[:, logs] = np.log(np.maximum(values[:, logs], 0.0) + offset[logs])
    emulator = fit_emulator(columns, pd.DataFrame(values, columns=[each.key for each in outcomes]))
    slope = emulator.slope / emulator.scale[:, None]
    constant = emulator.constant - emulator.centre @ slope
    mean = emulator.predict(columns)[0]
    low, high = (np.array([getattr(each, end) for each in emulator.inputs]) for end in ("low", "high"))
    scaled = 2.0 * (columns.to_numpy() - low) / (high - low) - 1.0
    spread, quantiles = _spread(scaled, values - mean, emulator.noise)
    return Fitted(
        slot=slot,
        outcomes=tuple(outcomes),
        columns=tuple(columns.columns),
        low=low,
        high=high,
        middle=np.vstack([constant, slope]),
        spread=spread,
        quantiles=quantiles,
        offset=offset,
        runs=len(values),
    )


def _offsets(outcomes: list[Outcome], values: NDArray[np.float64]) -> NDArray[np.float64]:
    means = np.maximum(OFFSET_SHARE * np.abs(values).mean(axis=0), LEAST_OFFSET)
    return np.where([each.scale == LOG for each in outcomes], means, np.nan)


def _spread(
    scaled: NDArray[np.float64], distance: NDArray[np.float64], noise: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit the spread of runs about the middle, and the quantiles of distances in spreads.

    Distances of runs that the emulator was fitted to are too small; they are widened to the noise of runs left out.
    """
    size = np.sqrt((distance**2).mean(axis=0))
    size = np.where(size > 0, size, 1.0)
    logs = np.log(np.maximum(np.abs(distance) / size, LEAST_DISTANCE))
    centre = scaled.mean(axis=0)
    shifted = scaled - centre
    weight = shifted.T @ shifted + SHRINKAGE * np.eye(scaled.shape[1]) * scaled.shape[1]
    slope = np.linalg.solve(weight, shifted.T @ (logs - logs.mean(axis=0)))
    relative = np.exp(shifted @ slope)
    wider = np.sqrt(noise) / size
    quantiles = np.quantile(distance / (size * relative), QUANTILES, axis=0)
    constant = np.log(np.maximum(size * wider, 1e-12)) - centre @ slope
    return np.vstack([constant, slope]), quantiles


class Judged(NamedTuple):
    """How far an outcome is off in one slot, at settings that were held out, as shares of the true band's width."""

    outcome: Outcome
    slot: str
    error: float
    high_error: float
    worst: float
    coverage: float
    settings: int

    @property
    def is_vouched(self) -> bool:
        """Whether the page may show it in full colour."""
        return self.error <= VOUCHED and self.high_error <= WORST


def judge(fitted: Iterable[Fitted], truth: Material) -> list[Judged]:
    """Hold emulators against runs of settings that they have not seen.

    Parameters
    ----------
    fitted : iterable of Fitted
        Emulators.
    truth : Material
        Many runs of each of some settings, among them corners.

    Returns
    -------
    list of Judged
        `error`: distance of the two medians over the width of the true 90 % band, at half of the settings;
        `high_error`: at nine in ten; `worst`: at the worst one. `coverage`: share of true runs inside the emulated
        band.
    """
    return [each for one in fitted for each in _judged(one, truth)]


def _judged(one: Fitted, truth: Material) -> list[Judged]:
    """Judge the emulators of a slot, whose bands are worked out once for all outcomes."""
    numbers, firsts = np.unique(truth.setting, return_index=True)
    rows = [truth.setting == number for number in numbers]
    bands = one.band(truth.settings.iloc[firsts])
    here = in_force(truth.settings, one.slot)
    slot = [each.name for each in truth.slots(one.outcomes[0])].index(one.slot.name)
    judged = []
    for place, outcome in enumerate(one.outcomes):
        values = truth.values[outcome][:, slot]
        told = np.isfinite(values) & (here if outcome.paired else True)
        pairs = [(values[which & told], bands[:, each, place]) for each, which in enumerate(rows)]
        judged.append(_error(outcome, one.slot.name, [pair for pair in pairs if len(pair[0])]))
    return judged


def _error(outcome: Outcome, slot: str, pairs: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> Judged:
    """Sum up the errors at settings: of each its true runs, and the emulated band."""
    errors, inside = [], []
    for values, (low, middle, high) in pairs:
        ends = np.quantile(values, QUANTILES)
        width = ends[2] - ends[0]
        inside.append(np.mean((values >= low) & (values <= high)))
        errors.append(abs(middle - ends[1]) / width if width > 0 else float(abs(middle - ends[1]) > LEAST_OFFSET))
    if not errors:
        return Judged(outcome, slot, np.nan, np.nan, np.nan, np.nan, 0)
    shares = (float(np.quantile(errors, share)) for share in (0.5, 0.9, 1.0))
    return Judged(outcome, slot, *shares, float(np.mean(inside)), len(errors))
