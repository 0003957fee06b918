"""The settings of a run: their types, their ranges, and how a command line becomes them.

`conf/` holds every default but those of the behavioural numbers, `schema` every type; `sim/data/parameters.csv`
declares every behavioural number with its default and its range. A command line is checked in that order: words against
names, values against types, numbers against ranges. Whatever is wrong comes out as one `InputError`.
"""

from sim.config.compose import check_sweep, load, quoted, register, typed
from sim.config.ranges import check
from sim.config.schema import (
    COMMANDS,
    Behaviour,
    Calibrate,
    Compare,
    Config,
    Crossing,
    DesignSettings,
    Explorer,
    Export,
    HistorySettings,
    Listing,
    Machine,
    Replay,
    UntilSettings,
    Verify,
    held_values,
)
from sim.config.words import check_letters

__all__ = [
    "COMMANDS",
    "Behaviour",
    "Calibrate",
    "Compare",
    "Config",
    "Crossing",
    "DesignSettings",
    "Explorer",
    "Export",
    "HistorySettings",
    "Listing",
    "Machine",
    "Replay",
    "UntilSettings",
    "Verify",
    "check",
    "check_letters",
    "check_sweep",
    "held_values",
    "load",
    "quoted",
    "register",
    "typed",
]
