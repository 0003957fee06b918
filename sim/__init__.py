"""Sanction regimes and the trade of a region: firms, crossings and customs, simulated week by week.

import sim
results = sim.open_results("results/compare_regimes/runs/SIGNATURE")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.results.opening import open_results

__all__ = ["open_results"]


def __getattr__(name: str) -> object:
    """Import what reads results when it is first asked for: `import sim` itself stays cheap, and needs no engine."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("sim.results.opening"), name)
