"""Published figures of trade that goes round sanctions, and the same figures of simulated runs, by the same count.

A row of the table says what is counted (`COUNTS`), of which senders, partners and goods, over which months and which
base months. Flows are means of months, so that periods of unequal length compare. Shares of return depend on the
count; so there is no one share, and each published figure is held against its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.reading import StoredSeries, monthly
from sim.errors import InputError, unknown
from sim.outcomes.names import ALL, pair
from sim.state import DIRECTIONS, EXPORT
from sim.world.tables.files import text_of
from sim.world.tables.records import records_of

FILE, BOOKS = "roundabout.csv", "books.csv"
SOLD, OVER, BOOKED, PASSED = "registered_from", "via_hub_from", "partner_imports", "throughput"
"""Outcomes of the figures: sales by declared partner, arrivals over hubs, hubs' books, tonnes of gates."""

NUMBERS = ("value", "low", "high")
COLUMNS = (
    "figure", "kind", "senders", "partners", "commodities", "from_month", "to_month", "base_from", "base_to",
    *NUMBERS, "unit", "is_input",
)  # fmt: skip
PER_CENT = 100.0
LEAST = 1e-9

Values = NDArray[np.float64]
"""One number a run."""


def read_figures(folder: Path) -> pd.DataFrame:
    """Read the published figures of a world.

    Parameters
    ----------
    folder : Path
        Of the world.

    Returns
    -------
    DataFrame
        `COLUMNS`, a row a figure; numbers as float64.

    Raises
    ------
    InputError
        If the file or a column is missing, a cell is no number, or a count is not known.
    """
    table = _table(folder / FILE, COLUMNS)
    for row, kind in table["kind"].items():
        if kind not in COUNTS:
            raise unknown(f"{FILE} row {row}: kind", kind, list(COUNTS))
    for name in NUMBERS:
        table[name] = pd.to_numeric(table[name], errors="coerce")
    wrong = table[table[list(NUMBERS)].isna().any(axis=1) | ~table["value"].between(table["low"], table["high"])]
    if len(wrong):
        raise InputError(f"{FILE} row {wrong.index[0]}: low, value and high must be numbers in this order.")
    return table


def read_books(folder: Path) -> dict[str, list[str]]:
    """Read whose books tell of the senders of a world.

    Parameters
    ----------
    folder : Path
        Of the world.

    Returns
    -------
    dict of str to list of str
        The senders of a figure, as it names them, to names in the subjects of `observed.csv`; none without the file.

    Raises
    ------
    InputError
        If a column is missing.
    """
    if not (folder / BOOKS).is_file():
        return {}
    table = _table(folder / BOOKS, ("senders", "books"))
    return {row.senders: row.books.split() for row in table.itertuples(index=False)}


def _table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read a table as text; the index is the row's number in a spreadsheet."""
    text, fault = text_of(path)
    if fault:
        raise InputError(f"{path} {fault}.")
    records = records_of(text)
    table = pd.DataFrame(records.cells, index=records.rows, columns=records.header)
    lacking = [name for name in columns if name not in table]
    if lacking:
        raise InputError(f"{path.name}: column {lacking[0]!r} is missing.")
    return table


def target_of(figures: pd.DataFrame) -> str:
    """Give the market that is sanctioned: the one of which a row counts what arrives.

    Parameters
    ----------
    figures : DataFrame
        From `read_figures`.

    Raises
    ------
    InputError
        If no row does.
    """
    found = figures.loc[figures["kind"] == "arrived", "partners"]
    if found.empty:
        raise InputError(f"{FILE}: no row of kind 'arrived' names the market that is sanctioned.")
    return found.iloc[0]


