"""Which series a study keeps, and how each is added up from the cells of a record.

A series is an outcome of a subject (a market, a bloc, a crossing ...), a commodity and a direction, in a unit. The
kernels record far more cells than anybody reads, so each call reduces its record at once: one sparse matrix
[series x cells] times the record. Flows and counts are added up. Waits and prices of several cells become weighted
means; the kernels have already weighted the days of a month.

Series overlap on purpose: `total` and blocs beside markets, `both` beside `export` and `import`, `all` beside each
commodity. Pick one resolution of each column before adding up.

Three resolutions, each holding all series of the one before: `totals` for large sweeps, `default` for studies,
`full` with the cross of subjects and commodities.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from sim.errors import InputError
from sim.labels import Labels
from sim.state import ACCOUNTS, ACCOUNTS_AT, DIRECTIONS, KINDS, OWNERSHIPS, Record, World

EXPORT, IMPORT = DIRECTIONS
ALL, BOTH, TOTAL, REGION = "all", "both", "total", "region"
SERIES_COLUMNS = ("outcome", "subject", "commodity", "direction", "unit")


class View(NamedTuple):
    """One set of series: an outcome, grouped by columns of its cells; what is not named is added up."""

    outcome: str
    subject: tuple[str, ...] = ()
    commodity: bool = False
    direction: bool = False
    only: str = ""  # cells of this direction alone


class Observation(NamedTuple):
    """What is kept of a record: names of the series, and the matrix that makes them."""

    series: pd.DataFrame  # `column` (name of the stored column) and SERIES_COLUMNS
    matrix: sparse.csr_array  # [series, cells] float64; cells in the order of Record's fields

    def of(self, records: Record) -> np.ndarray:
        """Reduce records of some runs to series.

        Parameters
        ----------
        records
            Arrays [runs, months, cells of the outcome] float64.

        Returns
        -------
        numpy.ndarray
            [runs, months, series] float32.
        """
        runs, months = records[0].shape[:2]
        cells = np.concatenate([field.reshape(runs * months, -1) for field in records], axis=1)
        return (self.matrix @ cells.T).T.astype(np.float32).reshape(runs, months, -1)


MARKET, CROSSING, PLACE = ("market",), ("crossing",), ("place",)

ACCOUNTED = ("incidence", "incidence_at")  # accounts of both signs: their sum says nothing

TOTALS = (
    *(View(outcome) for outcome in Record._fields if outcome not in ACCOUNTED),
    View("registered_trade", direction=True),
    View("true_trade", direction=True),
    View("throughput", direction=True),
    View("registered_trade", ("bloc",)),
    View("sanctioned_trade", ("kind",)),
)
DEFAULT = (
    *TOTALS,
    View("registered_trade", MARKET),
    View("registered_trade", MARKET, only=EXPORT),
    View("registered_trade", commodity=True, direction=True),
    View("registered_at", PLACE),
    View("port_trade", CROSSING),
    View("throughput", CROSSING),
    View("throughput", CROSSING, only=EXPORT),
    View("background", CROSSING, only=EXPORT),
    View("capacity", CROSSING, only=EXPORT),
    View("wait", CROSSING, only=EXPORT),
    View("detained", ("declared_origin",)),
    View("detained_count", ("declared_origin",)),
    View("via_hub", MARKET),
    View("hub_markup", MARKET),
    View("intermediaries", MARKET),
    View("sanctioned_trade", ("sender",)),
    View("sanctioned_trade", ("sender", "kind")),
    View("price", ("bloc",)),
    View("detained_count", commodity=True),
    View("owned_trade", ("ownership",)),
    View("owned_firms", ("ownership",)),
    View("partner_imports", ("hub",)),
    View("sender_imports", ("sender",)),
    View("incidence", ("account",)),
    View("incidence_at", ("sender", "account")),
)
FULL = (
    *DEFAULT,
    View("registered_trade", MARKET, only=IMPORT),
    View("registered_trade", ("bloc",), direction=True),
    View("registered_trade", MARKET, commodity=True, direction=True),
    View("registered_at", PLACE, direction=True),
    View("true_trade", MARKET),
    View("true_trade", commodity=True, direction=True),
    View("true_trade", MARKET, commodity=True, direction=True),
    View("port_trade", CROSSING, direction=True),
    View("throughput", CROSSING, only=IMPORT),
    View("background", CROSSING, only=IMPORT),
    View("capacity", CROSSING, only=IMPORT),
    View("wait", CROSSING, only=IMPORT),
    View("queue", CROSSING, direction=True),
    View("active_firms", PLACE),
    View("denied", ("declared_origin",)),
    View("detained", ("sender", "declared_origin"), commodity=True),
    View("detained_count", ("sender", "declared_origin"), commodity=True),
    View("denied", ("sender", "declared_origin"), commodity=True),
    View("sanctioned_trade", ("sender",), commodity=True),
    View("sanctioned_trade", ("sender", "kind"), commodity=True),
    View("price", MARKET),
    View("price", MARKET, commodity=True, direction=True),
    View("partner_imports", ("other",)),
    View("sender_imports", ("declared_origin",)),
    View("sender_imports", ("sender", "declared_origin"), commodity=True),
    View("incidence", ("account",), direction=True),
    View("incidence_at", ("account", "market")),
    View("retail", PLACE),
)
RESOLUTIONS = {"totals": TOTALS, "default": DEFAULT, "full": FULL}


def observation(world: World, labels: Labels, resolution: str) -> Observation:
    """Choose the series of a resolution and build the matrix that makes them.

    Parameters
    ----------
    world
        Arrays of the world.
    labels
        Names of what they number.
    resolution
        `totals`, `default` or `full`.

    Returns
    -------
    Observation
        Series in the order of the views, and their matrix.

    Raises
    ------
    InputError
        If two subjects of an outcome have one name, for example a market and a bloc.
    """
    tables = {name: outcome.cells(world, labels) for name, outcome in OUTCOMES.items()}
    cells = tuple(len(table) for table in tables.values())
    first_cell = dict(zip(tables, np.cumsum((0, *cells[:-1])), strict=True))
    series, entries = [], []
    for view in RESOLUTIONS[resolution]:
        groups, group, weight = _grouped(view, tables[view.outcome], labels)
        before = sum(len(each) for each in series)
        series.append(groups)
        entries.append((before + group, first_cell[view.outcome] + group.index, weight))
    rows, columns, weights = (np.concatenate(part) for part in zip(*entries, strict=True))
    names = _named(pd.concat(series, ignore_index=True))
    matrix = sparse.csr_array((weights, (rows, columns)), shape=(len(names), sum(cells)))
    return Observation(names, matrix)


def _grouped(view: View, cells: pd.DataFrame, labels: Labels) -> tuple[pd.DataFrame, pd.Series, np.ndarray]:
    """Series of a view; the series that each of its cells belongs to (index: the cell); and the cell's weight."""
    outcome = OUTCOMES[view.outcome]
    cells = cells[cells["used"] & (cells["direction"].eq(view.only) | (not view.only))]
    if "bloc" in view.subject:
        blocs = cells["market"].map(lambda market: labels.blocs.get(market, ()))
        cells = cells.assign(bloc=blocs).explode("bloc")
    cells = cells.dropna(subset=list(view.subject))
    keys = pd.DataFrame(
        {
            "outcome": view.outcome,
            "subject": cells[list(view.subject)].agg("/".join, axis=1) if view.subject else TOTAL,
            "commodity": cells["commodity"] if view.commodity else ALL,
            "direction": cells["direction"] if view.direction or cells["direction"].nunique() == 1 else BOTH,
            "unit": outcome.unit,
        },
        index=cells.index,
    )
    group = keys.groupby(list(SERIES_COLUMNS), sort=False).ngroup()
    weight = cells["weight"].to_numpy(float)
    if outcome.mean:
        weight = weight / np.bincount(group, weight)[group]
    return keys.drop_duplicates(), group, weight


