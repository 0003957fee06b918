"""The network as a graph of legs and gates in which every path crosses China's border exactly once.

A crossing is one place in the tables and two nodes here, joined by the *gate*: the near one faces the
region, the far one faces away from it. A border crossing has Chinese neighbours at its near node and
foreign ones at its far node; a third-country crossing (a change of gauge, a sea port of the middle corridor)
has its neighbours at both. Legs within China lie before the border, all others behind it, and none leads
back, so a path cannot return. A hub is a stop on the way: the foreign part exists twice, before and
after the hub, and only the hub joins the two.

All paths are found from the region outwards. For imports the legs are turned round first, so a path from the
region outwards is the path of the goods read backwards.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

HOME_COUNTRY = "CN"
NO_LEG = -1
NO_GATE = -1

Node = tuple[str, str]
"""Place and the part of the graph: home, near, far, abroad; the last two end in 2 behind a hub."""


@dataclass(frozen=True)
class Graph:
    """Arcs from the region outwards, for one direction and one hub or none.

    Attributes
    ----------
    nodes
        Number of each node.
    ends
        Shape (A, 2), int64: nodes where an arc begins and ends.
    leg
        Shape (A,), int64: row of legs.csv from 0, `NO_LEG` for a gate or a hub.
    gate
        Shape (A,), int64: gate, 2 x crossing + direction (0 export, 1 import); `NO_GATE` for a leg or a hub.
    """

    nodes: dict[Node, int]
    ends: NDArray[np.int64]
    leg: NDArray[np.int64]
    gate: NDArray[np.int64]


@dataclass(frozen=True)
class Geography:
    """What the tables say about where things are."""

    home: frozenset[str]
    crossings: tuple[str, ...]
    border: frozenset[str]
    legs: tuple[tuple[str, str, bool], ...]


def crossing_ids(places: pd.DataFrame, crossings: pd.DataFrame) -> tuple[str, ...]:
    """Crossings of crossings.csv in the order of places.csv; the gates are numbered after it."""
    named = set(crossings["crossing"])
    return tuple(place for place in places["place"] if place in named)


def geography(places: pd.DataFrame, legs: pd.DataFrame, crossings: pd.DataFrame) -> Geography:
    """Sort places into home and abroad and crossings into border and third-country ones.

    A crossing is at the border when it lies in China or a leg joins it to a Chinese place.
    """
    home = frozenset(places.loc[places["country"] == HOME_COUNTRY, "place"])
    ids = crossing_ids(places, crossings)
    arcs = tuple(
        (begin, end, both == "yes")
        for begin, end, both in zip(legs["from_place"], legs["to_place"], legs["both_ways"], strict=True)
    )
    neighbours = {(begin, end) for begin, end, _ in arcs} | {(end, begin) for begin, end, _ in arcs}
    border = {crossing for crossing in ids if crossing in home}
    border |= {crossing for crossing, other in neighbours if crossing in ids and other in home and other not in ids}
    return Geography(home, ids, frozenset(border), arcs)


def build_graph(where: Geography, direction: int, hub: str = "") -> Graph:
    """Build the graph of one direction.

    Parameters
    ----------
    where
        Places and legs.
    direction
        0 export, 1 import.
    hub
        Place where goods must stop on the way, or empty.
    """
    arcs = [*_leg_arcs(where, direction), *_gate_arcs(where, direction)]
    if hub:
        behind = [(_behind_hub(tail), _behind_hub(head), leg, gate) for tail, head, leg, gate in arcs if _abroad(tail)]
        stop = end_node(where, hub)
        arcs += [*behind, (stop, _behind_hub(stop), NO_LEG, NO_GATE)]
    nodes: dict[Node, int] = {}
    numbers = np.array(
        [
            (nodes.setdefault(tail, len(nodes)), nodes.setdefault(head, len(nodes)), leg, gate)
            for tail, head, leg, gate in arcs
        ],
        dtype=np.int64,
    ).reshape(-1, 4)
    return Graph(nodes, numbers[:, :2].copy(), numbers[:, 2].copy(), numbers[:, 3].copy())


def start_node(where: Geography, origin: str) -> Node:
    """Node of a place in the region or inland."""
    return (origin, "near" if origin in where.border else "home")


def end_node(where: Geography, place: str, *, behind_hub: bool = False) -> Node:
    """Node of a place abroad; a crossing is reached when its gate is passed."""
    node = (place, "far" if place in where.crossings else "abroad")
    return _behind_hub(node) if behind_hub else node


def _behind_hub(node: Node) -> Node:
    return node[0], node[1] + "2"


def _abroad(node: Node) -> bool:
    """Whether the copy behind a hub has the node too; a border crossing's gate has none."""
    return node[1] in {"abroad", "far", "near third"}


