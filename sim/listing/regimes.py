"""The regimes of the library: what each is for, who acts, from when to when, and whether it is in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sim.listing.lines import indented
from sim.policy.apart import MOSTLY, DaysApart, days_apart
from sim.policy.language.load import library, load_regime
from sim.policy.language.measures import Measure, Regime, alike
from sim.world.tables.read import Tables

NOTHING = "none"
"""The regime without sanctions, from which all others are told."""


@dataclass(frozen=True)
class Listed:
    """A regime as it is listed.

    Parameters
    ----------
    name, title, purpose
        Of its file; the title is the name where the file has none.
    who
        Who sends the measures by which it differs from the world without sanctions, in words.
    first, last
        First and last day of these measures; None where there is no such day.
    measures
        How many there are.
    hardly
        Those that are in force on so few of the days asked for that numbers would say little of them.
    """

    name: str
    title: str
    purpose: str
    who: tuple[str, ...]
    first: date | None
    last: date | None
    measures: int
    hardly: tuple[DaysApart, ...]


def title_of(regime: Regime) -> str:
    """Give the title of a regime, or its name where its file has no title.

    Parameters
    ----------
    regime
        Loaded.
    """
    return regime.title or regime.name


def listed(start: date, end: date, tables: Tables) -> list[Listed]:
    """List the regimes of a world.

    Parameters
    ----------
    start, end
        First and last day asked for.
    tables
        Of the world; they date causes.

    Returns
    -------
    list of Listed
        By name; the one without sanctions first.
    """
    names = [name for name in library(tables.folder) if "/" not in name and name != NOTHING]
    base, *others = (load_regime(name, tables.folder) for name in (NOTHING, *names))
    return [_listed(each, base, start, end, tables) for each in (base, *others)]


def _listed(regime: Regime, base: Regime, start: date, end: date, tables: Tables) -> Listed:
    apart = days_apart(regime, base, start, end, tables)
    own = [each for each in regime.measures if not _is_in(each, base)]
    return Listed(
        name=regime.name,
        title=title_of(regime),
        purpose=regime.purpose,
        who=_senders(apart),
        first=min((each.start for each in own if each.start), default=None),
        last=None if any(each.end is None for each in own) else max((each.end for each in own), default=None),
        measures=len(apart),
        hardly=tuple(each for each in apart if each.hardly),
    )


def _is_in(measure: Measure, regime: Regime) -> bool:
    return any(measure.name == each.name and alike(measure, each) for each in regime.measures)


def _senders(apart: Iterable[DaysApart]) -> tuple[str, ...]:
    """Name each sender once, those of several measures together taken apart."""
    return tuple(dict.fromkeys(name for each in apart for name in each.sender.split(", ")))


def lines_of(rows: Sequence[Listed], start: date, end: date) -> list[str]:
    """Tell listed regimes, three lines each: name and title, purpose, who and when.

    Parameters
    ----------
    rows
        As of `listed`.
    start, end
        First and last day asked for.

    Returns
    -------
    list of str
        With how to use them at the end.
    """
    lines = [f"Regimes, and what of them is in force from {start} to {end} (start=..., end=... ask for other days):"]
    for row in rows:
        heading = row.name if row.title == row.name else f"{row.name}: {row.title}"
        lines += ["", heading, *indented(row.purpose), *indented(_who_and_when(row))]
    names = ",".join(row.name for row in rows[:1] + [row for row in rows if row.name == "us_eu"][:1])
    return [*lines, "", f"Compare some: reroute 'regimes=[{names}]'. Read one in full: reroute show 'regimes=[us_eu]'."]


def _who_and_when(row: Listed) -> str:
    if not row.measures:
        return "No measure of its own."
    days = f"from {row.first}" if row.first else "as the world's tables date it"
    days += f" to {row.last}" if row.last else ", no end" if row.first else ""
    return f"{', '.join(row.who)}; {days}. {force_in_words(row)}"


def force_in_words(row: Listed) -> str:
    """Say how much of a regime is in force in the days asked for.

    Parameters
    ----------
    row
        As of `listed`.

    Returns
    -------
    str
        A sentence.
    """
    if not row.measures:
        return "No measure of its own."
    rest = row.measures - len(row.hardly)
    if rest == row.measures:
        return "Its measure is in force." if rest == 1 else f"All {rest} measures are in force."
    parts = [f"In force: {rest} of {row.measures} measures", *map(_in_words, row.hardly)]
    return f"{'; '.join(parts)}."


def _in_words(apart: DaysApart) -> str:
    """Say of a measure that is hardly in force on how many days it is, and from when."""
    days = f"on {apart.days:,} of {apart.compared:,} days" if apart.days else "never"
    since = f", from {apart.begins}" if apart.begins and apart.begins > apart.first else ""
    weak = ", mostly at little strength" if apart.full_days < MOSTLY * apart.days else ""
    return f"{apart.measure} ({apart.sender}) {days}{since}{weak}"
