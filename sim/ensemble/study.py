"""A study: which regimes, on which world, with which runs; and the digests that name it and its batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.ensemble.compute.calls import Call, Context
from sim.ensemble.compute.shared_past import Branch, tree_of, weekly_reads
from sim.ensemble.plan.design import Block, Design
from sim.errors import unknown
from sim.labels import Labels
from sim.outcomes.series import Observation, observation
from sim.parameters import LEVEL
from sim.policy.compile.levels import Level, check_level
from sim.state import Policy, World, check_rows
from sim.store.blocks import BLOCK_RUNS
from sim.store.digest import FORMAT, digest, sources
from sim.store.history import History
from sim.store.saving import Saving
from sim.store.store import Entry, Store

GATHERED_BYTES = 2**30
"""Most room for the batches of a block that come together at a time, but for a single one."""


_last: list[tuple[World, Labels, str, Observation]] = []
"""The world whose series were asked for last, its names, the resolution, and these series; one entry at most."""


def _observed(world: World, labels: Labels, resolution: str) -> Observation:
    """Choose the series of a world once for the studies of it that come one after the other."""
    for known, names, name, found in tuple(_last):
        if known is world and names is labels and name == resolution:
            return found
    found = observation(world, labels, resolution)
    _last[:] = [(world, labels, resolution, found)]
    return found


class Scenario(NamedTuple):
    """A regime ready to run: the text that describes it, what it became against the world, and levels of measures."""

    text: str
    policy: Policy
    levels: Mapping[str, Level] = {}  # by the name of the measure, of those with a range


class Until(NamedTuple):
    """When to stop early: the outcome to watch, and the half width to reach as a share of its mean under `against`."""

    outcome: str
    half_width: float


class Piece(NamedTuple):
    """Some places of a block under one regime: a batch, stored or to be computed."""

    regime: str
    block: Block
    family: str
    digest: str
    entry: Entry | None  # None: not stored yet


@dataclass(frozen=True)
class Study:
    """All inputs of a study. Equal studies have equal signatures, wherever and however they are computed.

    Attributes
    ----------
    world : World
        Arrays of the world.
    labels : Labels
        Names of what they number.
    months : tuple of str
        `YYYY-MM`, the months that are observed.
    first_monday : date
        Of the first week, spin-up counted.
    scenarios : mapping of str to Scenario
        Regime to its text and policy, in the order in which they are shown.
    against : str
        The regime that others are compared with.
    design : Design
        Draws and replications.
    seed : int
        Key of all random numbers, with the run number.
    resolution : str
        `totals`, `default` or `full`: which series are kept.
    folder : Path
        The store.
    settings : str
        YAML, kept beside the results; not part of the signature, because it may name folders and machines.
    until : Until, optional
        Stop before all runs of the design are made, once this is known.
    history : History, optional
        Saved states that the runs continue from.
    save : int
        Weeks after which the state of every run is saved, 0 for never; changes no result and no signature.
    """

    world: World
    labels: Labels
    months: tuple[str, ...]
    first_monday: date
    scenarios: Mapping[str, Scenario]
    against: str
    design: Design
    seed: int
    resolution: str
    folder: Path
    settings: str
    until: Until | None = None
    history: History | None = None
    save: int = 0

    @cached_property
    def observation(self) -> Observation:
        """The series that are kept."""
        return _observed(self.world, self.labels, self.resolution)

    @cached_property
    def context(self) -> Context:
        """What all calls share."""
        policies = {name: scenario.policy for name, scenario in self.scenarios.items()}
        begin = self.history.week if self.history else 0
        measures = [name.removeprefix(LEVEL) for name in self.design.levels]
        levels = {name: tuple(map(scenario.levels.get, measures)) for name, scenario in self.scenarios.items()}
        return Context(self.world, policies, self.seed, self.observation, begin, self.save, levels)

    @cached_property
    def saving(self) -> Saving | None:
        """The history that is written, if any."""
        return Saving(self) if self.save else None

    @cached_property
    def digests(self) -> dict[str, str]:
        """Digest of each input that all batches share."""
        columns = tuple(self.observation.series["column"])
        return {"world": digest(self.world), "series": digest(columns), "sources": sources()}

    @cached_property
    def keys(self) -> dict[str, str]:
        """Regime to the digest of what its batches share: never the other regimes, nor how many runs there are."""
        shared = digest(FORMAT, self.digests, self.months, self.seed, self.design.levels)
        past = {name: (self.history.key(name),) if self.history else () for name in self.scenarios}
        return {name: digest(shared, name, *scenario, *past[name]) for name, scenario in self.scenarios.items()}

    @cached_property
    def signature(self) -> str:
        """Digest over all inputs."""
        past = [part for block in self.design.blocks() for name in self.scenarios for part in self._past(name, block)]
        return digest(list(self.keys.items()), self.against, self.design, self.until, *past)

    def check_draws(self, where: Callable[[int], str]) -> None:
        """Refuse draws whose parameters or levels are out of their range, or are no numbers.

        Parameters
        ----------
        where
            Names the place of a draw by its number.

        Raises
        ------
        InputError
            For the first number that is not allowed; or a level that no regime of the study has.
        """
        design = self.design
        check_rows(design.parameters, lambda row: where(design.draw_numbers[row]))
        for name, values in design.values_of_levels.items():
            measure, every = name.removeprefix(LEVEL), [scenario.levels for scenario in self.scenarios.values()]
            known = [levels[measure] for levels in every if measure in levels]
            if not known:
                raise unknown("the level of a draw", name, {LEVEL + each for levels in every for each in levels})
            for draw, value in zip(design.draw_numbers, values.tolist(), strict=True):
                for each in known:
                    check_level(f"{where(draw)}, {name}", value, each.low, each.high)

    @cached_property
    def reads(self) -> dict[str, list[str]]:
        """Regime to what each week reads of its policy."""
        context = self.context
        return {name: weekly_reads(policy, context.levels[name]) for name, policy in context.policies.items()}

    def branch(self, regimes: Sequence[str]) -> Branch:
        """Find where regimes part.

        Parameters
        ----------
        regimes
            Their names; in a study that continues a history they go on from the same states (`source`).
        """
        return tree_of({name: self.reads[name] for name in regimes}) if len(regimes) > 1 else Branch(tuple(regimes))

    @property
    def regimes_a_call(self) -> int:
        """Regimes that a call may do: as many as there is room for their batches."""
        return max(1, GATHERED_BYTES // (BLOCK_RUNS * self.run_bytes))

    @property
    def run_bytes(self) -> int:
        """Bytes of the series of a run."""
        return len(self.observation.series) * len(self.months) * np.dtype(np.float32).itemsize

    def source(self, regime: str) -> str:
        """Name what a regime goes on from: a saved regime, or nothing, which all regimes share."""
        return self.history.source(regime) if self.history else ""

    def call(self, branch: Branch, draws: np.ndarray, runs: np.ndarray, rows: np.ndarray) -> Call:
        """Make the call of some runs.

        Parameters
        ----------
        branch
            The regimes, as `branch` gives them.
        draws, runs
            Numbers of the runs, [n] int64 each.
        rows
            Their parameters and levels, [n, P + L] float64.

        Returns
        -------
        Call
            With the saved states that the runs continue from, if any.

        Raises
        ------
        InputError
            If a saved state is missing or spoilt.
        """
        if self.history is None:
            return Call(branch, runs.copy(), rows.copy())
        regime, pairs = branch.regimes[0], list(zip(draws.tolist(), runs.tolist(), strict=True))
        histories = tuple(self.history.read(regime, *pair) for pair in pairs)
        files = tuple(str(self.history.path(regime, *pair)) for pair in pairs)
        return Call(branch, runs.copy(), rows.copy(), histories, files)

    def pieces(self, store: Store, runs: int | None = None) -> Iterator[Piece]:
        """Cover the design with batches as `by_block` does, one after the other."""
        return chain.from_iterable(self.by_block(store, runs))

    def by_block(self, store: Store, runs: int | None = None) -> Iterator[list[Piece]]:
        """Cover the design with batches, stored ones where they are intact.

        Parameters
        ----------
        store
            Open for writing.
        runs
            Replications of each draw; by default all.

        Yields
        ------
        list of Piece
            All regimes of a block before the next block, so that a study that is stopped can compare what it has.
        """
        for block in self.upto(runs).blocks():
            yield [piece for regime in self.scenarios for piece in self._cover(store, regime, block)]

    def upto(self, runs: int | None) -> Design:
        """Return the design with fewer replications, or as it is."""
        return self.design if runs is None else self.design.upto(runs)

    def _cover(self, store: Store, regime: str, block: Block) -> Iterator[Piece]:
        """Cover a block: from each place the stored piece that reaches furthest, else a new one to the next stored."""
        whole, family = self.design.whole(block), self._family(regime, block)
        stored = [piece for piece in self._stored(store, regime, whole, family) if self._is_whole(store, piece)]
        place = 0
        while place < len(block):
            here = [piece for piece in stored if place in piece.block.places]
            if here:
                piece = max(here, key=lambda each: each.block.places.stop)
            else:
                ahead = [each.block.places.start for each in stored if each.block.places.start > place]
                piece = self._piece(regime, block.part(place, min([len(block), *ahead])), family)
            yield piece
            place = piece.block.places.stop

    def _is_whole(self, store: Store, piece: Piece) -> bool:
        """Tell whether a stored piece is intact, and its runs are saved where that is asked for."""
        return store.intact(piece.entry) and (self.saving is None or self.saving.holds(piece.regime, piece.block))

    def _stored(self, store: Store, regime: str, whole: Block, family: str) -> Iterator[Piece]:
        """Find stored pieces of a block that were computed from the same rows of parameters."""
        for entry in store.entries(family):
            piece = self._piece(regime, whole.part(entry.first, entry.stop), family)
            if piece.digest == entry.digest:
                yield piece._replace(entry=entry)

    def part(self, piece: Piece, first: int, stop: int) -> Piece:
        """Return some runs of a piece as one of their own, not stored yet.

        Parameters
        ----------
        piece
            To be computed.
        first, stop
            Of its runs, counted from its own first.
        """
        return self._piece(piece.regime, piece.block.part(first, stop), piece.family)

    def _family(self, regime: str, block: Block) -> str:
        design = self.design
        line = block.runs.start if design.along_draws else block.draws.start
        first = block.draws.start if design.along_draws else block.runs.start
        return digest(self.keys[regime], design.along_draws, design.paired, line, first)

    def _piece(self, regime: str, block: Block, family: str) -> Piece:
        rows = self.design.rows(block)
        named = digest(family, block.draw_numbers, block.run_numbers, rows, *self._past(regime, block))
        return Piece(regime, block, family, named, None)

    def _past(self, regime: str, block: Block) -> tuple[list[str], ...]:
        """SHA-256 of what the runs of a block continue from, if they do."""
        return (self.history.checksums(regime, block),) if self.history else ()
