"""Room for a state and for records: arrays of the right shape, made once a thread and filled by the kernels."""

import numpy as np

from sim.kernels.markets.intermediaries import ROWS
from sim.kernels.numbers.columns import PARTS
from sim.kernels.observe import TALLIES
from sim.kernels.roads.port_plans import YEARS_OF_PLANS
from sim.state import (
    ACCOUNTS,
    ACCOUNTS_AT,
    FIRM_CLASSES,
    KINDS,
    OWNERSHIPS,
    Books,
    Census,
    Customs,
    Firms,
    Force,
    Intermediaries,
    Lanes,
    Markets,
    Ports,
    Record,
    Scratch,
    State,
    World,
)

BLOCK = 512


def new_state(world: World) -> State:
    """Make room for one run; `begin` fills it."""
    rows, slots, ring = world.sizes.rows, world.sizes.slots, world.sizes.ring_weeks
    channels, cells = world.channels.market.size, world.cells.commodity.size
    gates, classes, authorities = (
        world.gates.border_days.size,
        world.authorities.legitimate.size,
        world.authorities.market.size,
    )
    groups = world.channels.group_start.size - 1
    listed = world.routes.channel.size + world.routes.stop_gate.size
    return State(
        firms=new_firms(rows, slots),
        lanes=new_lanes(world),
        ports=Ports(
            *(np.zeros(gates) for _ in range(11)),
            planned=np.zeros((YEARS_OF_PLANS, gates)),
            due_t=np.zeros((ring_for(world.routes.stop_whole_weeks), gates)),
            sent_t=np.zeros((ring_for(world.routes.stop_whole_weeks), gates)),
            expected_wait_days=np.zeros((int(world.gates.approach_days.max(initial=0)) // 7 + 2, gates)),
            approach_queue_days=np.zeros(world.gates.approach_gate.size, np.float32),
        ),
        customs=Customs(
            *(np.zeros(classes) for _ in range(5)),
            detained_hidden=np.zeros(classes),
            detained_legitimate=np.zeros(classes),
            detained_musd=np.zeros(classes),
            denied_musd=np.zeros(classes),
            dispatched=np.zeros(classes),
            hidden_due=np.zeros((ring, classes)),
            legitimate_due=np.zeros((ring, classes)),
        ),
        markets=Markets(
            price=np.ones(cells, np.float32),
            shock=np.zeros(cells, np.float32),
            arrivals=np.zeros(cells),
            demand=np.zeros(cells),
            size=np.zeros(cells, np.float32),
            released=np.zeros(cells),
        ),
        force=Force(
            **{
                name: np.zeros((FIRM_CLASSES, channels), np.float32)
                for name in ("ban", "believed", "hazard", "burden", "compliant")
            },
            **{
                name: np.zeros(channels, np.float32)
                for name in ("ban_sensitivity", "detention", "tariff", "friction", "payment", "closed")
            },
            class_detention=np.zeros(classes, np.float32),
            banned=np.zeros(FIRM_CLASSES, np.int32),
            burdened=np.zeros(FIRM_CLASSES, np.int32),
            named=np.zeros(channels, np.int32),
            banning=np.zeros(authorities, np.int32),
            shut=np.zeros(1, np.int32),
            firm_news=np.zeros(1, np.int32),
            subsidy=np.zeros(world.sizes.places, np.float32),
            pressure=np.zeros(1, np.float32),
            passage=np.zeros(world.routes.channel.size, np.float32),
            driver=np.zeros(cells, np.float32),
            refused=np.zeros(cells, np.float32),
            budget=np.zeros(authorities, np.float32),
            inspected=np.zeros(classes, np.int32),
            **{name: np.zeros(channels + 1, np.uint8) for name in ("selective", "news")},
        ),
        intermediaries=new_intermediaries(world),
        books=new_books(world),
        ledger=np.zeros(5),
        census=Census(
            leader=np.zeros(groups, np.int32),
            main_channel=np.zeros(groups, np.int32),
            margin=np.zeros(groups),
            capacity=np.zeros(groups),
            firms=np.zeros(groups),
            base_firms=np.zeros(groups),
            crowding=np.zeros(groups, np.float32),
            entrant_size=np.zeros(groups, np.float32),
            pull=np.zeros(channels),
        ),
        rows_used=np.zeros(2, np.int64),
        unit_cost=np.zeros(groups, np.float32),
        season=np.ones(world.sizes.commodities, np.float32),
        scratch=Scratch(
            uniform=np.zeros((4, BLOCK), np.float32),
            words=np.zeros((4, BLOCK), np.uint64),
            utility=np.zeros((slots, BLOCK), np.float32),
            excess=np.zeros((slots, BLOCK), np.float32),
            top=np.zeros(BLOCK, np.float32),
            per_weight=np.zeros(BLOCK, np.float32),
            mean=np.zeros(BLOCK, np.float32),
            picked=np.zeros(BLOCK, np.uint32),
            chosen=np.zeros(BLOCK, np.uint32),
            marked=np.zeros(BLOCK, np.int32),
            place=np.zeros(BLOCK, np.uint32),
            value=np.zeros(BLOCK),
            account=np.zeros(2 * (channels + 1)),
            channel_force=np.zeros((6 + 3 * FIRM_CLASSES, channels), np.float32),
            stale_route=np.zeros(listed, np.uint32),
            stale_value=np.zeros(listed, np.float32),
            channel_rate=np.zeros(channels),
            route_mass=np.zeros(places_of(world)),
            road=np.zeros((3, channels)),
            parts=np.zeros((2, PARTS)),
            cell_value=np.zeros(cells),
            tally=np.zeros((TALLIES, world.sizes.places * len(OWNERSHIPS)), np.int64),
            owned=np.zeros((TALLIES, len(OWNERSHIPS))),
        ),
    )


def places_of(world: World) -> int:
    """Count the places of routes: slots times channels."""
    channels = world.channels.market.size
    return (int(world.passages.place.max(initial=0)) // channels + 1) * channels


def new_firms(rows: int, slots: int) -> Firms:
    """Make room for the columns of the firms."""
    whole = ("active", "fate", "made_here", "complies", "fresh")  # flags: see docs/decisions/flags.md
    whole += ("born_week", "place", "registered", "commodity", "direction", "ownership", "group")
    columns = {name: np.zeros(rows, np.int32) for name in whole}
    columns["generation"] = np.zeros(rows, np.uint32)
    columns |= {name: np.zeros(rows, np.uint64) for name in ("listed", "caught")}
    columns |= {name: np.zeros(rows, np.float32) for name in ("capacity", "stock", "unit_cost", "margin", "shipped")}
    columns["channel"] = np.zeros((slots, rows), np.uint32)
    rest = [name for name in Firms._fields if name not in columns]
    return Firms(**columns, **{name: np.zeros((slots, rows), np.float32) for name in rest})


def new_lanes(world: World) -> Lanes:
    """Make room for what is known about channels and routes, and for the goods on them."""
    channels, routes = world.channels.market.size, world.routes.channel.size
    watched, stops = world.channels.watched_channel.size, world.routes.stop_gate.size
    columns = {name: np.zeros(routes, np.float32) for name in ("base_cost", "queue_cost", "route_cost")}
    columns |= {name: np.zeros(places_of(world), np.float32) for name in ("route_weight", "route_share", "extra_cost")}
    columns["priced_days"] = np.zeros(world.gates.approach_gate.size, np.float32)
    columns |= {
        name: np.zeros(channels, np.float32)
        for name in (
            "reference",
            "channel_weight",
            "access_cost",
            "access_base",
            "appeal",
            "markup",
            "border_value",
        )
    }
    columns |= {name: np.zeros(channels + 1, np.float32) for name in ("attraction", "keep", "friction")}
    columns["payment"] = np.zeros(channels, np.float32)
    columns |= {
        name: np.zeros(channels)
        for name in (
            "share_sum",
            "dispatched",
            "made_here",
            "found",
            "found_count",
            "found_made_here",
            "cleared",
            "arrived",
            "released",
        )
    }
    columns |= {"stop_queue": np.zeros(stops), "stop_passing": np.zeros(stops)}
    columns["stop_due"] = np.zeros(int((world.routes.stop_whole_weeks + 1).sum()))
    columns["arrivals_due"] = np.zeros((ring_for(world.routes.last_whole_weeks), channels))
    columns["detained_due"] = np.zeros((world.sizes.ring_weeks, watched))
    columns["detained_made_here_due"] = np.zeros((world.sizes.ring_weeks, watched))
    columns["class_flow"] = np.zeros((FIRM_CLASSES // 2, channels))
    rest = [name for name in Lanes._fields if name not in columns]
    return Lanes(**columns, **{name: np.zeros(watched) for name in rest})


def new_intermediaries(world: World) -> Intermediaries:
    """Make room for the agents of the hubs."""
    desks, markets = world.desks.hub.size, world.sizes.markets
    rows = ROWS * desks
    return Intermediaries(
        active=np.zeros(rows, np.int32),
        generation=np.zeros(rows, np.uint32),
        listed_since=np.zeros(rows, np.int32),
        capacity=np.zeros(rows),
        flow=np.zeros(desks),
        working=np.zeros(desks, np.int32),
        desk_capacity=np.zeros(desks),
        markup_factor=np.ones(desks + 1, np.float32),
        threat=np.zeros(desks),
        threatened=np.zeros(markets, np.int32),
        **{name: np.zeros(markets) for name in ("denied", "hub_flow", "hub_taken", "hub_markup", "hub_working")},
    )


def new_books(world: World) -> Books:
    """Make room for the week's bills and books."""
    sizes, places = world.sizes, places_of(world)
    rates = ("freight_rate", "fee_rate", "travel_rate")
    return Books(
        **{name: np.zeros(places, np.float32) for name in rates},
        road=np.zeros((4, 2)),
        waiting=np.zeros((sizes.commodities, 2)),
        spoiled=np.zeros((sizes.commodities, 2)),
        stopped=np.zeros((3, sizes.commodities)),
        accounts=np.zeros((len(ACCOUNTS), 2)),
        accounts_at=np.zeros((len(ACCOUNTS_AT), sizes.markets)),
        partner_imports=np.zeros(sizes.markets),
        sender_imports=np.zeros(world.authorities.legitimate.size),
        retail=np.zeros(sizes.places),
    )


def ring_for(whole_weeks: np.ndarray) -> int:
    """Give the rows of a delay line that holds these waits: no more, since goods under way fill the cache."""
    return int(whole_weeks.max(initial=0)) + 2


def record_cells(world: World) -> dict[str, int]:
    """Count the cells of each array of a `Record`."""
    sizes = world.sizes
    gates, classes = world.gates.border_days.size, world.authorities.legitimate.size
    trade = 2 * sizes.markets * sizes.commodities
    by_gate = ("port_trade", "throughput", "background", "capacity", "wait", "queue")
    cells = {"registered_trade": trade, "registered_at": 2 * sizes.places, "true_trade": trade}
    cells |= dict.fromkeys(by_gate, gates)
    cells |= dict.fromkeys(("detained", "detained_count", "denied"), classes)
    cells |= {
        "via_hub": sizes.markets,
        "hub_markup": sizes.markets,
        "intermediaries": sizes.markets,
        "sanctioned_trade": world.authorities.market.size * len(KINDS) * sizes.commodities,
        "price": world.cells.commodity.size,
        "active_firms": sizes.places,
        "listed_firms": 1,
        "dispatched": 2,
        "owned_trade": len(OWNERSHIPS),
        "owned_firms": len(OWNERSHIPS),
        "partner_imports": sizes.markets,
        "sender_imports": classes,
        "incidence": 2 * len(ACCOUNTS),
        "incidence_at": len(ACCOUNTS_AT) * sizes.markets,
        "retail": sizes.places,
    }
    return cells


def new_records(world: World, runs: int) -> Record:
    """Make room for the records of some runs, all zero: arrays [runs, months, cells]."""
    cells = record_cells(world)
    return Record(*(np.zeros((runs, world.sizes.months, cells[name])) for name in Record._fields))
