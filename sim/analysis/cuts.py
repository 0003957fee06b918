"""How far regimes cut the goods in scope that enter a sender's market, and what leaks of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.analysis import comparison, indicators, reading
from sim.analysis.reading import Results
from sim.outcomes.names import BOTH, pair


def cut_and_leakage(
    results: Results, against: str, period: slice, senders: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """How far each regime cuts the goods in scope that enter each sender's market, and how much of the rest leaks.

    Parameters
    ----------
    results : Results
        Stored results.
    against : str
        Regime that the others are compared with.
    period : slice
        Positions in `results.months`.
    senders : mapping of str to sequence of str
        Regime to the markets that send its measures.

    Returns
    -------
    DataFrame
        `regime, against, period, quantity` (`cut`, `leakage`, `leakage_against`), `subject` (a sender of the regime
        or of `against`), `unit`; `mean, q05, median, q95` over the `runs` in which it is defined. No rows if
        sanctioned trade is not stored by sender and kind.
    """
    rows = []
    stored = list(dict.fromkeys(sender for sender, _ in reading.pairs(results, "sanctioned_trade")))
    for regime in reading.compared(results, against):
        for sender in (name for name in stored if name in (*senders[regime], *senders[against])):
            base = _by_kind(results, against, sender, period)
            kinds = _by_kind(results, regime, sender, period)
            quantities = {
                "cut": indicators.cut(sum(kinds.values()), sum(base.values())),
                "leakage": indicators.leakage(kinds),
                "leakage_against": indicators.leakage(base),
            }
            labels = {"regime": regime, "against": against, "period": reading.period_name(results.months, period)}
            for quantity, values in quantities.items():
                names = {"quantity": quantity, "subject": sender, "unit": "share"}
                rows.append(labels | names | comparison.share_summary(values))
    return pd.DataFrame(rows)


def _by_kind(results: Results, regime: str, sender: str, period: slice) -> dict[str, np.ndarray]:
    """Sum up sanctioned trade [runs] of a sender by kind of channel."""
    columns = reading.catalogue(results, "sanctioned_trade")
    return {
        kind: reading.monthly(results, regime, columns[pair(name, kind), BOTH])[:, period].sum(axis=1)
        for name, kind in reading.pairs(results, "sanctioned_trade")
        if name == sender
    }
