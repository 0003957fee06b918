"""The process that runs regimes truly: few runs first, then more, until all are done or a flag says stop.

It is started as `python -m sim.explorer.app.worker FOLDER`; `job.json` there says what to run, `state.json` how far it
is. It ends at once when a file `cancel` appears or whoever started it is gone; what was run is stored.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sim.config import load
from sim.ensemble import executor_of, run_study, study_of, world_of
from sim.errors import InputError
from sim.store.files import write_text

JOB, STATE, CANCEL = "job.json", "state.json", "cancel"
FIRST, LATER, AT_MOST = 4, 4, 64
"""Runs after which the first results come; then so many times as many, but never more than this at once."""

POLL_SECONDS = 0.2


def stages(runs: int) -> Iterator[int]:
    """Say after how many runs results come.

    Examples
    --------
    >>> list(stages(200))
    [4, 16, 64, 128, 192, 200]
    """
    done = min(FIRST, runs)
    while True:
        yield done
        if done == runs:
            return
        done = min(done * LATER if done * LATER <= AT_MOST else done + AT_MOST, runs)


def work(folder: Path) -> None:
    """Run the job of a folder, and write there after each stage how far it is.

    Parameters
    ----------
    folder : Path
        With `job.json`: `words` of the command line, and `runs`.
    """
    begun = time.monotonic()

    def tell(**said: object) -> None:
        told = {"seconds": time.monotonic() - begun, "runs": job["runs"], **said}
        write_text(folder / STATE, json.dumps(told))

    job = json.loads((folder / JOB).read_text(encoding="utf-8"))
    done = {"done": 0, "folder": None}
    try:
        tell(**done, stage="building the world")
        config = load(job["words"])
        built_world = world_of(config)
        for runs in stages(job["runs"]):
            tell(**done, stage=f"run {done['done'] + 1} to {runs}")
            mine = replace(config, design=replace(config.design, runs=runs))
            results = run_study(study_of(mine, built_world), executor_of(mine), progress=False)
            results.check_runs()
            done = {"done": runs, "folder": str(results.folder)}
        tell(**done, stage="done")
    except InputError as fault:
        tell(**done, stage="failed", fault=str(fault))
    except Exception:  # the app must be able to say that it is over
        traceback.print_exc()
        tell(**done, stage="failed", fault="The run stopped for a reason that the terminal of the app shows.")


def watch(folder: Path, parent: int) -> None:
    """End this process when it is asked to, or whoever started it is gone."""
    while not (folder / CANCEL).exists() and os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os._exit(0)


def main() -> None:
    """Work off the folder that is named."""
    folder = Path(sys.argv[1])
    threading.Thread(target=watch, args=(folder, os.getppid()), daemon=True).start()
    work(folder)


if __name__ == "__main__":
    main()
