"""The answer to who gains and who pays: parties, partners one by one, and accounts that add up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.analysis import gains, ledger, reading
from sim.analysis.compared import titles_of
from sim.analysis.paired_rows import stacked
from sim.analysis.periods import Dates, Period
from sim.analysis.reading import StoredSeries
from sim.analysis.scopes import scopes
from sim.config import Config
from sim.policy.language.measures import Regime
from sim.report import subjects
from sim.report.figures.who_gains import LOSSES, PARTIES, USED_UP
from sim.report.figures.who_gains_who_pays import PICTURES, Accounted
from sim.report.findings import name_of
from sim.report.page.writing import StoredResults, WorldWithTables
from sim.report.policy.telling import is_clear, listed, size, yearly
from sim.report.policy.writing import Answer, write_answer
from sim.report.words import during, number, percent, quoted

SENDERS = "the senders' markets"
LIMITS = (
    "What inspections cost a treasury is in no account, since no source tells it: instead it is told how many "
    "consignments are stopped.",
    "Fees and rents of crossings are not divided between the two countries of a crossing.",
    "Who bears what the border costs is one share for all goods and senders; records of claims are not public.",
    "What it costs buyers who refuse, and importers who give up, to buy elsewhere is not in the model.",
    "Wages and prices inside the region and inside its country do not react, so producers hold what both would share.",
)


def write_who_gains_who_pays(
    results: StoredResults, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config
) -> Path:
    """Write the accounts of each regime against the one that they are compared with.

    Takes and returns what every report does (`sim.report.studies.Report`).

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    world = built_world.tables
    dates = Dates(results.months, config.start_date, config.end_date)
    by_name = {each.name: each for each in regimes}
    senders = scopes([by_name[name] for name in results.regimes], results.against, world, dates)
    others = reading.compared(results, results.against)
    periods = {each: dates.period(reading.period_of_effect(results, each, results.against)) for each in others}
    titles = titles_of(results.regimes, by_name)
    subject = accounted(results, periods, senders, subjects.names(world), titles)
    said = sentences(results, subject, periods, titles[results.against])
    title = "Who gains and who pays?"
    answer = Answer(title, said, LIMITS, {}, PICTURES, subject, titles=titles)
    return write_answer(results, built_world, config, answer)


def accounted(
    results: StoredSeries,
    periods: dict[str, Period],
    senders: dict[str, Sequence[str]],
    names: dict[str, str],
    titles: dict[str, str],
) -> Accounted:
    """Collect the accounts of all regimes.

    Parameters
    ----------
    results : StoredSeries
        Stored results with accounts.
    periods : dict of str to Period
        Months compared, of each regime.
    senders : dict of str to sequence of str
        Of each regime, as of `gains.gains`.
    names : dict of str to str
        Market to its name in words.
    titles : dict of str to str
        Regime to what it is called.
    """
    against = results.against
    parties = gains.gains(results, against, periods, senders)
    parties = parties.assign(row=[_label(each) for each in parties["subject"]]) if len(parties) else parties
    tables = [
        stacked([make(results, (regime, against), period) for regime, period in periods.items()])
        for make in (ledger.partners, ledger.ledger, ledger.stopped)
    ]
    partners, whole, stopped = tables
    partners = partners.assign(row=[name_of(names, each) for each in partners["subject"]])
    called = (each.assign(panel=each["regime"].map(titles)) for each in (parties, partners, whole, stopped))
    found = Accounted(*called, ())
    return found._replace(told=(_most(found.parties, USED_UP), _most(found.partners, "")))


def _label(account: str) -> str:
    return (PARTIES | LOSSES)[account].format(senders=SENDERS)


def _told(row: pd.Series) -> str:
    return f"{row['row']}, {size(row, yearly)}"


def _loudest(rows: pd.DataFrame) -> str:
    return str(rows.groupby("panel", sort=False)["difference"].apply(lambda each: each.abs().max()).idxmax())


def _ends(rows: pd.DataFrame) -> tuple[pd.Series | None, pd.Series | None]:
    """Largest clear gain and largest clear loss."""
    clear = rows[[is_clear(row) for _, row in rows.iterrows()]]
    best = clear.loc[clear["difference"].idxmax()] if (clear["difference"] > 0).any() else None
    worst = clear.loc[clear["difference"].idxmin()] if (clear["difference"] < 0).any() else None
    return best, worst


def _most(rows: pd.DataFrame, passed_over: str) -> str:
    """State who gains and who loses most under the regime that moves most."""
    rows = rows[~rows["subject"].isin([passed_over, *LOSSES])]
    if rows.empty or not rows["difference"].any():
        return "No account differs in any run, as no measure by which the regimes differ is in force in these months"
    regime = _loudest(rows)
    mine = rows[rows["panel"] == regime]
    best, worst = _ends(mine)
    if best is None and worst is None:
        return f"Under {quoted(regime)} no account is clearly different ({_seen(mine)})"
    gain = f"the largest gain is that of {_told(best)}" if best is not None else "nobody clearly gains"
    loss = f"the largest loss is that of {_told(worst)}" if worst is not None else "nobody clearly loses"
    return f"Under {quoted(regime)} {gain}, and {loss}"


def _seen(rows: pd.DataFrame) -> str:
    return f"{yearly(rows['detectable'].max())} or more would have been seen in any"


def sentences(results: StoredSeries, subject: Accounted, periods: dict[str, Period], against: str) -> tuple[str, ...]:
    """Answer in three sentences.

    Parameters
    ----------
    results : StoredSeries
        Stored results with accounts.
    subject : Accounted
        What was found.
    periods : dict of str to Period
        Months compared, of each regime.
    against : str
        What the regime is called that others are compared with.
    """
    spans = dict.fromkeys(during(each.name) for each in periods.values())
    off = max(ledger.imbalance(results, regime, period) for regime, period in periods.items())
    stops = [f"{size(row, _stops)} under {quoted(row['panel'])}" for _, row in subject.stopped.iterrows()]
    return (
        f"{subject.told[0]} (each regime against {quoted(against)}, {listed(list(spans))}).",
        f"Partner by partner: {subject.told[1][:1].lower()}{subject.told[1][1:]}.",
        f"Both sides of the ledger are equal within {percent(off)} of what buyers pay in every run; the consignments "
        f"that customs stop change by {listed(stops)}.",
    )


def _stops(value: float, *, signed: bool = False) -> str:
    return f"{number(value, signed=signed)} a year"
