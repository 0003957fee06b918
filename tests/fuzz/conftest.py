"""Inputs made up from fixed seeds: each ends in success or in one sentence, within limits of time and memory."""

import os
import random
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sim.errors import InputError

CASES = int(os.environ.get("REROUTE_FUZZ", "2000"))
"""Inputs of each kind; `make fuzz` takes 25,000."""

MOST_SECONDS, MOST_BYTES = 10, 1_000_000_000
LONGEST_SENTENCE = 2_000


class Hanging(Exception):
    """An input that takes longer than any may."""


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hanging(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _fault(ending: BaseException | None) -> str:
    """Say what is wrong with how an input ended; empty for success, and for one plain sentence."""
    if ending is None:
        return ""
    if not isinstance(ending, InputError):
        return f"{type(ending).__name__}: {ending}"
    sentence = str(ending)
    if not sentence or "Traceback" in sentence or "\n" in sentence or len(sentence) > LONGEST_SENTENCE:
        return f"no plain sentence: {sentence!r}"
    return ""


@pytest.fixture
def hold() -> Callable[[Callable[[random.Random], object], Callable[[object], object]], None]:
    """Make inputs, give each to what takes it, and hold how it ends to the promise.

    The first argument makes an input from a random number generator, the second takes it, the third is the part of all
    inputs of its kind that are made so. Number `i` is always the same input, however many there are.
    """

    def hold_all(make: Callable[[random.Random], object], take: Callable[[object], object], part: float = 1.0) -> None:
        faults, before = [], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in range(round(part * CASES)):
            made, begun, ending = make(random.Random(f"{make.__qualname__} {number}")), time.monotonic(), None
            try:
                with _limited(MOST_SECONDS):
                    take(made)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                ending = error
            fault = _fault(ending)
            if fault or time.monotonic() - begun > MOST_SECONDS:
                faults.append(f"input {number}, {made!r:.300}: {fault or 'it hangs'}")
        grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        assert faults == []
        assert grown < MOST_BYTES

    return hold_all
