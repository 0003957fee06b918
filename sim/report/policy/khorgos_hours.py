"""The answer of the study of clearance round the clock at Khorgos."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from sim.analysis.decisions.queues import CAPACITY, TONNES, WAIT, Case, queues
from sim.config import Config
from sim.constants import DAYS_PER_WEEK, DAYS_PER_YEAR
from sim.ensemble import Results
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures.queues import HOURS, PICTURES, Waited, days, growth_words, when
from sim.report.policy.needs import need_names, need_regimes
from sim.report.policy.worlds import MadeRegime, run_made
from sim.report.policy.writing import Answer, write_answer
from sim.report.subjects import names
from sim.report.telling import effect
from sim.world.build import BuiltWorld

TITLE = "What clearance round the clock does at Khorgos, and when queues return"
GATE, CAUSE = "khorgos_road", "hours_24"
HOURS_OF = {True: "observed", False: "observed_without_long_hours"}
GROWTHS = (0.0, 0.04, 0.08)
FASTER_FROM = date(2025, 1, 1)
READ = (WAIT, TONNES, CAPACITY)
THRESHOLDS = (1.0, 2.0)
"""Days of wait; the first is that of the headline."""


def write_hours(results: Results, built_world: BuiltWorld, regimes: Sequence[Regime], config: Config) -> Path:
    """Run faster demand, and write figures, tables and `answer.md` into the folder of a study of hours.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of the regimes of
    `HOURS_OF`.

    Raises
    ------
    InputError
        If the world lacks the crossing, a regime is at fault, or a file cannot be written.
    """
    need_regimes(results, HOURS_OF.values(), config.slug)
    need_names(built_world.tables, [GATE], config.slug)
    cases = {Case(long_hours, 0.0): name for long_hours, name in HOURS_OF.items()}
    found, further = queues(results, cases, GATE, THRESHOLDS), ()
    if found.years and config.end_date > FASTER_FROM:
        made = {
            Case(long_hours, growth): faster(name, growth, config.end_date, built_world.labels.markets)
            for long_hours, name in HOURS_OF.items()
            for growth in GROWTHS[1:]
        }
        more = run_made([*made.values()], replace(config), built_world, beside=[*HOURS_OF.values()])
        found = queues(more, cases | {case: each.name for case, each in made.items()}, GATE, THRESHOLDS)
        further = (more.signature,)
    subject = Waited(found, names(built_world.tables)[GATE], THRESHOLDS[0])
    pictures = PICTURES if found.years else ()
    answer = Answer(TITLE, sentences(subject), limits(built_world), {}, pictures, subject, further)
    return write_answer(results, built_world, config, answer)


def faster(name: str, growth: float, last: date, markets: Sequence[str]) -> MadeRegime:
    """Make a regime with demand that grows faster in all markets.

    Parameters
    ----------
    name : str
        The regime that it is built on.
    growth : float
        Share a year, from `FASTER_FROM` on.
    last : date
        Of the study: the growth is spread evenly up to it.
    markets : sequence of str
        All.
    """
    length = (last - FASTER_FROM).days + 1
    measure = {
        "sender": "events",
        "instrument": "demand",
        "start": FASTER_FROM,
        "phase_in": {"shape": "linear", "weeks": length / DAYS_PER_WEEK},
        "scope": {"directions": "export", "markets": tuple(markets)},
        "level": math.log1p(growth) * length / DAYS_PER_YEAR,
        "source": "assumed",
    }
    told = f"{name}, with demand of all markets growing {100 * growth:g} per cent a year faster from {FASTER_FROM} on."
    return MadeRegime(f"{name}_faster_{100 * growth:g}".replace(".", "_"), told, (name,), measures={"faster": measure})


def limits(built_world: BuiltWorld) -> tuple[str, ...]:
    """Say what the study cannot tell, with the crossings at which the same cause lengthens hours.

    Parameters
    ----------
    built_world : World
        With its tables.
    """
    tables, named = built_world.tables, names(built_world.tables)
    rows = [table.loc[table["cause"] == CAUSE, "crossing"] for table in (tables.crossings, tables.calendars)]
    others = [named[name] for name in dict.fromkeys([*rows[0], *rows[1]]) if name != GATE]
    also = f" Without long hours they are short at {' and '.join(others)} too." if others else ""
    return (
        f"Hours are those that the world's tables date.{also}",
        "Goods of other provinces do not grow with the faster demand: where they do, queues are back sooner.",
        "When posts are enlarged follows a rule of the model; a plan that nobody has published is not in it.",
        "A wait is the mean of a year: single weeks, such as those after a holiday, are far longer.",
    )


def sentences(subject: Waited) -> tuple[str, ...]:
    """Answer in three sentences: what long hours did, what they still do at the end, and when queues return.

    Parameters
    ----------
    subject : Waited
        What was found.
    """
    if not subject.found.years:
        return (
            f"In the months of this study clearance round the clock at {subject.gate} is in force in no whole calendar "
            "year: nothing can be said of it (set end to the end of a later year).",
        )
    first, last = subject.found.years[0], subject.found.years[-1]
    waits, tonnes, able = ({year: subject.effect_in(name, year) for year in (first, last)} for name in READ)
    begun = (
        f"Clearance round the clock at {subject.gate} means in {first} {effect(waits[first], days)} of wait and "
        f"{effect(tonnes[first], words.tonnes)} of the region's goods on the way out."
    )
    later = (
        f"In {last}, with demand as it grows, it means {effect(waits[last], days)} of wait; what could pass, with what "
        f"is built by then: {effect(able[last], words.tonnes)} a year."
    )
    ends = dict.fromkeys((subject.growths[0], subject.growths[-1]))
    cases = [
        f"{HOURS[each]} and {growth_words(growth)}: {when(subject, _passed(subject, growth, each))}"
        for each in HOURS
        for growth in ends
    ]
    back = f"A mean wait of more than {days(subject.threshold)} is back for good, {'; '.join(cases)}."
    return begun, later, back


def _passed(subject: Waited, growth: float, long_hours: bool) -> pd.Series:
    return subject.passed(growth, subject.threshold, long_hours=long_hours)
