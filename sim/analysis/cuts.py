"""How far regimes cut the goods in scope that enter a sender's market, and what leaks of the rest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.analysis import comparison, indicators, reading
from sim.analysis.periods import Period
from sim.analysis.reading import Results
from sim.analysis.scopes import InScope, Scopes
from sim.outcomes import outcomes
from sim.outcomes.names import BOTH, pair

OUTCOME = "sanctioned_trade"


def cut_and_leakage(results: Results, against: str, periods: Mapping[str, Period], scopes: Scopes) -> pd.DataFrame:
    """How far each regime cuts the goods in scope that enter each sender's market, and how much of the rest leaks.

    Parameters
    ----------
    results : Results
        Stored results.
    against : str
        Regime that the others are compared with.
    periods : mapping of str to Period
        Of each regime that is compared.
    scopes : mapping of str to mapping of str to InScope
        Regime to sender to what is in scope.

    Returns
    -------
    DataFrame
        `regime, against, period, quantity` (`cut`, `leakage`, `leakage_against`), `subject` (a sender), `unit`;
        `mean, q05, median, q95` over the `runs` in which it is defined. No rows for a sender whose goods in scope are
        not stored.
    """
    rows = []
    for regime in reading.compared(results, against):
        months = periods[regime].months
        for sender, scope in scopes[regime].items():
            base, kinds = (_sums(entering(results, each, sender, scope), months) for each in (against, regime))
            if not kinds:
                continue
            quantities = {
                "cut": indicators.cut(sum(kinds.values()), sum(base.values())),
                "leakage": indicators.leakage(kinds),
                "leakage_against": indicators.leakage(base),
            }
            labels = {"regime": regime, "against": against, "period": periods[regime].name}
            for quantity, values in quantities.items():
                names = {"quantity": quantity, "subject": sender, "unit": "share"}
                rows.append(labels | names | comparison.share_summary(values))
    return pd.DataFrame(rows)


def entering_in_scope(
    results: Results, against: str, periods: Mapping[str, list[Period]], scopes: Scopes
) -> pd.DataFrame:
    """Paired differences of the goods in scope that enter each sender's market, average a year.

    Parameters
    ----------
    results : Results
        Stored results.
    against : str
        Regime that the others are compared with.
    periods : mapping of str to list of Period
        Of each regime that is compared.
    scopes : mapping of str to mapping of str to InScope
        Regime to sender to what is in scope.

    Returns
    -------
    DataFrame
        As of `differences.differences`.
    """
    labels = {"against": against, "outcome": OUTCOME, "unit": outcomes.OUTCOMES[OUTCOME].unit_of_period}
    frames = []
    for regime in reading.compared(results, against):
        for sender, scope in scopes[regime].items():
            base, found = (entering(results, each, sender, scope) for each in (against, regime))
            for period in periods[regime] if found else ():
                rates = [period.rate(sum(each.values()))[:, None] for each in (found, base)]
                frame = comparison.paired_difference(*rates, [sender])
                frames.append(reading.labelled(frame, regime=regime, **labels, period=period.name))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def entering(results: Results, regime: str, sender: str, scope: InScope) -> dict[str, np.ndarray]:
    """Goods in scope that enter a sender's market, by kind of channel.

    Parameters
    ----------
    results : Results
        Stored results.
    regime, sender : str
        Their names.
    scope : InScope
        Which goods count on which days.

    Returns
    -------
    dict of str to array [runs, months]
        Million dollars; empty if they are not stored by kind, or by commodity where the scope tells those apart.
    """
    if not scope.parts:
        return {}
    columns = reading.catalogue(results, OUTCOME)
    apart = reading.by_commodity(results, OUTCOME) if scope.tells_commodities else {}
    found = {}
    for kind in (kind for name, kind in reading.pairs(results, OUTCOME) if name == sender):
        if not scope.tells_commodities:
            found[kind] = reading.monthly(results, regime, columns[pair(sender, kind), BOTH]) * scope.share(kind)
        elif pair(sender, kind) in apart:
            parts = apart[pair(sender, kind)]
            shares = np.stack([scope.share(kind, commodity) for commodity in parts], axis=1)
            values = results.wide(regime, list(parts.values()))
            found[kind] = np.einsum("rmc,mc->rm", values, shares, dtype=np.float64)
    return found


def _sums(by_kind: dict[str, np.ndarray], months: slice) -> dict[str, np.ndarray]:
    return {kind: values[:, months].sum(axis=1) for kind, values in by_kind.items()}
