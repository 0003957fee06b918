"""The answer to how much is shipped ahead of a ban: each ban announced at once, or some weeks before its start."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.analysis import comparison, reading
from sim.analysis.contrasts import period_of, rates
from sim.analysis.periods import Dates, Period
from sim.analysis.reading import StoredSeries
from sim.config import Config
from sim.constants import DAYS_PER_WEEK, DAYS_PER_YEAR
from sim.errors import InputError
from sim.outcomes.names import BOTH
from sim.policy.language.measures import Measure, Regime
from sim.policy.language.names import Names, names_in
from sim.report import subjects
from sim.report.figures.announcement import PICTURES, Announced
from sim.report.page.writing import StoredResults
from sim.report.policy.telling import is_clear, listed, size
from sim.report.policy.worlds import MadeRegime, run_made
from sim.report.policy.writing import Answer, write_answer
from sim.report.words import counted, money
from sim.world.build import BuiltWorld

TITLE = "How much is shipped ahead of a ban?"
LEADS = (0, 13, 26, 52)
"""Weeks from announcement to start; 0 is a ban that nobody knew of."""

BELIEFS = {0.0: "firms wait for the first day", 1.0: "firms believe it at once"}
"""Values of `behaviour.anticipation`, the ends of its range: no source says how far firms believe an announcement."""

BEFORE, AFTER = "before the start", "in the year after"
LIMITS = (
    "How far firms believe an announcement (`behaviour.anticipation`) is in no source, not even whether it makes them "
    "send more or less: both ends of its range are run, and it is not drawn.",
    "Firms that believe an announcement reckon with the risk of the ban, so they send less. That buyers abroad fill "
    "stocks ahead of a ban is not in the model, so goods shipped ahead for such stocks are not counted.",
    "Goods that are exempt on some days, such as parcels of small value, are heard of only on their first day.",
    "On an announcement firms look anew at what they know of risks, also where they do not believe in the ban.",
    "A rumour before the announcement, or doubt whether the start will hold, is not in the model.",
    "Windows are whole months: goods sent in the month of the start count as after it.",
    "Where importers give up on the announcement, less may be shipped before the start: both are in the sums.",
)


class Ban(NamedTuple):
    """A ban of a regime of the library; its senders and month in words, and the markets that it is in."""

    regime: str
    measure: Measure
    label: str
    markets: tuple[str, ...]

    def name(self, lead: int) -> str:
        """Name of the made regime."""
        return f"{self.measure.name}_{lead}_weeks"


def write_announcement(
    results: StoredResults, built_world: BuiltWorld, regimes: Sequence[Regime], config: Config
) -> Path:
    """Run the last ban of each regime announced so many weeks ahead, and write what is shipped before and after.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of the regimes whose
    bans are announced. In each the import ban that starts last is moved.

    Raises
    ------
    InputError
        If a regime has no ban.
    """
    tables = built_world.tables
    bans = [_last_ban(each, subjects.names(tables), names_in(tables)) for each in regimes]
    earliest, latest = config.start_date, config.end_date
    inside = [
        each
        for each in bans
        if earliest <= each.measure.start - _lead(max(LEADS)) and each.measure.start + _year() <= latest
    ]
    left_out = [each for each in bans if each not in inside]
    if not inside:
        days = listed([f"{each.label} ({each.measure.start})" for each in bans])
        said = (
            f"No ban starts in the months of the study with a year before and after it: {days}.",
            "So nothing can be said of what is shipped ahead.",
            f"Take an end after {max(each.measure.start for each in bans) + _year()}.",
        )
        return write_answer(results, built_world, config, Answer(TITLE, said, LIMITS, {}, (), None))
    made = [_announced(each, lead) for each in inside for lead in LEADS]
    runs = {}
    for belief in BELIEFS:
        mine = replace(config, behaviour=replace(config.behaviour, anticipation=belief))
        runs[belief] = run_made(made, mine, built_world, against=made[0].name)
    found = announced(runs, inside, Dates(results.months, earliest, latest))
    further = tuple(each.signature for each in runs.values())
    answer = Answer(TITLE, sentences(found, left_out), LIMITS, {}, PICTURES, found, further)
    return write_answer(results, built_world, config, answer)


def _lead(weeks: int) -> timedelta:
    return timedelta(days=DAYS_PER_WEEK * weeks)


def _year() -> timedelta:
    return timedelta(days=round(DAYS_PER_YEAR))


def _last_ban(regime: Regime, words: Mapping[str, str], names: Names) -> Ban:
    bans = [each for each in regime.measures if each.instrument.name == "import_ban" and each.end is None]
    if not bans:
        raise InputError(f"regimes: {regime.name!r} has no import ban without an end, whose announcement could move.")
    last = max(bans, key=lambda each: each.start)
    senders = listed([words.get(each, each.replace("_", " ").title()) for each in last.sender])
    label = f"{senders}, {calendar.month_name[last.start.month]} {last.start.year}"
    return Ban(regime.name, last, label, names.members(last.sender))


def _announced(ban: Ban, lead: int) -> MadeRegime:
    day = ban.measure.start - _lead(lead)
    known = f"known {lead} weeks ahead" if lead else "known to nobody before its first day"
    return MadeRegime(
        ban.name(lead),
        f"The ban ({ban.label}), {known}.",
        include=(ban.regime,),
        change={ban.measure.name: {"announced": day}},
    )


def _series(results: StoredSeries, ban: Ban) -> list[str]:
    """Goods of the region that reach the market of the senders under any papers."""
    scope = reading.catalogue(results, "sanctioned_trade")
    return [column for each in ban.markets for column in scope.get((each, BOTH), [])]


def announced(by_belief: Mapping[float, StoredSeries], bans: Sequence[Ban], dates: Dates) -> Announced:
    """Collect what announcements change.

    Parameters
    ----------
    by_belief : mapping of float to StoredSeries
        How far firms believe an announcement, to stored results of every ban and lead.
    bans : sequence of Ban
        Those in the months of the study.
    dates : Dates
        Of the study.
    """
    sums, months = [], []
    for ban in bans:
        for belief, results in by_belief.items():
            columns = _series(results, ban)
            base = reading.monthly(results, ban.name(0), columns)
            for lead in LEADS[1:]:
                said = {"ban": ban.label, "anticipation": belief, "believed": BELIEFS[belief], "lead_weeks": lead}
                sums += [_of_window(results, ban, lead, each, columns).assign(**said) for each in _windows(ban, dates)]
                months.append(_by_month(reading.monthly(results, ban.name(lead), columns) - base, dates, ban, said))
    found = Announced(pd.concat(sums, ignore_index=True), pd.concat(months, ignore_index=True), ())
    return found._replace(told=findings(found))


def _windows(ban: Ban, dates: Dates) -> list[tuple[str, Period]]:
    start = ban.measure.start
    month = date(start.year, start.month, 1)
    return [
        (BEFORE, period_of(dates, start - _lead(max(LEADS)), month - timedelta(1))),
        (AFTER, period_of(dates, month, month + _year() - timedelta(31))),
    ]


def _of_window(
    results: StoredSeries, ban: Ban, lead: int, window: tuple[str, Period], columns: list[str]
) -> pd.DataFrame:
    """Difference of a sum over some months from the same ban that nobody knew of."""
    name, period = window
    series = {"goods": columns}
    both = (rates(results, ban.name(each), series, period) * period.years for each in (lead, 0))
    row = comparison.paired_difference(*both, list(series))
    return row.assign(window=name, panel=f"{ban.label}: {name}")


def _by_month(difference: np.ndarray, dates: Dates, ban: Ban, said: Mapping[str, object]) -> pd.DataFrame:
    """Difference by month, counted from that of the start, a year to each side."""
    start = ban.measure.start
    number = np.array([12 * int(month[:4]) + int(month[5:]) for month in dates.months]) - (
        12 * start.year + start.month
    )
    near = np.abs(number) <= 12
    low, middle, high = comparison.bands(difference[:, near])
    return pd.DataFrame({**said, "month": number[near], "q05": low, "median": middle, "q95": high})


def findings(subject: Announced) -> tuple[str, ...]:
    """State what the pictures show."""
    before = subject.sums[subject.sums["window"] == BEFORE]
    clear = before[[is_clear(row) for _, row in before.iterrows()]]
    if clear.empty:
        seen = before["detectable"].max()
        would = f" ({money(seen)} or more would have been seen in any)" if np.isfinite(seen) and seen else ""
        return (
            f"No announcement clearly moves what is shipped before a ban{would}",
            "Month by month an announcement moves less than runs differ",
        )
    top = clear.loc[clear["difference"].abs().idxmax()]
    more = "more" if top["difference"] > 0 else "less"
    notice = f"{top['lead_weeks']} weeks of notice of the ban ({top['ban']}), where {top['believed']}"
    first = (
        f"With {top['lead_weeks']} weeks of notice {more} is shipped before the ban ({top['ban']}): "
        f"{size(top, money)}, where {top['believed']}"
    )
    alike = [subject.months[key] == top[key] for key in ("ban", "lead_weeks", "anticipation")]
    mine = subject.months[np.logical_and.reduce(alike)]
    peak = mine.loc[mine["median"].abs().idxmax()]
    side = "before" if peak["month"] < 0 else "after"
    away = counted(abs(int(peak["month"])), "month")
    when = f"{away} {side} the start" if peak["month"] else "that of the start"
    return first, f"With {notice}, {more} is shipped before; the largest month is {when}"


def _unbelieved(sums: pd.DataFrame) -> str:
    """Say what announcements move that nobody believes before the first day."""
    if not sums["difference"].any():
        return "no announcement moves anything, in any run"
    clear = sums[[is_clear(row) for _, row in sums.iterrows()]]
    if clear.empty:
        seen = money(sums["detectable"].max())
        return f"no announcement clearly moves anything ({seen} or more would have been seen)"
    top = clear.loc[clear["difference"].abs().idxmax()]
    return f"an announcement moves {size(top, money)} at most ({top['ban']}, {top['window']})"


def sentences(subject: Announced, left_out: Sequence[Ban]) -> tuple[str, ...]:
    """Answer in three sentences.

    Parameters
    ----------
    subject : Announced
        What was found.
    left_out : sequence of Ban
        Those that are not in the months of the study.
    """
    longest = subject.sums[(subject.sums["lead_weeks"] == max(LEADS)) & (subject.sums["anticipation"] == max(BELIEFS))]
    parts = [f"{row['window']} ({row['ban']}), {size(row, money)}" for _, row in longest.iterrows()]
    rest = _unbelieved(subject.sums[subject.sums["anticipation"] == min(BELIEFS)])
    out = f" Not in these months: {listed([each.label for each in left_out])}." if left_out else ""
    return (
        f"{subject.told[0]}.",
        f"Goods in scope that enter, with {max(LEADS)} weeks of notice against none, where {BELIEFS[max(BELIEFS)]}: "
        f"{'; '.join(parts)}.",
        f"Where {BELIEFS[min(BELIEFS)]}, {rest}.{out}",
    )
