"""What the tables of a world cover, beside the days of a run that they do not."""

from datetime import date

from sim.dates import FIRST_DAY, LAST_DAY
from sim.world.tables.read import Tables

FAR_YEARS = 15
"""Years behind the last dated row of the tables after which a run is told to go far beyond them."""


def coverage_warnings(tables: Tables, start: date, end: date) -> list[str]:
    """Tell where a run begins before the tables of its world do, or ends long after them.

    Parameters
    ----------
    tables
        A checked world.
    start, end
        First and last day of the run.

    Returns
    -------
    list of str
        One sentence each; empty where the tables cover the run.
    """
    base = tables.about.base_year
    days = _dated(tables)
    told = []
    if start.year < base:
        rows = f"; its dated rows of crossings, calendars and loads begin on {min(days)}" if days else ""
        told.append(
            f"start={start} lies before {base}, the year whose trade demand.csv of world {tables.folder.name} holds: "
            f"until then demand stays at its level{rows}."
        )
    if days and end.year > max(days).year + FAR_YEARS:
        told.append(
            f"end={end} lies more than {FAR_YEARS} years after {max(days)}, the last day that the tables of world "
            f"{tables.folder.name} date: from then on demand only follows its trend."
        )
    return told


def _dated(tables: Tables) -> list[date]:
    """Days on which a dated row begins, or ends."""
    days = {date(int(year), 1, 1) for year in tables.background["year"]}
    for table in (tables.crossings, tables.calendars):
        days |= {*table["from_date"], *table["to_date"]}
    return sorted(days - {FIRST_DAY, LAST_DAY})
