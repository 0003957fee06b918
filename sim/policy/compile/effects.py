"""What measures write to those in force, and their roles, as the kernels read them."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.policy.instruments import Instrument
from sim.policy.language.measures import Enforcement
from sim.policy.rules import Effect
from sim.state import Effects
from sim.state.measures import COLUMNS, ROLES

Row = tuple[Instrument, float, Enforcement, Sequence[int]]
"""A measure: what it does, its level, how it is enforced, and the classes of firms in its scope, ones and zeros."""


def effects_of(rows: Sequence[Row], ends: Sequence[tuple[float, float]] | None = None) -> Effects:
    """Effects of measures, one after another.

    Parameters
    ----------
    rows
        J measures.
    ends
        Low and high end of the level of each; by default the level itself.

    Returns
    -------
    Effects
        Arrays of E effects, and their starts.
    """
    own = [list(_effects(*row)) for row in rows]
    found = [each for mine in own for each in mine]
    effects = [effect for effect, _ in found]
    full = np.array([amount for _, amount in found], dtype=np.float32)
    spans = ends or [(level, level) for _, level, _, _ in rows]
    span = [span for span, mine in zip(spans, own, strict=True) for _ in mine]
    low, high = (
        np.array([_at(span[e][end], *found[e]) for e in range(len(found))], dtype=np.float32) for end in (0, 1)
    )
    idle = np.array([full[e] if each.idle is None else each.idle for e, each in enumerate(effects)], dtype=np.float32)
    return Effects(
        start=np.concatenate(([0], np.cumsum([len(mine) for mine in own]))).astype(np.int32),
        table=np.array([COLUMNS[each.column][0] for each in effects], dtype=np.int32),
        column=np.array([COLUMNS[each.column][1] for each in effects], dtype=np.int32),
        combine=np.array([each.combine for each in effects], dtype=np.int32),
        announced=np.array([each.announced for each in effects], dtype=np.uint8),
        fades=np.array([each.fades for each in effects], dtype=np.uint8),
        idle=idle,
        full=full,
        lowest=low,
        highest=high,
        factor=np.array([each.factor for each in effects], dtype=np.float32),
    )


def roles_of(instruments: Sequence[Instrument]) -> NDArray[np.uint8]:
    """Roles of J measures: shape (ROLES, J), ones and zeros."""
    has = [[role in instrument.rule.roles for instrument in instruments] for role in range(len(ROLES))]
    return np.array(has, dtype=np.uint8).reshape(len(ROLES), len(instruments))


def _at(level: float, effect: Effect, amount: float) -> float:
    """Amount of an effect at another level of its measure; what is no level stays as it is."""
    return level if effect.full == "level" else amount


def _effects(
    instrument: Instrument, level: float, enforcement: Enforcement, firms: Sequence[int]
) -> Iterator[tuple[Effect, float]]:
    """Effects of one measure, each with its amount at full intensity."""
    for effect in instrument.rule.effects:
        if effect.firms in ("any", "all" if all(firms) else "some"):
            yield effect, level if effect.full == "level" else getattr(enforcement, effect.full)
