"""Channels: who may sell what to whom, over which hub and how declared; and which of them can ever be known."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.about import About
from sim.labels import Labels
from sim.state import DIRECTIONS, EXPORT, KINDS, Authorities, Channels, Population
from sim.world.numbered import index_of
from sim.world.tables.read import Tables
from sim.world.trade.targets import declared_origin

BORDER_TRADE = "border_trade"  # word among the blocs of markets that traders know at base


def _classes_of(lanes: pd.DataFrame, authorities: Authorities, labels: Labels, about: About) -> NDArray[np.int32]:
    """Inspection class of each channel: (sender, declared origin, commodity); -1 where nobody inspects."""
    sender = np.repeat(np.arange(len(labels.authorities)), np.diff(authorities.class_start))
    keys = list(
        zip(sender.tolist(), authorities.class_declared.tolist(), authorities.class_commodity.tolist(), strict=True)
    )
    number = {key: row for row, key in enumerate(keys)}
    wanted = zip(
        index_of(lanes["market"], labels.authorities).tolist(),
        index_of(pd.Series(declared_origin(lanes["kind"], lanes["hub"], about)), labels.declared_origins).tolist(),
        index_of(lanes["commodity"], labels.commodities).tolist(),
        strict=True,
    )
    found = np.array([number.get(key, -1) for key in wanted], np.int32)
    return np.where(lanes["direction"] == DIRECTIONS[EXPORT], found, -1).astype(np.int32)


def channels_of(
    lanes: pd.DataFrame, lane_of_route: NDArray[np.int64], tables: Tables, labels: Labels, authorities: Authorities
) -> tuple[Channels, pd.DataFrame]:
    """Make the arrays of the channels, and the groups of firms that can use them.

    Parameters
    ----------
    lanes
        A row a channel, sorted by group: origin, commodity, direction, market, hub, kind, flow, markup and
        lost_in_transit.
    lane_of_route
        [R] in rising order: row of the lane that each route serves.
    tables
        A checked world.
    labels
        Its names.
    authorities
        Customs of the senders.

    Returns
    -------
    channels : Channels
        With utilities at base still to be found.
    groups : DataFrame
        A row a group: origin, commodity and direction, and their indexes.
    """
    direction = index_of(lanes["direction"], DIRECTIONS)
    market, hub = index_of(lanes["market"], labels.markets), index_of(lanes["hub"], labels.markets)
    origin, commodity = index_of(lanes["origin"], labels.places), index_of(lanes["commodity"], labels.commodities)
    exported = direction == EXPORT
    authority = np.where(exported, index_of(lanes["market"], labels.authorities), -1).astype(np.int32)
    watched = np.where(authority >= 0, np.cumsum(authority >= 0) - 1, -1).astype(np.int32)
    group = lanes.groupby(["origin", "commodity", "direction"], sort=False).ngroup().to_numpy(np.int32)
    starts = np.concatenate([np.flatnonzero(np.diff(group, prepend=-1)), [group.size]]).astype(np.int32)
    groups = lanes.loc[starts[:-1], ["origin", "commodity", "direction"]].reset_index(drop=True)
    groups = groups.assign(
        place_index=origin[starts[:-1]], commodity_index=commodity[starts[:-1]], direction_index=direction[starts[:-1]]
    )
    tariff = tables.markets["base_tariff"].to_numpy(float)[market]
    channels = Channels(
        route_start=np.searchsorted(lane_of_route, np.arange(len(lanes) + 1)).astype(np.int32),
        origin=origin,
        commodity=commodity,
        direction=direction,
        market=market,
        declared=np.where(hub >= 0, hub, market).astype(np.int32),
        hub=hub,
        kind=index_of(lanes["kind"], KINDS),
        cell=np.where(
            exported,
            market * len(labels.commodities) + commodity,
            len(labels.markets) * len(labels.commodities) + commodity,
        ).astype(np.int32),
        inspection_class=_classes_of(lanes, authorities, labels, tables.about),
        authority=authority,
        watched=watched,
        group=group,
        base_flow=lanes["flow"].to_numpy(float),
        inland_pull=_inland_pull(tables, lanes, group),
        base_value=np.zeros(len(lanes), np.float32),
        base_tariff=np.where(exported, tariff, 0.0).astype(np.float32),
        markup=lanes["markup"].to_numpy(np.float32),
        lost_in_transit=lanes["lost_in_transit"].to_numpy(np.float32),
        group_start=starts,
        watched_channel=np.flatnonzero(authority >= 0).astype(np.int32),
    )
    return channels, groups


def _inland_pull(tables: Tables, lanes: pd.DataFrame, group: NDArray[np.int32]) -> NDArray[np.float64]:
    """Give what inland firms sell by each channel, a running sum within its group; they sell directly."""
    sold = lanes["market"].map(tables.markets.set_index("market")["inland_share"].fillna(0.0)).to_numpy(float)
    direct = (lanes["kind"] == KINDS[0]) & (lanes["direction"] == DIRECTIONS[EXPORT])
    return pd.Series(np.where(direct, sold, 0.0)).groupby(group).cumsum().to_numpy()


def traded(channels: Channels, labels: Labels) -> NDArray[np.bool_]:
    """Find the channels open to traders: to markets with border trade, or all where no market has that word.

    Parameters
    ----------
    channels, labels
        Of a world.
    """
    with_border_trade = np.array([BORDER_TRADE in labels.blocs[market] for market in labels.markets])
    return with_border_trade[channels.market] if with_border_trade.any() else np.ones(channels.market.size, bool)


def knowable(channels: Channels, population: Population) -> NDArray[np.bool_]:
    """Find the channels that a firm knows, may find, or brings along.

    A search draws channels in proportion to base flow. Inland firms that register in a zone bring their buyers,
    whatever the flow of the base. All other channels nobody can ever know.

    Parameters
    ----------
    channels, population
        Of a world; base flows final.

    Returns
    -------
    numpy.ndarray
        [K].
    """
    pull = np.diff(channels.inland_pull, prepend=0.0)
    first = channels.group_start[:-1]
    pull[first] = channels.inland_pull[first]
    held = np.zeros(channels.group.size, bool)
    held[population.channel[population.channel >= 0]] = True
    return held | (channels.base_flow > 0) | (pull > 0)


def renumbered(population: Population, known: NDArray[np.bool_]) -> Population:
    """Give firms the numbers that their channels have when only some are kept.

    Parameters
    ----------
    population
        Of a world.
    known
        [K]: channels that are kept; those of firms are among them.
    """
    number = np.append(np.cumsum(known) - 1, -1).astype(np.int32)
    return population._replace(channel=number[population.channel])
