"""Targets out of published figures: a table says which figure, and what the model has to say of it.

A row of the table names a target, its group and its scale; outcomes with subjects, commodities, direction and months to
add up; and the published figures to add up. A minus before an outcome or a figure takes it off. A second list of
subjects and months (`over_...`) makes it a ratio, of the same outcome or of another one (`over_outcome`). Flows are
added up over months, levels are averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.claims import PER_CENT, total
from sim.analysis.observed import UNITS_OF_MONEY, musd_of
from sim.analysis.reading import StoredSeries
from sim.calibration.targets import COLUMNS as TARGET_COLUMNS
from sim.constants import HOURS_PER_DAY
from sim.errors import InputError, nearest, unknown
from sim.outcomes.names import ALL, BOTH
from sim.outcomes.outcomes import OUTCOMES
from sim.world.tables.files import text_of
from sim.world.tables.records import records_of

OVER = ("over_outcome", "over_subjects", "over_commodities", "over_from_month", "over_to_month", "over_observed")
COLUMNS = (
    "target",
    "group",
    "scale",
    "outcome",
    "subjects",
    "commodities",
    "direction",
    "from_month",
    "to_month",
    "observed",
    *OVER,
)
WHAT = ("outcome", "subjects", "commodities", "direction", "over_outcome", "over_subjects", "over_commodities")
"""Columns that say which figure of the model a target is, whatever its months."""

GROWTH, YEAR_OF_RATE = "growth", 2023
RECORDS_OF_TRADE = ("registered_trade", "port_trade", "mirror_trade")
"""Quantities whose dollars are those of the day: they become yuan, and dollars at the rate of 2023, as in the model."""


class WithError(NamedTuple):
    """A published figure and its standard error, in the unit of the model."""

    value: float
    error: float


def read_target_rows(path: Path) -> pd.DataFrame:
    """Read the table of targets as text.

    Parameters
    ----------
    path : Path
        A CSV file with the columns `COLUMNS`; `note` may be there.

    Returns
    -------
    pandas.DataFrame
        Text; indexed by the row that a spreadsheet shows.

    Raises
    ------
    InputError
        With file and row: a column that is missing, a row of another length, a target twice, an empty cell.
    """
    text, fault = text_of(path)
    if fault:
        raise InputError(f"{path.name} {fault}.")
    records = records_of(text)
    missing = [name for name in COLUMNS if name not in records.header]
    if missing:
        raise InputError(f"{path.name} lacks the column {missing[0]!r}; it has {', '.join(records.header) or 'none'}.")
    for row, length in records.lengths:
        raise InputError(f"{path.name} row {row}: has {length} cells, the header {len(records.header)}.")
    table = pd.DataFrame(records.cells, columns=records.header, index=records.rows, dtype=object)
    for name in (each for each in COLUMNS if each not in OVER):
        for row in table.index[table[name] == ""]:
            raise InputError(f"{path.name} row {row}: {name} is empty.")
    for row in table.index[table["target"].duplicated()]:
        raise InputError(f"{path.name} row {row}: the target {table['target'][row]!r} stands twice.")
    _check_apart(table, path.name)
    return table


def _check_apart(table: pd.DataFrame, name: str) -> None:
    """Refuse two targets that hold the same months of the same figure: they contradict each other, or count twice."""
    for _, same in table.groupby(list(WHAT), sort=False):
        ordered = same.sort_values("from_month", kind="stable")
        for row, other in zip(ordered.index[1:], ordered.index[:-1], strict=True):
            if table["from_month"][row] <= table["to_month"][other]:
                raise InputError(
                    f"{name} row {row}: {table['target'][row]!r} and {table['target'][other]!r} (row {other}) hold the "
                    "same months of one figure, and would contradict each other or count twice: keep one, or use the "
                    "increment."
                )


def published_targets(rows: pd.DataFrame, observed: pd.DataFrame, name: str, last: str = "9999-12-31") -> pd.DataFrame:
    """Work out the published side of targets.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `read_target_rows` gives it.
    observed : pandas.DataFrame
        Table `observed` of a world.
    name : str
        Name of the file of targets, for errors.
    last : str
        Last day, `YYYY-MM-DD`: figures of later days are left out, with the targets that need them. So a back-test
        knows only what was published of its past.

    Returns
    -------
    pandas.DataFrame
        `target, group, scale, value, error`, as `Targets.of_table` takes it; indexed like `rows`.

    Raises
    ------
    InputError
        With file and row: a figure that the world does not have, of a unit that does not convert, or without an error.
    """
    known = observed.set_index("observation")
    wanted = rows.copy()
    ends = pd.to_datetime(known["to_date"]).dt.strftime("%Y-%m-%d")
    kept = [all(ends.get(each.lstrip("-"), "") <= last for each in _named(row)) for _, row in wanted.iterrows()]
    wanted = wanted[kept]
    figures = [_figure(row, known, f"{name} row {number}") for number, row in wanted.iterrows()]
    wanted["value"], wanted["error"] = [each.value for each in figures], [each.error for each in figures]
    return wanted[list(TARGET_COLUMNS)]


def figures_of(rows: pd.DataFrame) -> frozenset[str]:
    """List the observations that targets rest on.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `read_target_rows` gives it.
    """
    return frozenset(each.lstrip("-") for _, row in rows.iterrows() for each in _named(row))


def _named(row: pd.Series) -> list[str]:
    """List the figures that a target needs."""
    return f"{row['observed']} {row['over_observed']}".split()


def _figure(row: pd.Series, known: pd.DataFrame, place: str) -> WithError:
    """Work out the published value of a target and its error."""
    top = _added(row["observed"].split(), known, place)
    if not row["over_observed"]:
        return top
    below = _added(row["over_observed"].split(), known, place)
    ratio = top.value / below.value
    return WithError(ratio, abs(ratio) * float(np.hypot(top.error / top.value, below.error / below.value)))


def _added(names: list[str], known: pd.DataFrame, place: str) -> WithError:
    """Add figures up, those with a minus taken off; errors count as independent, which is wide for increments."""
    parts = [(-1.0 if each.startswith("-") else 1.0, _one(each.lstrip("-"), known, place)) for each in names]
    value = sum(sign * part.value for sign, part in parts)
    return WithError(value, float(np.sqrt(sum(part.error**2 for _, part in parts))))


def _one(name: str, known: pd.DataFrame, place: str) -> WithError:
    """One figure in the unit of the model."""
    if name not in known.index:
        raise InputError(f"{place}: observed.csv has no figure {name!r}.{nearest(name, list(known.index))}")
    row = known.loc[name]
    quantity, unit, value = str(row["quantity"]), str(row["unit"]), float(row["value"])
    if not np.isfinite(row["error_share"]) or row["error_share"] <= 0:
        raise InputError(f"{place}: the figure {name!r} has no error_share in observed.csv, so it cannot be a target.")
    known_value = in_the_model(quantity, unit, value, pd.Timestamp(row["from_date"]).year)
    if not np.isfinite(known_value):
        raise InputError(f"{place}: the figure {name!r} is in {unit}, which does not convert to a unit of the model.")
    grown = 1.0 if quantity.startswith(GROWTH) else 0.0
    return WithError(grown + known_value, abs(known_value) * float(row["error_share"]))


def in_the_model(quantity: str, unit: str, value: float, year: int) -> float:
    """Turn a figure into the unit of the model; NaN where it does not convert."""
    if unit.startswith("percent"):
        return value / PER_CENT
    if unit == "h":
        return value / HOURS_PER_DAY
    if unit not in UNITS_OF_MONEY:
        return float("nan") if "_" in unit or "/" in unit else value
    of_the_day = unit.endswith("yuan") or quantity.startswith(RECORDS_OF_TRADE)
    return musd_of(value, unit, year if of_the_day else YEAR_OF_RATE)


def check_simulated(rows: pd.DataFrame, series: pd.DataFrame, months: Sequence[str], name: str) -> None:
    """Refuse targets that a study would not be able to simulate, before it runs.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `read_target_rows` gives it.
    series : pandas.DataFrame
        What the study keeps: `outcome, subject, commodity, direction`.
    months : sequence of str
        Of the study, `YYYY-MM`.
    name : str
        Name of the file of targets, for errors.

    Raises
    ------
    InputError
        With file and row: a month outside the study, an outcome, subject, commodity or direction that is not kept.
    """
    for number, row in rows.iterrows():
        place = f"{name} row {number}"
        for column in ("from_month", "to_month", "over_from_month", "over_to_month"):
            if row[column] and row[column] not in months:
                raise InputError(
                    f"{place}: {column} is {row[column]}, and the study runs from {months[0]} to {months[-1]}."
                )
        kept = series
        for column, words in (
            ("outcome", f"{row['outcome']} {row['over_outcome']}"),
            ("subject", f"{row['subjects']} {row['over_subjects']}"),
            ("commodity", f"{row['commodities']} {row['over_commodities']}"),
            ("direction", "" if row["direction"] == BOTH else row["direction"]),
        ):
            known = kept[column].unique().tolist()
            asked = [word.lstrip("-") for word in words.split()]
            for word in asked:
                if word not in known:
                    raise InputError(f"{place}: {unknown(column, word, known)}")
            kept = kept[kept[column].isin(asked or known)]


def simulated_targets(rows: pd.DataFrame, results: StoredSeries, regime: str) -> pd.DataFrame:
    """Work out what runs say of each target.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `read_target_rows` gives it.
    results : StoredSeries
        Stored results of a study.
    regime : str
        The world as it happened.

    Returns
    -------
    pandas.DataFrame
        A row a run that ended well, a column a target, in the unit of the model.
    """
    return pd.DataFrame({row["target"]: _simulated(row, results, regime) for _, row in rows.iterrows()})


def _simulated(row: pd.Series, results: StoredSeries, regime: str) -> NDArray[np.float64]:
    """Add up one target, or divide two sums."""
    top = _sum(row, results, regime, "")
    return top / _sum(row, results, regime, "over_") if row["over_subjects"] else top


def _sum(row: pd.Series, results: StoredSeries, regime: str, part: str) -> NDArray[np.float64]:
    """Add up outcomes over subjects, commodities and months; levels are averaged over months."""
    subjects, commodities = row[f"{part}subjects"].split(), row[f"{part}commodities"].split()
    period = first, last = row[f"{part}from_month"], row[f"{part}to_month"]
    months = len(pd.period_range(first, last, freq="M"))
    parts = []
    for word in (row[f"{part}outcome"] or row["outcome"]).split():
        outcome, sign = word.lstrip("-"), -1.0 if word.startswith("-") else 1.0
        added = total(
            results, regime, outcome, subjects, period, commodities=commodities or ALL, direction=row["direction"]
        )
        parts.append(sign * (added if OUTCOMES[outcome].is_flow else added / months))
    return np.sum(parts, axis=0)
