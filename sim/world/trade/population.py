"""Firms of the base: how many where, how large, which channels each knows, and utilities at which they meet the base.

Sizes are the quantiles of the Pareto distribution, the same in every run: random Pareto sizes with an exponent near 1
would make the region's total vary by its double. Firms of a place are spread over commodities and directions in
proportion to the square root of base flow, so that large branches have more and larger firms (assumed; no source
gives the joint counts).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.kernels import fitting
from sim.state import EXPORT, FIRM_KINDS, MAKER, OWNERSHIPS, TRADER, Channels, Population

WORLD_SEED = 20190101
LARGEST_BASE_ERROR = 0.003  # what the firms meet is the base of a run
SHORT = 0.99  # a target of which less is met goes to one more firm
ROUNDS = 6
HOLDER_MULTIPLE = 20.0
COST_OF_A_GIFT = 3.0
MOST_TRADED = 0.85  # traders' part of the trade that is open to them, at most: makers hold some of every market
MADE_HERE_ORDER, COMPLIANCE_ORDER, GOODS_ORDER = 1, 2, 3


def largest_remainder(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers in proportion to weights, with a given sum; ties go to the earlier one.

    Examples
    --------
    >>> largest_remainder(np.array([1.0, 1.0, 2.0]), 5).tolist()
    [1, 1, 3]
    """
    exact = weights / weights.sum() * total
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - whole.sum()]] += 1
    return whole


def pareto_quantiles(count: int, tail: float) -> NDArray[np.float64]:
    """Give the sizes of firms, largest first, summing to 1: quantiles of a Pareto distribution of exponent `tail`."""
    ranks = np.arange(count)[::-1] + 0.5
    logs = -_log(1 - ranks / count) / tail
    sizes = np.empty(count)
    fitting.exponentials(logs - logs.max(), sizes)
    return sizes / sizes.sum()


