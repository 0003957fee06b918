"""What the cells of an outcome's arrays are: their axes, and a table with one row a cell.

The axes say how long an array is, as in `sim.state.axes`; the table names each cell by columns such as `market` or
`crossing`, says whether anything can reach it (`used`), and how much it weighs in a mean (`weight`). Both come from
here, and a test holds the one to the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.labels import Labels
from sim.outcomes.names import ALL, BOTH
from sim.state import ACCOUNTS, ACCOUNTS_AT, DIRECTIONS, KINDS, OWNERSHIPS, World, lengths

EXPORT, IMPORT = DIRECTIONS
REGION = "region"


class OutcomeCells(NamedTuple):
    """Cells of an outcome.

    Attributes
    ----------
    axes
        Names parted by commas, the last the fastest; a number is a length.
    table
        Gives one row a cell, in the order of the array: `commodity`, `direction`, `used`, `weight`, and columns that a
        view may group by.
    """

    axes: str
    table: Callable[[World, Labels], pd.DataFrame]

    def count(self, sizes: dict[str, int]) -> int:
        """Count the cells, given the lengths of the axes of a world."""
        return math.prod(lengths(self.axes, sizes))


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
    frame = _trade(world, labels, declared=True)
    sends = frame["market"].isin(labels.authorities)
    return frame.assign(sending=frame["market"].where(sends), other=frame["market"].mask(sends))


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


def _hub_pools(world: World, labels: Labels) -> pd.DataFrame:
    """Hubs with intermediaries; means over hubs are weighted by base flow."""
    frame = pd.DataFrame({"market": labels.markets, "commodity": ALL, "direction": EXPORT})
    flow = np.bincount(world.hub_pools.hub, world.hub_pools.base_flow, minlength=len(frame))
    return _cells(frame, used=flow > 0, weight=flow)


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
    used = (world.cells.base_demand > 0) & (world.cells.nest == 0)
    return _cells(frame, used=used, weight=world.cells.base_demand)


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
    channels, senders = world.channels, np.isin(market, world.authorities.market)
    exported = channels.direction == DIRECTIONS.index(EXPORT)
    sold, bought = (np.isin(market, channels.market[which]) for which in (exported, ~exported))
    hubs = np.isin(market, channels.hub)
    reached = {"hubs": hubs, "importers": senders, "false_alarms": senders, "suppliers": bought}
    used = np.select([frame["account"] == name for name in reached], reached.values(), default=sold)
    sender = frame["market"].where(senders & ~frame["account"].isin(["hubs", "suppliers"]))
    return _cells(frame.assign(sender=sender), used=used)


def _retail(world: World, labels: Labels) -> pd.DataFrame:
    return _cells(pd.DataFrame({"place": labels.places, "commodity": ALL, "direction": EXPORT}))


REGISTERED_TRADE = OutcomeCells("2, M, C", _registered_trade)
TRUE_TRADE = OutcomeCells("2, M, C", _true_trade)
REGISTERED_AT = OutcomeCells("2, O", _registered_at)
GATES = OutcomeCells("G", _gates)
CLASSES = OutcomeCells("H", _classes)
HUBS = OutcomeCells("M", _hubs)
HUB_POOLS = OutcomeCells("M", _hub_pools)
WATCHED = OutcomeCells(f"D, {len(KINDS)}, C", _sanctioned_trade)
PRICES = OutcomeCells("N", _price)
PLACES = OutcomeCells("O", _active_firms)
LISTED = OutcomeCells("1", _listed_firms)
WAYS = OutcomeCells(f"{len(DIRECTIONS)}", _dispatched)
OWNERS = OutcomeCells("owners", _owners)
PARTNERS = OutcomeCells("M", _partners)
ACCOUNTED = OutcomeCells(f"accounts, {len(DIRECTIONS)}", _accounts)
ACCOUNTED_AT = OutcomeCells(f"{len(ACCOUNTS_AT)}, M", _accounts_at)
RETAIL = OutcomeCells("O", _retail)
