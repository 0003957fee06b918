"""The decorator of compiled functions of this room.

Machine code is kept where that of the kernels is: numba's own choice is a folder beside the sources or in the user's
home, and there may be neither.
"""

from collections.abc import Callable

import numba

from sim.kernels.compiler.jit import OPTIONS


def compiled(function: Callable) -> Callable:
    """Compile a function as numba does of itself, and keep its machine code."""
    return numba.njit(cache=OPTIONS["cache"])(function)
