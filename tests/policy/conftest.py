"""A world of fourteen channels laid by hand, so that what a scope reaches can be counted with a finger."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.about import find_world, read_about
from sim.constants import NEVER
from sim.labels import Labels
from sim.policy.language.load import load_regime
from sim.policy.language.names import Names
from sim.state import DIRECT, EMBODIED, EXPORT, IMPORT, PARCEL, RELABELLED, TRANSIT_DECLARED, GateSchedule, World
from sim.units import week_starts

MARKETS = ("united_states", "germany", "france", "kazakhstan", "malaysia")
COMMODITIES = ("cotton", "solar")
PLACES = ("urumqi", "kashgar", "chengdu")
CROSSINGS = ("khorgos", "shanghai")
ORIGINS = ("region", "other_china", "malaysia")
BLOCS = {"united_states": ("west",), "germany": ("eu", "west"), "france": ("eu", "west")}
LABELS = Labels(MARKETS, COMMODITIES, PLACES, CROSSINGS, MARKETS[:2], ORIGINS, BLOCS)

US, GERMANY, FRANCE, KAZAKHSTAN, MALAYSIA, NONE = 0, 1, 2, 3, 4, -1
CHANNELS = (  # origin, commodity, direction, market, declared, hub, kind, inspection class, crossings of its routes
    (0, 0, EXPORT, US, US, NONE, DIRECT, 0, (1,)),  # 0
    (1, 1, EXPORT, US, US, NONE, DIRECT, 1, (1,)),  # 1
    (2, 0, EXPORT, US, US, NONE, DIRECT, 2, (1,)),  # 2: inland
    (0, 0, EXPORT, US, US, MALAYSIA, RELABELLED, 3, (1,)),  # 3
    (0, 1, EXPORT, US, US, MALAYSIA, EMBODIED, 4, (1,)),  # 4
    (0, 0, EXPORT, US, US, NONE, PARCEL, 0, (1,)),  # 5
    (0, 0, EXPORT, GERMANY, GERMANY, NONE, DIRECT, -1, (0, 1)),  # 6: two routes
    (0, 1, EXPORT, FRANCE, FRANCE, NONE, DIRECT, -1, (0, 1)),  # 7
    (0, 0, EXPORT, KAZAKHSTAN, KAZAKHSTAN, NONE, DIRECT, -1, (0,)),  # 8
    (1, 1, EXPORT, KAZAKHSTAN, KAZAKHSTAN, NONE, DIRECT, -1, (0,)),  # 9
    (0, 0, EXPORT, GERMANY, KAZAKHSTAN, KAZAKHSTAN, TRANSIT_DECLARED, -1, (0,)),  # 10
    (0, 0, IMPORT, US, US, NONE, DIRECT, -1, (1,)),  # 11
    (0, 1, IMPORT, GERMANY, GERMANY, NONE, DIRECT, -1, (0,)),  # 12
    (0, 0, IMPORT, KAZAKHSTAN, KAZAKHSTAN, NONE, DIRECT, -1, (0,)),  # 13
)


def _columns(**columns):
    return SimpleNamespace(**{name: np.array(values, dtype=np.int32) for name, values in columns.items()})


def _world() -> World:
    names = ("origin", "commodity", "direction", "market", "declared", "hub", "kind", "inspection_class")
    columns = dict(zip(names, list(zip(*CHANNELS, strict=True))[:8], strict=True))
    crossings = [row[8] for row in CHANNELS]
    starts = np.concatenate(([0], np.cumsum([len(own) for own in crossings])))
    passed = [2 * crossing + row[2] for row, own in zip(CHANNELS, crossings, strict=True) for crossing in own]
    keys = [row[:3] for row in CHANNELS]
    groups = list(dict.fromkeys(keys))
    cells = [(market, commodity) for market in range(5) for commodity in range(2)] + [(-1, 0), (-1, 1)]
    return World(
        sizes=None,
        clock=None,
        gates=None,
        shoppers=None,
        hub_pools=None,
        passages=None,
        population=SimpleNamespace(
            group=np.tile(range(len(groups)), 2), base_volume=np.arange(2.0 * len(groups)) % 5 + 1
        ),
        goods=SimpleNamespace(content_share=np.array([0.15, 0.1], dtype=np.float32)),
        routes=_columns(stop_gate=passed, stop_route=range(len(passed))),
        channels=_columns(route_start=starts, group=[groups.index(key) for key in keys], **columns),
        cells=_columns(market=[cell[0] for cell in cells], commodity=[cell[1] for cell in cells]),
        authorities=_columns(
            market=[US, GERMANY], class_start=[0, 5, 5], class_declared=[0, 0, 1, 2, 2], class_commodity=[0, 1, 0, 0, 1]
        ),
    )


@pytest.fixture
def names() -> Names:
    return Names(
        LABELS,
        read_about(find_world("xinjiang")),
        causes=("pandemic",),
        known={"markets": frozenset({"japan"}), "commodities": frozenset({"coal"})},
    )


@pytest.fixture
def built():
    """Labels and arrays of the hand-made world over the eight weeks from Monday 2022-05-30."""
    from datetime import date

    return SimpleNamespace(
        arrays=_world(),
        tables=None,
        labels=LABELS,
        week_starts=week_starts(date(2022, 5, 30), date(2022, 7, 24)),
    )


@pytest.fixture
def gates() -> GateSchedule:
    """Four gates of 70 t a week, one version of knowledge each, always open."""
    return GateSchedule(
        capacity_t=np.full((4, 8), 70.0),
        background_t=np.zeros((4, 8)),
        background_share=np.zeros((4, 8)),
        open_share=np.ones((4, 8)),
        version=np.repeat(np.arange(4, dtype=np.int32)[:, np.newaxis], 8, axis=1),
        known_capacity_t=np.full((4, 8), 70.0),
        next_open_days=np.zeros((4, 8), dtype=np.float32),
        gone_week=np.full(4, NEVER, dtype=np.int32),
        ordinary_t=np.full((4, 8), 70.0),
        hours_headroom=np.ones((4, 8)),
        plans_from_week=np.zeros(4, dtype=np.int32),
    )


@pytest.fixture
def regime_of(tmp_path):
    """Write measures, each a flow mapping or a block, to a file on no background and load it."""

    def load(**measures: str):
        lines = ["purpose: A test.", "background: replaces", "measures:"]
        lines += [f"  {name}: {{{keys}, source: assumed}}" for name, keys in measures.items()]
        path = tmp_path / "own.yaml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return load_regime(path)

    return load
