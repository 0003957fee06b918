"""The answer to what pressing a hub does: each hub is pressed alone, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis import comparison, reading
from sim.analysis.compared import titles_of
from sim.analysis.contrasts import contrast, period_of, rates
from sim.analysis.periods import Dates, Period
from sim.analysis.reading import StoredSeries
from sim.config import Config
from sim.errors import InputError
from sim.outcomes.names import BOTH, TOTAL
from sim.policy.language.measures import Measure, Regime, differing
from sim.policy.language.names import names_in
from sim.report import subjects
from sim.report.figures.hub_pressure import PICTURES, Pressed
from sim.report.findings import name_of
from sim.report.page.writing import StoredResults
from sim.report.policy.telling import is_clear, listed, share, size, yearly
from sim.report.policy.worlds import MadeRegime, run_made
from sim.report.policy.writing import Answer, write_answer
from sim.report.words import quoted
from sim.world.build import BuiltWorld

PREFIX, ALL = "press_", "all hubs at once"
OWN, OTHERS, SCOPE = "The hub itself", "All other hubs", "Goods in scope that still enter"
LIMITS = (
    "A threat adds a friction to payments and may list intermediaries; that a government of a hub joins in, or "
    "answers, is not in the model.",
    "Hubs that no table names as a way to a market cannot take over anything.",
    "Pressure on payments fades as payment agents enter; how fast is a parameter.",
    "Trade by way of a hub that was booked there but never arrived is counted where it ends up.",
)


def write_hub_pressure(
    results: StoredResults, built_world: BuiltWorld, regimes: Sequence[Regime], config: Config
) -> Path:
    """Press each hub that the second regime presses alone, and write what moves to which other hub.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study is of a regime and of
    the same regime with pressure on several hubs.

    Raises
    ------
    InputError
        If the regimes do not differ by one measure on several hubs.
    """
    by_name = {each.name: each for each in regimes}
    base = by_name[results.against]
    whole = next((each for each in regimes if each is not base), base)
    measure = _pressure(whole, base)
    titles = titles_of(results.regimes, by_name)
    names = subjects.names(built_world.tables)
    hubs = names_in(built_world.tables).members(measure.scope.hubs)
    made = [
        MadeRegime(
            f"{PREFIX}{hub}",
            f"{titles[whole.name]}, with pressure on {name_of(names, hub)} alone.",
            include=(whole.name,),
            change={measure.name: {"scope": {"hubs": [hub]}}},
        )
        for hub in hubs
    ]
    dates = Dates(results.months, config.start_date, config.end_date)
    period = period_of(dates, max(measure.start, config.start_date), config.end_date)
    if period is None or measure.start > config.end_date:
        answer = _not_in_force(measure, config.end_date)
    else:
        runs = run_made(made, config, built_world, beside=[base.name, whole.name], against=base.name)
        pressed = {**{each.name: hub for each, hub in zip(made, hubs, strict=True)}, whole.name: ALL}
        found = moved(runs, base.name, pressed, period, names)
        said, limits = sentences(found, measure, titles[base.name]), (*_idle(found, hubs, names), *LIMITS)
        titles |= {each.name: each.purpose.removesuffix(".") for each in made}
        answer = Answer(_title(), said, limits, {}, PICTURES, found, (runs.signature,), titles)
    return write_answer(results, built_world, config, answer)


def _title() -> str:
    return "What does pressure on one hub move to others?"


def _pressure(whole: Regime, base: Regime) -> Measure:
    found = [mine for mine, _ in differing(whole.measures, base.measures).values() if mine and len(mine.scope.hubs) > 1]
    if len(found) != 1:
        raise InputError(
            f"regimes=[{base.name},{whole.name}]: this study presses one by one the hubs of the one measure on several "
            f"hubs by which the second regime differs from the first, and here {len(found)} are found; take "
            "regimes=[uflpa,secondary]."
        )
    return found[0]


def _idle(found: Pressed, hubs: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Name hubs by which no trade goes, so that pressure on them has nothing to move."""
    none = [name_of(names, hub) for hub in hubs if hub not in set(found.moved["subject"])]
    return [
        f"No trade of the region goes by way of {listed(none)} in this world, so pressure on them moves nothing."
    ] * bool(none)


def _not_in_force(measure: Measure, end: date) -> Answer[None]:
    named = quoted(measure.name.replace("_", " "))
    return Answer(
        _title(),
        (
            f"The measure {named} is never in force in the months of the study: it starts on "
            f"{measure.start}, and the study ends on {end}.",
            "So nothing can be said of what it moves, and no hub was pressed alone.",
            f"Take an end after {measure.start}.",
        ),
        LIMITS,
        {},
        (),
        None,
    )


