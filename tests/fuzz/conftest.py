"""Inputs made up from fixed seeds: each ends in success or in one sentence, within limits of time and memory."""

import os
import random
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sim.errors import InputError

CASES = int(os.environ.get("REROUTE_FUZZ", "300"))
"""Inputs of each kind; `make fuzz` takes 25,000."""

MOST_SECONDS, MOST_BYTES = 10, 1_000_000_000
LONGEST_SENTENCE = 2_000


class Hanging(Exception):
    """An input that takes longer than any may."""


@contextmanager
def _limited() -> Iterator[None]:
    """Stop what computes for too long, or waits for something that never comes; a busy machine stops nothing."""

    def stop(*_: object) -> None:
        raise Hanging

    before = [signal.signal(each, stop) for each in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, 12 * MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for each, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
            signal.signal(each, handler)


def _fault(ending: BaseException | None) -> str:
    """Say what is wrong with how an input ended; empty for success, and for one plain sentence."""
    if ending is None:
        return ""
    if not isinstance(ending, InputError):
        return "; ".join([f"{type(ending).__name__}: {ending}", *getattr(ending, "__notes__", ())])
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
            made, ending = make(random.Random(f"{make.__qualname__} {number}")), None
            try:
                with _limited():
                    take(made)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                ending = error
            if fault := _fault(ending):
                faults.append(f"input {number}, {made!r:.300}: {fault}")
        grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        assert not faults, "\n".join([f"{len(faults)} inputs", *faults])
        assert grown < MOST_BYTES

    return hold_all
