"""A world folder compiled into the arrays of `sim.state.World`: the seam at which names and dates stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.constants import LONGEST_DETENTION_WEEKS, USD_PER_MUSD
from sim.errors import InputError
from sim.kernels.rules import weekly_share
from sim.labels import Labels
from sim.parameters import TABLE
from sim.state import (
    CHOICE_RULES,
    KINDS,
    NOT_NAMED,
    PRESUMED,
    WAIT_BPR,
    WAIT_QUEUE,
    Authorities,
    Channels,
    Clock,
    Goods,
    Population,
    Routes,
    Sizes,
    World,
    fitted,
)
from sim.units import week_starts
from sim.world.clock import build_clock, month_names
from sim.world.frozen import frozen
from sim.world.graph import crossing_ids, geography
from sim.world.network.gates import passage_costs
from sim.world.network.layout import lay_out, passages_of
from sim.world.network.routes import LANE_COLUMNS, FoundRoutes, find_routes
from sim.world.numbered import index_of
from sim.world.size import check_size
from sim.world.tables.read import Tables
from sim.world.trade.cells import cells_of
from sim.world.trade.channels import channels_of, knowable, renumbered, traded
from sim.world.trade.classes import honest_by_year
from sim.world.trade.flows import access_costs, base_flows
from sim.world.trade.hub_pools import find_hub_pools
from sim.world.trade.population import populate, spread_firms
from sim.world.trade.shoppers import shoppers_of
from sim.world.trade.targets import base_targets, candidate_lanes, largest_targets


@dataclass(frozen=True)
class Settings:
    """What shapes a world besides its tables.

    Attributes
    ----------
    start, end
        First and last day of the run.
    spin_up_weeks
        Weeks simulated before the first observed one.
    firms
        Number of firms at the start; None for that of the table.
    slots
        Channels that a firm knows at a time.
    rows_factor
        Rows for firms over the firms at the start.
    routes_per_lane, largest_shared_cost
        Size and diversity of the choice sets of routes.
    base_theta_market, base_theta_route
        Logit scales that shape the base flows by origin.
    runs_at_a_time
        Simulated on this machine, each with a state of its own; no array depends on it.
    wait_rule
        `queue` or `bpr`.
    rule
        How firms choose: one of `sim.state.CHOICE_RULES`.
    """

    start: date
    end: date
    spin_up_weeks: int = TABLE["spin_up_weeks"].default
    firms: int | None = None
    slots: int = TABLE["slots"].default
    rows_factor: int = TABLE["rows_factor"].default
    routes_per_lane: int = TABLE["routes_per_lane"].default
    largest_shared_cost: float = TABLE["largest_shared_cost"].default
    base_theta_market: float = TABLE["base_theta_market"].default
    base_theta_route: float = TABLE["base_theta_route"].default
    runs_at_a_time: int = 1
    wait_rule: str = "queue"
    rule: str = "logit"


@dataclass(frozen=True)
class BuiltWorld:
    """Arrays of a world and the names of what they number."""

    arrays: World
    tables: Tables
    labels: Labels
    week_starts: NDArray[np.datetime64]
    months: tuple[str, ...]
    channels: pd.DataFrame


def build_world(tables: Tables, settings: Settings) -> BuiltWorld:
    """Compile a checked world.

    Parameters
    ----------
    tables
        A checked world.
    settings
        Dates, number of firms, sizes.

    Returns
    -------
    BuiltWorld
        Read-only arrays, the same for every regime, run and parameter draw.

    Raises
    ------
    InputError
        If the base year cannot be met with so few firms, a hub takes a whole market, or there is not enough memory.
    """
    shape = geography(tables.places, tables.legs, tables.crossings)
    labels = labels_of(tables)
    mondays = week_starts(settings.start, settings.end, settings.spin_up_weeks)
    check_size(tables, settings, mondays.size)
    figures = _figures(tables, labels.commodities)
    goods = _goods(figures, _centres(tables.commodities, labels.commodities))
    border = np.repeat([crossing in shape.border for crossing in shape.crossings], 2).astype(np.uint8)
    of_all = (passage_costs(tables, tables.about.base_day), goods.tonnes_per_musd, border, mondays[0])
    count = settings.firms or int(tables.firms["firms"].sum())
    targets = largest_targets(base_targets(tables), count * settings.slots)
    spread = spread_firms(tables.firms, tables.supply, targets, count)
    lanes, found = _lanes(tables, targets, spread, settings)
    commodity = index_of(lanes["commodity"], labels.commodities)
    access = access_costs(lay_out(found, commodity, *of_all)[0], goods, commodity, settings.base_theta_route)
    lanes["flow"] = base_flows(lanes, access, settings.base_theta_market, tables.bilateral)
    authorities = _authorities(tables, labels, mondays)
    about = (tables, labels, authorities)
    population, channels, lanes, found = _peopled(lanes, found, spread, settings.slots, about)
    cells, channels = cells_of(tables.demand, figures, labels, channels)
    route_arrays, gates = lay_out(found, channels.commodity, *of_all)
    months = month_names(settings.start, settings.end)
    world = World(
        sizes=_sizes(settings, labels, mondays, months, route_arrays, population.place.size),
        clock=_clock(tables, labels, settings, mondays),
        goods=goods,
        gates=gates,
        shoppers=shoppers_of(shape, tables, labels.places, mondays),
        routes=route_arrays,
        passages=passages_of(route_arrays, gates),
        channels=channels,
        cells=cells,
        authorities=authorities,
        hub_pools=find_hub_pools(
            channels, authorities, index_of(pd.Series(labels.declared_origins, dtype=str), labels.markets)
        ),
        population=population,
    )
    return BuiltWorld(
        arrays=frozen(fitted(world, world)),
        tables=tables,
        labels=labels,
        week_starts=mondays,
        months=tuple(months),
        channels=lanes,
    )


def _clock(tables: Tables, labels: Labels, settings: Settings, mondays: NDArray[np.datetime64]) -> Clock:
    return build_clock(
        mondays,
        settings.start,
        settings.end,
        tables.seasons,
        labels.commodities,
        settings.spin_up_weeks,
        tables.about.base_year,
    )


def _peopled(
    lanes: pd.DataFrame,
    found: FoundRoutes,
    spread: pd.DataFrame,
    slots: int,
    about: tuple[Tables, Labels, Authorities],
) -> tuple[Population, Channels, pd.DataFrame, FoundRoutes]:
    """Put firms to lanes with base flows; what nobody can ever know is left out, and lanes and routes with it."""
    channels, groups = channels_of(lanes, found.lane, *about)
    target = np.unique(lanes["target"], return_inverse=True)[1].astype(np.int32)
    population, channels = populate(spread, groups, channels, target, slots, traded(channels, about[1]))
    known = knowable(channels, population)
    lanes = lanes.assign(flow=channels.base_flow)[known].reset_index(drop=True)
    found = _only(found, known[found.lane], np.cumsum(known) - 1)
    kept = channels_of(lanes, found.lane, *about)[0]._replace(base_value=channels.base_value[known])
    return renumbered(population, known), kept, lanes, found


def labels_of(tables: Tables) -> Labels:
    """Give the names of what the arrays of a world number.

    Parameters
    ----------
    tables
        A checked world.
    """
    markets, classes = tables.markets, tables.inspection_classes
    return Labels(
        markets=tuple(markets["market"]),
        commodities=tuple(tables.commodities["commodity"]),
        places=tuple(sorted(tables.firms.loc[tables.firms["firms"] > 0, "place"].unique())),
        crossings=crossing_ids(tables.places, tables.crossings),
        authorities=tuple(sorted(classes["sender"].unique())),
        declared_origins=tuple(sorted(classes["declared_origin"].unique())),
        blocs=dict(zip(markets["market"], (tuple(words.split()) for words in markets["blocs"]), strict=True)),
    )


def _figures(tables: Tables, commodities: Sequence[str]) -> pd.DataFrame:
    """Figures of the commodities, a row each, by name."""
    figures = tables.commodity_figures.pivot_table(index="commodity", columns="quantity", values="value")
    return figures.loc[list(commodities)]


def _centres(commodities: pd.DataFrame, names: Sequence[str]) -> NDArray[np.int32]:
    """Commodity whose customs centre reviews each commodity: its own, where the table names none."""
    rows = commodities.set_index("commodity").loc[list(names), "centre"]
    return index_of(rows.where(rows != "", rows.index), names)


def _goods(figures: pd.DataFrame, centre: NDArray[np.int32]) -> Goods:
    spoilage = [weekly_share(np.float64(share)) for share in figures["spoilage_per_day"]]
    return Goods(
        tonnes_per_musd=USD_PER_MUSD / figures["value_usd_per_t"].to_numpy(float),
        time_value_per_day=figures["time_value_per_day"].to_numpy(np.float32),
        spoilage_per_week=np.array(spoilage, float),
        consignment_musd=(figures["consignment_value_usd"] / USD_PER_MUSD).to_numpy(np.float32),
        content_share=figures["content_share"].to_numpy(np.float32),
        made_here_share=figures[["made_here_share", "made_here_by_traders"]].to_numpy(np.float32).T,
        centre=centre,
    )


def _lanes(
    tables: Tables, targets: pd.DataFrame, spread: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, FoundRoutes]:
    """Find candidate channels that a route joins; flows of hubs that nothing joins go back to direct trade."""
    supply = spread.groupby(["origin", "commodity", "direction"])["trade_share"].sum().rename("supply").reset_index()
    supply["supply"] /= supply.groupby(["commodity", "direction"])["supply"].transform("sum")
    lanes = candidate_lanes(targets, supply)
    search = {"routes_per_lane": settings.routes_per_lane, "largest_shared_part": settings.largest_shared_cost}
    routes = find_routes(tables, lanes[LANE_COLUMNS], **search)
    kept = np.array([day is None or day <= settings.end for day in routes.opens])
    joined = np.bincount(routes.lane[kept], minlength=len(lanes)) > 0
    lanes = _return_flows(lanes, joined)
    number = np.cumsum(joined) - 1
    return lanes[joined].reset_index(drop=True), _only(routes, kept, number)


def _return_flows(lanes: pd.DataFrame, joined: NDArray[np.bool_]) -> pd.DataFrame:
    """Give the flow of targets that no lane serves to the direct one of the same market, commodity and direction."""
    key = ["market", "commodity", "direction"]
    served = lanes.assign(joined=joined).groupby("target")["joined"].transform("any")
    lost = lanes[~served].drop_duplicates("target")
    unreached = lost[lost["kind"] == KINDS[0]]
    if len(unreached):
        row = unreached.iloc[0]
        raise InputError(
            f"demand.csv: no route joins the region and market {row['market']} "
            f"({row['direction']} of {row['commodity']})."
        )
    extra = lost.groupby(key)["flow_musd"].sum().rename("extra").reset_index()
    extra = lanes[key].merge(extra, how="left")["extra"].fillna(0.0).to_numpy()
    return lanes.assign(flow_musd=lanes["flow_musd"] + np.where(lanes["kind"] == KINDS[0], extra, 0.0))


def _only(routes: FoundRoutes, kept: NDArray[np.bool_], number: NDArray[np.int64]) -> FoundRoutes:
    """Routes that are kept, with lanes renumbered."""
    rows = np.flatnonzero(kept)
    return FoundRoutes(
        lanes=routes.lanes,
        lane=number[routes.lane[rows]],
        legs=tuple(routes.legs[row] for row in rows),
        gates=tuple(routes.gates[row] for row in rows),
        gate_days=tuple(routes.gate_days[row] for row in rows),
        last_days=routes.last_days[rows],
        freight_usd_per_t=routes.freight_usd_per_t[rows],
        path_size=routes.path_size[rows],
        border_gate=routes.border_gate[rows],
        opens=tuple(routes.opens[row] for row in rows),
    )


def _authorities(tables: Tables, labels: Labels, mondays: NDArray[np.datetime64]) -> Authorities:
    """Make the customs of the senders: a budget in proportion to the consignments they see, the largest being 1."""
    classes, legitimate, year = honest_by_year(tables.inspection_classes, mondays)
    sender = index_of(classes["sender"], labels.authorities)
    presumed = classes["declared_origin"] == tables.about.address
    counts = np.bincount(sender, minlength=len(labels.authorities))
    seen = np.bincount(sender, legitimate.mean(axis=0), minlength=len(labels.authorities))
    return Authorities(
        class_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        market=index_of(pd.Series(labels.authorities, dtype=str), labels.markets),
        budget_share=(seen / max(seen.max(initial=0.0), 1e-12)).astype(np.float32),
        class_declared=index_of(classes["declared_origin"], labels.declared_origins),
        class_commodity=index_of(classes["commodity"], labels.commodities),
        class_priority=np.where(presumed, PRESUMED, NOT_NAMED).astype(np.uint8),
        class_prior=classes["prior_hit"].fillna(-1).to_numpy(np.float32),
        legitimate=legitimate,
        legitimate_year=year,
    )


def _sizes(
    settings: Settings,
    labels: Labels,
    mondays: NDArray[np.datetime64],
    months: list[str],
    routes: Routes,
    firms: int,
) -> Sizes:
    longest = max(int(routes.stop_whole_weeks.max()), int(routes.last_whole_weeks.max()), LONGEST_DETENTION_WEEKS)
    return Sizes(
        weeks=mondays.size,
        months=len(months),
        markets=len(labels.markets),
        commodities=len(labels.commodities),
        places=len(labels.places),
        ring_weeks=longest + 2,
        rows=firms * settings.rows_factor,
        slots=settings.slots,
        wait_rule=WAIT_BPR if settings.wait_rule == "bpr" else WAIT_QUEUE,
        declared_origins=len(labels.declared_origins),
        choice_rule=CHOICE_RULES.index(settings.rule),
    )