def _leg_arcs(where: Geography, direction: int) -> Iterator[tuple[Node, Node, int, int]]:
    for row, (begin, end, both) in enumerate(where.legs):
        ways = [(begin, end), (end, begin)] if both else [(begin, end)]
        for start, stop in ways:
            way = (start, stop) if direction == 0 else (stop, start)
            tail, head = _tail(where, *way), _head(where, *way)
            if tail and head:
                yield tail, head, row, NO_GATE


def _tail(where: Geography, start: str, stop: str) -> Node | None:
    """Node that a leg leaves on the way outwards, None when it leads back to the border or across it."""
    if start in where.border:
        return None if stop in where.home or stop in where.border else (start, "far")
    if start in where.home:
        return (start, "home") if stop in where.home or stop in where.border else None
    return end_node(where, start)


def _head(where: Geography, start: str, stop: str) -> Node | None:
    if stop in where.border:
        return (stop, "near") if start in where.home and start not in where.border else None
    if stop in where.home:
        return (stop, "home") if start in where.home and start not in where.border else None
    return (stop, "near third") if stop in where.crossings else (stop, "abroad")


def _gate_arcs(where: Geography, direction: int) -> Iterator[tuple[Node, Node, int, int]]:
    for number, crossing in enumerate(where.crossings):
        near = "near" if crossing in where.border else "near third"
        yield (crossing, near), (crossing, "far"), NO_LEG, 2 * number + direction


def reached_places(
    places: pd.DataFrame, legs: pd.DataFrame, crossings: pd.DataFrame, origins: Iterable[str], direction: str
) -> set[str]:
    """Places abroad that some route joins to one of the origins, planned legs included.

    Parameters
    ----------
    places, legs, crossings
        Typed tables.
    origins
        Places with firms.
    direction
        `export` or `import`.
    """
    where = geography(places, legs, crossings)
    graph = build_graph(where, int(direction == "import"))
    onward: dict[int, list[int]] = {}
    for tail, head in graph.ends.tolist():
        onward.setdefault(tail, []).append(head)
    waiting = [graph.nodes[node] for node in (start_node(where, place) for place in origins) if node in graph.nodes]
    reached = set(waiting)
    while waiting:
        fresh = [head for head in onward.get(waiting.pop(), ()) if head not in reached]
        reached.update(fresh)
        waiting += fresh
    return {place for (place, part), number in graph.nodes.items() if number in reached and part in {"abroad", "far"}}


def border_faults(places: pd.DataFrame, legs: pd.DataFrame, crossings: pd.DataFrame) -> Iterator[str]:
    """Legs that cross China's border without a crossing, one sentence each."""
    where = geography(places, legs, crossings)
    for row, (begin, end, _) in zip(legs.index, where.legs, strict=True):
        if (begin in where.home) != (end in where.home) and not {begin, end} & where.border:
            yield (
                f"legs.csv row {row}: the leg from_place '{begin}' to_place '{end}' crosses China's border "
                "where crossings.csv has no crossing."
            )
