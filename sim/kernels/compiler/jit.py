"""The one decorator of compiled code, and where its cache lies.

numba's cache knows the file of a function, not the files of what it calls, nor reordered fields of a named tuple, nor
the switches below: it would return old machine code and so wrong numbers. The cache folder is therefore named by a
digest of all sources and switches that shape the machine code.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numba
from numba.core import types
from numba.core.registry import CPUDispatcher
from numba.extending import intrinsic
from platformdirs import user_cache_path

from sim.kernels.compiler.linking import ProcessCache, ProcessCompiler
from sim.kernels.compiler.reference import by_reference
from sim.state import Parameters

PACKAGE = Path(__file__).resolve().parents[2]
SWITCHES = (
    "BOUNDSCHECK",
    "CPU_NAME",
    "CPU_FEATURES",
    "OPT",
    "LOOP_VECTORIZE",
    "SLP_VECTORIZE",
    "DISABLE_INTEL_SVML",
    "DISABLE_JIT",
)


def kernel_sources() -> list[Path]:
    """Files whose text decides what the kernels compute."""
    rooms = ("kernels", "state", "outcomes")  # the last gives the fields of a record their order
    return sorted(path for room in rooms for path in (PACKAGE / room).rglob("*.py"))


def sources_digest() -> str:
    """Digest of sources, names of parameters, numba's version and the switches that change machine code."""
    digest = hashlib.blake2b(digest_size=10)
    for path in kernel_sources():
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(",".join(Parameters._fields).encode())  # which a table declares
    for name in SWITCHES:
        digest.update(f"{name}={getattr(numba.config, name, None)};".encode())
    digest.update(numba.__version__.encode())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Make a folder named by the digest; a temporary one where the user's cache cannot be written."""
    base = Path(os.environ.get("REROUTE_CACHE_DIR") or user_cache_path("reroute"))
    folder = base / sources_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="reroute-"))
    return folder


numba.config.CACHE_DIR = str(cache_folder())


ARRAY_DATA = ".4"  # place of the pointer to the elements in what numba passes for an array
OPTIONS = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "fastmath": False,
    "no_cfunc_wrapper": True,
    "_nrt": False,
}


class Kernel(CPUDispatcher):
    """Compiled function that takes tuples of arrays by reference from Python."""

    def __call__(self, *arguments: object) -> object:
        """Compute."""
        return super().__call__(*(by_reference(each) for each in arguments))


def kernel(function: Callable) -> Callable:
    """Compile a function for the processor at hand, without the interpreter's lock and with the same bits everywhere.

    ``error_model="numpy"`` because a checked division stops vectorisation; no fastmath, because ``contract`` changes
    bits between processors; no wrapper for C, which nobody calls and which takes long for tuples of many arrays; no
    counts of references, since kernels make no arrays: counting those of tuples of arrays is a quarter of the compile
    time. A kernel that makes an array, or returns a view, does not compile.
    """
    return as_a(Kernel, numba.njit(**OPTIONS)(function))


def formula(function: Callable) -> Callable:
    """Compile a function of numbers as `kernel` does, and into every caller: a call keeps a loop from being vectorised.

    Where a function is short, the compiler does so of its own accord.
    """
    return as_a(Kernel, numba.njit(forceinline=True, **OPTIONS)(function))


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


def process(function: Callable) -> Callable:
    """Compile a function as `kernel` does, but only for compiled callers.

    What takes Python's arguments apart is over a third of the compile time where they are tuples of many arrays.
    """
    options = OPTIONS | {"cache": False, "no_cpython_wrapper": True, "pipeline_class": ProcessCompiler}
    compiled = as_a(Process, numba.njit(**options)(function))
    if isinstance(compiled, Process):
        compiled.enable_caching()
    return compiled


def as_a(kind: type, compiled: Callable) -> Callable:
    """Let a compiled function answer Python's calls as `kind` does; without compilation it stays what it is."""
    if isinstance(compiled, CPUDispatcher):
        compiled.__class__ = kind
    return compiled


def _keep_apart(typing_context):
    """Keep LLVM from inlining the function that calls this, and tell it that the function's arrays do not overlap.

    Without the first a week becomes one function and compiles for minutes; without the second no loop that gathers is
    vectorised. The caller's array arguments must be different arrays, or only be read.
    """

    def generate(context, builder, signature, arguments):
        builder.function.attributes.add("noinline")
        for argument in builder.function.args:
            if argument.name.endswith(ARRAY_DATA) and argument.type.is_pointer:
                argument.add_attribute("noalias")
        return context.get_dummy_value()

    return types.void(), generate


def _do_nothing() -> None:
    """Stand in for `keep_apart` where nothing is compiled."""


keep_apart = _do_nothing if numba.config.DISABLE_JIT else intrinsic(_keep_apart)
