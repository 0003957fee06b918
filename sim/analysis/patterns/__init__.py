"""The fourteen patterns that a fit model shows together, and the rule by which each is judged.

Every rule takes stored results and published figures, and gives claims. The first claim of a pattern is the one that
figures draw. Tolerances stand in the rules and were set before any run: see `docs/decisions/patterns.md`. The rules
were revised once, before any run with a corrected world; those before are kept, and judged beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from sim.analysis.claims import Claim, Known, table
from sim.analysis.patterns import before, borders, firms, trade
from sim.analysis.reading import StoredSeries

Claims = Callable[[StoredSeries, Known], list[Claim]]


TODAY, BEFORE = "today", "before"
RULES = (TODAY, BEFORE)
"""The rules as they stand, and as they stood before their revision."""


@dataclass(frozen=True)
class Pattern:
    """A regularity of the world.

    Attributes
    ----------
    title : str
        What it is.
    claims : callable
        Stored results and what is known to the claims that must all hold.
    before : callable or None
        The same by the rules before their revision; None if nothing was changed.
    """

    title: str
    claims: Claims
    before: Claims | None = None

    def claims_by(self, rules: str) -> Claims:
        """Give the claims by the rules of today, or by those before."""
        return self.claims if rules == TODAY or self.before is None else self.before


PATTERNS = {
    "P1": Pattern("Trade surges under the ban", trade.surge, trade.years),
    "P2": Pattern("Four fifths go to Central Asia", trade.neighbours),
    "P3": Pattern("The surge is uneven: Kyrgyzstan first, then Kazakhstan", trade.uneven, before.uneven),
    "P4": Pattern("Exports to the United States fall, then rise", trade.united_states, before.united_states),
    "P5": Pattern("What customs stop is declared from Malaysia and Vietnam", borders.stopped, before.stopped),
    "P6": Pattern("The Khunjerab pass recovers; the first open winter", borders.khunjerab, before.khunjerab),
    "P7": Pattern("Longer hours at Khorgos: more passes, waits come back", borders.long_hours),
    "P8": Pattern("The free-trade zone gains trade and firms", firms.zone, before.zone),
    "P9": Pattern("Private firms hold trade; single foreign firms leave", firms.owners, before.owners),
    "P10": Pattern("Manufactures leave, minerals and farm goods come", trade.goods, before.goods),
    "P11": Pattern("Visitors' shopping stays outside the books", borders.shoppers, borders.kept_apart),
    "P12": Pattern("Two phases of growth", trade.phases),
    "P13": Pattern("Kyrgyzstan books a third of what China books", trade.mirror),
    "P14": Pattern("Exports rise while China's fall", trade.against_the_tide),
}


def judge(results: StoredSeries, known: Known, rules: str = TODAY) -> pd.DataFrame:
    """Judge every pattern.

    Parameters
    ----------
    results : StoredSeries
        Of `worlds.REGIMES`, January 2021 to March 2025, with the default series or more.
    known : Known
        Published figures of the shipped world.
    rules : str
        One of `RULES`.

    Returns
    -------
    DataFrame
        As of `claims.table`.

    Raises
    ------
    InputError
        If a regime, a month, a series or a published figure is missing.
    """
    claims = {name: pattern.claims_by(rules)(results, known) for name, pattern in PATTERNS.items()}
    return table(claims, {name: pattern.title for name, pattern in PATTERNS.items()}, known)
