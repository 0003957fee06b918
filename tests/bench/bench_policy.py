"""How long the library of regimes takes to compile for ten years, on the shipped world and on one fifty times as wide.

The wide world repeats the channels, routes and price cells of the shipped one under new markets and commodities: 200
markets x 100 commodities. Regimes name what they name; what is measured is the search for what each measure reaches.
"""

import sys
import time
import tracemalloc
from dataclasses import replace
from itertools import product

import numpy as np

from sim.config import load
from sim.paths import shipped
from sim.policy.compile.regime import compile_policy
from sim.policy.language.load import load_regime
from sim.world.build import BuiltWorld
from sim.world.open import world_of

TEN_YEARS = ("start=2021-01-01", "end=2030-12-31")
WIDE_MARKETS, WIDE_COMMODITIES = 200, 100
INDEX_OF_MARKETS = ("market", "declared", "hub")


def library() -> list[str]:
    """Names of all regimes."""
    return sorted(path.stem for path in shipped("conf").joinpath("regime").glob("*.yaml"))


def widened(built: BuiltWorld) -> BuiltWorld:
    """Repeat a world under new markets and commodities."""
    markets, goods = len(built.labels.markets), len(built.labels.commodities)
    copies = list(product(range(WIDE_MARKETS // markets), range(WIDE_COMMODITIES // goods)))
    world, count = built.arrays, len(copies)
    channels, cells, routes = world.channels, world.cells, world.routes
    abroad, inward = (np.array([copy[axis] for copy in copies]) for axis in (0, 1))

    def moved(index: np.ndarray, step: np.ndarray, size: int) -> np.ndarray:
        shifted = index[None, :] + step[:, None] * size
        return np.where(index[None, :] < 0, index[None, :], shifted).ravel().astype(np.int32)

    wide = {
        name: np.tile(getattr(channels, name), count) for name in ("origin", "direction", "kind", "inspection_class")
    }
    wide |= {name: moved(getattr(channels, name), abroad, markets) for name in INDEX_OF_MARKETS}
    wide |= {"commodity": moved(channels.commodity, inward, goods), "group": np.tile(channels.group, count)}
    lengths = np.tile(np.diff(channels.route_start), count)
    wide["route_start"] = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    stops = (routes.stop_route[None, :] + np.arange(count)[:, None] * routes.channel.size).ravel()
    arrays = world._replace(
        channels=channels._replace(**wide),
        cells=cells._replace(
            market=moved(cells.market, abroad, markets), commodity=moved(cells.commodity, inward, goods)
        ),
        routes=routes._replace(stop_route=stops.astype(np.int32), stop_gate=np.tile(routes.stop_gate, count)),
        goods=world.goods._replace(content_share=np.tile(world.goods.content_share, WIDE_COMMODITIES // goods)),
    )
    more_markets = tuple(f"market_{i}" for i in range(markets, WIDE_MARKETS))
    more_goods = tuple(f"good_{i}" for i in range(goods, WIDE_COMMODITIES))
    return replace(
        built,
        arrays=arrays,
        labels=built.labels._replace(
            markets=(*built.labels.markets, *more_markets), commodities=(*built.labels.commodities, *more_goods)
        ),
    )


def measure(built: BuiltWorld) -> tuple[float, float]:
    """Seconds and peak megabytes to read and compile the library."""
    begin = time.perf_counter()
    for name in library():
        compile_policy(load_regime(name), built)
    seconds = time.perf_counter() - begin
    tracemalloc.start()
    for name in library():
        compile_policy(load_regime(name), built)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return seconds, peak


if __name__ == "__main__":
    shipped_world = world_of(load([*TEN_YEARS]))
    for title, built in (("shipped world", shipped_world), ("200 markets x 100 commodities", widened(shipped_world))):
        seconds, peak = measure(built)
        size = built.arrays.channels.market.size
        sys.stdout.write(f"{len(library())} regimes, {title}, {size:,} channels: {seconds:.2f} s, peak {peak:.0f} MB\n")
