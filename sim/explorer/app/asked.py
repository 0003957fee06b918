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
from sim.report.page.facts import short
from sim.store.digest import digest
from sim.store.files import plain_faults, write_text


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
    def home(self) -> Path:
        """Folder of the explorer."""
        return Path(self.settings["results_dir"]) / FOLDER

    @property
    def run_settings(self) -> dict[str, Any]:
        """Settings of what is run: stored in the folder of the explorer."""
        return {**self.settings, "results_dir": str(self.home)}

    def files(self) -> list[str]:
        """Write both regimes as files, as the command line takes them: what it is held against comes first.

        Raises
        ------
        InputError
            If they cannot be written.
        """
        folder = self.home / "regimes" / short(digest(self.text, self.base))
        with plain_faults(folder):
            folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / f"{editing.MINE}.yaml", self.text)
        if self.base in library():
            return [self.base, str(folder / f"{editing.MINE}.yaml")]
        write_text(folder / f"{editing.BASE}.yaml", self.base)
        return [str(folder / f"{name}.yaml") for name in (editing.BASE, editing.MINE)]

    def command(self, runs: int) -> str:
        """Write the command that runs the same without the app."""
        more = " ".join(f"{name}={value}" for name, value in self.settings.items() if value is not None)
        if self.setting is not None:
            return f"reroute explore \"explorer.setting='{written(self.setting)}'\" design.runs={runs} {more}"
        base, mine = self.files()
        return f"reroute 'regimes=[{base},{mine}]' 'against={base}' design.runs={runs} {more}"
