"""Whether functions are compiled by the short way, which reaches into numba, or as numba does of itself.

The short way compiles in a third of the time and gives the same bits. It rests on what numba does not promise, so it is
taken only with the versions of numba that it was tested with (`docs/decisions/compiler.md`). The kernels do not know
which way is taken.
"""

import multiprocessing
import os

import numba

from sim.errors import InputError
from sim.terminal import tell

TESTED = ("0.68",)  # all releases of each
SWITCH = "REROUTE_PLAIN_NUMBA"


def is_plain(version: str, wish: str | None) -> bool:
    """Whether to compile as numba does of itself.

    Parameters
    ----------
    version
        Of numba.
    wish
        What the environment variable `SWITCH` says: "1" yes, "0" no, nothing: only outside of the tested versions.

    Raises
    ------
    InputError
        If it says anything else.

    Examples
    --------
    >>> is_plain("0.68.1", None), is_plain("0.70.0", None), is_plain("0.68.1", "1")
    (False, True, True)
    """
    if wish in {"0", "1"}:
        return wish == "1"
    if wish:
        raise InputError(
            f"The environment variable {SWITCH} is {wish!r}: write 1 to compile as numba does of itself, 0 to compile "
            f"the short way, or leave it out."
        )
    return not is_tested(version)


def is_tested(version: str) -> bool:
    """Whether the short way was tested with this version of numba."""
    return ".".join(version.split(".")[:2]) in TESTED


def _notice() -> str:
    """Say it where nobody chose the long way."""
    return (
        f"numba {numba.__version__} is not among the tested versions ({', '.join(TESTED)}): compiling takes "
        f"minutes, once; results are the same. Set {SWITCH}=1 to say that you know."
    )


PLAIN = is_plain(numba.__version__, os.environ.get(SWITCH))
if PLAIN and not os.environ.get(SWITCH) and multiprocessing.parent_process() is None:
    tell(_notice())
