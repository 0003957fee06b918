"""The short way to compile, which reaches into numba: `docs/decisions/compiler.md` says what each step buys.

No counts of references, since kernels make no arrays: counting those of tuples of arrays is a quarter of the compile
time. No wrapper for C, which nobody calls. Tuples by reference (`reference`), processes linked (`linking`), operators
resolved once (`resolving`). A kernel that makes an array, or returns a view, does not compile.
"""

from __future__ import annotations

from collections.abc import Callable

import numba
from numba.core import types
from numba.core.registry import CPUDispatcher, cpu_target
from numba.extending import intrinsic

from sim.kernels.compiler.checked import checked
from sim.kernels.compiler.linking import ProcessCache, ProcessCompiler
from sim.kernels.compiler.reference import by_reference
from sim.kernels.compiler.resolving import remember

ARRAY_DATA = ".4"  # place of the pointer to the elements in what numba passes for an array
LEAVE_OUT = {"no_cfunc_wrapper": True, "_nrt": False}

remember(cpu_target.typing_context)


class Process(CPUDispatcher):
    """Compiled function without what takes Python's arguments apart; called from Python it would crash: it refuses."""

    def enable_caching(self) -> None:
        """Keep intermediate code."""
        self._cache = ProcessCache(self.py_func)

    def __call__(self, *arguments: object) -> None:
        """Refuse.

        Raises
        ------
        TypeError
        """
        raise TypeError(f"{self.py_func.__name__} answers compiled callers only: call it under numba.njit.")


class Kernel(CPUDispatcher):
    """Compiled function that takes tuples of arrays by reference from Python; compiled callers get it as a process."""

    for_callers: Process

    def __call__(self, *arguments: object) -> object:
        """Compute."""
        return super().__call__(*(by_reference(each) for each in arguments))

    @property
    def _numba_type_(self) -> types.Dispatcher:
        """What a compiled caller sees: no machine code is made of what only kernels call."""
        return types.Dispatcher(self.for_callers)


def kernel(function: Callable, **options: object) -> Callable:
    """Compile a function that Python may call."""
    compiled = checked(as_a(Kernel, numba.njit(**options, **LEAVE_OUT)(function)))
    if isinstance(compiled, Kernel):
        compiled.for_callers = process(function, **options)
    return compiled


def formula(function: Callable, **options: object) -> Callable:
    """Compile a function of numbers into every caller."""
    return kernel(function, forceinline=True, **options)


def process(function: Callable, **options: object) -> Callable:
    """Compile a function for compiled callers.

    What takes Python's arguments apart is over a third of the compile time where they are tuples of many arrays.
    """
    options = options | LEAVE_OUT | {"cache": False, "no_cpython_wrapper": True, "pipeline_class": ProcessCompiler}
    compiled = as_a(Process, numba.njit(**options)(function))
    if isinstance(compiled, Process):
        compiled.enable_caching()
    return checked(compiled)


def as_a(kind: type, compiled: Callable) -> Callable:
    """Let a compiled function answer Python's calls as `kind` does; without compilation it stays what it is."""
    if isinstance(compiled, CPUDispatcher):
        compiled.__class__ = kind
    return compiled


@intrinsic
def keep_apart(typing_context):
    """Keep LLVM from inlining the function that calls this, and tell it that the function's arrays do not overlap."""

    def generate(context, builder, signature, arguments):
        builder.function.attributes.add("noinline")
        for argument in builder.function.args:
            if argument.name.endswith(ARRAY_DATA) and argument.type.is_pointer:
                argument.add_attribute("noalias")
        return context.get_dummy_value()

    return types.void(), generate
