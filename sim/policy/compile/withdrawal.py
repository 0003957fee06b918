"""Importers who give up goods that a ban names: rows beside those of the bans.

Importers of goods whose papers say where they come from give up over some weeks, once the ban is in force. Where a ban
ends on the day before another of the same sender begins, those who gave up under the first do not come back for what
the second names as well.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from sim.policy.compile.intensity import daily_intensity
from sim.policy.compile.reach import Mask
from sim.policy.compile.rows import Row
from sim.policy.instruments import Instrument
from sim.policy.language.measures import PhaseIn
from sim.state.measures import BANS


def withdrawals(rows: list[Row], direct: Mask, first: np.datetime64) -> list[Row]:
    """Rows of the importers who give up under the bans among some rows.

    Parameters
    ----------
    rows
        Measures, or parts that exemptions leave.
    direct
        Shape (K,): channels whose papers say where goods come from.
    first
        Day with which the rows begin.

    Returns
    -------
    list of Row
        One for each ban that makes importers give up, and one for each ban that follows it.
    """
    bans = [row for row in rows if BANS in row.instrument.rule.roles and row.measure.enforcement.withdrawal > 0]
    return [found for ban in bans for found in (_own(ban, direct, first), *_inherited(ban, rows, direct, first))]


def _own(ban: Row, direct: Mask, first: np.datetime64) -> Row:
    """Give the row of one ban: importers give up along a smooth curve, and only while it is in force."""
    return replace(
        ban,
        instrument=Instrument.withdrawal,
        level=ban.measure.enforcement.withdrawal,
        channels=ban.channels & direct,
        daily=ban.daily * _gone(ban, first),
    )


def _inherited(ban: Row, rows: list[Row], direct: Mask, first: np.datetime64) -> Iterator[Row]:
    """Yield rows of those who gave up under a ban that has ended, under bans that take its place."""
    end, own = ban.measure.end, _own(ban, direct, first)
    last = -1 if end is None else int((np.datetime64(end, "D") - first).astype(np.int64))
    if not 0 <= last < ban.daily.size:
        return
    after = np.arange(ban.daily.size) > last
    for other in rows:
        if BANS in other.instrument.rule.roles and _follows(other, ban, end):
            firms = tuple(mine * theirs for mine, theirs in zip(ban.firms, other.firms, strict=True))
            daily = own.daily[last] * other.daily * after
            yield replace(own, channels=own.channels & other.channels, firms=firms, daily=daily)


def _follows(other: Row, ban: Row, end: date) -> bool:
    """Tell whether a ban of the same sender takes over when one ends."""
    mine, theirs = ban.measure, other.measure
    begins = theirs.start is None or theirs.start <= end + timedelta(days=1)
    goes_on = theirs.end is None or theirs.end > end
    return theirs is not mine and bool(set(theirs.sender) & set(mine.sender)) and begins and goes_on


def _gone(ban: Row, first: np.datetime64) -> NDArray[np.float64]:
    """Part of those who ever give up under a ban that has done so by each day: shape (7 T,)."""
    weeks = ban.measure.enforcement.withdrawal_weeks
    phase = PhaseIn("s_curve", weeks) if weeks else PhaseIn()
    lasting = replace(ban.measure, phase_in=phase, end=None, schedule=())
    return daily_intensity(lasting, first, ban.daily.size)
