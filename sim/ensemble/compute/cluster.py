"""The same calls on Dask workers: an existing scheduler, a queue of a computing centre, or processes of this machine.

Workers return arrays; only the process that started the study writes. A worker that dies has its calls done again,
elsewhere or by the worker that takes its place, and since an answer depends on nothing but its call, the bits are those
of threads; so has one that gives no sign of life (`sim.ensemble.compute.workers`). A scheduler that is gone, or has no
workers for longer than the sweep has patience, ends it in a sentence.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sim.ensemble.compute.calls import Answer, Call, Context, answer
from sim.ensemble.compute.executors import CALLS_WAITING
from sim.ensemble.compute.workers import GONE, PATIENCE_S, SHORT_S, Workers, first_line
from sim.errors import InputError
from sim.machine import usable_cores
from sim.world.frozen import frozen

if TYPE_CHECKING:
    from distributed import Client, Future

MOST_TRIES = 5
"""How often a call is handed out before its failure is taken to be its own."""

CLOSING_S = 10.0

Lost = Callable[[str], InputError]
"""Makes the sentence in which a sweep ends from what is lost."""

QUEUES = {"slurm": "SLURMCluster", "pbs": "PBSCluster"}


class Dask:
    """Workers of Dask distributed: found or started by the first call, kept until `close`.

    Parameters
    ----------
    address
        An existing scheduler, such as ``tcp://host:8786``; its workers need the same version of this program.
    queue
        `slurm` or `pbs`: workers are jobs, described in dask-jobqueue's own configuration file.
    workers
        How many to start where there is no scheduler yet; by default one a core of this machine.
    patience_s
        Seconds without a worker or a word of the scheduler, after which the sweep ends; jobs in a queue are waited for.
        Also seconds without a sign of life of a worker, after which it is done without.
    """

    def __init__(
        self,
        address: str | None = None,
        queue: str | None = None,
        workers: int | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.address, self.queue, self.workers = address, queue, workers or usable_cores()
        self.patience_s = patience_s
        self._client: Client | None = None
        self._cluster: object | None = None

    def answers(self, context: Context, calls: Iterable[Call]) -> Iterator[tuple[int, Answer]]:
        """Work off calls; see `sim.ensemble.compute.executors.Executor`.

        Raises
        ------
        InputError
            If Dask is not installed, the scheduler does not answer or is lost, no worker is left, or workers cannot do
            the calls.
        """
        if self._client is None:
            self._connect()
        workers = Workers(self._client, self._lost, self._patience())
        yield from _Desk(self._client, context, enumerate(calls), workers, self._lost).answers()

    def close(self) -> None:
        """Leave the scheduler; end the workers that were started here."""
        for each in (self._client, self._cluster):
            if each is not None:
                with suppress(*GONE):
                    each.close(timeout=CLOSING_S)
        self._client = self._cluster = None

    def _patience(self) -> float:
        return float("inf") if self.queue else self.patience_s

    def _lost(self, what: str) -> InputError:
        where = f"machine.address={self.address}" if self.address else "machine=cluster"
        return InputError(
            f"{where}: {what}. The runs that were computed are stored, and the same command continues from there, also "
            "with machine=laptop."
        )

    def _connect(self) -> None:
        distributed = _installed("distributed")
        _silence()
        if self.address is None:
            self._cluster = self._start(distributed)
        try:
            self._client = distributed.Client(self.address or self._cluster)
        except (OSError, TimeoutError, ValueError) as error:
            raise InputError(f"machine.address={self.address}: no Dask scheduler answers there ({error}).") from error

    def _start(self, distributed: object) -> object:
        if self.queue is None:
            return distributed.LocalCluster(self.workers, threads_per_worker=1, dashboard_address="127.0.0.1:0")
        if self.queue not in QUEUES:
            raise InputError(f"machine.queue={self.queue} is not known: choose from {', '.join(QUEUES)}.")
        cluster = getattr(_installed("dask_jobqueue"), QUEUES[self.queue])()
        cluster.scale(jobs=self.workers)
        return cluster


def _installed(module: str) -> object:
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise InputError("machine=cluster needs Dask: python -m pip install dask distributed dask-jobqueue") from None


class _Kept(NamedTuple):
    """The context as it was received, and as the kernels take it: read-only, which the way to a worker undoes."""

    received: Context
    context: Context


_kept: list[_Kept] = []


def answer_there(received: Context, call: Call) -> Answer:
    """Simulate the runs of a call in a worker; see `sim.ensemble.compute.calls.answer`.

    Parameters
    ----------
    received
        What all calls share; one object in a worker for a whole study.
    call
        Which runs.
    """
    if not _kept or _kept[0].received is not received:
        policies = {name: frozen(policy) for name, policy in received.policies.items()}
        _kept[:] = [_Kept(received, received._replace(world=frozen(received.world), policies=policies))]
    return answer(_kept[0].context, call)


def _silence() -> None:
    """Let Dask say nothing beside our sentences: it logs every lost connection with a traceback."""
    for name in ("distributed", "asyncio", "tornado", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "asyncio", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class _Desk:
    """Hands calls out to workers and takes answers in."""

    def __init__(
        self, client: Client, context: Context, calls: Iterator[tuple[int, Call]], workers: Workers, lost: Lost
    ) -> None:
        self._client, self._context, self._left, self._workers, self._lost = client, context, calls, workers, lost
        self._out: dict[Future, tuple[int, Call]] = {}
        self._tries: Counter[int] = Counter()
        self._shared: Future | None = None

    def answers(self) -> Iterator[tuple[int, Answer]]:
        done = _installed("distributed").as_completed()
        self._share()
        self._hand_out(done, self._room())
        while self._out:
            future = self._next(done)
            index, call = self._out.pop(future)
            found = self._fetched(future) if future.status == "finished" else None
            if found is not None:
                yield index, found
                self._hand_out(done, self._room() - len(self._out))
            else:
                self._again(done, future, index, call)

    def _next(self, done: Iterator) -> Future:
        """Wait for a future; every few seconds look whether there is anybody left to do it."""
        self._workers.look_again()
        while not done.has_ready():
            time.sleep(SHORT_S)
            self._workers.look_again()
        self._workers.heard()
        return next(done)

    def _fetched(self, future: Future) -> Answer | None:
        """Fetch an answer; None if it was lost with the worker that held it."""

        def fetch() -> Answer | None:
            with suppress(CancelledError):
                return self._workers.waited(self._client.gather, future)
            return None

        return self._workers.asked(fetch)

    def _share(self) -> None:
        """Send what all calls share to every worker; in a list, since Dask would take a tuple apart."""
        self._workers.wait_for_one()
        scatter = partial(self._client.scatter, [self._context], broadcast=True, hash=False)
        self._shared = self._workers.asked(self._workers.waited, scatter)[0]

    def _room(self) -> int:
        """Count the calls that may be out at once: all threads busy, and some waiting."""
        return self._workers.threads() * (1 + CALLS_WAITING)

    def _hand_out(self, done: Iterator, count: int) -> None:
        for index, call in islice(self._left, max(0, count)):
            self._submit(done, index, call)

    def _submit(self, done: Iterator, index: int, call: Call) -> None:
        self._tries[index] += 1
        future = self._workers.asked(lambda: self._client.submit(answer_there, self._shared, call, pure=False))
        self._out[future] = index, call
        done.add(future)

    def _again(self, done: Iterator, future: Future, index: int, call: Call) -> None:
        """Hand out a call whose worker was lost; if all who held the shared data were lost too, send that again."""
        if self._client.status != "running":
            raise self._lost("the Dask scheduler does not answer any more")
        error = self._workers.asked(future.exception) if future.status == "error" else None
        if isinstance(error, InputError):
            raise error
        if self._tries[index] >= MOST_TRIES:
            raise self._lost(f"workers could not do a call in {MOST_TRIES} tries ({first_line(error)})")
        if self._shared.status != "finished":
            self._share()
        self._submit(done, index, call)
