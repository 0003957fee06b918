"""Prints which arrays overlap that the compiler is told are apart; run as a script without compilation.

Every call of `keep_apart` looks at the arrays that its caller was given, also those inside of tuples. The functions
looked at are printed first, then, a line each, what overlaps.
"""

import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from types import FrameType

import numpy as np

from sim.kernels.compiler import jit

found: set[str] = set()
called: set[str] = set()


def check_arguments() -> None:
    """Note which arrays of the caller overlap."""
    frame = sys._getframe(1)
    called.add(name_of(frame))
    given = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    arrays = [each for name in given for each in arrays_of(name, frame.f_locals[name])]
    for (one, first), (other, second) in combinations(arrays, 2):
        if first.size and second.size and np.shares_memory(first, second):
            found.add(f"{name_of(frame)}: {one} and {other}")


def name_of(frame: FrameType) -> str:
    return f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}"


def arrays_of(name: str, given: object) -> Iterator[tuple[str, np.ndarray]]:
    """All arrays of an argument."""
    if isinstance(given, np.ndarray):
        yield name, given
    elif isinstance(given, tuple):
        for part, each in zip(getattr(given, "_fields", range(len(given))), given, strict=True):
            yield from arrays_of(f"{name}.{part}", each)


if __name__ == "__main__":
    jit.keep_apart = check_arguments  # before any kernel imports it
    from tests.kernels.run_bits import digest_of

    digest_of(sys.argv[1], sys.argv[2], 1, 64, sys.argv[3])
    sys.stdout.write("\n".join([" ".join(sorted(called)), *sorted(found)]))
