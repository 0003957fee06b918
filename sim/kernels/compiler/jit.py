"""The decorators of compiled code, and where its cache lies.

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
from platformdirs import user_cache_path

from sim.kernels.compiler.versions import PLAIN

if PLAIN:
    from sim.kernels.compiler import plain as way
else:
    from sim.kernels.compiler import shortcuts as way
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
    return sorted([PACKAGE / "constants.py", *(path for room in rooms for path in (PACKAGE / room).rglob("*.py"))])


def sources_digest() -> str:
    """Digest of sources, names of parameters, numba's version and the switches that change machine code."""
    digest = hashlib.blake2b(digest_size=10)
    for path in kernel_sources():
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(",".join(Parameters._fields).encode())  # which a table declares
    for name in SWITCHES:
        digest.update(f"{name}={getattr(numba.config, name, None)};".encode())
    digest.update(f"{numba.__version__};plain={PLAIN}".encode())
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
