"""Tables of links and demand, checked once and turned into arrays in an order of their own.

The order depends on what the rows say and not on where they stand, so that permuted tables give the
same bits. A place is one place whether a table names it by a number or by its text (1, 1.0 and "1"). A place that
through traffic may not pass is two nodes: links leave one of them and arrive at the other.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError, nearest


@dataclass(frozen=True)
class Network:
    """Links in sorted order; ``rows`` holds where each stands in the table that the user gave.

    ``places`` names every node; ``leaves`` and ``enters`` hold, by the key of a place, the node at which trips
    from it begin and trips to it end.
    """

    table: pd.DataFrame
    rows: NDArray[np.int64]
    places: list[Hashable]
    leaves: dict[Hashable, int]
    enters: dict[Hashable, int]
    ends: NDArray[np.int64]
    figures: dict[str, NDArray[np.float64]]

    @property
    def links(self) -> int:
        """Number of links."""
        return len(self.rows)

    @property
    def cost(self) -> NDArray[np.float64]:
        """Cost of every link at free flow, shape (links,)."""
        return self.figures["cost"]

    @property
    def capacity(self) -> NDArray[np.float64]:
        """Capacity of every link, shape (links,); may be infinite."""
        return self.figures["capacity"]

    def refuse(self, bad: NDArray[np.bool_], reason: str) -> None:
        """Raise InputError that names the first row of the links for which ``bad`` (in sorted order) holds."""
        if bad.any():
            row = int(self.rows[bad].min())
            raise InputError(f"{_link_name(self.table, row, 'links')}: {reason}.")

    def result(self, **columns: NDArray[np.float64]) -> pd.DataFrame:
        """Table of the user's rows and index with the columns given per link in sorted order."""
        frame = self.table[["from_place", "to_place"]].copy()
        for name, values in columns.items():
            unsorted = np.empty(self.links)
            unsorted[self.rows] = values
            frame[name] = unsorted
        return frame


@dataclass(frozen=True)
class Demand:
    """Volume to carry between pairs of nodes: one entry a pair, sorted, without empty ones."""

    pairs: NDArray[np.int64]
    volume: NDArray[np.float64]
    names: list[str]


def key_of(place: Hashable) -> Hashable:
    """Give what tells a place apart: numbers and their text are one.

    Examples
    --------
    >>> key_of(1), key_of(1.0), key_of("1"), key_of("Horgos")
    ('1', '1', '1', 'Horgos')
    """
    if isinstance(place, Real) and not isinstance(place, bool):
        return str(int(place)) if float(place).is_integer() else str(float(place))
    return place


def read_network(links: pd.DataFrame, quantities: Sequence[str], no_through: Iterable[Hashable] = ()) -> Network:
    """Check a table of links and sort it.

    Parameters
    ----------
    links
        Columns ``from_place, to_place`` and the quantities.
    quantities
        Columns of numbers that are needed; none may be negative, only ``capacity`` may be infinite.
    no_through
        Places at which trips may begin and end, but which none may pass.

    Raises
    ------
    InputError
        If a column is missing, a cell holds no such number, or no link names a place of ``no_through``.
    """
    _need_columns(links, ("from_place", "to_place", *quantities), "links")
    _need_places(links, "links")
    figures = {name: _numbers(links, name, "links", infinite=name == "capacity") for name in quantities}
    named: dict[Hashable, Hashable] = {}
    for place in sorted(set(links["from_place"]) | set(links["to_place"]), key=_order):
        named.setdefault(key_of(place), place)
    places = list(named.values())
    enters = {key: node for node, key in enumerate(named)}
    leaves = dict(enters)
    for place in sorted(set(no_through), key=_order):
        if key_of(place) not in enters:
            raise InputError(f"No through traffic at {place!r}: no link names it.{_nearest_place(place, named)}")
        leaves[key_of(place)] = len(places)
        places.append(named[key_of(place)])
    ends = np.array(
        [
            [nodes[key_of(place)] for place in links[side]]
            for nodes, side in ((leaves, "from_place"), (enters, "to_place"))
        ],
        dtype=np.int64,
    ).T.reshape(-1, 2)
    rows = np.lexsort((*reversed(list(figures.values())), ends[:, 1], ends[:, 0])).astype(np.int64)
    in_order = {name: values[rows] for name, values in figures.items()}
    return Network(links, rows, places, leaves, enters, ends[rows], in_order)


