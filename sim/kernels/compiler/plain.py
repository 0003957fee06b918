"""Functions compiled as numba does of itself: tuples go by value, every function becomes machine code of its own.

Takes longer and gives the same bits, with any version of numba that keeps what it documents.
"""

from collections.abc import Callable

import numba
from numba.extending import intrinsic


def kernel(function: Callable, **options: object) -> Callable:
    """Compile a function."""
    return numba.njit(**options)(function)


formula = process = kernel


def by_reference(argument: object) -> object:
    """Leave it as it is."""
    return argument


@intrinsic
def keep_apart(typing_context):
    """Keep LLVM from inlining the function that calls this; tell nobody that its arrays do not overlap.

    Without it a week becomes one function and compiles for eight minutes. `intrinsic` is documented, and so is what it
    uses of llvmlite.
    """

    def generate(context, builder, signature, arguments):
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return numba.types.void(), generate
