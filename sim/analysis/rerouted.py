"""Published estimators of rerouted trade, run on the books of simulated worlds, beside what was truly rerouted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.compared import Comparison
from sim.analysis.comparison import bands
from sim.analysis.cuts import entering
from sim.analysis.estimators import Estimate, difference_in_differences, max_flow, mirror_gap
from sim.analysis.indicators import EMBODIED_WAY
from sim.analysis.periods import Period
from sim.constants import DAYS_PER_WEEK
from sim.intervals import LEAST_RUNS
from sim.labels import Labels
from sim.outcomes.names import ALL, pair
from sim.policy.language.measures import Measure, Regime, differing, role
from sim.state import DIRECTIONS, World

EXPORT = DIRECTIONS[0]
BAN = "import_ban"
NAMING = (BAN, "inspection_priority")
"""Instruments by which a sender names goods that it wants to keep out."""

MATCHED_WAYS = ("transit_declared", "relabelled")
HUB_WAYS = (*MATCHED_WAYS, EMBODIED_WAY)
QUARTERS_A_YEAR = 4

CAUSED, PASSING = "caused", "passing"
"""What is true: goods through hubs into the sender's market less those without the measures; and all of them."""

DIFFERENCE, PRODUCTS, SHIPMENTS, GAP, GAP_GROWTH = ESTIMATORS = (
    "difference in differences",
    "maximum flow of products",
    "maximum flow of matched shipments",
    "mirror gap",
    "growth of the mirror gap",
)
CLAIMS = {DIFFERENCE: CAUSED, PRODUCTS: PASSING, SHIPMENTS: PASSING, GAP: PASSING, GAP_GROWTH: CAUSED}
LEAST_MONTHS = 6
"""Of books before and after, to say anything of growth."""


class BuiltWorld(Protocol):
    """A built world."""

    arrays: World
    labels: Labels
    week_starts: np.ndarray


class Case(NamedTuple):
    """What a researcher would look at: a ban, the months before and after, goods and hubs.

    Attributes
    ----------
    regime, sender : str
    before, after : Period
        Months before the ban was announced, and from its first whole month on.
    goods : tuple of str
        Commodities that the sender named by the time of the ban: those that are treated.
    hubs : tuple of str
        Third countries whose goods the sender's customs tell apart.
    """

    regime: str
    sender: str
    before: Period
    after: Period
    goods: tuple[str, ...]
    hubs: tuple[str, ...]


def case_of(study: Comparison, regime: str, world: BuiltWorld) -> Case | None:
    """Find what a researcher would look at under a regime.

    Parameters
    ----------
    study : Comparison
        With all regimes.
    regime : str
        Its name.
    world : BuiltWorld

    Returns
    -------
    Case or None
        None where no ban of all goods begins in the months of the study, with half a year before and after.
    """
    own, sender = _own(study.laws[regime], study.laws[study.against]), ""
    months, case = list(study.dates.months), None
    for ban in sorted((each for each in own if _is_whole_ban(each)), key=lambda each: each.start):
        first, told = f"{ban.start:%Y-%m}", f"{ban.announced or ban.start:%Y-%m}"
        senders = [each for each in study.scopes[regime] if each in ban.sender]
        if case is None and senders and first in months and told in months:
            begin, stop = months.index(told), months.index(first) + 1
            if begin >= LEAST_MONTHS and len(months) - stop >= LEAST_MONTHS:
                sender = senders[0]
                before, after = (study.dates.period(each) for each in (slice(0, begin), slice(stop, len(months))))
                named = _named([each for each in own if sender in each.sender and each.start <= ban.start])
                case = Case(regime, sender, before, after, named, _hubs(sender, world))
    return case


def _own(regime: Regime, base: Regime) -> list[Measure]:
    pairs = differing(regime.measures, base.measures).values()
    return [mine for mine, _ in pairs if mine is not None and role(mine) == "measure" and mine.start is not None]


def _is_whole_ban(measure: Measure) -> bool:
    return measure.instrument.name == BAN and not measure.scope.commodities


def _named(measures: Sequence[Measure]) -> tuple[str, ...]:
    naming = (each.scope.commodities for each in measures if each.instrument.name in NAMING)
    return tuple(dict.fromkeys(name for names in naming for name in names))


def _hubs(sender: str, world: BuiltWorld) -> tuple[str, ...]:
    """Third countries among the declared origins that the sender's customs tell apart."""
    arrays, labels = world.arrays.authorities, world.labels
    place = labels.authorities.index(sender)
    classes = slice(arrays.class_start[place], arrays.class_start[place + 1])
    origins = dict.fromkeys(labels.declared_origins[number] for number in arrays.class_declared[classes])
    return tuple(name for name in origins if name in labels.markets)


