"""A quick stand-in for the simulation: any table of inputs to any table of outcomes, with its own error.

An emulator is fitted to runs that were made. It then answers in no time what the simulation would say at other inputs:
a mean, and a variance that holds both the noise of a run and what the emulator itself does not know. It is checked on
runs that it has not seen, outcome by outcome, and it is saved as text (JSON), so that a page can read it.
"""

from sim.emulator.emulator import Emulator
from sim.emulator.fit import check_runs, fit_emulator, scikit_learn
from sim.emulator.inputs import Input, describe_inputs
from sim.emulator.stored import read_emulator, write_emulator

__all__ = [
    "Emulator",
    "Input",
    "check_runs",
    "describe_inputs",
    "fit_emulator",
    "read_emulator",
    "scikit_learn",
    "write_emulator",
]
