"""Drivers of growth as data, and the world of every subset of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from sim import nodes
from sim.errors import InputError, nearest
from sim.nodes import Node
from sim.policy.language.load import load_regime
from sim.policy.language.measures import Regime
from sim.report.policy.held import Words, held_crossings, held_sanctions, held_trends, without_causes
from sim.report.policy.worlds import MadeRegime
from sim.world.build import BuiltWorld

KEYS = ("what", "measures", "causes", "sanctions", "trends")
MOST_DRIVERS = 8
PART = "held_crossings_{}"


@dataclass(frozen=True)
class Driver:
    """Something that made trade grow, and how it is switched off.

    Attributes
    ----------
    name, what : str
        Its key, and what it is, in words.
    measures, causes : tuple of str
        Measures that are left out, and causes whose rows stay as they were.
    sanctions, trends : bool
        Whether measures of senders, or demand, stay as they were.
    """

    name: str
    what: str
    measures: tuple[str, ...]
    causes: tuple[str, ...]
    sanctions: bool
    trends: bool


def read_drivers(path: Path) -> list[Driver]:
    """Read drivers.

    Parameters
    ----------
    path : Path
        A YAML file such as `conf/drivers.yaml`.

    Returns
    -------
    list of Driver
        In the order of the file.

    Raises
    ------
    InputError
        With file and line, if a key is unknown, a driver switches nothing off, or there are too many.
    """
    root = nodes.read_tree(path, path.name)
    tree = nodes.mapping(root)
    if not 1 <= len(tree) <= MOST_DRIVERS:
        raise root.fault(f"one to {MOST_DRIVERS} drivers are expected, as every subset is run; here {len(tree)}.")
    return [_driver(name, node) for name, node in tree.items()]


def _driver(name: str, node: Node) -> Driver:
    keys = nodes.mapping(node, KEYS)
    if "what" not in keys or len(keys) < 2:
        raise node.fault(f"{name!r} needs `what` and one of {', '.join(KEYS[1:])}.")
    named = {key: nodes.words(keys[key]) if key in keys else () for key in ("measures", "causes")}
    held = {key: key in keys and nodes.yes(keys[key]) for key in ("sanctions", "trends")}
    return Driver(name, nodes.text(keys["what"]), **named, **held)


def subsets(
    drivers: Sequence[Driver], base: str, built: BuiltWorld, day: date
) -> tuple[list[MadeRegime], list[MadeRegime]]:
    """Make the world of every subset of drivers.

    Parameters
    ----------
    drivers : sequence of Driver
        Of k drivers.
    base : str
        Regime of the library with all of them.
    built : BuiltWorld
        Of the study.
    day : date
        The last that all worlds have in common.

    Returns
    -------
    regimes : list of MadeRegime
        2**k of them; in number s those of the bits of s are at work, the others are off.
    parts : list of MadeRegime
        What some of them include.

    Raises
    ------
    InputError
        If the base lacks a measure or cause that a driver names.
    """
    regime = load_regime(base, built.tables.folder)
    _check(drivers, regime)
    parts = _parts(drivers, regime, built, day)
    sanctions, trends = held_sanctions(regime, day), held_trends(built, day)
    made = []
    for number in range(1 << len(drivers)):
        off = [each for place, each in enumerate(drivers) if not number >> place & 1]
        on = [each.name for place, each in enumerate(drivers) if number >> place & 1]
        held = [each for each in off if each.sanctions]
        part = PART.format(_places(drivers, off))
        made.append(
            MadeRegime(
                name=f"drivers_{number:0{-(-len(drivers) // 4)}x}",
                purpose=f"At work: {', '.join(on) or 'none of the drivers'}.",
                include=(base, f"{part}.yaml") if part in parts else (base,),
                without=tuple(m for each in off for m in each.measures) + (sanctions[0] if held else ()),
                change=sanctions[1] if held else {},
                measures=trends if any(each.trends for each in off) else {},
            )
        )
    return made, list(parts.values())


def _check(drivers: Sequence[Driver], base: Regime) -> None:
    known = {each.name for each in base.measures}
    for driver in drivers:
        for name in (*driver.measures, *driver.causes):
            if name not in known:
                raise InputError(
                    f"the driver {driver.name!r} names {name!r}, which the regime {base.name!r} lacks."
                    f"{nearest(name, known)}"
                )


def _places(drivers: Sequence[Driver], off: Sequence[Driver]) -> str:
    """Numbers of the drivers that are off and hold crossings."""
    return "_".join(str(place) for place, each in enumerate(drivers) if each in off and each.causes)


def _parts(drivers: Sequence[Driver], base: Regime, built: BuiltWorld, day: date) -> dict[str, MadeRegime]:
    """Make the factors on capacity for each set of drivers that hold crossings."""
    holding = [each for each in drivers if each.causes]
    found = {}
    for size in range(1, len(holding) + 1):
        for off in combinations(holding, size):
            regime = without_causes(base, [name for each in off for name in each.measures])
            factors: Words = held_crossings(built, regime, [name for each in off for name in each.causes], day)
            name = PART.format(_places(drivers, off))
            if factors:
                found[name] = MadeRegime(
                    name, f"Crossings as on {day}.", include=(), background="replaces", measures=factors
                )
    return found
