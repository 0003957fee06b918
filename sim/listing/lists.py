"""What `reroute list` prints."""

from __future__ import annotations

from sim.config import Config
from sim.config.schema import KINDS_OF_NAMES, OUTCOMES, REGIMES, WORLD
from sim.listing import names, regimes
from sim.world.tables.read import find_world, read_tables


def lines_of(config: Config) -> list[str]:
    """Tell what `list.what` asks for.

    Parameters
    ----------
    config
        Checked settings: the world, and for regimes the days.

    Returns
    -------
    list of str
        Lines of text.

    Raises
    ------
    InputError
        If the world cannot be read.
    """
    what = config.list.what
    if what == OUTCOMES:
        return names.outcome_lines()
    tables = read_tables(find_world(config.world))
    if what == REGIMES:
        days = config.start_date, config.end_date
        return regimes.lines_of(regimes.listed(*days, tables), *days)
    kinds = KINDS_OF_NAMES if what == WORLD else (what,)
    return names.lines_of(names.names_by_kind(tables), kinds, tables)
