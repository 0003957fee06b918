"""A regime in plain words, as rows of a timeline, and as a difference from another; the instruments as a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date

import pandas as pd

from sim.dates import FIRST_DAY, LAST_DAY
from sim.policy.instruments import Instrument
from sim.policy.language.measures import EVENTS, Enforcement, Measure, PhaseIn, Regime, Scope, role
from sim.policy.language.names import may_be_country
from sim.policy.rules import ANY_MARKET
from sim.world.tables.read import Tables

_REACH = {
    "channels": "channels",
    "routes": "routes",
    "cells": "demand",
    "places": "places",
    "gates": "crossings",
    "classes": "inspection classes",
    "customs": "customs",
}
_ORDER = {"measure": 0, "counter-measure": 1, "shock": 2}
_TITLES = {"measure": "Measures", "counter-measure": "Counter-measures", "shock": "Shocks"}


@dataclass(frozen=True)
class TimelineRow:
    """One bar of a timeline.

    Parameters
    ----------
    sender, name, label
        Who, the measure's key, and words for the bar.
    role
        `measure`, `counter-measure` or `shock`.
    announced, start, end
        Days; None where there is none, or where no tables tell the dates of a cause.
    full_from
        Day from which it is at full strength.
    """

    sender: str
    name: str
    label: str
    role: str
    announced: date | None
    start: date | None
    end: date | None
    full_from: date | None


def describe(regime: Regime) -> str:
    """Tell a regime in plain words, a line for each measure, measures of senders first.

    Parameters
    ----------
    regime
        A loaded regime.

    Returns
    -------
    str
        Lines of text, without markup.
    """
    lines = [f"{regime.name}: {regime.purpose}"]
    if regime.include:
        lines.append(f"Built from {', '.join(regime.include)}.")
    lines.append(
        "It stands on the observed background." if regime.background == "adds" else "It brings its own background."
    )
    for kind, title in _TITLES.items():
        mine = [measure for measure in regime.measures if role(measure) == kind]
        if mine:
            lines += ["", title, *(f"  {sentence(measure)}" for measure in sorted(mine, key=_by_date))]
    return "\n".join((*lines, *("", *regime.warnings)[: len(regime.warnings) + bool(regime.warnings)]))


def sentence(measure: Measure) -> str:
    """Tell one measure in a sentence: who, what, when, how strongly, on what, and except what."""
    rule = measure.instrument.rule
    parts = [f"{measure.name}: {senders(measure)} {rule.plain}", _when(measure)]
    if rule.level:
        parts.append(f"{rule.level.words} {_level(measure)}")
    if measure.schedule:
        first, last = measure.schedule[0][1], measure.schedule[-1][1]
        parts.append(f"{first:g} entities at first, {last:g} at last")
    parts += [_scope_words(measure.scope, measure.typed), _enforcement_words(measure.enforcement)]
    for exemption in measure.exemptions:
        spared = _scope_words(exemption.scope, measure.typed) or "all"
        parts.append(f"except {spared}{_between(exemption.start, exemption.end)}")
    return "; ".join(part for part in parts if part) + "."


def difference(regime: Regime, against: Regime) -> list[str]:
    """Tell what a regime assumes that another does not, one line an assumption.

    Parameters
    ----------
    regime, against
        Loaded regimes.

    Returns
    -------
    list of str
        Lines that begin with `+` (only in `regime`), `-` (only in `against`) or `~` (in both, another value); empty
        when both assume the same.
    """
    mine, other = ({measure.name: measure for measure in each.measures} for each in (regime, against))
    lines = [f"+ {sentence(mine[name])}" for name in mine if name not in other]
    lines += [f"- {sentence(other[name])}" for name in other if name not in mine]
    for name in mine.keys() & other.keys():
        lines += [f"~ {name}, {key}: {new} instead of {old}" for key, new, old in _changes(mine[name], other[name])]
    return sorted(lines, key=lambda line: ("+-~".index(line[0]), line))


def timeline_rows(regime: Regime, tables: Tables | None = None) -> list[TimelineRow]:
    """Bars of a timeline, by role, sender and date.

    Parameters
    ----------
    regime
        A loaded regime.
    tables
        The world's tables, which hold the days of causes; without them those bars have no days.

    Returns
    -------
    list of TimelineRow
        Measures of senders first, then counter-measures, then shocks.
    """
    rows = []
    for measure in sorted(regime.measures, key=lambda each: (_ORDER[role(each)], each.sender, _by_date(each))):
        start, end = measure.start, measure.end
        if measure.instrument.rule.dated_by_tables and tables is not None:
            start, end = days_of_cause(measure, tables)
        full = start + pd.Timedelta(weeks=measure.phase_in.weeks).to_pytimedelta() if start else None
        rows.append(
            TimelineRow(
                senders(measure),
                measure.name,
                tables.about.in_words(measure.name) if tables else measure.name.replace("_", " "),
                role(measure),
                measure.announced,
                start,
                end,
                full,
            )
        )
    return rows


def instruments_table() -> str:
    """Print all that the rows of the instruments say, as a table for the docs."""
    header = ("instrument", "what the sender does", "level", "acts on", "of its own", "trade")
    header += ("overlapping measures", "tells firms apart by", "keys")
    rows = [header, tuple("---" for _ in header), *(_instrument_row(each) for each in Instrument)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _instrument_row(instrument: Instrument) -> tuple[str, ...]:
    rule, level = instrument.rule, "none"
    if rule.level:
        level = f"{rule.level.words}; {rule.level.lowest:g} to {rule.level.highest:g}"
        level += "" if rule.level.default is None else f", {rule.level.default:g} unless given"
    market = "no"
    if rule.market is not ANY_MARKET:
        own, *others = rule.market
        market = f"its {own}" + (f", unless {' or '.join((own, *others))} are named" if others else "")
    keys = [f"needs {_coded(rule.needs)}"] if rule.needs else []
    keys += [f"may have {_coded(own)}"] if (own := tuple(key for key in rule.keys if key not in rule.needs)) else []
    keys += [] if rule.exempts else ["no `exemptions`"]
    trade = "both ways" if len(rule.directions) > 1 else f"{rule.directions[0]}s"
    trade += f", {' or '.join(rule.kinds)}" if rule.kinds else ""
    firms = _coded(rule.firm_axes) or "no"
    does, combined = rule.plain, rule.combined
    return f"`{instrument.name}`", does, level, _REACH[rule.reach], market, trade, combined, firms, "; ".join(keys)


def _coded(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def days_of_cause(measure: Measure, tables: Tables) -> tuple[date | None, date | None]:
    """Find the first and last day of a cause over both tables of the world, or those that the regime sets.

    Parameters
    ----------
    measure
        A measure that the world's tables date.
    tables
        The world's tables.

    Returns
    -------
    tuple of date or None
        None where there is no limit, and where no table has the cause.
    """
    rows = pd.concat(
        [
            table.loc[table["cause"] == measure.cause, ["from_date", "to_date"]]
            for table in (tables.crossings, tables.calendars)
        ]
    )
    if rows.empty:
        return measure.start, measure.end
    first, last = rows["from_date"].min(), rows["to_date"].max()
    return (
        measure.start or (None if first == FIRST_DAY else first),
        measure.end or (None if last == LAST_DAY else last),
    )


def _by_date(measure: Measure) -> tuple[date, str]:
    return measure.start or date.min, measure.name


def _changes(new: Measure, old: Measure) -> Iterator[tuple[str, str, str]]:
    for item in fields(Measure):
        if not item.compare or item.name == "name":
            continue
        left, right = getattr(new, item.name), getattr(old, item.name)
        if isinstance(left, Scope | Enforcement | PhaseIn):
            for part in fields(left):
                values = getattr(left, part.name), getattr(right, part.name)
                if values[0] != values[1]:
                    yield f"{item.name} {part.name}", _plain(values[0]), _plain(values[1])
        elif left != right:
            yield item.name, _plain(left), _plain(right)


def _plain(value: object) -> str:
    if value is None or value in ((), ""):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Instrument):
        return value.name
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)


def _when(measure: Measure) -> str:
    if measure.instrument.rule.dated_by_tables and not (measure.start or measure.end):
        return f"cause {measure.cause}"
    words = _between(measure.start, measure.end).strip()
    if measure.announced and measure.start and measure.announced < measure.start:
        words += f", announced on {measure.announced}"
    if measure.phase_in.weeks:
        words += f", growing over {measure.phase_in.weeks:g} weeks ({measure.phase_in.shape.replace('_', '-')})"
    return words


def _between(start: date | None, end: date | None) -> str:
    if start and end:
        return f" from {start} to {end}"
    return f" from {start}" if start else f" until {end}" if end else ""


def _level(measure: Measure) -> str:
    ends = [f"{value:g}" for value in (measure.low, measure.high) if value is not None]
    return f"{measure.level:g}" + (f" ({' to '.join(ends)})" if ends else "")


def _scope_words(scope: Scope, typed: Mapping[str, str]) -> str:
    words = ["made in the region"] if scope.true_origin == "region" else []
    if scope.content:
        words.append(f"with a content of {scope.content:g} or more")
    if scope.listed:
        words.append("of listed firms")
    for axis in (
        "commodities",
        "kinds",
        "declared_origin",
        "directions",
        "ownership",
        "hubs",
        "markets",
        "crossings",
        "places",
    ):
        if names := getattr(scope, axis):
            words.append(f"{axis.replace('_', ' ')} {', '.join(_in_words(name, typed) for name in names)}")
    return ", ".join(words)


def _enforcement_words(enforcement: Enforcement) -> str:
    set_here = {
        item.name: getattr(enforcement, item.name)
        for item in fields(Enforcement)
        if getattr(enforcement, item.name) != item.default
    }
    words = [
        f"{name.replace('_', ' ')} {'' if name.endswith('weeks') else 'x '}{value:g}"
        for name, value in set_here.items()
    ]
    return f"enforced with {', '.join(words)}" if words else ""


def senders(measure: Measure) -> str:
    """Name who sends a measure, in words."""
    if measure.sender == (EVENTS,):
        return "an event"
    words = ((name, _in_words(name, measure.typed)) for name in measure.sender)
    return ", ".join(told if may_be_country(name) else told.title() for name, told in words)


def _in_words(name: str, typed: Mapping[str, str]) -> str:
    """Tell a name with blanks; one that may be a country as it was typed."""
    return typed.get(name, name) if may_be_country(name) else name.replace("_", " ")
