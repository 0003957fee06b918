"""Compiled rules and processes of the model; they know numpy, numba and the named tuples of `sim.state`, nothing else.

Scalar rules (`rules.py`) are written once and used by the block processes and by `explain()` alike. `week.advance` is
the one ordered list of what happens in a week.
"""
