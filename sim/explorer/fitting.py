"""Emulators of everything that the page shows, and how far they are off at settings that they have not seen.

What no ban can change is emulated by itself: the **base**, by hours, winter and demand alone. What a setting adds is
the difference of each run from the run with the same draw of the posterior and the same luck under its base, so that
most of what both share cancels; it is linear in terms that are 0 while no ban is in force. Both are ridge
regressions; the weight of the ridge, and that of products beside slopes, is chosen for each outcome by leaving out
whole batches, whose runs share draws. How far runs that were left out lie about the middle is fitted as well: the
logarithm of the distance is linear in the columns. The ends of the band are quantiles of distances so scaled, so that
the band holds what the posterior leaves open, luck, and what the emulator itself does not know.
`docs/decisions/explorer.md` says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.explorer.columns import BEHIND, Slot, Terms, ban_terms, behind_terms, columns_of, in_force, products
from sim.explorer.ridge import folds_of, ridge
from sim.explorer.runs import Material
from sim.explorer.shown import DEFINED, DIFFERENCE, LINEAR, LOAD, LOG, LOGIT, MARKET, Outcome

QUANTILES = (0.05, 0.5, 0.95)
OFFSET_SHARE, LEAST_OFFSET = 0.01, 1e-3
"""Added before logarithms are taken: a share of the mean, so that what is next to nothing does not lead the fit."""

LEAST_DISTANCE = 1e-3
"""Of the logarithm of distances: a share of their root mean square."""

SHRINKAGE = 1.0
"""Of the slopes of the spread, as if that many runs a column had said that there is none."""

WITHIN = (0.01, 0.99)
"""Quantiles, over the runs fitted to, of the spread that a band has at least and at most."""

LEAST_RUNS_A_COLUMN, LEAST_BASES = 4, 4
"""Fewest runs for each column, and of a base: of fewer, nothing is emulated."""

LEAST_MARKET, LEAST_LOAD = 0.001, 0.05
"""Share of all trade, and of capacity, below which a market or a crossing is not told."""

VOUCHED, WORST = 1.0 / 3.0, 1.0 / 2.0
"""Largest error, as a share of the true band, that is vouched for: at half of the settings held out, at nine in ten."""

FINEST = 0.005
"""Least width of a true band, as a share of the largest value of the outcome: less than a picture of it shows."""


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
    terms : tuple of tuple of int
        Products of columns that the middle is linear in, besides its constant.
    middle : array [1 + terms, outcomes] of float64
        Constant, then slopes.
    spread : array [1 + columns, outcomes] of float64
        Of the logarithm of the spread.
    spreads : array [2, outcomes] of float64
        Least and largest logarithm of the spread at the runs that it was fitted to, which no setting leaves.
    quantiles : array [3, outcomes] of float64
        How many spreads from the middle the band has its low end, its middle and its high end.
    offset : array [outcomes] of float64
        Added before the logarithm, to both sides of a logit; NaN of what is emulated as it is.
    runs : int
        That it was fitted to.
    """

    slot: Slot
    outcomes: tuple[Outcome, ...]
    columns: tuple[str, ...]
    terms: Terms
    middle: NDArray[np.float64]
    spread: NDArray[np.float64]
    spreads: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    offset: NDArray[np.float64]
    runs: int

    def band(self, settings: pd.DataFrame) -> NDArray[np.float64]:
        """Low end, middle and high end at some settings, [3, settings, outcomes], in the units of the outcomes."""
        return self.band_at(columns_of(settings, self.slot))

    def band_at(self, columns: pd.DataFrame) -> NDArray[np.float64]:
        """Give the same of what `columns_of` says of the slot, for whoever asks several emulators of it."""
        raw = columns[list(self.columns)].to_numpy()
        middle = products(raw, ((), *self.terms)) @ self.middle
        spread = np.exp(np.clip(np.hstack([np.ones((len(raw), 1)), raw]) @ self.spread, *self.spreads))
        values = _unscaled(middle + self.quantiles[:, None, :] * spread, self.outcomes, self.offset)
        return np.clip(values, [each.least for each in self.outcomes], [each.most for each in self.outcomes])


