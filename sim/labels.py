"""Names of what the arrays of a world number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Labels(NamedTuple):
    """Names of what the arrays of a world number: the place in a tuple is the index in the arrays."""

    markets: tuple[str, ...]
    commodities: tuple[str, ...]
    places: tuple[str, ...]
    crossings: tuple[str, ...]
    authorities: tuple[str, ...]  # the markets whose customs inspect
    declared_origins: tuple[str, ...]
    blocs: Mapping[str, tuple[str, ...]]  # market -> its blocs

    def members(self) -> dict[str, tuple[str, ...]]:
        """Give the markets of each bloc, in the order of the markets.

        Returns
        -------
        dict of str to tuple of str
            Bloc to its markets.
        """
        found: dict[str, tuple[str, ...]] = {}
        for market, blocs in self.blocs.items():
            for bloc in blocs:
                found[bloc] = (*found.get(bloc, ()), market)
        return found