@dataclass(frozen=True)
class Flows:
    """Flows of one regime, read when asked for.

    Attributes
    ----------
    results : StoredSeries
        A study that kept `SOLD` and `OVER` by home place, partner and commodity.
    regime : str
        Of the study.
    columns : mapping
        Outcome, subject and commodity to the stored column.
    target : str
        Market that is sanctioned.
    """

    results: StoredSeries
    regime: str
    columns: Mapping[tuple[str, str, str], str]
    target: str

    def known(self, outcome: str) -> tuple[list[str], list[str]]:
        """Give the first and the second part of the subjects of an outcome."""
        subjects = [subject.split("/") for name, subject, _ in self.columns if name == outcome and "/" in subject]
        return list(dict.fromkeys(each[0] for each in subjects)), list(dict.fromkeys(each[1] for each in subjects))

    def flow(self, outcome: str, senders: str, partners: str, goods: str, span: slice) -> Values:
        """Mean of the months of a span, summed over senders, partners and goods; none where there is no series."""
        own, others = self.known(outcome)
        every = list(dict.fromkeys(good for name, _, good in self.columns if name == outcome))
        wanted = [
            self.columns.get((outcome, pair(sender, partner), good))
            for sender in _named(senders, own)
            for partner in _named(partners, others)
            for good in _named(goods, [ALL] if ALL in every else every)
        ]
        return self._mean([column for column in wanted if column], span)

    def of(self, outcome: str, subjects: str, span: slice) -> Values:
        """Mean of the months of a span, summed over subjects of one part."""
        wanted = [self.columns.get((outcome, subject, ALL)) for subject in subjects.split()]
        return self._mean([column for column in wanted if column], span)

    def months(self, first: str, last: str) -> slice:
        """Positions of months in the study."""
        at = [place for place, month in enumerate(self.results.months) if first <= month <= last]
        return slice(at[0], at[-1] + 1) if at else slice(0, 0)

    def _mean(self, columns: Sequence[str], span: slice) -> Values:
        runs = len(monthly(self.results, self.regime, self.results.series["column"].tolist()[:1]))
        if not columns or span.stop <= span.start:
            return np.zeros(runs)
        return monthly(self.results, self.regime, columns)[:, span].mean(axis=1)


def _named(words: str, known: Sequence[str]) -> list[str]:
    return list(known) if words == "*" else words.split()


def flows_of(results: StoredSeries, regime: str, target: str) -> Flows:
    """Find the series of a study that the figures are made of.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    regime : str
        Of which.
    target : str
        Market that is sanctioned.

    Raises
    ------
    InputError
        If the study did not keep them.
    """
    series = results.series
    kept = series[(series["outcome"] != PASSED) | (series["direction"] == DIRECTIONS[EXPORT])]
    if not {SOLD, OVER} <= set(kept["outcome"]):
        raise InputError("observe: this study needs series by home place and partner; take observe=full.")
    keys = zip(kept["outcome"], kept["subject"], kept["commodity"], strict=True)
    return Flows(results, regime, dict(zip(keys, kept["column"], strict=True)), target)


def simulated(flows: Flows, figures: pd.DataFrame) -> pd.DataFrame:
    """Work out each figure in each run.

    Parameters
    ----------
    flows : Flows
        Of one regime.
    figures : DataFrame
        From `read_figures`.

    Returns
    -------
    DataFrame
        [figures, runs]; NaN where a study does not hold the months or nothing is there to divide by.
    """
    rows = {}
    for row in figures.itertuples(index=False):
        now, base = flows.months(row.from_month, row.to_month), flows.months(row.base_from, row.base_to)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = COUNTS[row.kind](flows, row, now, base)
        held = now.stop > now.start and (not row.base_from or base.stop > base.start)
        rows[row.figure] = np.where(np.isfinite(found), found, np.nan) if held else np.full_like(found, np.nan)
    return pd.DataFrame.from_dict(rows, orient="index")


def _returned(flows: Flows, row, now: slice, base: slice) -> Values:
    """Divide growth of exports to the partners by the fall of direct exports."""
    grown = _more(flows, SOLD, row, row.partners, now, base)
    lost = -_more(flows, SOLD, row, flows.target, now, base)
    return PER_CENT * grown / np.where(lost > LEAST, lost, np.nan)


def _more(flows: Flows, outcome: str, row, partners: str, now: slice, base: slice) -> Values:
    each = [flows.flow(outcome, row.senders, partners, row.commodities, span) for span in (now, base)]
    return each[0] - each[1]


def _by_hubs(flows: Flows, row, now: slice, base: slice) -> Values:
    """Divide what reaches the target over hubs by direct exports of the base months."""
    over = flows.flow(OVER, row.senders, row.partners, row.commodities, now)
    return PER_CENT * over / flows.flow(SOLD, row.senders, flows.target, row.commodities, base)


def _hub_level(flows: Flows, row, now: slice, base: slice) -> Values:
    spans = [flows.flow(OVER, row.senders, row.partners, row.commodities, span) for span in (now, base)]
    return PER_CENT * spans[0] / spans[1]


def _level(flows: Flows, row, now: slice, base: slice) -> Values:
    spans = [flows.flow(SOLD, row.senders, row.partners, row.commodities, span) for span in (now, base)]
    return PER_CENT * spans[0] / spans[1]


def _change(flows: Flows, row, now: slice, base: slice) -> Values:
    return _level(flows, row, now, base) - PER_CENT


def _all(flows: Flows, goods: str, span: slice) -> Values:
    """Add up what the target gets from everybody, directly and over hubs."""
    return flows.flow(SOLD, "*", flows.target, goods, span) + flows.flow(OVER, "*", "*", goods, span)


