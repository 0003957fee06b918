"""The committed result of the small world that `reroute new` writes, in `results/own_world`; `make baseline` renews it.

`docs/own-world.md` shows its figure, and a test does it again by `reroute reproduce`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sim.config import load
from sim.experiments import compare_regimes
from sim.own_world import start_world
from sim.report import studies
from sim.report.page.answer import write_committed

RESULT = Path(__file__).parents[2] / "results" / "own_world"
WORLD = "valley"
COMMAND = (f"world={WORLD}", "design=stated", "design.runs=20")


def renew() -> None:
    """Write the world into a folder of its own, do the study there, and write the committed copy."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # the command that stands in the result names the world by a path from where it is run
        try:
            start_world(WORLD)
            write_committed(studies.run(load(COMMAND), compare_regimes.REPORT), RESULT)
        finally:
            os.chdir(here)


if __name__ == "__main__":
    renew()
