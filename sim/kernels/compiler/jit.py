"""The decorators of compiled code, and where its cache lies: in a folder named by a digest of its sources."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numba
from platformdirs import user_cache_path

from sim.kernels.compiler.sources import sources_digest
from sim.kernels.compiler.versions import PLAIN

if PLAIN:
    from sim.kernels.compiler import plain as way
else:
    from sim.kernels.compiler import shortcuts as way


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


OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": False}


def kernel(function: Callable) -> Callable:
    """Compile a function for the processor at hand, without the interpreter's lock and with the same bits everywhere.

    ``error_model="numpy"`` because a checked division stops vectorisation; no fastmath, because ``contract`` changes
    bits between processors.
    """
    return way.kernel(function, **OPTIONS)


def formula(function: Callable) -> Callable:
    """Compile a function of numbers as `kernel` does, and into every caller: a call keeps a loop from being vectorised.

    Where a function is short, the compiler does so of its own accord.
    """
    return way.formula(function, **OPTIONS)


def process(function: Callable) -> Callable:
    """Compile a function as `kernel` does, but only for compiled callers."""
    return way.process(function, **OPTIONS)


def over_arrays(function: Callable) -> Callable:
    """Give the Python function behind a compiled rule of numbers, which takes whole arrays as well."""
    return getattr(function, "py_func", function)


def by_reference(argument: object) -> object:
    """Give a reference to a tuple of arrays or of such tuples, to be made once for many calls of kernels.

    Anything else stays what it is.
    """
    return way.by_reference(argument)


def _do_nothing() -> None:
    """Stand in for `keep_apart` where nothing is compiled."""


keep_apart = _do_nothing if numba.config.DISABLE_JIT else way.keep_apart
"""Promise at the head of a function: its array arguments do not overlap, or are only read.

By the short way LLVM is told so, and does not inline the function. Without the first no loop that gathers is
vectorised; without the second a week becomes one function and compiles for minutes.
"""