def _named(series: pd.DataFrame) -> pd.DataFrame:
    """Name the stored column of each series by its parts, which must tell it from all others."""
    names = series[list(SERIES_COLUMNS)].agg("|".join, axis=1)
    if names.duplicated().any():
        twin = series[names.duplicated()].iloc[0]
        raise InputError(f"Two subjects of {twin['outcome']} are named {twin['subject']!r}: rename a market or a bloc.")
    return series.assign(column=names)[["column", *SERIES_COLUMNS]]


class Outcome(NamedTuple):
    """An outcome: its unit, whether cells are averaged (else added up), and what each of its cells is."""

    unit: str
    mean: bool
    cells: Callable[[World, Labels], pd.DataFrame]  # one row a cell, in the order of the record


def _cells(frame: pd.DataFrame, *, used: np.ndarray | bool = True, weight: np.ndarray | float = 1.0) -> pd.DataFrame:
    """Complete a table of cells: those that no channel can reach are left out of all series."""
    return frame.assign(used=used, weight=weight)


def _cross(**axes: tuple[str, ...]) -> pd.DataFrame:
    """One row for each combination of labels, the last axis fastest, as arrays are laid out."""
    return pd.MultiIndex.from_product(axes.values(), names=axes.keys()).to_frame(index=False)


