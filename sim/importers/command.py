"""`reroute convert`: read a public file, write what it is for this project, and say what was set aside."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from sim.config import Config
from sim.config.schema import ENTITIES, ROADS, TRADE
from sim.errors import InputError
from sim.importers.entities import as_regime, read_entities
from sim.importers.roads import farthest, read_flows, read_roads
from sim.importers.trade import read_demand
from sim.networks.equilibrium import user_equilibrium
from sim.store.files import plain_faults, write_text
from sim.terminal import say, tell
from sim.world.tables.read import find_world, read_tables

GAP = 1e-6
"""Relative gap of flows on roads: on made-up networks flows are then within 0.01 % of the largest one."""

Converted = tuple[str, Iterable[str]]
"""Text of the file to write, and sentences on what was set aside."""


def run(config: Config) -> None:
    """Convert a file and say what was done.

    Parameters
    ----------
    config
        Checked settings, with those of `convert`.

    Raises
    ------
    InputError
        If a file cannot be read, has rows at fault, or the one to write is there already.
    """
    asked = config.convert
    path = Path(asked.to).expanduser()
    if path.exists():
        raise InputError(f"convert.to={asked.to} is there already: name another file, or move it away.")
    text, told = _KINDS[asked.kind](config)
    with plain_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text)
    for sentence in told:
        tell(sentence)
    say(f"Written: {path}")


def _trade(config: Config) -> Converted:
    asked = config.convert
    tables = read_tables(find_world(config.world))
    found = read_demand(asked.file, asked.codes, tables, asked.year, asked.reporter)
    return found.rows.to_csv(index=False), found.told


def _entities(config: Config) -> Converted:
    asked = config.convert
    found = read_entities(asked.file, date.fromisoformat(asked.day) if asked.day else None, asked.program)
    return as_regime(found, asked.sender, Path(asked.file).name), found.told


def _roads(config: Config) -> Converted:
    asked = config.convert
    roads = read_roads(asked.file, asked.trips, asked.toll, asked.distance)
    for sentence in roads.told:
        tell(sentence)
    flows, gap = user_equilibrium(roads.links, roads.demand, gap=GAP, no_through=roads.no_through)
    told = [f"Nobody gains by another road: the relative gap is {gap:.1e}."]
    if asked.flows:
        share = farthest(flows, read_flows(asked.flows))
        told.append(f"The largest difference from {Path(asked.flows).name} is {100 * share:.3g} % of its largest flow.")
    return flows.to_csv(index=False), told


_KINDS: dict[str, Callable[[Config], Converted]] = {TRADE: _trade, ENTITIES: _entities, ROADS: _roads}