def _arrived(flows: Flows, row, now: slice, base: slice) -> Values:
    return PER_CENT * _all(flows, row.commodities, now) / _all(flows, row.commodities, base) - PER_CENT


def _part(flows: Flows, row, now: slice, _: slice) -> Values:
    """Divide what the senders sell directly, and anybody over the partners, by all that the target gets."""
    own = flows.flow(SOLD, row.senders, flows.target, row.commodities, now)
    over = flows.flow(OVER, "*", row.partners, row.commodities, now)
    return PER_CENT * (own + over) / _all(flows, row.commodities, now)


def _booked(flows: Flows, row, now: slice, _: slice) -> Values:
    sent = flows.flow(SOLD, row.senders, row.partners, row.commodities, now)
    return PER_CENT * flows.of(BOOKED, row.partners, now) / sent


def _gate(flows: Flows, row, now: slice, base: slice) -> Values:
    return PER_CENT * flows.of(PASSED, row.partners, now) / flows.of(PASSED, row.partners, base) - PER_CENT


def _gate_part(flows: Flows, row, now: slice, _: slice) -> Values:
    """Divide tonnes of the first gate named by those of all named."""
    return PER_CENT * flows.of(PASSED, row.partners.split()[0], now) / flows.of(PASSED, row.partners, now)


Count = Callable[[Flows, object, slice, slice], Values]

COUNTS: Mapping[str, Count] = {
    "returned": _returned,
    "by_hubs": _by_hubs,
    "hub_level": _hub_level,
    "level": _level,
    "change": _change,
    "arrived": _arrived,
    "part": _part,
    "booked": _booked,
    "gate": _gate,
    "gate_part": _gate_part,
}
"""What a row may count, and how."""

NO_CHANGE: Mapping[str, float] = {
    "returned": 0.0,
    "hub_level": PER_CENT,
    "level": PER_CENT,
    "change": 0.0,
    "arrived": 0.0,
    "gate": 0.0,
}
"""The rival: what each count would be had nothing changed since the base months; of the others it says nothing."""


def compared(figures: pd.DataFrame, runs: pd.DataFrame, growth: pd.Series | None = None) -> pd.DataFrame:
    """Hold published figures against the band of the runs.

    Parameters
    ----------
    figures : DataFrame
        From `read_figures`.
    runs : DataFrame
        From `simulated`.
    growth : Series, optional
        By figure: what a rival says by which last growth continues (`sim.analysis.last_growth.continued`).

    Returns
    -------
    DataFrame
        `figure, kind, value, low, high, is_input, q05, median, q95, inside, near, met, no_change, met_by_no_change,
        growth_goes_on, met_by_growth_goes_on`: whether the published value lies within the 90 % band, whether the band
        meets the published range, and whether the median and the rivals lie in that range. NaN where no run has the
        figure, or a rival says nothing.
    """
    known = runs.loc[figures["figure"]].dropna(how="all")
    quantiles = known.quantile([0.05, 0.5, 0.95], axis=1).T
    quantiles.columns = ["q05", "median", "q95"]
    table = figures[["figure", "kind", *NUMBERS, "is_input"]].merge(
        quantiles, left_on="figure", right_index=True, how="left"
    )
    rivals = {
        "no_change": table["kind"].map(NO_CHANGE),
        "growth_goes_on": table["figure"].map({} if growth is None else growth).astype(np.float64),
    }
    table = table.assign(
        inside=table["value"].between(table["q05"], table["q95"]),
        near=(table["low"] <= table["q95"]) & (table["q05"] <= table["high"]),
        met=table["median"].between(table["low"], table["high"]),
    )
    for name, said in rivals.items():
        table[name], table[f"met_by_{name}"] = said, said.between(table["low"], table["high"])
    return table


OF_RUNS = ("q05", "median", "q95", "inside", "near", "met")
REFITTED = "refitted_"
"""Columns of `compared` that are of the runs; before those of runs whose behaviour was fitted to this world."""


def with_refit(table: pd.DataFrame, refitted: pd.DataFrame) -> pd.DataFrame:
    """Put the bands of runs with another behaviour beside those of a table.

    Parameters
    ----------
    table, refitted : DataFrame
        From `compared`, of the same figures.

    Returns
    -------
    DataFrame
        The first, with the columns `OF_RUNS` of the second after it, each behind `REFITTED`.
    """
    own = refitted.set_index("figure").loc[table["figure"], list(OF_RUNS)].reset_index(drop=True)
    return pd.concat([table.reset_index(drop=True), own.add_prefix(REFITTED)], axis=1)
