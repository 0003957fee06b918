"""What this machine has: cores, and memory; and a sentence before more memory than is free is asked for."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sim.errors import InputError

MEMINFO, CGROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")
KIB, GB = 1024, 1e9
MOST_OF_ALL = 0.95


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Need(NamedTuple):
    """Memory that something asks for."""

    size: float  # bytes
    what: str  # the setting, or the file and row, that asks for it
    instead: str  # what to give in its place, as the end of a sentence


def check_memory(needs: Iterable[Need]) -> None:
    """Refuse what this machine has no memory for, before any of it is taken.

    Parameters
    ----------
    needs
        All that is needed at a time; the largest is named.

    Raises
    ------
    InputError
        If all of them together are more than is free. A machine that does not tell what is free is not asked.
    """
    every, free = list(needs), free_bytes()
    total = sum(need.size for need in every)
    if free is None or total <= free:
        return
    most = max(every)
    whole = "" if most.size > MOST_OF_ALL * total else f" ({_told(total)} with all else)"
    raise InputError(
        f"{most.what} asks for about {_told(most.size)} of memory{whole}, and this machine has {_told(free)} free: "
        f"{most.instead}."
    )


def _told(size: float) -> str:
    return f"{size / GB:,.1f} GB" if size < 100 * GB else f"{size / GB:,.0f} GB"


def free_bytes() -> int | None:
    """Count the bytes that this process may still take: of the machine, or of the group of processes it is put in.

    Returns
    -------
    int or None
        None where the system does not tell.
    """
    known = [size for size in (_of_the_machine(), _of_the_group()) if size is not None]
    return min(known) if known else None


def _of_the_machine() -> int | None:
    with suppress(OSError, ValueError, IndexError, StopIteration):
        lines = MEMINFO.read_text(encoding="ascii").splitlines()
        return KIB * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1])
    with suppress(OSError, ValueError, AttributeError):  # what is installed, where nothing tells what is free
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_the_group() -> int | None:
    """Read the limit of a container or of a job in a queue; what it keeps of files can be given back."""
    with suppress(OSError, ValueError, IndexError, StopIteration):
        limit, used = (int((CGROUP / name).read_text(encoding="ascii")) for name in ("memory.max", "memory.current"))
        lines = (CGROUP / "memory.stat").read_text(encoding="ascii").splitlines()
        files = int(next(line for line in lines if line.startswith("inactive_file ")).split()[1])
        return max(limit - used + files, 0)
    return None
