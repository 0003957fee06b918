"""The same calls on Dask workers: an existing scheduler, a queue of a computing centre, or processes of this machine.

Workers return arrays; only the process that started the study writes. A worker that dies has its calls done again,
elsewhere or by the worker that takes its place, and since an answer depends on nothing but its call, the bits are those
of threads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sim.ensemble.compute.calls import Answer, Call, Context, answer
from sim.ensemble.compute.executors import CALLS_WAITING, usable_cores
from sim.errors import InputError
from sim.world.frozen import frozen

if TYPE_CHECKING:
    from distributed import Client, Future

MOST_TRIES = 5
"""How often a call is handed out before its failure is taken to be its own."""

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
    """

    def __init__(self, address: str | None = None, queue: str | None = None, workers: int | None = None) -> None:
        self.address, self.queue, self.workers = address, queue, workers or usable_cores()
        self._client: Client | None = None
        self._cluster: object | None = None

    def answers(self, context: Context, calls: Iterable[Call]) -> Iterator[tuple[int, Answer]]:
        """Work off calls; see `sim.ensemble.compute.executors.Executor`.

        Raises
        ------
        InputError
            If Dask is not installed or the scheduler does not answer.
        """
        if self._client is None:
            self._connect()
        yield from _Desk(self._client, context, enumerate(calls)).answers()

    def close(self) -> None:
        """Leave the scheduler; end the workers that were started here."""
        for each in (self._client, self._cluster):
            if each is not None:
                each.close()
        self._client = self._cluster = None

    def _connect(self) -> None:
        distributed = _installed("distributed")
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


class _Desk:
    """Hands calls out to workers and takes answers in."""

    def __init__(self, client: Client, context: Context, calls: Iterator[tuple[int, Call]]) -> None:
        self._client, self._context, self._left = client, context, calls
        self._out: dict[Future, tuple[int, Call]] = {}
        self._tries: Counter[int] = Counter()
        self._shared = self._share()

    def answers(self) -> Iterator[tuple[int, Answer]]:
        distributed = _installed("distributed")
        done = distributed.as_completed()
        self._hand_out(done, self._room())
        while self._out:
            future = next(done)
            index, call = self._out.pop(future)
            if future.status == "finished":
                yield index, future.result()
                self._hand_out(done, self._room() - len(self._out))
            else:
                self._again(done, future, index, call)

    def _share(self) -> Future:
        """Send what all calls share to every worker; in a list, since Dask would take a tuple apart."""
        return self._client.scatter([self._context], broadcast=True, hash=False)[0]

    def _room(self) -> int:
        """Count the calls that may be out at once: all threads busy, and some waiting."""
        return max(1, sum(self._client.ncores().values())) * (1 + CALLS_WAITING)

    def _hand_out(self, done: Iterator, count: int) -> None:
        for index, call in islice(self._left, max(0, count)):
            self._submit(done, index, call)

    def _submit(self, done: Iterator, index: int, call: Call) -> None:
        self._tries[index] += 1
        future = self._client.submit(answer_there, self._shared, call, pure=False)
        self._out[future] = index, call
        done.add(future)

    def _again(self, done: Iterator, future: Future, index: int, call: Call) -> None:
        """Hand out a call whose worker was lost; if all who held the shared data were lost too, send that again."""
        if self._tries[index] >= MOST_TRIES:
            future.result()  # raises what went wrong
        if self._shared.status != "finished":
            self._client.wait_for_workers(1)
            self._shared = self._share()
        self._submit(done, index, call)