def _trade(world: World, labels: Labels, *, declared: bool) -> pd.DataFrame:
    frame = _cross(direction=DIRECTIONS, market=labels.markets, commodity=labels.commodities)
    market = world.channels.declared if declared else world.channels.market
    used = np.zeros((len(DIRECTIONS), len(labels.markets), len(labels.commodities)), bool)
    used[world.channels.direction, market, world.channels.commodity] = True
    return _cells(frame, used=used.ravel())


def _registered_trade(world: World, labels: Labels) -> pd.DataFrame:
    return _trade(world, labels, declared=True)


def _true_trade(world: World, labels: Labels) -> pd.DataFrame:
    return _trade(world, labels, declared=False)


def _registered_at(world: World, labels: Labels) -> pd.DataFrame:  # firms may move their registration: all places
    frame = _cross(direction=DIRECTIONS, place=labels.places)
    return _cells(frame.assign(commodity=ALL))


def _gates(world: World, labels: Labels) -> pd.DataFrame:
    frame = _cross(crossing=labels.crossings, direction=DIRECTIONS).assign(commodity=ALL)
    return _cells(frame, used=np.isin(np.arange(len(frame)), world.routes.stop_gate))


def _classes(world: World, labels: Labels) -> pd.DataFrame:
    authorities = world.authorities
    sender = np.repeat(labels.authorities, np.diff(authorities.class_start))
    frame = {
        "sender": sender,
        "declared_origin": np.take(labels.declared_origins, authorities.class_declared),
        "commodity": np.take(labels.commodities, authorities.class_commodity),
        "direction": EXPORT,
    }
    return _cells(pd.DataFrame(frame))


def _hubs(world: World, labels: Labels) -> pd.DataFrame:
    frame = pd.DataFrame({"market": labels.markets, "commodity": ALL, "direction": EXPORT})
    return _cells(frame, used=np.isin(np.arange(len(frame)), world.channels.hub))


def _desks(world: World, labels: Labels) -> pd.DataFrame:
    """Hubs with intermediaries; means over hubs are weighted by base flow."""
    frame = pd.DataFrame({"market": labels.markets, "commodity": ALL, "direction": EXPORT})
    flow = np.bincount(world.desks.hub, world.desks.base_flow, minlength=len(frame))
    return _cells(frame, used=flow > 0, weight=flow)


def _working(world: World, labels: Labels) -> pd.DataFrame:
    return _desks(world, labels).assign(weight=1.0)


def _sanctioned_trade(world: World, labels: Labels) -> pd.DataFrame:
    frame = _cross(sender=labels.authorities, kind=KINDS, commodity=labels.commodities)
    channels, watched = world.channels, world.channels.watched_channel
    used = np.zeros((len(labels.authorities), len(KINDS), len(labels.commodities)), bool)
    used[channels.authority[watched], channels.kind[watched], channels.commodity[watched]] = True
    return _cells(frame.assign(direction=EXPORT), used=used.ravel())


def _price(world: World, labels: Labels) -> pd.DataFrame:
    market = world.cells.market
    frame = pd.DataFrame(
        {
            "market": np.where(market >= 0, np.take(labels.markets, market), REGION),
            "commodity": np.take(labels.commodities, world.cells.commodity),
            "direction": np.where(market >= 0, EXPORT, IMPORT),
        }
    )
    return _cells(frame, used=world.cells.base_demand > 0, weight=world.cells.base_demand)