def fit(material: Material) -> list[Fitted]:
    """Fit emulators to all outcomes in all slots.

    Parameters
    ----------
    material : Material
        Runs of many settings.

    Returns
    -------
    list of Fitted
        One for each slot and each set of runs: all of them, those with a ban in force, those in which a quotient is
        defined.
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
        key = rows.tobytes() + bytes([each.begins_at_zero])
        groups.setdefault(key, ([], rows))[0].append(each)
    return list(groups.values())


def _fit_slot(
    material: Material, slot: Slot, place: int, outcomes: list[Outcome], rows: NDArray[np.bool_]
) -> Fitted | None:
    """Fit some outcomes in one slot; None where too few runs tell."""
    columns = columns_of(material.settings[rows], slot).reset_index(drop=True)
    columns = columns.loc[:, columns.nunique() > 1]
    values = np.column_stack([material.values[each][rows, place] for each in outcomes])
    offset = _offsets(outcomes, values)
    values = _scaled(values, outcomes, offset)
    raw, folds = columns.to_numpy(), folds_of(material.batch[rows])
    if outcomes[0].paired:
        found = _difference(columns, values, folds, has_constant=not outcomes[0].begins_at_zero)
    else:
        number = np.cumsum(rows) - 1
        found = _level(columns, values, folds, number[material.base[rows]])
    if found is None:
        return None
    terms, middle, distance = found
    spread, spreads, quantiles = _spread(raw, distance)
    return Fitted(
        slot=slot,
        outcomes=tuple(outcomes),
        columns=tuple(columns.columns),
        terms=terms,
        middle=middle,
        spread=spread,
        spreads=spreads,
        quantiles=quantiles,
        offset=offset,
        runs=len(values),
    )


Middle = tuple[Terms, NDArray[np.float64], NDArray[np.float64]]
"""Terms; constant and slopes [1 + terms, outcomes]; how far each run lies away when left out, [runs, outcomes]."""


def _difference(
    columns: pd.DataFrame, values: NDArray[np.float64], folds: NDArray[np.int64], *, has_constant: bool = False
) -> Middle | None:
    """Fit what differs from the base; what jumps once something is in force has a constant."""
    if len(columns) < LEAST_RUNS_A_COLUMN * max(len(columns.columns), 1):
        return None
    raw, terms = columns.to_numpy(), ban_terms(columns.columns)
    terms = _distinct(raw, (*behind_terms(columns.columns), *terms) if has_constant else terms)
    slopes, distance = ridge(products(raw, terms), _degrees(terms), values, folds)
    if has_constant:
        return terms[1:], slopes, distance
    return terms, np.vstack([np.zeros(values.shape[1]), slopes]), distance


def _level(
    columns: pd.DataFrame, values: NDArray[np.float64], folds: NDArray[np.int64], base: NDArray[np.int64]
) -> Middle | None:
    """Fit the base, and what differs from it where something is in force."""
    raw = columns.to_numpy()
    bases = np.unique(base)
    if len(bases) < LEAST_BASES:
        return None
    terms = _distinct(raw[bases], behind_terms(columns.columns))
    middle, away = ridge(products(raw[bases], terms), _degrees(terms), values[bases], folds[bases])
    distance = away[np.searchsorted(bases, base)]
    active = columns.drop(columns=list(BEHIND), errors="ignore").to_numpy().any(axis=1)
    if active.any():
        found = _difference(columns[active], (values - values[base])[active], folds[active])
        if found is None:
            return None
        terms, middle = (*terms, *found[0]), np.vstack([middle, found[1][1:]])
        distance[active] += found[2]
    return terms[1:], middle, distance


def _distinct(raw: NDArray[np.float64], terms: Terms) -> Terms:
    """Keep of terms that are the same in all rows the first, and none that is nothing."""
    values = products(raw, terms).T
    _, firsts = np.unique(values, axis=0, return_index=True)
    return tuple(terms[place] for place in sorted(firsts) if values[place].any())


def _degrees(terms: Terms) -> NDArray[np.int64]:
    return np.array([len(each) for each in terms])


def _offsets(outcomes: list[Outcome], values: NDArray[np.float64]) -> NDArray[np.float64]:
    means = np.maximum(OFFSET_SHARE * np.abs(values).mean(axis=0), LEAST_OFFSET)
    of_scale = {LOG: means, LOGIT: np.full_like(means, OFFSET_SHARE), LINEAR: np.full_like(means, np.nan)}
    return np.array([of_scale[each.scale][place] for place, each in enumerate(outcomes)])


def _scaled(values: NDArray[np.float64], outcomes: list[Outcome], offset: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put values [runs, outcomes] on the scales on which they are emulated."""
    found = values.copy()
    for place, each in enumerate(outcomes):
        mine, least = values[:, place], offset[place]
        if each.scale == LOG:
            found[:, place] = np.log(np.maximum(mine, 0.0) + least)
        elif each.scale == LOGIT:
            share = np.clip(mine, 0.0, 1.0)
            found[:, place] = np.log(share + least) - np.log1p(least - share)
    return found


