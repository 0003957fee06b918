"""The answer to whether trade comes back when a measure ends: regimes that end it against never and always."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.analysis import comparison, reading
from sim.analysis.compared import titles_of
from sim.analysis.comparison import UNCLEAR
from sim.analysis.contrasts import contrast, rates
from sim.analysis.periods import Dates
from sim.analysis.reading import StoredSeries
from sim.config import Config
from sim.errors import InputError
from sim.outcomes.names import BOTH, TOTAL, pair
from sim.policy.language.measures import Measure, Regime, differing
from sim.policy.language.names import Names, names_in
from sim.report import subjects
from sim.report.figures.lifting import PICTURES, Lifted
from sim.report.findings import name_of
from sim.report.page.writing import StoredResults, WorldWithTables
from sim.report.policy.telling import is_clear, listed, share, size, yearly
from sim.report.policy.writing import Answer, write_answer
from sim.report.words import quoted, with_article

TITLE = "Does trade come back when measures end?"
ALL_TRADE, DIRECT, HIDDEN = "registered trade with {}", "goods in scope, own papers", "goods in scope, other papers"
LIMITS = (
    "Importers and firms come back by the rules by which they left; that a name stays spoilt, or that buyers wait to "
    "see whether the end lasts, is not in the model.",
    "The end is known as soon as the measure is: an end that comes as a surprise may be followed more slowly.",
    "Everything after 2024 is an assumption about growth: read what is left as a share of the loss, not the levels.",
    "Other senders do what the regime says, whatever the first one does.",
)


class End(NamedTuple):
    """A regime in which a measure ends, what it is called, the measure, and the markets of its senders."""

    regime: str
    title: str
    measure: Measure
    markets: tuple[str, ...]

    @property
    def first_year(self) -> int:
        """First calendar year that is whole after the end."""
        return self.measure.end.year + 1


def write_lifting(
    results: StoredResults, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config
) -> Path:
    """Write what is left of a measure's effect after its end.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of a world without
    the measure, with it for ever, and with it until a day or several.

    Raises
    ------
    InputError
        If there are fewer than three regimes, or one of the later ones ends nothing that the second has.
    """
    if len(regimes) < 3:
        raise InputError(
            "regimes: this study needs a world without the measure, one with it for ever, and those that end it, such "
            "as [none,uflpa,lifted_2026]."
        )
    never, always = regimes[0], regimes[1]
    titles = titles_of(results.regimes, {each.name: each for each in regimes})
    ends = [_end(each, always, names_in(built_world.tables), titles[each.name]) for each in regimes[2:]]
    dates = Dates(results.months, config.start_date, config.end_date)
    over = [each for each in ends if str(each.first_year) in {month[:4] for month in results.months}]
    late = [each for each in ends if each not in over]
    if not over:
        answer = _too_early(late, config.end_date)
    else:
        found = left(results, (never.name, always.name), over, dates, subjects.names(built_world.tables))
        answer = Answer(TITLE, sentences(found, over, late), LIMITS, {}, PICTURES, found, titles=titles)
    return write_answer(results, built_world, config, answer)


def _end(regime: Regime, always: Regime, names: Names, title: str) -> End:
    found = [
        mine for mine, other in differing(regime.measures, always.measures).values() if mine and other and mine.end
    ]
    if not found:
        raise InputError(f"regimes: {regime.name!r} ends no measure that {always.name!r} has.")
    last = max(found, key=lambda each: each.end)
    return End(regime.name, title, last, names.members(last.sender))


def _too_early(late: Sequence[End], end: date) -> Answer[None]:
    days = listed([f"{each.measure.end} under {quoted(each.title)}" for each in late])
    return Answer(
        TITLE,
        (
            f"No measure has ended in the months of the study: ends are on {days}, and the study ends on {end}.",
            "So nothing can be said of what comes back.",
            "Take an end some years later.",
        ),
        LIMITS,
        {},
        (),
        None,
    )


def _series(results: StoredSeries, senders: Sequence[str], names: dict[str, str]) -> dict[str, list[str]]:
    trade, scope = reading.catalogue(results, "registered_trade"), reading.catalogue(results, "sanctioned_trade")
    kinds = [key for key in scope if key[1] == BOTH and "/" in key[0] and key[0].split("/")[0] in senders]
    direct = {pair(each, "direct") for each in senders}
    told = listed([with_article(name_of(names, each)) for each in senders])
    found = {
        ALL_TRADE.format(told): [c for each in senders for c in trade.get((each, BOTH), [])],
        DIRECT: [c for key in kinds if key[0] in direct for c in scope[key]],
        HIDDEN: [c for key in kinds if key[0] not in direct for c in scope[key]],
        "registered trade with all partners": trade[TOTAL, BOTH],
    }
    return {name: columns for name, columns in found.items() if columns}


def left(
    results: StoredSeries, without: tuple[str, str], ends: Sequence[End], dates: Dates, names: dict[str, str]
) -> Lifted:
    """Collect what is left of a measure's effect.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    without : (str, str)
        Regime that never has the measure, and that which always has it.
    ends : sequence of End
        Regimes that end it in the months of the study.
    dates : Dates
        Of the study.
    names : dict of str to str
        Market to its name in words.
    """
    never, always = without
    series = _series(results, list(dict.fromkeys(market for each in ends for market in each.markets)), names)
    years = [year for year in _whole_years(dates) if year >= min(each.first_year for each in ends) - 1]
    rows, gaps, kept = [], [], []
    for year in years:
        period = dates.period(_of_year(dates, year))
        kept.append(contrast(results, (always, never), series, period).assign(year=year))
        lost = rates(results, never, series, period) - rates(results, always, series, period)
        for each in ends:
            if year < each.first_year - 1:
                continue
            mine = contrast(results, (each.regime, never), series, period)
            rows.append(mine.assign(ended=each.measure.end, year=year, panel=each.title, row=mine["subject"]))
            gap = rates(results, never, series, period) - rates(results, each.regime, series, period)
            gaps += _shares(gap, lost, list(series), each, year)
    found = Lifted(*(_stack(each) for each in (rows, gaps, kept)), ())
    return found._replace(told=findings(found, next(iter(series)), ends))


def _stack(frames: list) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame()
    return pd.concat(frames, ignore_index=True) if isinstance(frames[0], pd.DataFrame) else pd.DataFrame(frames)


def _shares(gap: np.ndarray, lost: np.ndarray, subjects_: list[str], end: End, year: int) -> list[dict[str, object]]:
    """Divide what is still lost by what is lost for ever, by run, where there is anything to divide."""
    part = np.divide(gap, lost, out=np.full_like(gap, np.nan), where=np.abs(lost) > 1e-6 * np.abs(lost).max())
    return [
        {"regime": end.regime, "regime_name": end.title, "panel": name, "year": year}
        | comparison.share_summary(part[:, place])
        for place, name in enumerate(subjects_)
        if name != HIDDEN
    ]


def _whole_years(dates: Dates) -> list[int]:
    months = [month[:4] for month in dates.months]
    return [int(year) for year in dict.fromkeys(months) if months.count(year) == 12]


def _of_year(dates: Dates, year: int) -> slice:
    places = [place for place, month in enumerate(dates.months) if month[:4] == str(year)]
    return slice(places[0], places[-1] + 1)


def findings(subject: Lifted, first: str, ends: Sequence[End]) -> tuple[str, ...]:
    """State what the pictures show, of the first series.

    Parameters
    ----------
    subject : Lifted
        What was found.
    first : str
        Name of the series that titles speak of.
    ends : sequence of End
        Regimes that end the measure.
    """
    said, still = [], []
    for each in ends:
        mine = subject.gap[(subject.gap["regime"] == each.regime) & (subject.gap["panel"] == first)]
        after = mine[mine["year"] == each.first_year]
        if len(after) and after.iloc[0]["runs"]:
            said.append(f"{share(after.iloc[0])} under {quoted(each.title)}")
        rows = subject.left[(subject.left["regime"] == each.regime) & (subject.left["row"] == first)]
        if len(rows):
            still.append(f"{size(rows.iloc[-1], yearly)} under {quoted(each.title)}")
    two = _in_the_last_year(subject.left, first, still)
    if not said:
        return f"Nothing of {first} is lost in any run, so nothing can come back", two
    return f"In the first whole year after the end this much of the loss of {first} is left: {listed(said)}", two


def _in_the_last_year(left_: pd.DataFrame, first: str, still: list[str]) -> str:
    """State how far the first series is from a world without the measure: once for all, where no regime is clear."""
    if not still:
        return ""
    year = int(left_["year"].max())
    last = left_[(left_["year"] == year) & (left_["row"] == first)]
    if len(still) > 1 and (last["verdict"] == UNCLEAR).all():
        return (
            f"In {year} {first} is under no regime clearly apart from a world without the measure "
            f"({yearly(last['detectable'].max())} or more would have been seen)"
        )
    return f"In {year} {first} is apart from a world without the measure so: {listed(still)}"


def sentences(subject: Lifted, ends: Sequence[End], late: Sequence[End]) -> tuple[str, ...]:
    """Answer in three sentences.

    Parameters
    ----------
    subject : Lifted
        What was found.
    ends, late : sequence of End
        Regimes that end the measure in the months of the study, and after them.
    """
    last = subject.left[subject.left["year"] == subject.left["year"].max()] if len(subject.left) else subject.left
    stuck = [row for _, row in last.iterrows() if is_clear(row)]
    scars = "In the last year no series is clearly apart from a world that never had the measure"
    if stuck:
        top = max(stuck, key=lambda row: abs(row["difference"]))
        scars = (
            f"In the last year {len(stuck)} of {len(last)} series {'is' if len(stuck) == 1 else 'are'} still "
            f"clearly apart from a world that never had the measure, most of all {top['row']} under "
            f"{quoted(top['panel'])}: {size(top, yearly)}"
        )
    seen = (
        f" ({yearly(last['detectable'].max())} or more would have been seen in any)" if len(last) and not stuck else ""
    )
    more = f"; after the study end {listed([quoted(each.title) for each in late])}" if late else ""
    days = listed([f"{each.measure.end} under {quoted(each.title)}" for each in ends])
    return (
        f"{subject.told[0]}.",
        f"{subject.told[1]}." if subject.told[1] else "No whole year after the end is in the study.",
        f"{scars}{seen}. The measure ends on {days}{more}.",
    )
