"""Functions compiled as numba does of itself: tuples go by value, every function becomes machine code of its own.

Takes longer and gives the same bits, with any version of numba that keeps what it documents.
"""

from collections.abc import Callable

import numba


def kernel(function: Callable, **options: object) -> Callable:
    """Compile a function."""
    return numba.njit(**options)(function)


formula = process = kernel


def by_reference(argument: object) -> object:
    """Leave it as it is."""
    return argument


@numba.njit
def keep_apart() -> None:
    """Tell nobody."""