def _unscaled(
    values: NDArray[np.float64], outcomes: tuple[Outcome, ...], offset: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Put values [..., outcomes] back into their units."""
    found = values.copy()
    for place, each in enumerate(outcomes):
        if each.scale != LINEAR:
            grown, least = np.exp(values[..., place]), offset[place]
            share = (grown * (1.0 + least) - least) / (1.0 + grown)
            found[..., place] = np.maximum(grown - least, 0.0) if each.scale == LOG else np.clip(share, 0.0, 1.0)
    return found


def _spread(raw: NDArray[np.float64], distance: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Fit the spread of runs that were left out, its least and largest, and the quantiles of distances in spreads."""
    size = np.sqrt((distance**2).mean(axis=0))
    size = np.where(size > 0, size, 1.0)
    logs = np.log(np.maximum(np.abs(distance) / size, LEAST_DISTANCE))
    centre = raw.mean(axis=0)
    shifted = raw - centre
    weight = shifted.T @ shifted + SHRINKAGE * np.eye(raw.shape[1]) * raw.shape[1]
    slope = np.linalg.solve(weight, shifted.T @ (logs - logs.mean(axis=0)))
    found = np.log(size) + shifted @ slope
    quantiles = np.quantile(distance / np.exp(found), QUANTILES, axis=0)
    return np.vstack([np.log(size) - centre @ slope, slope]), np.quantile(found, WITHIN, axis=0), quantiles


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
        `error`: distance of the two medians over the width of the true 90 % band (which counts as no narrower than
        `FINEST` of the largest value of the outcome), at half of the settings; `high_error`: at nine in ten; `worst`:
        at the worst one. `coverage`: share of true runs inside the emulated band, or nearer to it than that.
    """
    return [each for one in fitted for each in _judged(one, truth)]


def _judged(one: Fitted, truth: Material) -> list[Judged]:
    """Judge the emulators of a slot, whose bands are worked out once for all outcomes."""
    asked = np.flatnonzero(truth.base != np.arange(len(truth.base)))
    numbers, firsts = np.unique(truth.setting[asked], return_index=True)
    rows = [truth.setting == number for number in numbers]
    bands = one.band(truth.settings.iloc[asked[firsts]])
    here = in_force(truth.settings, one.slot)
    slot = [each.name for each in truth.slots(one.outcomes[0])].index(one.slot.name)
    judged = []
    for place, outcome in enumerate(one.outcomes):
        every = truth.values[outcome]
        values = every[:, slot]
        told = np.isfinite(values) & (here if outcome.paired else True)
        pairs = [(values[which & told], bands[:, each, place]) for each, which in enumerate(rows)]
        finest = FINEST * float(np.nanmax(np.abs(every), initial=0.0))
        enough = [
            pair
            for pair, which in zip(pairs, rows, strict=True)
            if len(pair[0]) and len(pair[0]) >= DEFINED * which.sum()
        ]
        judged.append(_error(outcome, one.slot.name, enough, finest))
    return judged


def _error(
    outcome: Outcome, slot: str, pairs: list[tuple[NDArray[np.float64], NDArray[np.float64]]], finest: float
) -> Judged:
    """Sum up the errors at settings: of each its true runs, and the emulated band."""
    errors, inside = [], []
    for values, (low, middle, high) in pairs:
        ends = np.quantile(values, QUANTILES)
        inside.append(np.mean((values >= low - finest) & (values <= high + finest)))
        errors.append(abs(middle - ends[1]) / max(ends[2] - ends[0], finest, LEAST_OFFSET))
    if not errors:
        return Judged(outcome, slot, np.nan, np.nan, np.nan, np.nan, 0)
    shares = (float(np.quantile(errors, share)) for share in (0.5, 0.9, 1.0))
    return Judged(outcome, slot, *shares, float(np.mean(inside)), len(errors))
