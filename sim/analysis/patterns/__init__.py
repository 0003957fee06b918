"""The fourteen patterns that a fit model shows together, and the rule by which each is judged.

Every rule takes stored results and published figures, and gives claims. The first claim of a pattern is the one that
figures draw. Tolerances stand in the rules and were set before any run: see `docs/decisions/patterns.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from sim.analysis.claims import Claim, Known, table
from sim.analysis.patterns import borders, firms, trade
from sim.analysis.reading import Results


@dataclass(frozen=True)
class Pattern:
    """A regularity of the world.

    Attributes
    ----------
    title : str
        What it is.
    claims : callable
        Stored results and what is known to the claims that must all hold.
    """

    title: str
    claims: Callable[[Results, Known], list[Claim]]


PATTERNS = {
    "P1": Pattern("Trade surges under the ban", trade.surge),
    "P2": Pattern("Four fifths go to Central Asia", trade.neighbours),
    "P3": Pattern("The surge is uneven: Kyrgyzstan first, then Kazakhstan", trade.uneven),
    "P4": Pattern("Exports to the United States fall, then rise", trade.united_states),
    "P5": Pattern("What customs stop is declared from Malaysia and Vietnam", borders.stopped),
    "P6": Pattern("The Khunjerab pass recovers; the first open winter", borders.khunjerab),
    "P7": Pattern("Longer hours at Khorgos: more passes, waits come back", borders.long_hours),
    "P8": Pattern("The free-trade zone gains trade and firms", firms.zone),
    "P9": Pattern("Private firms hold trade; single foreign firms leave", firms.owners),
    "P10": Pattern("Manufactures leave, minerals and farm goods come", trade.goods),
    "P11": Pattern("Visitors' shopping stays outside the books", borders.shoppers),
    "P12": Pattern("Two phases of growth", trade.phases),
    "P13": Pattern("Kyrgyzstan books a third of what China books", trade.mirror),
    "P14": Pattern("Exports rise while China's fall", trade.against_the_tide),
}


def judge(results: Results, known: Known) -> pd.DataFrame:
    """Judge every pattern.

    Parameters
    ----------
    results : Results
        Of `worlds.REGIMES`, January 2021 to March 2025, with the default series or more.
    known : Known
        Published figures of the shipped world.

    Returns
    -------
    DataFrame
        As of `claims.table`.

    Raises
    ------
    InputError
        If a regime, a month, a series or a published figure is missing.
    """
    claims = {name: pattern.claims(results, known) for name, pattern in PATTERNS.items()}
    return table(claims, {name: pattern.title for name, pattern in PATTERNS.items()}, known)
