"""Where calls are worked off. An executor takes calls in order and gives answers back in the order they end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from threading import Event
from typing import Protocol

from sim.ensemble.compute.calls import Answer, Call, Context, answer
from sim.machine import usable_cores

CALLS_WAITING = 2
"""Calls a thread that are handed out ahead: enough to keep it busy, few enough to keep memory flat."""


class Executor(Protocol):
    """Computes calls somewhere; the answers do not depend on where."""

    def answers(self, context: Context, calls: Iterable[Call]) -> Iterator[tuple[int, Answer]]:
        """Work off calls.

        Parameters
        ----------
        context
            What all calls share.
        calls
            Taken one by one, as there is room.

        Yields
        ------
        index : int
            Place of the call in `calls`.
        answer : Answer
            Its result.
        """

    def close(self) -> None:
        """Give back what was started to work off calls."""


class Threads:
    """Threads of this process: the kernels hold no lock of the interpreter.

    Parameters
    ----------
    count
        Threads; None for one a core that this process may use.
    """

    def __init__(self, count: int | None = None) -> None:
        self.count = count or usable_cores()

    def answers(self, context: Context, calls: Iterable[Call]) -> Iterator[tuple[int, Answer]]:
        """Work off calls; see `Executor`. When the caller stops early, running calls end first, where regimes part."""
        left, stop = iter(enumerate(calls)), Event()
        pool = ThreadPoolExecutor(self.count, thread_name_prefix="reroute")
        waiting: dict[Future[Answer], int] = {}

        def hand_out(count: int) -> None:
            waiting.update(
                {pool.submit(answer, context, call, stop.is_set): index for index, call in islice(left, count)}
            )

        try:
            hand_out(self.count * (1 + CALLS_WAITING))
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                hand_out(len(done))
                for future in done:
                    yield waiting.pop(future), future.result()
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """Nothing is left: threads end with their calls."""
