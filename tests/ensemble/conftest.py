"""A world with the labels of a realistic one and nothing behind them: enough to name series and to hash."""

import sys
from pathlib import Path

import numpy as np
import pytest

from sim.labels import Labels
from sim.state import KINDS, Authorities, Cells, Channels, Clock, Gates, HubPools, Population, Routes, Sizes, World

sys.path.insert(0, str(Path(__file__).parent))  # for `small`, whichever way pytest imports

MARKETS, COMMODITIES, PLACES, CROSSINGS, DECLARED = 33, 10, 20, 32, 12
AUTHORITIES, CLASSES = 3, 60
BLOCS = ("central_asia", "eaeu", "asean", "eu", "west", "south_asia", "gulf", "east_asia")


def _named(table, **arrays):
    return table(**{name: arrays.get(name, np.zeros(1)) for name in table._fields})


@pytest.fixture(scope="session")
def labels() -> Labels:
    """Names of a region with 33 markets in eight blocs and 32 crossings."""
    names = {
        "markets": MARKETS,
        "commodities": COMMODITIES,
        "places": PLACES,
        "crossings": CROSSINGS,
        "authorities": AUTHORITIES,
        "declared_origins": DECLARED,
    }
    texts = {each: tuple(f"{each}_{i}" for i in range(count)) for each, count in names.items()}
    blocs = {market: (BLOCS[i % len(BLOCS)],) for i, market in enumerate(texts["markets"]) if i < MARKETS - 1}
    return Labels(**texts, blocs=blocs)


@pytest.fixture(scope="session")
def world() -> World:
    """Every market, commodity and direction is traded; the last crossing is on no route, markets 1 to 6 are hubs."""
    lane = np.indices((2, MARKETS, COMMODITIES)).reshape(3, -1)
    channels = {"direction": lane[0], "market": lane[1], "declared": lane[1], "commodity": lane[2]}
    channels |= {"authority": lane[1] % AUTHORITIES, "kind": lane[1] // AUTHORITIES % len(KINDS)}
    channels["watched_channel"] = np.arange(MARKETS * COMMODITIES)
    market = np.repeat(np.arange(-1, MARKETS), COMMODITIES)
    cells = {
        "market": market,
        "commodity": np.tile(np.arange(COMMODITIES), MARKETS + 1),
        "base_demand": np.random.default_rng(1).lognormal(0, 1, len(market)),
    }
    classes = np.indices((AUTHORITIES, CLASSES // AUTHORITIES)).reshape(2, -1)[1]
    authorities = {
        "class_start": np.arange(0, CLASSES + 1, CLASSES // AUTHORITIES),
        "class_declared": classes % DECLARED,
        "class_commodity": classes // DECLARED,
    }
    month = np.array([[-1, -1], [-1, 0], [0, -1], [0, 1], [1, -1]], np.int32)
    weight = np.array([[1, 0], [3 / 7, 4 / 7], [1, 0], [2 / 7, 5 / 7], [1, 0]])
    return World(
        sizes=_named(Sizes, months=2, weeks=5, markets=MARKETS, commodities=COMMODITIES, places=PLACES),
        clock=_named(Clock, month=month, flow_weight=weight, spin_up_weeks=np.array([1])),
        goods=(),
        gates=_named(Gates, border_days=np.zeros(2 * CROSSINGS)),
        shoppers=(),
        routes=_named(Routes, stop_gate=np.arange(2 * CROSSINGS - 2)),
        passages=(),
        channels=_named(Channels, hub=np.array([-1, 1, 2, 3, 4, 5, 6]), **channels),
        cells=_named(Cells, **cells),
        authorities=_named(Authorities, **authorities),
        hub_pools=_named(HubPools, hub=np.arange(1, 7), base_flow=np.arange(1.0, 7.0)),
        population=_named(Population, place=np.zeros(7, np.int32)),
    )
