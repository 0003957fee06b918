"""One past, several futures: the regimes of one run are one run up to the week in which their policies differ.

They share seed, run number and parameters, so a week comes out the same under two regimes where it begins in the same
state and reads the same of both policies. What a week reads is declared here for every field of `Policy`; the rest of a
policy is still to come, and does not tell two regimes apart yet. Whatever is in doubt counts as read from the first
week on, so that regimes part too early and never too late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.constants import NEVER
from sim.policy.compile.levels import Level
from sim.state import Policy, arrays_of, declared
from sim.state.measures import BARS
from sim.store.digest import Part, digest

BY_WEEK = (
    "schedule.capacity_t",
    "schedule.open_share",
    "schedule.ordinary_t",
    "schedule.hours_headroom",
    "changed",
    "closing",
)
"""Read column by column, [..., T]: that of the week, or of an earlier one."""

KNOWN = "schedule.version"
BY_VERSION = ("schedule.known_capacity_t", "schedule.next_open_days", "schedule.gone_week")
"""Rows of what is known of a gate; a week reads those that `KNOWN` names in its column, for weeks ahead too."""

SINCE = ("schedule.plans_from_week",)
"""First weeks of something: a week reads whether they have come."""

STRENGTH = ("intensity", "announced")
"""Rows of measures by week, [J, T]: read up to the week, and all of those that bar goods, once they are known."""

OF_MEASURE = (
    "instrument",
    "role",
    "level",
    "level_ends",
    "driver",
    "enforcement",
    "authority_reach",
    "firm_scope",
)
"""What a measure is: read while it is announced or in force, and in the week in which it ends."""

LISTS = {
    "effects.start": tuple(
        f"effects.{name}"
        for name in ("table", "column", "combine", "announced", "fades", "idle", "full", "lowest", "highest", "factor")
    ),
    "channel_start": ("channel_reach",),
    "cell_start": ("cell_reach",),
    "inspection_start": ("inspection_reach",),
    "firm_start": ("firm_reach",),
    "route_start": ("route_reach",),
    "stop_start": ("stop_reach",),
    "place_start": ("place_reach",),
}
"""The same, of lists that stand one measure after another: where they begin, and what they hold."""

AHEAD = ("schedule.background_t", "schedule.background_share")
"""Read for weeks ahead by whoever works out a wait: whole from the first week on, as is any field not named here."""

PARTLY_READ = {
    *BY_WEEK,
    *BY_VERSION,
    *SINCE,
    *STRENGTH,
    *OF_MEASURE,
    *LISTS,
    *(name for names in LISTS.values() for name in names),
    KNOWN,
}


class Branch(NamedTuple):
    """Regimes that are one run up to a week.

    Attributes
    ----------
    regimes
        Their names.
    stop
        The first week that they do not share; `NEVER` where they are the same to the end.
    parted
        How they go on from there: those that need fewest states at a time first.
    """

    regimes: tuple[str, ...]
    stop: int = NEVER
    parted: tuple[Branch, ...] = ()

    @property
    def states(self) -> int:
        """States that are held at a time: all but the last to go on from a parting work on a copy."""
        *copies, last = [each.states for each in self.parted] or [1]
        return max([last, *(1 + copy for copy in copies)])

    def weeks(self, first: int, last: int) -> int:
        """Count the weeks that are simulated for all regimes from week `first` to `last` (not included)."""
        stop = max(first, min(self.stop, last))
        return stop - first + sum(each.weeks(stop, last) for each in self.parted)


def tree_of(reads: Mapping[str, Sequence[str]]) -> Branch:
    """Find the week in which regimes part, that in which those part who go on together, and so on.

    Parameters
    ----------
    reads
        Regime to what each week reads of its policy, as `weekly_reads` gives it.

    Returns
    -------
    Branch
        Of all of them.
    """
    weeks = enumerate(zip(*reads.values(), strict=True))
    stop = next((week for week, each in weeks if len(set(each)) > 1), NEVER)
    together: dict[str, dict[str, Sequence[str]]] = {}
    for name, each in reads.items() if stop < NEVER else ():
        together.setdefault(each[stop], {})[name] = each
    parted = sorted(map(tree_of, together.values()), key=lambda branch: branch.states)
    return Branch(tuple(reads), stop, tuple(parted))


def weekly_reads(policy: Policy, levels: Sequence[Level | None] = ()) -> list[str]:
    """Name what each week reads of a policy: two runs are the same up to the first week in which these differ.

    Parameters
    ----------
    policy
        Compiled.
    levels
        Of the measures that a run may put at a level of its own, in one order for all regimes; None for one that the
        policy lacks.

    Returns
    -------
    list of str
        A digest a week. That of a week tells only what the weeks before did not.
    """
    arrays = {name: array for name, _, array in arrays_of(policy)}
    whole = [(name, array) for name, array in arrays.items() if name not in PARTLY_READ]
    known = range(len(arrays[BY_VERSION[0]]))
    versions = np.array([digest(*(arrays[name][row] for name in BY_VERSION)) for row in known])
    measures = _measures(arrays, levels)
    return [
        digest(
            [] if week else whole,
            [arrays[name][..., week] for name in BY_WEEK],
            versions[arrays[KNOWN][:, week]],
            [arrays[name] <= week for name in SINCE],
            measures.get(week, []),
        )
        for week in range(policy.intensity.shape[1])
    ]


def _measures(arrays: Mapping[str, np.ndarray], levels: Sequence[Level | None]) -> dict[int, list[Part]]:
    """Give the measures that a week reads, in their order, for the weeks in which one of them changes.

    A week reads of a measure how strong it is and was, so what two measures alike have been counts as well.
    """
    strength = np.stack([arrays[name] for name in STRENGTH], dtype=np.float32)
    before = np.concatenate([np.zeros_like(strength[..., :1]), strength[..., :-1]], axis=2)
    read, moved = ((strength != 0) | (before != 0)).any(axis=0), (strength != before).any(axis=(0, 1))
    whole, bars = [digest(*_measure(arrays, levels, j)) for j in range(len(read))], arrays["role"][BARS]
    return {
        week: [(whole[j], strength[:, j, : None if bars[j] else week + 1]) for j in np.flatnonzero(read[:, week])]
        for week in np.flatnonzero(moved).tolist()
    }


def _measure(arrays: Mapping[str, np.ndarray], levels: Sequence[Level | None], j: int) -> Iterator[Part]:
    """List what is declared of a measure, but when it is in force; and what may move its level."""
    held = declared(Policy)
    for name in OF_MEASURE:
        yield arrays[name].take(j, axis=held[name].names.index("J"))
    for start, names in LISTS.items():
        first, stop = arrays[start][j : j + 2]
        yield from (arrays[name][first:stop] for name in names)
    yield [(place, *each[:-1]) for place, each in enumerate(levels) if each and j in each.rows]
