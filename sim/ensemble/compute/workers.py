"""Who is there to work: the workers of a Dask scheduler, those that give no sign of life, and how long to wait for any.

A worker sends a sign to its scheduler every second or so, also while it computes. One that is frozen, or whose machine
is, keeps its connection and its calls, and Dask itself waits five minutes for it. Here it is done without after a
minute: restarted where Dask can do that, else taken off the scheduler's list, and its calls are done again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, wait
from contextlib import suppress
from typing import TYPE_CHECKING

from sim.errors import InputError
from sim.terminal import tell

if TYPE_CHECKING:
    from distributed import Client

PATIENCE_S = 60.0
"""Longest time without any worker, without a sign of life of one, or without a word of the scheduler."""

BETWEEN_LOOKS_S = 2.0
SHORT_S = 0.02
RESTART_S = 10.0

GONE = (OSError, TimeoutError, CancelledError, RuntimeError, AttributeError)
"""What Dask raises while its scheduler is gone: refused and closed connections, cancelled futures, a closed client."""


class Workers:
    """The workers of a scheduler, as they are seen from a client.

    Parameters
    ----------
    client
        Connected.
    lost
        Makes the sentence in which a sweep ends from what is lost.
    patience_s
        Seconds without any worker after which the sweep ends.
    """

    def __init__(self, client: Client, lost: Callable[[str], InputError], patience_s: float) -> None:
        self._client, self._lost, self._patience_s = client, lost, patience_s
        self._silence_s = min(patience_s, PATIENCE_S)  # jobs of a queue may take their time, not those that run
        self._between_s = min(BETWEEN_LOOKS_S, self._silence_s / 4)
        self._heard, self._looked = time.monotonic(), -float("inf")
        self._signs: dict[str, tuple[float, float]] = {}  # address -> its last sign, by its clock and when it was new
        self._given_up: set[str] = set()

    def heard(self) -> None:
        """Take note of a sign of life: an answer."""
        self._heard = time.monotonic()

    def wait_for_one(self) -> None:
        """Wait until there is a worker.

        Raises
        ------
        InputError
            If none comes for as long as the sweep has patience, or the scheduler is lost.
        """
        while not self._look():
            time.sleep(self._between_s)

    def threads(self) -> int:
        """Count the threads of all workers, at least one."""
        cores = self.asked(lambda: self._client.sync(self._client.scheduler.ncores, callback_timeout=self._silence_s))
        return max(1, sum(cores.values()))

    def asked(self, do: Callable, *words: object) -> object:
        """Do what needs the scheduler.

        Raises
        ------
        InputError
            If it is lost.
        """
        try:
            return do(*words)
        except GONE as error:
            raise self._lost(f"the Dask scheduler is lost or has no workers ({first_line(error)})") from None

    def waited(self, ask: Callable[..., Coroutine], *words: object, **named: object) -> object:
        """Ask a client for what workers hold or are to hold, and look meanwhile whether they are still there.

        Parameters
        ----------
        ask
            A method of the client that takes `asynchronous`.
        *words, **named
            What else it takes.

        Raises
        ------
        InputError
            If the scheduler or all workers are lost.
        """
        loop = self._client.loop.asyncio_loop
        asking = _awaited(ask, *words, asynchronous=True, **named)
        going_on = asyncio.run_coroutine_threadsafe(asking, loop)
        try:
            while not wait([going_on], self._between_s).done:
                self.look_again()
            return going_on.result()
        finally:
            going_on.cancel()

    def look_again(self) -> None:
        """Look who is there, if the last look is some seconds ago.

        Raises
        ------
        InputError
            If there has been no worker for as long as the sweep has patience, or the scheduler is lost.
        """
        if time.monotonic() - self._looked > self._between_s:
            self._look()

    def _look(self) -> int:
        """Count the workers that give signs of life; do without those that give none, and end where none is left."""
        try:
            told = self._client.sync(self._client.scheduler.identity, callback_timeout=self._silence_s)["workers"]
        except GONE as error:
            raise self._lost(f"the Dask scheduler does not answer any more ({first_line(error)})") from None
        self._looked = now = time.monotonic()
        self._signs = {address: self._sign(address, each["last_seen"], now) for address, each in told.items()}
        silent = {address for address, (_, since) in self._signs.items() if now - since > self._silence_s}
        if new := sorted(silent - self._given_up):
            self._do_without(new)
            self._heard = now  # one that is started anew comes soon
        self._given_up = silent
        if len(silent) < len(told):
            self._heard = max(self._heard, *(since for _, since in self._signs.values()))
        elif now - self._heard > self._patience_s:
            raise self._lost(f"there has been no Dask worker for {now - self._heard:.0f} seconds")
        return len(told) - len(silent)

    def _sign(self, address: str, last_seen: float, now: float) -> tuple[float, float]:
        """Tell when a sign was new by the clock of this machine; clocks of others may differ."""
        before = self._signs.get(address)
        return before if before and before[0] == last_seen else (last_seen, now)

    def _do_without(self, silent: list[str]) -> None:
        """Let the scheduler end workers, and start them again where they have somebody who does that."""
        for address in silent:
            tell(
                f"the Dask worker {address} gives no sign of life for {self._silence_s:.0f} seconds, so its runs are "
                "done again without it."
            )
        how = {"timeout": RESTART_S, "wait_for_workers": False, "on_error": "return", "stimulus_id": "no-sign-of-life"}
        with suppress(*GONE):  # where the scheduler itself is gone, the next look says so
            restart = self._client.scheduler.restart_workers
            self._client.sync(restart, workers=silent, callback_timeout=2 * RESTART_S, **how)


async def _awaited(ask: Callable[..., Coroutine], *words: object, **named: object) -> object:
    """Ask inside the loop of the client."""
    return await ask(*words, **named)


def first_line(error: BaseException | None) -> str:
    """Name an error by its kind and the first line of what it says.

    Parameters
    ----------
    error
        What Dask raised.
    """
    text = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
