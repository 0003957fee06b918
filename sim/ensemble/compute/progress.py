"""How far a study is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from datetime import timedelta
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from sim.terminal import shown

SECONDS_BETWEEN_LINES = 10.0


class Reporter:
    """Tells how many runs are done, how fast, and how long the rest will take; writes to stderr.

    Parameters
    ----------
    total
        Runs of the study.
    shown
        False: say nothing.
    console
        Where to; by default stderr.
    """

    def __init__(self, total: int, *, shown: bool = True, console: Console | None = None) -> None:
        self.total, self.done, self._computed = total, 0, 0
        self._console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._shown = shown
        self._begun: float | None = None
        self._told = time.monotonic()
        self._bar = Progress(
            TextColumn("runs"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[width]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not (shown and self._console.is_terminal),
        )
        self._task = self._bar.add_task("runs", total=total, rate="", width="")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._bar.stop()
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            self.say(
                f"Stopped after {self.done} of {self.total} runs: they are stored, and the same command continues from "
                "there."
            )

    def found(self, runs: int) -> None:
        """Count runs that were stored before.

        Parameters
        ----------
        runs
            How many.
        """
        self.done = runs
        self._bar.update(self._task, completed=runs)

    def advance(self, runs: int) -> None:
        """Count runs that were computed.

        Parameters
        ----------
        runs
            How many more.
        """
        now = time.monotonic()
        self.done += runs
        if self._begun is None:
            self._begun = now  # start and compilation do not count
        else:
            self._computed += runs
        rate = self._computed / max(now - self._begun, 1e-9)
        self._bar.start()
        self._bar.update(self._task, completed=self.done, rate=f"{rate:.3g}/s" if rate else "")
        ended = self.done >= self.total
        if not self._console.is_terminal and (ended or now - self._told > SECONDS_BETWEEN_LINES):
            self._told = now
            left = timedelta(seconds=round((self.total - self.done) / rate)) if rate else ""
            self.say(f"{self.done} of {self.total} runs" + (f", {rate:.3g} a second, {left} left" if rate else ""))

    def looked(self, sentence: str, half_width: float) -> None:
        """Tell how well an outcome is known by now.

        Parameters
        ----------
        sentence
            What a look found.
        half_width
            Of the widest interval, as a share of the mean; stays beside the bar.
        """
        self._bar.update(self._task, width=f"\u00b1 {100 * half_width:.2g} %")
        self.say(sentence)

    def say(self, sentence: str) -> None:
        """Write one line.

        Parameters
        ----------
        sentence
            The line.
        """
        if self._shown:
            self._console.print(shown(sentence), markup=False)
