"""The answer of the study of closures: each crossing in each month, pairs, and longer and longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from sim.analysis import reading
from sim.analysis.decisions.shut_crossings import (
    LATER_MONTHS,
    Closure,
    kink_table,
    kinks,
    losses,
    ranked,
    together,
    worst_months,
)
from sim.config import Config
from sim.ensemble import Results
from sim.errors import InputError
from sim.outcomes.names import BOTH
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures.shut_crossings import GRID, RANKS, Closed, counted_over, lost, month_name, worst
from sim.report.figures.shut_together import DAYS as BY_DAYS
from sim.report.figures.shut_together import PAIRS, finding_pairs, kink_words
from sim.report.policy.needs import need_regimes
from sim.report.policy.worlds import MadeRegime, run_made
from sim.report.policy.writing import Answer, write_answer
from sim.report.subjects import names
from sim.world.build import BuiltWorld

TITLE = "Which closures of crossings hurt most"
PICTURES = (GRID, RANKS, BY_DAYS, PAIRS)
BASE, KEPT = "observed", "totals"
DAYS, LENGTHS = 30, (5, 10, 20, 30, 45, 60, 90, 120)
LEAST_SHARE = 0.001
"""Crossings with less of the value that passes all of them are not shut."""

LIMITS = (
    f"A loss is {counted_over()}: goods that wait longer for their market than that, and firms that give up later, are "
    "not in it.",
    "Closures begin unannounced, and their end is known from then on; one of which nobody knows how long it lasts may "
    "cost more.",
    "Only trade of the region is counted. Goods of other provinces are stopped at the same crossings, and what their "
    "owners lose is not told.",
    "No government answers a closure with anything but what the regime lists.",
)


class Plan(NamedTuple):
    """Which closures are tried.

    Attributes
    ----------
    months : tuple of str
        In which they begin.
    crossings, in_pairs, by_length : int
        How many crossings at most are shut alone, in pairs, and longer and longer.
    """

    months: tuple[str, ...]
    crossings: int
    in_pairs: int
    by_length: int


def plan_of(months: Sequence[str]) -> Plan:
    """Choose closures for the months of a study: the last whole year after which losses can still be counted.

    Parameters
    ----------
    months : sequence of str
        `YYYY-MM`.

    Returns
    -------
    Plan
        Of a study that holds no such year few closures, of its second month.

    Raises
    ------
    InputError
        If the study has less than two months.

    Examples
    --------
    >>> plan_of([f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]).months[0]
    '2023-01'
    """
    able = months[: len(months) - LATER_MONTHS]
    whole = [
        year for year in dict.fromkeys(month[:4] for month in able) if f"{year}-01" in able and f"{year}-12" in able
    ]
    if whole:
        return Plan(tuple(month for month in able if month[:4] == whole[-1]), 40, 10, 4)
    if len(months) < 2:
        raise InputError("The study of closures needs at least two months: set end to a later day.")
    return Plan((months[1],), 2, 2, 1)


def write_chokepoints(results: Results, built_world: BuiltWorld, regimes: Sequence[Regime], config: Config) -> Path:
    """Run closures, and write figures, tables and `answer.md` into the folder of a study of the world as it happened.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of `BASE`; it says
    which crossings are used.

    Raises
    ------
    InputError
        If the study is too short, a regime is at fault, or a file cannot be written.
    """
    need_regimes(results, [BASE], config.slug)
    plan = plan_of(results.months)
    used = busiest(results, plan.crossings)
    singles = {(name, month): Closure((name,), month, DAYS) for name in used for month in plan.months}
    mine = replace(config, observe=KEPT)
    first = _run(singles.values(), mine, built_world)
    table = ranked(losses(first, list(singles.values())))
    months = worst_months(table, plan.in_pairs)
    pairs = [Closure((one, other), months[one], DAYS) for one, other in combinations(months, 2)]
    alone = {(name, each.month): singles[name, each.month] for each in pairs for name in each.crossings}
    second = _run([*pairs, *alone.values()], mine, built_world)
    lengths = {name: [Closure((name,), months[name], days) for days in LENGTHS] for name in [*months][: plan.by_length]}
    third = _run([each for closures in lengths.values() for each in closures], mine, built_world)
    subject = Closed(
        table,
        together(second, pairs, alone),
        losses(third, [each for closures in lengths.values() for each in closures]),
        kink_table(kinks(third, lengths, config.design.seed), months),
        names(built_world.tables),
    )
    further = (first.signature, second.signature, third.signature)
    return write_answer(
        results, built_world, config, Answer(TITLE, sentences(subject), LIMITS, {}, PICTURES, subject, further)
    )


def busiest(results: Results, most: int) -> list[str]:
    """Name the crossings through which trade passes, by value.

    Parameters
    ----------
    results : Results
        Stored study of `BASE`.
    most : int
        How many at most.
    """
    columns = reading.catalogue(results, "port_trade")
    passed = {
        name: float(reading.monthly(results, BASE, columns[name, BOTH]).mean())
        for name in reading.parts(results, "port_trade")
    }
    whole = sum(passed.values())
    ordered = sorted(passed, key=lambda name: -passed[name])
    return [name for name in ordered if passed[name] > LEAST_SHARE * whole][:most]


def _run(closures: Iterable[Closure], config: Config, built_world: BuiltWorld) -> Results:
    made = {each.name: regime_of(each) for each in closures}
    return run_made([*made.values()], config, built_world, beside=[BASE], against=BASE)


def regime_of(closure: Closure) -> MadeRegime:
    """Make the regime of a closure: the world as it happened, with crossings shut.

    Parameters
    ----------
    closure : Closure
        Which.
    """
    start = date.fromisoformat(f"{closure.month}-01")
    measure = {
        "sender": "events",
        "instrument": "crossing_capacity",
        "start": start,
        "end": start + timedelta(days=closure.days - 1),
        "level": 0,
        "scope": {"crossings": closure.crossings},
        "source": "assumed",
    }
    shut = " and ".join(closure.crossings)
    purpose = f"As it happened, with {shut} shut for {closure.days} days from {start}."
    return MadeRegime(closure.name, purpose, (BASE,), measures={"shut": measure})


def sentences(subject: Closed) -> tuple[str, ...]:
    """Answer in three sentences: which hurts most and when, from how many days on, and in pairs.

    Parameters
    ----------
    subject : Closed
        What was found.
    """
    row, days = worst(subject), subject.days
    others = subject.singles.loc[subject.singles.groupby("crossing")["difference"].idxmax()]
    others = others.sort_values("difference", ascending=False)[1:3]
    after = "; ".join(f"{subject.name(each.crossing)} in {month_name(each.month)}" for each in others.itertuples())
    place = f"{subject.name(row['crossing'])} in {month_name(row['month'])} {subject.year}"
    then = f"; then come {after}" if after else ""
    first = f"{words.counted(days, 'day')} shut hurt most at {place}: {lost(row)} of the region's trade{then}."
    bent = subject.kinks[subject.kinks["is_clear"]]
    straight = subject.kinks[~subject.kinks["is_clear"]]
    second = "; ".join(kink_words(subject, each) for _, each in bent.iterrows())
    if len(straight):
        told = ", ".join(map(subject.name, straight["crossing"]))
        second += f"{'; ' if second else ''}no clear kink in the loss by days shut at {told}"
    return first, f"{second[:1].upper()}{second[1:]}.", finding_pairs(subject)