def _order(place: Hashable) -> tuple[str, str]:
    return str(place), str(type(place))


def _nearest_place(place: Hashable, known: Iterable[Hashable]) -> str:
    return nearest(str(place), map(str, known), " The nearest place that has links is {!r}.")


def read_demand(demand: pd.DataFrame, network: Network) -> Demand:
    """Check a table of demand, add up the rows of a pair and leave out pairs without volume.

    Demand from a place to itself uses no link and is left out too.

    Raises
    ------
    InputError
        If a column is missing, a volume is no finite number of at least zero, or a volume is asked between places
        that no link names.
    """
    _need_columns(demand, ("from_place", "to_place", "volume"), "demand")
    _need_places(demand, "demand")
    volume = _numbers(demand, "volume", "demand", infinite=False)
    total: dict[tuple[int, int], list[float]] = {}
    for origin, destination, asked in zip(demand["from_place"], demand["to_place"], volume, strict=True):
        if asked > 0:
            begin, end = key_of(origin), key_of(destination)
            _check_pair(origin, destination, network.enters)
            if begin != end:
                total.setdefault((network.leaves[begin], network.enters[end]), []).append(asked)
    pairs = sorted(total)
    return Demand(
        np.array(pairs, dtype=np.int64).reshape(-1, 2),
        # Sorted before they are added up: the sum does not depend on the order of rows either.
        np.array([sum(sorted(total[pair])) for pair in pairs]),
        [f"{network.places[origin]} to {network.places[destination]}" for origin, destination in pairs],
    )


def positive(value: float, name: str) -> float:
    """Check a number that must be finite and above zero."""
    if not (isinstance(value, int | float | np.number) and np.isfinite(value) and value > 0):
        msg = f"{name} must be a finite number above zero, not {value!r}."
        raise InputError(msg)
    return float(value)


def _check_pair(origin: Hashable, destination: Hashable, known: Iterable[Hashable]) -> None:
    for place in (origin, destination):
        if key_of(place) not in known:
            hint = _nearest_place(place, known)
            msg = f"Demand from {origin} to {destination} cannot be carried: no link names {place!r}.{hint}"
            raise InputError(msg)


def _need_columns(table: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    for column in columns:
        if column not in table.columns:
            hint = nearest(column, map(str, table.columns), "; the nearest one it has is {!r}")
            msg = f"The table of {name} has no column {column!r}{hint}."
            raise InputError(msg)


def _need_places(table: pd.DataFrame, name: str) -> None:
    for side in ("from_place", "to_place"):
        missing = table[side].isna().to_numpy()
        if missing.any():
            msg = f"Row {table.index[int(np.argmax(missing))]} of {name} has no {side}."
            raise InputError(msg)


def _numbers(table: pd.DataFrame, column: str, name: str, *, infinite: bool) -> NDArray[np.float64]:
    values = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    good = (values >= 0) & (np.isfinite(values) | infinite)
    if not good.all():
        row = int(np.argmin(good))
        kind = "a number" if infinite else "a finite number"
        found = table[column].tolist()[row]
        msg = f"{_link_name(table, row, name)}: {column} must be {kind} of at least zero, not {found!r}."
        raise InputError(msg)
    return values


def _link_name(table: pd.DataFrame, row: int, name: str) -> str:
    ends = f"{table['from_place'].iloc[row]} to {table['to_place'].iloc[row]}"
    return f"Row {table.index[row]} of {name} ({ends})"
