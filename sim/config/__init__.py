"""The settings of a run: their types, their ranges, and how a command line becomes them.

`conf/` holds every default, `schema` every type, `sim/data/parameters.csv` every range. A command line is checked in
that order: words against names, values against types, numbers against ranges. Whatever is wrong comes out as one
`InputError`.
"""

from sim.config.compose import check_sweep, load, quoted, register, typed
from sim.config.ranges import Range, parameter_ranges, unknown
from sim.config.schema import (
    COMMANDS,
    PARAMETERS,
    STRUCTURE,
    Behaviour,
    Config,
    Crossing,
    Design,
    Export,
    History,
    Machine,
    Replay,
    Until,
)

__all__ = [
    "COMMANDS",
    "PARAMETERS",
    "STRUCTURE",
    "Behaviour",
    "Config",
    "Crossing",
    "Design",
    "Export",
    "History",
    "Machine",
    "Range",
    "Replay",
    "Until",
    "check_sweep",
    "load",
    "parameter_ranges",
    "quoted",
    "register",
    "typed",
    "unknown",
]
