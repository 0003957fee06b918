"""Intermediate code that travels in the wheel: it depends on neither the processor nor the machine, so it is made once.

It lies in a folder of the package that is named by all that decides what it says: Python, numba, llvmlite, the platform
and a digest of the sources. Where no folder has the name, nothing is read and everything is compiled. Files are checked
like those of the user's cache (`checked`).
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import llvmlite
import numba
from llvmlite.binding import get_process_triple

from sim.kernels.compiler.checked import CheckedFiles
from sim.kernels.compiler.sources import SWITCHES, sources_digest

SHIPPED = Path(__file__).parents[1] / "compiled"
PACK = "REROUTE_PACK_KERNELS"
"""Environment variable: folder in which a process that compiles also packs what is to travel."""


@cache
def name_of_folder() -> str:
    """Name the folder of what this interpreter can use."""
    told = "|".join((numba.__version__, llvmlite.__version__, get_process_triple(), sources_digest(SWITCHES)))
    return f"{sys.implementation.cache_tag}-{hashlib.blake2b(told.encode(), digest_size=10).hexdigest()}"


def shipped_files(function: Callable, base: str) -> CheckedFiles | None:
    """Give the files of a function that came with the package; None where none did.

    Parameters
    ----------
    function
        As Python has it.
    base
        What numba begins the names of its files with.
    """
    return _files(SHIPPED, function, base) if SHIPPED.is_dir() else None


def packed_files(function: Callable, base: str) -> CheckedFiles | None:
    """Give the files in which a function is to be packed; None where nothing is."""
    folder = os.environ.get(PACK)
    if not folder:
        return None
    (Path(folder) / name_of_folder()).mkdir(parents=True, exist_ok=True)
    return _files(Path(folder), function, base)


def _files(folder: Path, function: Callable, base: str) -> CheckedFiles | None:
    name = name_of_folder()
    own = folder / name
    return CheckedFiles(str(own), f"{function.__module__}.{base}", name) if own.is_dir() else None
