"""Headline outcomes of a comparison, run by run: what uncertain studies explain, and the factors that were drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis import indicators, reading
from sim.analysis.compared import Comparison
from sim.analysis.cuts import entering
from sim.analysis.indicators import DIRECT_WAY
from sim.outcomes.names import BOTH, TOTAL, pair
from sim.parameters import LEVEL, TABLE
from sim.policy.language.measures import Regime

CUT, DIVERTED, TRADE, ALARMS = HEADLINES = ("cut", "diverted", "trade", "false_alarms")
ASSUMED = "assumed"


class Drawn(Protocol):
    """What is needed of stored results to know what each run drew."""

    draws: pd.DataFrame
    runs: pd.DataFrame


def headlines(study: Comparison, regime: str) -> pd.DataFrame:
    """Give the headline outcomes of a regime in each run, over the months in which it is compared.

    Parameters
    ----------
    study : Comparison
        With the regime and the one it is compared with.
    regime : str
        Its name.

    Returns
    -------
    pandas.DataFrame
        A row a run. `cut`: share by which the goods in scope fall that enter the senders' markets, by all ways.
        `diverted`: what other ways gained over what the direct way lost. `trade`: change of the region's whole trade,
        as a share. `false_alarms`: what alarms without a find cost importers, million dollars a year more than without
        the measures. Columns are missing (NaN) where they are not defined or not stored.
    """
    runs, period = study.runs, study.periods[regime]
    found = {name: np.full(runs, np.nan) for name in HEADLINES}
    inside, round_it = (_entered(study, regime, way) for way in (None, DIRECT_WAY))
    if inside is not None:
        found[CUT] = indicators.cut(inside[0].sum(axis=0), inside[1].sum(axis=0))
        lost, others = round_it[1] - round_it[0]
        found[DIVERTED] = indicators.diverted(lost, -others)
    columns = reading.catalogue(study.results, "registered_trade").get((TOTAL, BOTH))
    if columns:
        whole = [period.rate(reading.monthly(study.results, each, columns)) for each in (regime, study.against)]
        found[TRADE] = indicators.share(*whole) - 1.0
    alarms = [_alarms(study, each, regime) for each in (regime, study.against)]
    if alarms[0] is not None:
        found[ALARMS] = alarms[0] - alarms[1]
    return pd.DataFrame(found)


def _entered(study: Comparison, regime: str, way: str | None) -> NDArray[np.float64] | None:
    """Add up what enters all senders, [regime or base, directly or by other ways, runs]; None where nothing is kept."""
    pairs, period = [], study.periods[regime]
    for sender, scope in study.scopes[regime].items():
        both = [entering(study.results, each, sender, scope, way) for each in (regime, study.against)]
        if both[0]:
            rates = [{kind: period.rate(values) for kind, values in each.items()} for each in both]
            direct = [each.get(DIRECT_WAY, np.zeros(study.runs)) for each in rates]
            others = [sum(each.values()) - mine for each, mine in zip(rates, direct, strict=True)]
            pairs.append(np.stack([direct, others], axis=1))
    return np.sum(pairs, axis=0) if pairs else None


def _alarms(study: Comparison, regime: str, of: str) -> NDArray[np.float64] | None:
    """Give what false alarms cost importers of the senders of a regime, [runs], million dollars a year."""
    known = reading.catalogue(study.results, "incidence_at")
    names = [(pair(sender, ALARMS), BOTH) for sender in study.scopes[of]]
    columns = [column for name in names for column in known.get(name, [])]
    if not columns:
        return None
    return study.periods[of].rate(reading.monthly(study.results, regime, columns))


def factors_of_runs(results: Drawn) -> pd.DataFrame:
    """Give what each run drew: a row a run, a column a factor that differs between runs."""
    drawn = results.draws.loc[results.runs["draw"]].reset_index(drop=True)
    return drawn.loc[:, drawn.nunique() > 1]


def assumed(names: Iterable[str], regimes: Sequence[Regime]) -> list[str]:
    """Keep the factors whose range rests on no source.

    Parameters
    ----------
    names : iterable of str
        Parameters, and levels of measures (`level.MEASURE`).
    regimes : sequence of Regime
        That have these measures.

    Returns
    -------
    list of str
        Parameters whose source is `assumed` (sim/data/parameters.csv), and levels whose measure says so of its source.
    """
    sources = {LEVEL + each.name: each.source for regime in regimes for each in regime.measures}
    sources |= {name: each.source for name, each in TABLE.items()}
    return [name for name in names if ASSUMED in sources.get(name, "")]


def in_words(name: str) -> str:
    """Name a factor in words.

    Examples
    --------
    >>> in_words("level.goods_that_go_on"), in_words("false_positive")
    ('level of goods that go on', 'false positive: an inspected legitimate consignment is detained')
    """
    if name.startswith(LEVEL):
        return f"level of {name.removeprefix(LEVEL).replace('_', ' ')}"
    return f"{name.replace('_', ' ')}: {TABLE[name].meaning}" if name in TABLE else name.replace("_", " ")
