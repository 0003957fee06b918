"""What a session asks for: a regime, made by the levers or edited as text, and what it is held against."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sim.explorer.app import editing
from sim.explorer.levers import Setting, written
from sim.explorer.runs import FOLDER
from sim.policy.language.load import library
from sim.store.files import write_text
from sim.terminal import setting as told


class Asked(NamedTuple):
    """What is asked.

    Attributes
    ----------
    setting : mapping or None
        Of the levers; None where the regime is edited as text.
    text, base : str
        The regime as YAML, and what it is held against: YAML too, or the name of a regime of the library.
    settings : mapping
        Of the command: `results_dir`, `world`, `start`, `end`, `firms`.
    """

    setting: Setting | None
    text: str
    base: str
    settings: Mapping[str, Any]

    @property
    def about(self) -> str:
        """All of it as one text: what was run is stale once this differs."""
        return json.dumps([self.text, self.base, dict(self.settings)])

    @property
    def world(self) -> str:
        """Name or folder of the world."""
        return self.settings["world"]

    @property
    def home(self) -> Path:
        """Folder of the explorer."""
        return Path(self.settings["results_dir"]) / FOLDER

    @property
    def run_settings(self) -> dict[str, Any]:
        """Settings of what is run: stored in the folder of the explorer."""
        return {**self.settings, "results_dir": str(self.home)}

    def checked(self) -> tuple[editing.Checked, editing.Checked]:
        """Hold the regime, and what it is held against, against the language of regimes and the names of the world."""
        base = editing.library_text(self.base, self.world) if self.base in library(self.world) else self.base
        return editing.check(self.text, self.world), editing.check(base, self.world, editing.BASE)

    def files(self) -> list[str]:
        """Write both regimes as files, as the command line takes them: what it is held against comes first.

        Raises
        ------
        InputError
            If they cannot be written.
        """
        mine = editing.keep(self.text, self.base, self.home)
        if self.base in library(self.world):
            return [self.base, str(mine)]
        base = mine.with_name(f"{editing.BASE}.yaml")
        write_text(base, self.base)
        return [str(base), str(mine)]

    def command(self, runs: int) -> str:
        """Write the command that runs the same without the app.

        Raises
        ------
        InputError
            If the files that it names cannot be written.
        """
        words = {"design.runs": runs, **{name: value for name, value in self.settings.items() if value is not None}}
        if self.setting is not None:
            words = {"explorer.setting": written(self.setting), **words}
            return " ".join(["reroute explore", *(told(name, value) for name, value in words.items())])
        base, mine = self.files()
        words = {"regimes": [base, mine], "against": base, **words}
        return " ".join(["reroute", *(told(name, value) for name, value in words.items())])
