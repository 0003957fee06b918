"""True runs as the app sees them: start one, ask how far it is, cancel it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.explorer.app.telling import known_only
from sim.explorer.app.worker import CANCEL, JOB, STATE
from sim.notebook import words_of
from sim.store.files import plain_faults, write_text

PATIENCE_SECONDS = 0.6
"""A worker that has not ended so long after the flag is killed."""


class Job:
    """A true run in a process of its own.

    Parameters
    ----------
    regimes : sequence of str
        Files of regimes; the first is what others are held against.
    runs : int
        Of each regime.
    settings : mapping
        Settings of the command line: `results_dir`, `world`, `start`, `end`, `firms`.
    about : str
        What is run, as text: a run is stale once this is no longer what is asked.

    Raises
    ------
    InputError
        If its folder cannot be written.
    """

    def __init__(self, regimes: Sequence[str], runs: int, settings: Mapping[str, Any], about: str) -> None:
        place = Path(settings["results_dir"]) / "jobs"
        with plain_faults(place):
            place.mkdir(parents=True, exist_ok=True)
            self.folder = Path(tempfile.mkdtemp(dir=place))
        self.about, self.runs, self.regimes = about, runs, tuple(regimes)
        self.words = words_of(list(regimes), None, known_only(settings) | {"against": regimes[0]})
        write_text(self.folder / JOB, json.dumps({"words": self.words, "runs": runs}))
        self._process = subprocess.Popen([sys.executable, "-m", "sim.explorer.app.worker", str(self.folder)])

    @property
    def state(self) -> dict[str, Any]:
        """What the worker told last: `done, runs, folder, seconds, stage`, and `fault` if it failed."""
        path = self.folder / STATE
        if not path.exists():
            said = {"done": 0, "runs": self.runs, "folder": None, "seconds": 0.0, "stage": "starting"}
        else:
            said = json.loads(path.read_text(encoding="utf-8"))
        if not self.is_running and said["stage"] not in ("done", "failed"):
            cancelled = (self.folder / CANCEL).exists()
            said |= {"stage": "cancelled"} if cancelled else {"stage": "failed", "fault": "The worker ended by itself."}
        return said

    @property
    def is_running(self) -> bool:
        """Whether its process is at work."""
        return self._process.poll() is None

    def cancel(self) -> None:
        """Stop it: by its flag, and if that takes too long by force. What was run is stored."""
        (self.folder / CANCEL).touch()
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def seconds_left(state: Mapping[str, Any]) -> float | None:
    """Guess how long it takes from here; None before anything was done.

    Examples
    --------
    >>> seconds_left({"done": 50, "runs": 200, "seconds": 10.0})
    30.0
    """
    if not state["done"]:
        return None
    return state["seconds"] * (state["runs"] - state["done"]) / state["done"]
