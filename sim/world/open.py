"""The world that settings name, read and built."""

from sim.config import Config, check
from sim.machine import usable_cores
from sim.parameters import BASE, STRUCTURE, names_of
from sim.terminal import told_if_slow
from sim.world.build import BuiltWorld, Settings, build_world
from sim.world.tables.read import Tables, find_world, read_tables


def world_of(config: Config, tables: Tables | None = None) -> BuiltWorld:
    """Read and build the world that settings name; where that takes long, say so.

    Parameters
    ----------
    config
        Checked settings.
    tables
        Of the world, where they are read already.

    Returns
    -------
    BuiltWorld
        Arrays, names and tables.

    Raises
    ------
    InputError
        If a setting is out of its range, or a table is at fault.
    """
    check(config)
    tables = tables or read_tables(find_world(config.world))
    firms = config.firms or int(tables.firms["firms"].sum())
    with told_if_slow(f"building a world of {firms:,} firms and {len(tables.demand):,} flows of trade ..."):
        return build_world(tables, settings_of(config))


def settings_of(config: Config) -> Settings:
    """Pick what shapes the world from the settings.

    Parameters
    ----------
    config
        Checked settings.

    Returns
    -------
    Settings
        Dates, sizes and the scales that shape base flows.
    """
    behaviour = config.behaviour
    return Settings(
        start=config.start_date,
        end=config.end_date,
        firms=config.firms,
        runs_at_a_time=runs_at_a_time(config),
        wait_rule=config.crossing.wait_rule,
        rule=behaviour.rule,
        **{name: getattr(behaviour, name) for name in (*names_of(STRUCTURE), *names_of(BASE))},
    )


def runs_at_a_time(config: Config) -> int:
    """Count the runs that this machine simulates at a time; workers of Dask have a machine, or a part of one, each.

    Parameters
    ----------
    config
        Checked settings.
    """
    return 1 if config.machine.executor == "dask" else config.machine.threads or usable_cores()