def estimated(study: Comparison, case: Case, world: BuiltWorld, on: str) -> pd.DataFrame:
    """Run every estimator on the books of every run under a regime, beside what is true.

    Parameters
    ----------
    study : Comparison
        Of results with all series (`observe=full`).
    case : Case
        What is looked at.
    world : BuiltWorld
    on : str
        The regime whose books are read: that of the case, or the one compared with, where nothing was caused.

    Returns
    -------
    pandas.DataFrame
        `estimator, run, true, estimate, low, high` in million dollars a year; `low` and `high` are those that the
        estimator itself tells, missing (NaN) where it tells none.
    """
    truth = _truth(study, case, on)
    sent = _by_cell(study, on, "registered_trade", study.markets, world.labels.commodities)
    ways: dict[str, Callable[[], list[Estimate]]] = {
        DIFFERENCE: lambda: _differences(study, case, world, sent),
        PRODUCTS: lambda: _flows(study, case, world, on, sent),
        SHIPMENTS: lambda: [Estimate(each) for each in _through_hubs(study, case, on, MATCHED_WAYS)],
        GAP: lambda: _gaps(study, case, on, sent, [case.after]),
        GAP_GROWTH: lambda: _gaps(study, case, on, sent, [case.after, case.before]),
    }
    frames = []
    for name, estimate in ways.items():
        table = pd.DataFrame(estimate()).rename(columns={"value": "estimate"})
        table.insert(0, "true", truth[CLAIMS[name]])
        frames.append(table.rename_axis("run").reset_index().assign(estimator=name))
    columns = ["estimator", "run", "true", "estimate", "low", "high"]
    return pd.concat(frames, ignore_index=True)[columns]


def _through_hubs(study: Comparison, case: Case, on: str, ways: Sequence[str]) -> NDArray[np.float64]:
    """Add up goods in scope that enter the sender's market by some ways, [runs], million dollars a year."""
    entered = entering(study.results, on, case.sender, study.scopes[case.regime][case.sender])
    found = [case.after.rate(values) for kind, values in entered.items() if kind in ways]
    return np.sum(found, axis=0) if found else np.zeros(study.runs)


def _truth(study: Comparison, case: Case, on: str) -> dict[str, NDArray[np.float64]]:
    passing, without = (_through_hubs(study, case, each, HUB_WAYS) for each in (on, study.against))
    return {PASSING: passing, CAUSED: passing - without}


def _by_cell(
    study: Comparison, regime: str, outcome: str, subjects: Sequence[str], goods: Sequence[str]
) -> NDArray[np.float64]:
    """Read exports by subject and commodity, [runs, months, subjects, commodities]; 0 where none are kept."""
    series = study.results.series
    rows = series[(series["outcome"] == outcome) & (series["direction"] == EXPORT)].set_index(["subject", "commodity"])
    found = np.zeros((study.runs, len(study.dates.months), len(subjects), len(goods)))
    names = [(place, good) for place, subject in enumerate(subjects) for good, each in enumerate(goods)
             if (subject, each) in rows.index]  # fmt: skip
    if names:
        columns = [rows.loc[(subjects[place], goods[good]), "column"] for place, good in names]
        places, kinds = (list(each) for each in zip(*names, strict=True))
        found[:, :, places, kinds] = study.results.wide(regime, columns)
    return found


def _differences(study: Comparison, case: Case, world: BuiltWorld, sent: NDArray[np.float64]) -> list[Estimate]:
    """Take differences in differences of exports to those that send no measure: named goods to hubs are treated."""
    sending = {case.sender, *study.sending} - set(case.hubs)
    kept = [number for number, market in enumerate(study.markets) if market not in sending]
    hubs = np.isin(study.markets, case.hubs)[kept]
    named = np.isin(world.labels.commodities, case.goods)
    before, after = (period.rate(sent)[:, kept] for period in (case.before, case.after))
    return [difference_in_differences(*each, hubs[:, None] & named) for each in zip(before, after, strict=True)]


