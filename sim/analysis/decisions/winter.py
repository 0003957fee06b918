"""What the opening of a crossing in months in which it used to be shut is worth: read from two calendars, in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.analysis import comparison, reading
from sim.analysis.decisions.seasons import IN_SHUT_MONTHS, MONTHS, by_calendar_month, parts_of_opening, shut_months
from sim.analysis.gains import ACCOUNTED, BY_MARKET, OUTCOME, PAID_OR_LOST
from sim.analysis.reading import StoredSeries
from sim.errors import unknown
from sim.outcomes.names import BOTH, TOTAL, pair, parts_of
from sim.state import ACCOUNTS_AT, DIRECTIONS

AT_GATE, TRADE, AT_PLACE, CAPACITY = "port_trade", "registered_trade", "registered_at", "capacity"
LEAVING = DIRECTIONS[0]
MONTHS_A_YEAR = len(MONTHS)


class Calendars(NamedTuple):
    """Two regimes that differ in when a crossing is open."""

    opened: str
    shut: str


class Opening(NamedTuple):
    """What an opening is worth under some shocks, average a year; million dollars of the model.

    Attributes
    ----------
    by_month : DataFrame
        `shocks, outcome, month, shut` and the columns of `comparison.paired_difference`, a row a calendar month: what
        passes the crossing, and what is traded with the partner.
    parts : DataFrame
        `shocks` and those columns, `subject` being what passes in months that used to be shut and its `PARTS`; `share`
        of it.
    parties : DataFrame
        `shocks, where` and those columns: trade and accounts by whom they belong to.
    taken : DataFrame
        Those columns: how much more the opening is worth with the first kind of shocks than with the second.
    years : tuple of int
        Averaged; empty where the opening is not in force in a whole year.
    """

    by_month: pd.DataFrame
    parts: pd.DataFrame
    parties: pd.DataFrame
    taken: pd.DataFrame
    years: tuple[int, ...]


def opening(results: StoredSeries, calendars: Mapping[str, Calendars], gate: str, partner: str) -> Opening:
    """Compare two calendars of a crossing under each kind of shocks.

    Parameters
    ----------
    results : StoredSeries
        Stored results of all regimes named.
    calendars : mapping of str to Calendars
        Name of the shocks to the two regimes; two kinds of shocks.
    gate, partner : str
        Crossing, and the market beyond it.

    Returns
    -------
    Opening
        Over the whole calendar years in which the opening is in force throughout.

    Raises
    ------
    InputError
        If the results do not hold the crossing or the market.
    """
    for outcome, name in ((AT_GATE, gate), (TRADE, partner)):
        if name not in (stored := reading.parts(results, outcome)):
            raise unknown(
                "the crossing of the study" if outcome == AT_GATE else "the partner of the study", name, stored
            )
    years = years_in_force(results, next(iter(calendars.values())), gate)
    empty = pd.DataFrame()
    if not years:
        return Opening(empty, empty, empty, empty, ())
    read = {name: _Reader(results, pair_of, years) for name, pair_of in calendars.items()}
    by_month = [reading.labelled(each.by_month(gate, partner), shocks=name) for name, each in read.items()]
    parts = [reading.labelled(each.parts(gate, partner), shocks=name) for name, each in read.items()]
    parties = [reading.labelled(each.parties(partner), shocks=name) for name, each in read.items()]
    values, without = (each.worth(gate, partner) for each in read.values())
    taken = comparison.paired_difference(_stacked(values), _stacked(without), list(values))
    return Opening(*map(pd.concat, (by_month, parts, parties)), taken, years)


def years_in_force(results: StoredSeries, calendars: Calendars, gate: str) -> tuple[int, ...]:
    """Find the calendar years that the study holds whole, and that begin after the two calendars first differ.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    calendars : Calendars
        The two regimes.
    gate : str
        The crossing.
    """
    column = reading.catalogue(results, CAPACITY)[gate, LEAVING]
    opened, shut = (reading.monthly(results, regime, column) for regime in calendars)
    differs = (opened != shut).any(axis=0)
    if not differs.any():
        return ()
    first = results.months[int(differs.argmax())]
    of = [int(month[:4]) for month in results.months]
    whole = [year for year in dict.fromkeys(of) if of.count(year) == MONTHS_A_YEAR]
    return tuple(year for year in whole if f"{year}-01" >= first)


class _Reader:
    """Reads what differs between the two calendars, as run-by-run pairs a year."""

    def __init__(self, results: StoredSeries, calendars: Calendars, years: Sequence[int]) -> None:
        self.results, self.calendars = results, calendars
        self.kept = np.isin([int(month[:4]) for month in results.months], years)
        self.months = [month for month, kept in zip(results.months, self.kept, strict=True) if kept]

    def monthly(self, outcome: str, subject: str, direction: str = BOTH) -> list[np.ndarray]:
        """Both calendars [runs, months kept], the opened one first."""
        columns = reading.catalogue(self.results, outcome)[subject, direction]
        return [reading.monthly(self.results, regime, columns)[:, self.kept] for regime in self.calendars]

    def yearly(self, outcome: str, subject: str) -> list[np.ndarray]:
        """Both calendars [runs], a year."""
        years = len(self.months) / MONTHS_A_YEAR
        return [each.sum(axis=1) / years for each in self.monthly(outcome, subject)]

    def shut(self, gate: str) -> np.ndarray:
        """Calendar months that are shut without the opening and not with it [12]."""
        opened, shut = (shut_months(each, self.months) for each in self.monthly(CAPACITY, gate, LEAVING))
        return shut & ~opened

    def by_month(self, gate: str, partner: str) -> pd.DataFrame:
        frames = []
        for outcome, subject in ((AT_GATE, gate), (TRADE, partner)):
            both = [by_calendar_month(each, self.months) for each in self.monthly(outcome, subject)]
            frame = comparison.paired_difference(*both, [subject] * MONTHS_A_YEAR)
            frames.append(frame.assign(outcome=outcome, month=list(MONTHS), shut=self.shut(gate)))
        return pd.concat(frames, ignore_index=True)

    def worth(self, gate: str, partner: str) -> dict[str, np.ndarray]:
        """Give what passes in months that used to be shut, and its parts [runs], a year."""
        at_gate = np.subtract(*(by_calendar_month(each, self.months) for each in self.monthly(AT_GATE, gate)))
        trade = [np.subtract(*self.yearly(TRADE, name)) for name in (partner, TOTAL)]
        return parts_of_opening(at_gate, self.shut(gate), *trade)

    def parts(self, gate: str, partner: str) -> pd.DataFrame:
        found = self.worth(gate, partner)
        values = _stacked(found)
        frame = comparison.paired_difference(values, np.zeros_like(values), list(found))
        whole = frame.loc[frame["subject"] == IN_SHUT_MONTHS, "difference"].iloc[0]
        return frame.assign(share=frame["difference"] / whole if whole else np.nan)

    def parties(self, partner: str) -> pd.DataFrame:
        """Trade and accounts, each signed so that more is better for whom it names."""
        asked = [(TRADE, TOTAL), (TRADE, partner)]
        asked += [(AT_PLACE, name) for name in reading.parts(self.results, AT_PLACE)]
        stored, at = reading.catalogue(self.results, OUTCOME), reading.catalogue(self.results, BY_MARKET)
        asked += [(OUTCOME, name) for name in ACCOUNTED if (name, BOTH) in stored]
        pairs = [pair(account, partner) for account in ACCOUNTS_AT]
        asked += [(BY_MARKET, name) for name in pairs if (name, BOTH) in at]
        both = [[_sign(name) * each for each in self.yearly(outcome, name)] for outcome, name in asked]
        opened, shut = (np.stack(each, axis=1) for each in zip(*both, strict=True))
        frame = comparison.paired_difference(opened, shut, [name for _, name in asked])
        return frame.assign(where=[outcome for outcome, _ in asked])


def _sign(account: str) -> float:
    return -1.0 if parts_of(account)[0] in PAID_OR_LOST else 1.0


def _stacked(values: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.stack(list(values.values()), axis=1)