def _log(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithms with the kernels' own bits."""
    out = np.empty(x.size)
    fitting.logarithms(x, out)
    return out


def spread_firms(firms: pd.DataFrame, supply: pd.DataFrame, targets: pd.DataFrame, wanted: int) -> pd.DataFrame:
    """Spread the firms of the table over the branches (commodity x direction) of their places.

    Parameters
    ----------
    firms
        Table firms.csv.
    supply
        Table supply.csv: places whose part of a branch is not that of all trade.
    targets
        Base flows by commodity and direction.
    wanted
        Number of firms.

    Returns
    -------
    pandas.DataFrame
        Columns origin, ownership, kind, in_area, size_tail, trade_share, commodity, direction, count. Every branch
        has a firm, but with few firms not at every place.

    Raises
    ------
    InputError
        If there are fewer firms than branches.
    """
    rows = firms[firms["firms"] > 0].rename(columns={"place": "origin"}).reset_index(drop=True)
    branches = targets.groupby(["commodity", "direction"], sort=True)["flow_musd"].sum().reset_index()
    if wanted < len(branches):
        raise InputError(f"firms={wanted} is too few: each of {len(branches)} branches of trade needs one.")
    per_row = largest_remainder(rows["firms"].to_numpy(float), wanted)
    larger = times_larger(rows, supply, branches)
    weight = np.sqrt(branches["flow_musd"].to_numpy(float) * larger)
    counts = np.array([largest_remainder(mine, int(number)) for mine, number in zip(weight, per_row, strict=True)])
    for branch in np.flatnonzero(counts.sum(axis=0) == 0):
        spare = np.where((counts.sum(axis=0) > 1) & (larger[:, [branch]] > 0), counts, 0)
        giver = np.unravel_index(np.argmax(spare), counts.shape)
        counts[giver] -= 1
        counts[giver[0], branch] += 1
    rows["in_area"] = in_areas(rows)
    columns = ["origin", "ownership", "kind", "in_area", "size_tail", "trade_share"]
    table = rows[columns].merge(branches[["commodity", "direction"]], how="cross").assign(count=counts.ravel())
    table["trade_share"] *= larger.ravel()
    return table[table["count"] > 0].reset_index(drop=True)


def times_larger(rows: pd.DataFrame, supply: pd.DataFrame, branches: pd.DataFrame) -> NDArray[np.float64]:
    """Tell how many times its part of all trade a place has of each branch.

    Parameters
    ----------
    rows
        Columns origin and trade_share, a row a kind of firm.
    supply
        Table supply.csv.
    branches
        Columns commodity and direction.

    Returns
    -------
    numpy.ndarray
        Shape (rows, branches); 1 where no place of a branch is named.

    Examples
    --------
    >>> rows = pd.DataFrame({"origin": ["a", "b", "c"], "trade_share": [0.5, 0.3, 0.2]})
    >>> named = pd.DataFrame({"place": ["a"], "commodity": ["cars"], "direction": ["export"], "share": [0.8]})
    >>> branches = pd.DataFrame({"commodity": ["cars", "tea"], "direction": ["export", "export"]})
    >>> times_larger(rows, named, branches).round(3).tolist()
    [[1.6, 1.0], [0.4, 1.0], [0.4, 1.0]]
    """
    larger = np.ones((len(rows), len(branches)))
    usual = rows.groupby("origin")["trade_share"].sum()
    usual /= usual.sum()
    for (commodity, direction), named in supply.groupby(["commodity", "direction"]):
        share = named.set_index("place")["share"].reindex(usual.index)
        left = usual[share.isna()].sum()
        rest = max(1 - share.sum(), 0.0) / left if left > 0 else 0.0
        branch = ((branches["commodity"] == commodity) & (branches["direction"] == direction)).to_numpy()
        larger[:, branch] = rows["origin"].map((share / usual).fillna(rest)).to_numpy(float)[:, np.newaxis]
    return larger


def in_areas(firms: pd.DataFrame) -> NDArray[np.int32]:
    """Tell which rows of firms lie in the area of a zone, int32; where none of a place does, the place is all area.

    Examples
    --------
    >>> in_areas(pd.DataFrame({"origin": ["a", "a", "b"], "zone": ["yes", "no", "no"]})).tolist()
    [1, 0, 1]
    """
    inside = firms["zone"] == "yes"
    whole = ~inside.groupby(firms["origin"]).transform("any")
    return (inside | whole).to_numpy(np.int32)


def settle(spread: pd.DataFrame, group_of: pd.DataFrame, flows: NDArray[np.float64]) -> pd.DataFrame:
    """Make one row a firm: its group, ownership, kind and base volume.

    Parameters
    ----------
    spread
        Of `spread_firms`.
    group_of
        Columns origin, commodity, direction and group.
    flows
        Base flow of each group.

    Returns
    -------
    pandas.DataFrame
        Columns group, ownership, kind, in_area, volume_musd, sorted by group and falling volume; volumes of a group
        sum to its flow.
    """
    rows = spread.merge(group_of, on=["origin", "commodity", "direction"])
    parts = [
        pd.DataFrame(
            {
                "group": row.group,
                "ownership": OWNERSHIPS.index(row.ownership),
                "kind": FIRM_KINDS.index(row.kind),
                "in_area": row.in_area,
                "volume_musd": row.trade_share * pareto_quantiles(int(row.number), row.size_tail),
            }
        )
        for row in rows.rename(columns={"count": "number"}).itertuples(index=False)
    ]
    table = pd.concat(parts, ignore_index=True)
    scale = flows / np.bincount(table["group"], table["volume_musd"], minlength=flows.size)
    table["volume_musd"] *= scale[table["group"]]
    return table.sort_values(["group", "volume_musd"], ascending=[True, False], kind="stable", ignore_index=True)


def place_traders(firms: pd.DataFrame, groups: pd.DataFrame, channels: Channels, traded: NDArray[np.bool_]) -> None:
    """Put traders where the trade that is open to them is, and leave each place its part of traders.

    Their part of a group follows the part of the group's flow that is open to them. Where that is none, or a group has
    no maker for the rest, its firms are makers.

    Parameters
    ----------
    firms
        Of `settle`; kind and volume_musd are written, the volume of a group stays.
    groups
        One row a group, in order: place_index.
    channels
        Of the world.
    traded
        [K]: open to traders.
    """
    count, group = len(groups), firms["group"].to_numpy()
    flow = np.bincount(channels.group, channels.base_flow, minlength=count)
    traded_share = np.bincount(channels.group, channels.base_flow * traded, minlength=count) / flow
    place = groups["place_index"].to_numpy()
    mean = np.bincount(place, flow * traded_share) / np.maximum(np.bincount(place, flow), 1e-300)
    by_traders = firms["kind"].to_numpy() == TRADER
    volume = firms["volume_musd"].to_numpy()
    had = np.bincount(group, volume * by_traders, minlength=count) / np.bincount(group, volume, minlength=count)
    wanted = np.minimum(had * traded_share / np.maximum(mean[place], 1e-300), MOST_TRADED * traded_share)
    none = (wanted <= 0) | (had >= 1) & (traded_share < 1)
    factor = np.where(by_traders, _over(wanted, had)[group], _over(1 - wanted, 1 - had)[group])
    firms["volume_musd"] = np.where(none[group], volume, volume * factor)
    firms["kind"] = np.where(none[group], MAKER, firms["kind"])


def _over(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.ones(part.size), where=whole > 0)


def draw_channels(
    firms: pd.DataFrame, channels: Channels, target: NDArray[np.int32], slots: int, traded: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Channels that each firm knows at base, int32 [Q, F]; every target is held by some firm.

    Drawn without replacement with chances in proportion to base flow, for traders among those open to them. A target
    that no draw hit is given to the firm whose volume is nearest to a multiple of the target's flow, in place of
    its least channel.

    Parameters
    ----------
    firms
        One row a firm: group, kind and volume_musd.
    channels
        Of the world.
    target
        [K]: base flow that a channel counts for.
    slots
        Channels that a firm knows.
    traded
        [K]: open to traders.
    """
    group = firms["group"].to_numpy(np.int32)
    by_traders = firms["kind"].to_numpy() == TRADER
    if traded.all():
        channel = _drawn(group, channels, channels.base_flow, slots)
    else:
        channel = _drawn(group, channels, _left_to_makers(firms, channels, traded), slots)
        theirs = _drawn(group, channels, np.where(traded, channels.base_flow, 0.0), slots)
        theirs[~traded[theirs]] = -1
        channel[:, by_traders] = theirs[:, by_traders]
    unknown = np.setdiff1d(target, target[channel[channel >= 0]])
    given = np.zeros(group.size, np.int64)
    give_targets(unknown, firms, channels, target, traded, channel, given)
    return channel, given


def give_targets(
    wanted: NDArray[np.int64],
    firms: pd.DataFrame,
    channels: Channels,
    target: NDArray[np.int32],
    traded: NDArray[np.bool_],
    channel: NDArray[np.int32],
    given: NDArray[np.int64],
) -> None:
    """Give each of some targets to one more firm, in place of a channel whose target others know as well.

    Writes `channel`.
    """
    group, volume = firms["group"].to_numpy(np.int32), firms["volume_musd"].to_numpy(float)
    makers = firms["kind"].to_numpy() != TRADER
    holders = np.bincount(target[channel[channel >= 0]], minlength=int(target.max()) + 1)
    flow = np.bincount(target, channels.base_flow)
    for t in wanted:
        mine = np.flatnonzero(target == t)
        wanting = _Wanting(mine, float(flow[t]), makers | traded[mine].all())
        _give(wanting, channel, group, volume, channels, target, holders, given)


def _left_to_makers(firms: pd.DataFrame, channels: Channels, traded: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Find the base flow [K] of each channel less what traders carry of those open to them."""
    groups = channels.group_start.size - 1
    flow = np.bincount(channels.group, channels.base_flow * traded, minlength=groups)
    carried = np.bincount(firms["group"], firms["volume_musd"] * (firms["kind"] == TRADER), minlength=groups)
    left = 1.0 - np.minimum(np.divide(carried, flow, out=np.zeros(groups), where=flow > 0), MOST_TRADED)
    return channels.base_flow * np.where(traded, left[channels.group], 1.0)


def _drawn(group: NDArray[np.int32], channels: Channels, flow: NDArray[np.float64], slots: int) -> NDArray[np.int32]:
    """Channels of each firm, int32 [Q, F], drawn with chances in proportion to a flow."""
    channel = np.full((slots, group.size), -1, np.int32)
    fitting.draw_slots(group, channels.group_start, flow, WORLD_SEED, channel, np.zeros(flow.size))
    return channel


@dataclass(frozen=True)
class _Wanting:
    """A target that no firm holds yet: its channels, its flow, and which firms it is open to."""

    channels: NDArray[np.int64]
    flow_musd: float
    firms: NDArray[np.bool_]


def _give(
    wanting: _Wanting,
    channel: NDArray[np.int32],
    group: NDArray[np.int32],
    volume: NDArray[np.float64],
    channels: Channels,
    target: NDArray[np.int32],
    holders: NDArray[np.int64],
    given: NDArray[np.int64],
) -> None:
    """Give one channel of a target to the firm that suits it best, in place of one whose target has other holders.

    Writes `channel`, `holders` and `given`.
    """
    in_group = channels.group[wanting.channels]
    first, last = (
        np.searchsorted(group, in_group),
        np.searchsorted(group, in_group, side="right"),
    )  # firms come by group
    users = np.concatenate([np.arange(*ends) for ends in zip(first, last, strict=True)])
    users = users[wanting.firms[users]]
    distance = np.abs(_log(volume[users] / (HOLDER_MULTIPLE * wanting.flow_musd))) + COST_OF_A_GIFT * given[users]
    for firm in users[np.argsort(distance, kind="stable")]:
        new = wanting.channels[np.flatnonzero(in_group == group[firm])[0]]
        if new in channel[:, firm] or given[firm] >= channel.shape[0] // 2:
            continue
        for slot in range(channel.shape[0] - 1, -1, -1):
            old = channel[slot, firm]
            if old < 0 or holders[target[old]] > 1:
                channel[slot, firm] = new
                holders[target[new]] += 1
                holders[target[old]] -= old >= 0
                given[firm] += 1
                return


def hashed_ranks(commodity: NDArray[np.int32], volume: NDArray[np.float64], order: int) -> NDArray[np.float32]:
    """Rank in (0, 1) of each firm within its commodity (or whatever is numbered), by volume in a hashed order.

    The firms with a rank below m hold about the share m of the commodity's volume, whatever m is: so the share that is
    made in the region, or that complies, can vary by run without new draws. Two orders know nothing of each other.
    """
    key = np.empty(volume.size, np.uint64)
    fitting.draw_keys(WORLD_SEED, order, key)
    ranks = np.zeros(volume.size, np.float32)
    for c in np.unique(commodity):
        mine = np.flatnonzero(commodity == c)
        mine = mine[np.argsort(key[mine], kind="stable")]
        running = np.cumsum(volume[mine])
        ranks[mine] = (running - volume[mine] / 2) / running[-1]
    return ranks


def branch_medians(groups: pd.DataFrame, firms: pd.DataFrame, volume: NDArray[np.float64]) -> NDArray[np.float32]:
    """Give each group the median base volume of the firms of its commodity and direction, whatever their place.

    Parameters
    ----------
    groups, firms
        One row a group, and one a firm: columns commodity and direction.
    volume
        [F].
    """
    branch = ["commodity", "direction"]
    medians = firms[branch].assign(volume=volume).groupby(branch)["volume"].median()
    return medians.reindex(pd.MultiIndex.from_frame(groups[branch])).to_numpy(np.float32)


def _meet_base(
    firms: pd.DataFrame,
    channels: Channels,
    target: NDArray[np.int32],
    traded: NDArray[np.bool_],
    channel: NDArray[np.int32],
    given: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find utilities [K] and shares [Q, F] at which the firms meet the base.

    Firms that know the same channels share alike, and count as one with the volume of all. Where firms do not meet
    the base, targets that stay short are given to one more firm each, and it is tried again. Writes `channel`.

    Raises
    ------
    InputError
        Where too few firms are there.
    """
    volume, target_flow = firms["volume_musd"].to_numpy(float), np.bincount(target, channels.base_flow)
    met, wanted = np.zeros(target_flow.size), np.stack([_log(target_flow), np.zeros(target_flow.size)])
    for _ in range(ROUNDS):
        value = _log(channels.base_flow)
        known, theirs = alike(channel, volume)
        fitting.contract(known, theirs, target, wanted, value, np.empty(known.shape), met, _work(theirs))
        error = np.abs(met - target_flow).sum() / target_flow.sum()
        if error <= LARGEST_BASE_ERROR:
            share = np.empty(channel.shape)
            fitting.share_slots(channel, value, share, _work(volume))
            return value, share
        give_targets(np.flatnonzero(met < SHORT * target_flow), firms, channels, target, traded, channel, given)
    raise InputError(f"firms={volume.size} is too few to meet the base year's trade: {error:.1%} of it goes elsewhere.")


def alike(channel: NDArray[np.int32], volume: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Find the different lists of channels that firms know, whatever the order of the slots.

    Parameters
    ----------
    channel, volume
        Of the firms: [Q, F], -1 where a slot is empty, and [F].

    Returns
    -------
    channel : numpy.ndarray
        [Q, L] int32: each list as the first firm has it, in the order of firms; neighbours then add to different
        channels, which is quicker.
    volume : numpy.ndarray
        [L]: of all firms with the list.
    """
    _, first, mine = np.unique(np.sort(channel, axis=0), axis=1, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return np.take(channel, first[order], axis=1), np.bincount(mine, volume)[order]


def _work(volume: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scratch of the search for shares."""
    return np.empty((2, volume.size))


def populate(
    spread: pd.DataFrame,
    groups: pd.DataFrame,
    channels: Channels,
    target: NDArray[np.int32],
    slots: int,
    traded: NDArray[np.bool_],
) -> tuple[Population, Channels]:
    """Build the firms of the base and the utilities of the channels at which they meet every target.

    Parameters
    ----------
    spread
        Of `spread_firms`.
    groups
        One row a group, in order: origin, commodity, direction, and place_index, commodity_index, direction_index.
    target
        int32 [K]: the base flow that a channel counts for (market, commodity, direction, kind, hub; all origins).
    slots
        Channels that a firm knows.
    traded
        [K]: open to traders at base.

    Returns
    -------
    population : Population
    channels : Channels
        With `base_value` set and `base_flow` as the firms meet it.

    Raises
    ------
    InputError
        Where too few firms are there to meet the base.
    """
    flows = np.bincount(channels.group, channels.base_flow)
    table = settle(spread, groups.assign(group=np.arange(len(groups))), flows)
    if not traded.all():
        place_traders(table, groups, channels, traded)
        table = table.sort_values(["group", "volume_musd"], ascending=[True, False], kind="stable", ignore_index=True)
    group = table["group"].to_numpy(np.int32)
    volume = table["volume_musd"].to_numpy(float)
    channel, given = draw_channels(table, channels, target, slots, traded)
    value, share = _meet_base(table, channels, target, traded, channel, given)
    flow = np.zeros(value.size)
    known = channel >= 0
    np.add.at(flow, channel[known], (share * volume)[known])
    mine = groups.iloc[group]
    commodity = mine["commodity_index"].to_numpy(np.int32)
    direction = mine["direction_index"].to_numpy(np.int32)
    alike = commodity * len(FIRM_KINDS) + table["kind"].to_numpy(np.int32)
    population = Population(
        place=mine["place_index"].to_numpy(np.int32),
        commodity=commodity,
        direction=direction,
        ownership=table["ownership"].to_numpy(np.int32),
        kind=table["kind"].to_numpy(np.int32),
        group=group,
        in_area=table["in_area"].to_numpy(np.int32),
        made_rank=np.where(direction == EXPORT, hashed_ranks(alike, volume, MADE_HERE_ORDER), 1).astype(np.float32),
        comply_rank=hashed_ranks(commodity, volume, COMPLIANCE_ORDER),
        goods_rank=hashed_ranks(group, volume, GOODS_ORDER),
        base_volume=volume.astype(np.float32),
        median_volume=branch_medians(groups, mine, volume),
        channel=channel,
        share=share.astype(np.float32),
    )
    return population, channels._replace(base_value=value.astype(np.float32), base_flow=flow)
