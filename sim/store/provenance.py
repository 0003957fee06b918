"""Where numbers came from: versions of this program, of what it stands on, and its commit where that is known."""

from __future__ import annotations

import platform
import subprocess
from importlib import metadata

from sim.paths import PACKAGE

DISTRIBUTION = "reroute-trade"
"""The name in `pyproject.toml`, under which the program is installed."""

LIBRARIES = ("numpy", "numba", "scipy", "pandas", "pyarrow")


def version() -> str:
    """Return the version of this program, or `unknown` if it runs from a folder that was never installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"


def versions() -> dict[str, str]:
    """Return the versions of this program, Python and the libraries that touch numbers, and the processor."""
    libraries = {name: metadata.version(name) for name in LIBRARIES}
    return {"reroute": version(), "python": platform.python_version(), **libraries, "machine": platform.machine()}


def commit() -> str | None:
    """Return the commit of the checkout that this program runs from, with `+` if files differ from it.

    Returns
    -------
    str or None
        None for an installed program and where git is missing.
    """
    checkout = PACKAGE.parent
    if not (checkout / ".git").exists() or not (checkout / "pyproject.toml").is_file():
        return None
    try:
        head = _git("rev-parse", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*words: str) -> str:
    done = subprocess.run(["git", "-C", str(PACKAGE.parent), *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()
