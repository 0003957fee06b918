"""The network as a graph of legs and gates in which every path crosses the border of home exactly once.

Home is where trade starts or ends: the region's own places, and all that lies behind the same border. A crossing
is one place in the tables and two nodes here, joined by the *gate*: the near one faces home, the far one faces away
from it. A border crossing has neighbours at home at its near node and ones abroad at its far node; a third-country
crossing (a change of gauge, a sea port on the way) has its neighbours at both. Legs within home lie before the
border, all others behind it, and none leads back, so a path cannot return.

All paths are found from home outwards. For imports the legs are turned round first, so a path from home outwards is
the path of the goods read backwards.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SIDES_OF_THE_BORDER = HOME, ABROAD = ("home", "abroad")
"""What the column `side` of places.csv says."""

NO_LEG = -1
NO_GATE = -1

Node = tuple[str, str]
"""Place and the part of the graph: home or abroad; near, near abroad (of a third-country crossing) or far."""

Arc = tuple[int, int, Node, Node]
"""Leg, gate, and the nodes where the arc begins and ends."""


@dataclass(frozen=True)
class Graph:
    """Arcs from home outwards, for one direction.

    Attributes
    ----------
    nodes
        Number of each node.
    ends
        Shape (A, 2), int64: nodes where an arc begins and ends.
    leg
        Shape (A,), int64: row of legs.csv from 0, `NO_LEG` for a gate.
    gate
        Shape (A,), int64: gate, 2 x crossing + direction (0 export, 1 import); `NO_GATE` for a leg.
    """

    nodes: dict[Node, int]
    ends: NDArray[np.int64]
    leg: NDArray[np.int64]
    gate: NDArray[np.int64]


@dataclass(frozen=True)
class Geography:
    """What the tables say about where things are.

    Attributes
    ----------
    home
        Places at home.
    crossings
        Crossings in the order of their gates.
    border
        Those of them at the border of home.
    legs
        Begin, end, and whether it leads both ways, of each row of legs.csv.
    """

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

    A crossing is at the border when it lies at home or a leg joins it to a place at home.
    """
    home = frozenset(places.loc[places["side"] == HOME, "place"])
    ids = crossing_ids(places, crossings)
    arcs = tuple(
        (begin, end, both == "yes")
        for begin, end, both in zip(legs["from_place"], legs["to_place"], legs["both_ways"], strict=True)
    )
    neighbours = {(begin, end) for begin, end, _ in arcs} | {(end, begin) for begin, end, _ in arcs}
    border = {crossing for crossing in ids if crossing in home}
    known = set(ids)
    border |= {crossing for crossing, other in neighbours if crossing in known and other in home and other not in known}
    return Geography(home, ids, frozenset(border), arcs)


def build_graph(where: Geography, direction: int) -> Graph:
    """Build the graph of one direction.

    Parameters
    ----------
    where
        Places and legs.
    direction
        0 export, 1 import.

    Notes
    -----
    Arcs and nodes are sorted, so that the graphs of both directions are equal but for their gates' numbers where
    every leg leads both ways.
    """
    arcs = sorted([*_leg_arcs(where, direction), *_gate_arcs(where, direction)])
    names = sorted({node for _, _, tail, head in arcs for node in (tail, head)})
    nodes = {node: number for number, node in enumerate(names)}
    numbers = [(leg, gate, nodes[tail], nodes[head]) for leg, gate, tail, head in arcs]
    array = np.array(numbers, dtype=np.int64).reshape(-1, 4)
    return Graph(nodes, array[:, 2:].copy(), array[:, 0].copy(), array[:, 1].copy())


def start_node(where: Geography, origin: str) -> Node:
    """Node of a place at home."""
    return (origin, "near" if origin in where.border else "home")


def end_node(where: Geography, place: str) -> Node:
    """Node of a place abroad; a crossing is reached when its gate is passed."""
    return (place, "far" if place in where.crossings else "abroad")


def _leg_arcs(where: Geography, direction: int) -> Iterator[Arc]:
    for row, (begin, end, both) in enumerate(where.legs):
        ways = [(begin, end), (end, begin)] if both else [(begin, end)]
        for start, stop in ways:
            way = (start, stop) if direction == 0 else (stop, start)
            tail, head = _tail(where, *way), _head(where, *way)
            if tail and head:
                yield row, NO_GATE, tail, head


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
    return (stop, "near abroad") if stop in where.crossings else (stop, "abroad")


def _gate_arcs(where: Geography, direction: int) -> Iterator[Arc]:
    for number, crossing in enumerate(where.crossings):
        near = "near" if crossing in where.border else "near abroad"
        yield NO_LEG, 2 * number + direction, (crossing, near), (crossing, "far")


def reached_places(where: Geography, graph: Graph, starts: Iterable[str]) -> set[str]:
    """Places abroad that some path joins to one of the places given, planned legs included.

    Parameters
    ----------
    where, graph
        Places, and the graph of one direction.
    starts
        Places at home, or abroad for the way on from a hub.
    """
    onward: dict[int, list[int]] = {}
    for tail, head in graph.ends.tolist():
        onward.setdefault(tail, []).append(head)
    first = (start_node(where, place) if place in where.home else end_node(where, place) for place in starts)
    waiting = [graph.nodes[node] for node in first if node in graph.nodes]
    reached = set(waiting)
    while waiting:
        fresh = {head for head in onward.get(waiting.pop(), ()) if head not in reached}
        reached |= fresh
        waiting += fresh
    return {place for (place, part), number in graph.nodes.items() if number in reached and part in {"abroad", "far"}}


def border_faults(where: Geography, legs: pd.DataFrame) -> Iterator[str]:
    """Tell the legs that cross the border of home without a crossing, one sentence each."""
    for row, (begin, end, _) in zip(legs.index, where.legs, strict=True):
        if (begin in where.home) != (end in where.home) and not {begin, end} & where.border:
            yield (
                f"legs.csv row {row}: the leg from_place '{begin}' to_place '{end}' joins home and abroad where "
                "crossings.csv has no crossing."
            )