def _flows(study: Comparison, case: Case, world: BuiltWorld, on: str, sent: NDArray[np.float64]) -> list[Estimate]:
    """Bound by product and quarter: what hubs take from the region against what the sender takes from hubs."""
    goods = list(world.labels.commodities)
    bought = _by_cell(study, on, "sender_imports", [pair(case.sender, hub) for hub in case.hubs], goods)
    bought += _honest(case, world, study.dates.months, study.dates.days)
    inflow = sent[:, :, [study.markets.index(hub) for hub in case.hubs]]
    first = case.after.months.start
    quarters = [positions for positions in study.dates.quarters.values() if positions[0] >= first]
    if not quarters:
        return [Estimate(np.nan)] * study.runs
    by_quarter = [np.stack([each[:, months].sum(axis=1) for months in quarters], axis=1) for each in (inflow, bought)]
    scale = QUARTERS_A_YEAR / len(quarters)
    return [Estimate(scale * max_flow(*each).value) for each in zip(*by_quarter, strict=True)]


def _honest(case: Case, world: BuiltWorld, months: Sequence[str], days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Value goods of hubs that hold nothing of the region, as the sender books them, [months, hubs, commodities]."""
    arrays, labels = world.arrays.authorities, world.labels
    place = labels.authorities.index(case.sender)
    starts = np.asarray(world.week_starts, dtype="datetime64[M]").astype(str)
    row = [arrays.legitimate_year[min(np.searchsorted(starts, month), len(starts) - 1)] for month in months]
    found = np.zeros((len(months), len(case.hubs), len(labels.commodities)))
    for number in range(arrays.class_start[place], arrays.class_start[place + 1]):
        origin, good = labels.declared_origins[arrays.class_declared[number]], arrays.class_commodity[number]
        if origin in case.hubs:
            weekly = arrays.legitimate[row, number] * float(world.arrays.goods.consignment_musd[good])
            found[:, case.hubs.index(origin), good] += weekly * days / DAYS_PER_WEEK
    return found


def _gaps(
    study: Comparison, case: Case, on: str, sent: NDArray[np.float64], periods: Sequence[Period]
) -> list[Estimate]:
    """Take the mirror gap of the hubs in the first period, less that in the second, if there are two."""
    series = study.results.series
    rows = series[(series["outcome"] == "partner_imports") & (series["commodity"] == ALL)].set_index("subject")
    hubs = [hub for hub in case.hubs if hub in rows.index]
    columns = study.results.wide(on, rows.loc[hubs, "column"].tolist())
    booked = sent[:, :, [study.markets.index(hub) for hub in hubs]].sum(axis=3)
    gaps = [
        [mirror_gap(*each).value for each in zip(period.rate(booked), period.rate(columns), strict=True)]
        for period in periods
    ]
    return [Estimate(gap[0] - sum(gap[1:])) for gap in zip(*gaps, strict=True)]


def bias_table(found: pd.DataFrame) -> pd.DataFrame:
    """Sum up how far estimators are off, over runs.

    Parameters
    ----------
    found : pandas.DataFrame
        Rows of `estimated`, with `regime`.

    Returns
    -------
    pandas.DataFrame
        `regime, estimator, claims`; of `true`, `estimate` and `bias` (estimate less truth) `_q05, _median, _q95` over
        `runs`, million dollars a year; of `ratio` (estimate over truth) the same, missing where less than nineteen in
        twenty runs have a truth above 0; `typical_error`, the median of the size of the bias; `coverage`, the share of
        runs whose own interval holds the truth. Of too few runs no range is told.
    """
    rows = []
    for (regime, estimator), runs in found.groupby(["regime", "estimator"], sort=False):
        kept = runs[np.isfinite(runs["estimate"])]
        row = {"regime": regime, "estimator": estimator, "claims": CLAIMS[str(estimator)], "runs": len(kept)}
        row |= _bands("true", kept["true"]) | _bands("estimate", kept["estimate"])
        row |= _bands("bias", kept["estimate"] - kept["true"])
        row["typical_error"] = (kept["estimate"] - kept["true"]).abs().median()
        there = len(kept) and (kept["true"] > 0).mean() >= 0.95
        row |= _bands("ratio", (kept["estimate"] / kept["true"])[kept["true"] > 0] if there else kept["true"][:0])
        told = np.isfinite(kept["low"])
        held = (kept["low"] <= kept["true"]) & (kept["true"] <= kept["high"])
        rows.append(row | {"coverage": held[told].mean() if told.any() and len(kept) >= LEAST_RUNS else np.nan})
    return pd.DataFrame(rows)


def _bands(name: str, values: pd.Series) -> dict[str, float]:
    ends = bands(values.to_numpy()) if len(values) else np.full(3, np.nan)
    return {f"{name}_{end}": float(value) for end, value in zip(("q05", "median", "q95"), ends, strict=True)}
