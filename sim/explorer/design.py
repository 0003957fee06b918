"""Which settings are run: spread evenly over the levers, each at several draws of the posterior and with its own luck.

Settings come in **batches**. A batch is a study of the ensemble: its settings share a background and what they are held
against, so that this is run once for all of them; each regime of it has the same draws and the same luck, so that
differences are paired. Batches differ in their seed, and so in draws and luck.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from sim.explorer.levers import BACKGROUND, CHOICE, FLAG, LEVERS, SENDERS, Setting, base_of, defaults

FRONT = tuple(name for name in LEVERS if name not in BACKGROUND)
CHECK_SEED = 1_000_003
"""Added to the seed for settings by which the fit is judged, and which it never sees."""

LAST = max(each.high for each in LEVERS.values() if each.kind == "month")


CORNER_EVERY = 3
"""Of the settings of a batch, one in so many has its months and amounts at an end of their ranges."""


class Batch(NamedTuple):
    """Settings that are run together, and the one that they are held against."""

    seed: int
    settings: tuple[Setting, ...]
    base: Setting


def batches(count: int, settings: int, seed: int) -> list[Batch]:
    """Spread settings over the ranges of all levers.

    Parameters
    ----------
    count
        Number of batches, of which each has a background of its own.
    settings
        Number of settings of a batch.
    seed
        Of the scrambling; the batches take the seeds that follow.

    Returns
    -------
    list of Batch
        The first batches of many are those of few, where the numbers of settings are the same.
    """
    behind = _spread(BACKGROUND, count, seed)
    front = _spread(FRONT, count * settings, seed + 1, CORNER_EVERY)
    made = []
    for number, background in enumerate(behind):
        own = [_somebody_bans({**each, **background}) for each in front[number * settings : (number + 1) * settings]]
        made.append(Batch(seed + number, tuple(own), base_of(own[0])))
    return made


def check_batches(count: int, seed: int) -> list[Batch]:
    """Draw settings by which the fit is judged: corners, then others at random; each is a batch of its own.

    Parameters
    ----------
    count
        Number of settings.
    seed
        Of the study.
    """
    rng = np.random.default_rng(seed + CHECK_SEED)
    inner = [_setting((*FRONT, *BACKGROUND), row) for row in rng.random((count, len(LEVERS)))]
    chosen = [*corners(), *map(_somebody_bans, inner)][:count]
    return [Batch(seed + CHECK_SEED + number, (each,), base_of(each)) for number, each in enumerate(chosen)]


def corners() -> list[Setting]:
    """Give four corners: all at once and early, the same the other way round, one sender alone and late, and mildly."""
    hard = {"us": 1.0, "eu": 1.0, "others": 1.0, "us_from": 0.0, "allies_from": 0.0, "inspections": 4.0}
    hard |= {"tracing": 2.4, "pressure": 0.08}
    mild = {"goods": 2.0, "inspections": 0.25}
    return [
        defaults() | hard | {"hours": 0.0, "winter": 0.0, "russia": 0.5},
        defaults() | hard | {"russia": 2.0},
        defaults() | mild | {"us": 0.0, "eu": 1.0, "allies_from": LAST, "russia": 2.0},
        defaults() | mild | {"us_from": 0.0, "hours": 0.0, "winter": 0.0, "russia": 0.5},
    ]


def _spread(names: tuple[str, ...], count: int, seed: int, corners_every: int = 0) -> list[dict[str, float]]:
    engine = qmc.Sobol(len(names), rng=np.random.default_rng(seed))
    rows = engine.random_base2(max(int(np.ceil(np.log2(count))), 0))[:count]
    if corners_every:
        wide = [place for place, name in enumerate(names) if LEVERS[name].kind not in (FLAG, CHOICE)]
        rows[::corners_every, wide] = np.round(rows[::corners_every, wide])
    return [_setting(names, row) for row in rows]


def _setting(names: tuple[str, ...], places: NDArray[np.float64]) -> dict[str, float]:
    return {name: LEVERS[name].at(float(place)) for name, place in zip(names, places, strict=True)}


def _somebody_bans(setting: Setting) -> Setting:
    """Let the United States ban where nobody would: that is run anyway."""
    return setting if any(setting[name] for name in SENDERS) else {**setting, "us": 1.0}
