"""Sanction regimes and the trade of a region: firms, crossings and customs, simulated week by week.

import sim
results = sim.compare(["none", "us_eu"], runs=200)
results.plot.difference()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.notebook import compare, open_results

__all__ = ["compare", "open_results"]


def __getattr__(name: str) -> object:
    """Import what runs or reads a study when it is first asked for: `import sim` itself stays cheap."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("sim.notebook"), name)


def __dir__() -> list[str]:
    """List what can be asked for, so that a notebook completes it."""
    return [*__all__, *(name for name in globals() if name.startswith("__"))]
