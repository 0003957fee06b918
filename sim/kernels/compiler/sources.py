"""What decides what the kernels compute: the text of some files, and switches of the compiler.

numba's cache knows the file of a function, not the files of what it calls, nor reordered fields of a named tuple, nor
the switches below: it would return old machine code and so wrong numbers. So compiled code is kept under a digest of
all of them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numba

from sim.kernels.compiler.versions import PLAIN
from sim.state import Parameters

PACKAGE = Path(__file__).resolve().parents[2]
OF_THE_PROCESSOR = ("CPU_NAME", "CPU_FEATURES")
SWITCHES = ("BOUNDSCHECK", "OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "DISABLE_INTEL_SVML", "DISABLE_JIT")


def kernel_sources() -> list[Path]:
    """Files whose text decides what the kernels compute."""
    rooms = ("kernels", "state", "outcomes")  # the last gives the fields of a record their order
    return sorted([PACKAGE / "constants.py", *(path for room in rooms for path in (PACKAGE / room).rglob("*.py"))])


def sources_digest(switches: tuple[str, ...] = SWITCHES + OF_THE_PROCESSOR) -> str:
    """Digest of sources, names of parameters, numba's version and the switches that change machine code.

    Parameters
    ----------
    switches
        Those of numba that count.
    """
    digest = hashlib.blake2b(digest_size=10)
    for path in kernel_sources():
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(",".join(Parameters._fields).encode())  # which a table declares
    for name in switches:
        digest.update(f"{name}={getattr(numba.config, name, None)};".encode())
    digest.update(f"{numba.__version__};plain={PLAIN}".encode())
    return digest.hexdigest()
