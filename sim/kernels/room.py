"""Room for records: arrays of the right shape."""

import numpy as np

from sim.state import ACCOUNTS, ACCOUNTS_AT, KINDS, OWNERSHIPS, Record, World


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