def _active_firms(world: World, labels: Labels) -> pd.DataFrame:
    return _cells(pd.DataFrame({"place": labels.places, "commodity": ALL, "direction": BOTH}))


def _listed_firms(world: World, labels: Labels) -> pd.DataFrame:
    return _cells(pd.DataFrame({"commodity": [ALL], "direction": [EXPORT]}))


def _dispatched(world: World, labels: Labels) -> pd.DataFrame:
    return _cells(pd.DataFrame({"commodity": ALL, "direction": DIRECTIONS}))


def _owners(world: World, labels: Labels) -> pd.DataFrame:
    return _cells(pd.DataFrame({"ownership": OWNERSHIPS, "commodity": ALL, "direction": BOTH}))


def _partners(world: World, labels: Labels) -> pd.DataFrame:
    exported = world.channels.direction == DIRECTIONS.index(EXPORT)
    frame = pd.DataFrame({"market": labels.markets, "commodity": ALL, "direction": EXPORT})
    number = np.arange(len(frame))
    is_hub = np.isin(number, world.channels.hub)
    frame = frame.assign(hub=frame["market"].where(is_hub), other=frame["market"].mask(is_hub))
    return _cells(frame, used=np.isin(number, world.channels.declared[exported]))


def _accounts(world: World, labels: Labels) -> pd.DataFrame:
    return _cells(_cross(account=ACCOUNTS, direction=DIRECTIONS).assign(commodity=ALL))


def _accounts_at(world: World, labels: Labels) -> pd.DataFrame:
    frame = _cross(account=ACCOUNTS_AT, market=labels.markets).assign(commodity=ALL, direction=EXPORT)
    market = np.tile(np.arange(len(labels.markets)), len(ACCOUNTS_AT))
    at_hub = frame["account"] == "hubs"
    sender = frame["market"].where(np.isin(market, world.authorities.market) & ~at_hub)
    exported = world.channels.direction == DIRECTIONS.index(EXPORT)
    used = np.where(at_hub, np.isin(market, world.channels.hub), np.isin(market, world.channels.market[exported]))
    return _cells(frame.assign(sender=sender), used=used)


def _retail(world: World, labels: Labels) -> pd.DataFrame:
    return _cells(pd.DataFrame({"place": labels.places, "commodity": ALL, "direction": EXPORT}))


OUTCOMES = {
    "registered_trade": Outcome("musd", mean=False, cells=_registered_trade),
    "registered_at": Outcome("musd", mean=False, cells=_registered_at),
    "true_trade": Outcome("musd", mean=False, cells=_true_trade),
    "port_trade": Outcome("musd", mean=False, cells=_gates),
    "throughput": Outcome("t", mean=False, cells=_gates),
    "background": Outcome("t", mean=False, cells=_gates),
    "capacity": Outcome("t", mean=False, cells=_gates),
    "wait": Outcome("days", mean=True, cells=_gates),
    "queue": Outcome("t", mean=False, cells=_gates),
    "detained": Outcome("musd", mean=False, cells=_classes),
    "detained_count": Outcome("consignments", mean=False, cells=_classes),
    "denied": Outcome("musd", mean=False, cells=_classes),
    "via_hub": Outcome("musd", mean=False, cells=_hubs),
    "hub_markup": Outcome("share", mean=True, cells=_desks),
    "intermediaries": Outcome("intermediaries", mean=False, cells=_working),
    "sanctioned_trade": Outcome("musd", mean=False, cells=_sanctioned_trade),
    "price": Outcome("index", mean=True, cells=_price),
    "active_firms": Outcome("firms", mean=False, cells=_active_firms),
    "listed_firms": Outcome("firms", mean=False, cells=_listed_firms),
    "dispatched": Outcome("musd", mean=False, cells=_dispatched),
    "owned_trade": Outcome("musd", mean=False, cells=_owners),
    "owned_firms": Outcome("firms", mean=False, cells=_owners),
    "partner_imports": Outcome("musd", mean=False, cells=_partners),
    "sender_imports": Outcome("musd", mean=False, cells=_classes),
    "incidence": Outcome("musd", mean=False, cells=_accounts),
    "incidence_at": Outcome("musd", mean=False, cells=_accounts_at),
    "retail": Outcome("musd", mean=False, cells=_retail),
}
"""Outcomes in the order of the fields of Record."""
