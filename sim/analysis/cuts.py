"""How far regimes cut the goods in scope that enter a sender's market, and what other ways make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.analysis import comparison, indicators, reading
from sim.analysis.indicators import DIRECT_WAY, EMBODIED_WAY
from sim.analysis.paired_rows import paired_rows, stacked
from sim.analysis.periods import Period
from sim.analysis.reading import StoredSeries
from sim.analysis.scopes import InScope, Scopes
from sim.outcomes import outcomes
from sim.outcomes.names import BOTH, pair

OUTCOME = "sanctioned_trade"
SHARE = "share"

Pair = Sequence[dict[str, np.ndarray]]
"""What enters by kind of channel, [runs, months], under a regime and under the one it is held against."""


def cut_and_diverted(
    results: StoredSeries, against: str, periods: Mapping[str, Period], scopes: Scopes
) -> pd.DataFrame:
    """How far each regime cuts the goods in scope that enter a sender's market, and how far other ways make up for it.

    Parameters
    ----------
    results : StoredSeries
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
        `regime, against, period, quantity, subject` (a sender), `unit`; `mean, q05, median, q95` over the `runs` in
        which it is defined. Quantities: `cut`, of all goods in scope; `cut_direct` and `cut_embodied`, what two ways
        add to it, of all goods too; `diverted`, what other ways gained over what the direct way lost, of the goods
        that are in scope if sent directly, and both in million dollars a year (`direct_lost`, `other_ways_gained`);
        `other_ways_share` and `other_ways_share_against`, the composition of what still enters. No rows for a sender
        whose goods in scope are not stored.
    """
    rows = []
    for regime in reading.compared(results, against):
        for sender, scope in scopes[regime].items():
            inside, round_it = (
                [entering(results, each, sender, scope, way) for each in (regime, against)]
                for way in (None, DIRECT_WAY)
            )
            if not inside[0]:
                continue
            labels = {"regime": regime, "against": against, "period": periods[regime].name}
            for quantity, unit, values in (*_cuts(inside, periods[regime]), *_diverted(round_it, periods[regime])):
                names = {"quantity": quantity, "subject": sender, "unit": unit}
                rows.append(labels | names | comparison.share_summary(values))
    return pd.DataFrame(rows)


def _cuts(entered: Pair, period: Period) -> list[tuple[str, str, np.ndarray]]:
    """Name, unit and values [runs] of what is cut in scope, by all ways and by single ones, and of the composition."""
    kinds, base = (_rates(each, period) for each in entered)
    whole = sum(base.values())
    nothing = np.zeros_like(whole)
    ways = {way: base.get(way, nothing) - kinds.get(way, nothing) for way in (DIRECT_WAY, EMBODIED_WAY)}
    return [
        ("cut", SHARE, indicators.cut(sum(kinds.values()), whole)),
        *((f"cut_{way}", SHARE, indicators.share(lost, whole)) for way, lost in ways.items()),
        ("other_ways_share", SHARE, indicators.other_ways_share(kinds)),
        ("other_ways_share_against", SHARE, indicators.other_ways_share(base)),
    ]


def _diverted(entered: Pair, period: Period) -> list[tuple[str, str, np.ndarray]]:
    """Name, unit and values [runs] of what the direct way lost, what others gained, and their quotient."""
    kinds, base = (_rates(each, period) for each in entered)
    nothing = np.zeros_like(sum(base.values()))
    direct = [each.get(DIRECT_WAY, nothing) for each in (kinds, base)]
    others = [sum(each.values()) - sent for each, sent in zip((kinds, base), direct, strict=True)]
    lost, gained = direct[1] - direct[0], others[0] - others[1]
    return [
        ("diverted", SHARE, indicators.diverted(lost, gained)),
        ("direct_lost", outcomes.OUTCOMES[OUTCOME].unit_of_period, lost),
        ("other_ways_gained", outcomes.OUTCOMES[OUTCOME].unit_of_period, gained),
    ]


def entering_in_scope(
    results: StoredSeries, against: str, periods: Mapping[str, list[Period]], scopes: Scopes
) -> pd.DataFrame:
    """Paired differences of the goods in scope that enter each sender's market, average a year.

    Parameters
    ----------
    results : StoredSeries
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
    frames = []
    for regime in reading.compared(results, against):
        for sender, scope in scopes[regime].items():
            base, found = (entering(results, each, sender, scope) for each in (against, regime))
            for period in periods[regime] if found else ():
                rates = [period.rate(sum(each.values()))[:, None] for each in (found, base)]
                frames.append(paired_rows(*rates, [sender], regimes=(regime, against), outcome=OUTCOME, period=period))
    return stacked(frames)


def entering(
    results: StoredSeries, regime: str, sender: str, scope: InScope, way: str | None = None
) -> dict[str, np.ndarray]:
    """Goods in scope that enter a sender's market, by kind of channel.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    regime, sender : str
        Their names.
    scope : InScope
        Which goods count on which days.
    way : str, optional
        Count those that are in scope if they come this way, by whatever way they come; None: by their own.

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
            found[kind] = reading.monthly(results, regime, columns[pair(sender, kind), BOTH]) * scope.share(way or kind)
        elif pair(sender, kind) in apart:
            parts = apart[pair(sender, kind)]
            shares = np.stack([scope.share(way or kind, commodity) for commodity in parts], axis=1)
            values = results.wide(regime, list(parts.values()))
            found[kind] = np.einsum("rmc,mc->rm", values, shares, dtype=np.float64)
    return found


def _rates(by_kind: dict[str, np.ndarray], period: Period) -> dict[str, np.ndarray]:
    return {kind: period.rate(values) for kind, values in by_kind.items()}
