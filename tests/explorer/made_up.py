"""Runs of a made-up model whose answer is known: what an emulator should find, and how wide its bands should be."""

import numpy as np

from sim.explorer.columns import Slot, columns_of, in_force, table_of
from sim.explorer.design import batches
from sim.explorer.runs import Material
from sim.explorer.shown import DIVERTED, LINEAR, SCOPE, Outcome, diverted

YEARS = tuple(Slot(str(2021 + number), 12.0 * number, 12.0 * number + 12.0) for number in (1, 6))
TRADE, CUT = Outcome("tile", "trade"), Outcome("tile", "cut", "share", LINEAR, paired=True)
LOST = Outcome(SCOPE, DIVERTED.whole, scale=LINEAR, paired=True)
WIDE, GAINED_SHARE = 0.05, 0.25


def middle_of(settings, slot):
    """Median of the logarithm of trade."""
    found = columns_of(settings, slot)
    return 9.0 + 0.3 * found["russia"] - 0.4 * found["us"] - 0.2 * found["eu"] * found["tracing"] - 0.1 * found["hours"]


def spread_of(settings, slot):
    """Standard deviation of the logarithm of trade."""
    return WIDE * np.exp(0.5 * columns_of(settings, slot)["russia"])


def lost_of(settings):
    """What the direct way loses under a ban: next to nothing of cotton, which never went directly."""
    return np.where(settings["goods"] == 2, 0.01, 60.0)


def material_of(groups, runs, seed):
    """Runs of some batches: those of a batch share their draws, which make three quarters of the variance."""
    settings = [each for batch in groups for each in (*batch.settings, batch.base)]
    number = np.repeat([place for place, batch in enumerate(groups) for _ in (*batch.settings, batch.base)], runs)
    table = table_of([each for each in settings for _ in range(runs)])
    last = np.cumsum([runs * (len(batch.settings) + 1) for batch in groups])
    run = np.tile(np.arange(runs), len(settings))
    rng = np.random.default_rng(seed)
    trade, cut, lost = (np.empty((len(table), len(YEARS))) for _ in range(3))
    shared = rng.standard_normal((len(groups), runs))[number, run]
    for place, slot in enumerate(YEARS):
        drawn = np.sqrt(0.75) * shared + 0.5 * rng.standard_normal(len(table))
        trade[:, place] = np.exp(middle_of(table, slot) + drawn * spread_of(table, slot))
        found = columns_of(table, slot)
        cut[:, place] = np.where(
            in_force(table, slot), 0.5 * found["us"] + 0.1 * rng.standard_normal(len(table)), np.nan
        )
        lost[:, place] = found["us"] * lost_of(table) * np.exp(0.1 * drawn)
    numbers = np.repeat(np.arange(len(settings)), runs)
    gained = GAINED_SHARE * lost * np.exp(0.1 * rng.standard_normal(lost.shape))
    values = {TRADE: trade, CUT: cut, LOST: lost, DIVERTED: diverted(lost, gained)}
    return Material(table, values, numbers, number, last[number] - runs + run, YEARS, (), ())


def learnt(runs=2, count=160, seed=1):
    """Runs of settings that are spread over the levers."""
    return material_of(batches(count, 7, seed), runs, seed)
