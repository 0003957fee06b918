"""Worlds that tests share: what shapes a world decides which it is, and it is built once in a process.

Arrays of a world are read-only, so no test can change what another one reads.
"""

from functools import lru_cache
from pathlib import Path

from sim.config import Config
from sim.ensemble import Study
from sim.ensemble import study_of as study_on
from sim.world.build import BuiltWorld, Settings, build_world
from sim.world.open import settings_of
from sim.world.tables.read import Tables, find_world, read_tables

KEPT = 8
"""Worlds; the one that was asked for longest ago goes first."""


@lru_cache(KEPT)
def tables_of(folder: Path) -> Tables:
    """Read the tables of a folder that no test changes."""
    return read_tables(folder)


@lru_cache(KEPT)
def _built(folder: Path, settings: Settings) -> BuiltWorld:
    return build_world(tables_of(folder), settings)


def world_of(config: Config) -> BuiltWorld:
    """Give the world that settings name, in a folder that no test changes."""
    return _built(find_world(config.world), settings_of(config))


def study_of(config: Config) -> Study:
    """Assemble the study that settings describe, on a world that others may have used."""
    return study_on(config, world_of(config))