def moved(results: StoredSeries, base: str, pressed: dict[str, str], period: Period, names: dict[str, str]) -> Pressed:
    """Collect what moves when hubs are pressed.

    Parameters
    ----------
    results : StoredSeries
        Stored results of all regimes.
    base : str
        Regime without pressure.
    pressed : dict of str to str
        Regime to the hub that it presses, or `ALL`.
    period : Period
        Months compared.
    names : dict of str to str
        Hub to its name in words.
    """
    via = {
        hub: columns
        for (hub, way), columns in reading.catalogue(results, "via_hub").items()
        if way == BOTH and hub != TOTAL
    }
    scope = {SCOPE: reading.catalogue(results, "sanctioned_trade")[TOTAL, BOTH]}
    frames, sums, shares = [], [], []
    for regime, hub in pressed.items():
        label = name_of(names, hub)
        mine = contrast(results, (regime, base), via, period)
        frames.append(mine.assign(pressed=hub, row=label, column=[name_of(names, each) for each in mine["subject"]]))
        entered = contrast(results, (regime, base), scope, period)
        if hub in via:
            own, others = _own_and_others(results, regime, base, via, hub, period)
            pair = comparison.paired_difference(*own, [OWN]), comparison.paired_difference(*others, [OTHERS])
            lost, gained = own[1] - own[0], others[0] - others[1]
            shares.append(comparison.share_summary(_part(gained[:, 0], lost[:, 0])) | {"pressed": hub, "row": label})
            sums += [each.assign(pressed=hub, panel=each["subject"], row=label) for each in pair]
        sums.append(entered.assign(pressed=hub, panel=entered["subject"], row=label))
    order = {name: place for place, name in enumerate((OWN, OTHERS, SCOPE))}
    together = pd.concat(sums, ignore_index=True).sort_values("panel", key=lambda each: each.map(order), kind="stable")
    found = Pressed(pd.concat(frames, ignore_index=True), together, pd.DataFrame(shares), ())
    return found._replace(told=findings(found))


def _own_and_others(results: StoredSeries, regime: str, base: str, via: dict, hub: str, period: Period):
    """Trade by way of a hub, and of all others, under both regimes: [runs, 1] each."""
    place = list(via).index(hub)
    own, others = [], []
    for each in (regime, base):
        values = rates(results, each, via, period)
        own.append(values[:, [place]])
        others.append(values.sum(axis=1, keepdims=True) - values[:, [place]])
    return own, others


def _part(gained: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """Divide what others gain by what a hub loses, by run; a run in which it loses nothing has no share (NaN)."""
    return np.divide(gained, lost, out=np.full(len(lost), np.nan), where=lost > 0)


def findings(subject: Pressed) -> tuple[str, ...]:
    """State what the pictures show."""
    others = subject.moved[(subject.moved["pressed"] != subject.moved["subject"]) & (subject.moved["pressed"] != ALL)]
    clear = others[[is_clear(row) and row["difference"] > 0 for _, row in others.iterrows()]]
    if clear.empty:
        seen = f" ({yearly(others['detectable'].max())} or more would have been seen)" if len(others) else ""
        first = f"No hub clearly takes over what another loses under pressure{seen}"
    else:
        top = clear.loc[clear["difference"].idxmax()]
        first = f"Pressure on {top['row']} moves most to {top['column']}: {size(top, yearly)}"
    own = subject.sums[subject.sums["panel"] == OWN]
    worst = own.loc[own["difference"].idxmin()] if len(own) else None
    second = (
        f"The hub that loses most by pressure on it alone is {worst['row']}: {size(worst, yearly)}"
        if worst is not None and is_clear(worst) and worst["difference"] < 0
        else "No hub clearly loses by pressure on it alone"
    )
    return first, second


def sentences(subject: Pressed, measure: Measure, base: str) -> tuple[str, ...]:
    """Answer in three sentences.

    Parameters
    ----------
    subject : Pressed
        What was found.
    measure : Measure
        The pressure.
    base : str
        What the regime without it is called.
    """
    known = subject.shares[subject.shares["runs"] > 0] if len(subject.shares) else subject.shares
    balloon = "no hub loses anything in any run"
    if len(known):
        worst = subject.sums[subject.sums["panel"] == OWN].set_index("pressed")["difference"]
        top = known.set_index("pressed").loc[worst[known["pressed"]].idxmin()]
        balloon = f"the share of what {top['row']} loses that others gain: {share(top)}"
    scope = subject.sums[(subject.sums["panel"] == SCOPE) & (subject.sums["pressed"] == ALL)].iloc[0]
    return (
        f"{subject.told[1]}; from {measure.start} on, against {quoted(base)}.",
        f"{subject.told[0]}; {balloon}.",
        f"With all hubs pressed at once, goods in scope that still enter change so: {size(scope, yearly)}.",
    )
