"""A comparison as it is shown: with a name in words for each subject and a look for each regime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.analysis.compared import Comparison
from sim.analysis.reading import Results
from sim.policy.language.measures import Regime
from sim.report import style, subjects
from sim.world.tables.read import Tables


@dataclass(frozen=True, eq=False)
class Shown(Comparison):
    """What every figure of a comparison is made from.

    Attributes
    ----------
    names : mapping of str to str
        Subject to its name in words.
    looks : mapping of str to Look
        How each regime is drawn, in the order of the results.
    """

    names: Mapping[str, str]
    looks: Mapping[str, style.Look]


def shown(results: Results, against: str, world: Tables, regimes: Sequence[Regime]) -> Shown:
    """Put a comparison together.

    Parameters
    ----------
    results : Results
        Stored results.
    against : str
        Regime that the others are compared with.
    world : Tables
        Of the world.
    regimes : sequence of Regime
        One for each of `results.regimes`, in the same order.
    """
    purposes = {regime.name: regime.purpose for regime in regimes}
    return Shown(
        results=results,
        against=against,
        world=world,
        senders=subjects.senders(regimes, world),
        names=subjects.names(world),
        looks=style.looks(results.regimes, against, purposes),
    )
