"""One factory of test worlds: a test names what it is about, and the declarations of the state give the rest.

`filled` makes any part of a world or policy: what is named, in the declared type, and 0 elsewhere, so that a new field
needs no edit of tests. `world_of` and `policy_of` put parts together as the kernels read them.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.constants import DAYS_PER_WEEK, LONGEST_WAIT_DAYS, NEVER
from sim.parameters import TABLE
from sim.policy.compile.effects import effects_of, roles_of
from sim.policy.instruments import Instrument
from sim.policy.language.measures import Enforcement
from sim.state import AXES, GateSchedule, Held, Parameters, Policy, World, declared, fitted
from sim.state.axes import sizes_of
from sim.world.frozen import frozen
from sim.world.network.layout import passages_of
from sim.world.trade.hub_pools import find_hub_pools

Part = TypeVar("Part", bound=tuple)


def filled(kind: type[Part], lengths: dict[str, int] | None = None, /, **named: Any) -> Part:
    """Make a named tuple of arrays from those that are named.

    Parameters
    ----------
    kind
        Such as `Goods` or `Policy`.
    lengths
        Of axes that no named array has. An axis that only a list has is as long as that list, and else empty.
    **named
        Values, turned into arrays of the declared type; what is missing is 0.

    Raises
    ------
    TypeError
        For a name that is no field.
    KeyError
        For an axis that nothing gives a length.
    """
    fields, lengths = declared(kind), dict(lengths or {})
    if set(named) - set(fields):
        raise TypeError(f"{kind.__name__} has no {', '.join(sorted(set(named) - set(fields)))}.")
    arrays = {}
    for name, value in named.items():
        held = fields[name]
        arrays[name] = np.array(value, held.dtype) if isinstance(held, Held) else value
        if isinstance(held, Held):
            assert arrays[name].ndim == len(held.names), f"{kind.__name__}.{name} is [{held.axes}]"
            for axis, length in zip(held.names, arrays[name].shape, strict=True):
                lengths.setdefault(axis.removesuffix("+1"), length - axis.endswith("+1"))
    missing = {name: how for name, how in fields.items() if name not in named}
    return kind(**arrays, **{name: _nothing(how, lengths) for name, how in missing.items()})


def _nothing(how: Held | type, lengths: dict[str, int]) -> Any:
    """Zeros of a declaration, a part of such arrays, or the number 0."""
    if isinstance(how, Held):
        return np.zeros([_length(axis, lengths) for axis in how.names], how.dtype)
    return filled(how, lengths) if issubclass(how, tuple) else 0


def _length(axis: str, lengths: dict[str, int]) -> int:
    if axis.isdecimal():
        return int(axis)
    bare = axis.removesuffix("+1")
    return (lengths[bare] if bare in AXES or bare == "J" else lengths.get(bare, 0)) + axis.endswith("+1")


def parameters(**changes: float) -> Parameters:
    """Parameters by default, but for the changes."""
    return Parameters(**{name: np.float32(changes.get(name, TABLE[name].default)) for name in Parameters._fields})


def world_of(hubs_of_origins: ArrayLike = (-1,), **parts: tuple) -> World:
    """Put a world together and freeze it; passages and hub pools follow from its routes and channels.

    Parameters
    ----------
    hubs_of_origins
        Market of each declared origin that is a hub, -1 for the others.
    **parts
        Of `World`.
    """
    routes, gates, channels, authorities = (parts[name] for name in ("routes", "gates", "channels", "authorities"))
    parts.setdefault("passages", passages_of(routes, gates))
    parts.setdefault("hub_pools", find_hub_pools(channels, authorities, np.array(hubs_of_origins, np.int32)))
    world = World(**parts)
    return frozen(fitted(world, world))


def schedule_of(capacity_t: NDArray[np.float64], **named: ArrayLike) -> GateSchedule:
    """Gates that are open where they have capacity [G, T], and all of it known; without background or longer hours."""
    gates, weeks = capacity_t.shape
    usual = {
        "open_share": capacity_t > 0,
        "version": np.repeat(np.arange(gates), weeks).reshape(gates, weeks),
        "known_capacity_t": capacity_t,
        "next_open_days": _next_open_days(capacity_t),
        "gone_week": np.full(gates, NEVER),
        "ordinary_t": np.where(capacity_t > 0, np.maximum.accumulate(capacity_t, axis=1), 0.0),
        "hours_headroom": np.ones((gates, weeks)),
    }
    return filled(GateSchedule, capacity_t=capacity_t, **(usual | named))


def _next_open_days(capacity_t: NDArray[np.float64]) -> NDArray[np.float64]:
    days = np.zeros(capacity_t.shape)
    after = np.full(capacity_t.shape[0], float(LONGEST_WAIT_DAYS))
    for week in range(capacity_t.shape[1] - 1, -1, -1):
        after = np.where(capacity_t[:, week] > 0, 0.0, np.minimum(after + DAYS_PER_WEEK, LONGEST_WAIT_DAYS))
        days[:, week] = after
    return days


def policy_of(
    world: World,
    schedule: GateSchedule,
    instruments: Sequence[tuple[Instrument, float, Enforcement, Sequence[int]]] = (),
    reached: dict[str, Sequence[Sequence[int]]] | None = None,
    **named: ArrayLike,
) -> Policy:
    """Measures J of a world, frozen.

    Parameters
    ----------
    instruments
        Instrument, level, enforcement and the classes of firms that it reaches, a measure each.
    reached
        What each measure reaches, by list: `channel`, `cell`, `firm`, `route`, `place`, `stop`.
    **named
        Other arrays of the policy. By default an authority is reached by nothing, and what is in force is announced.
        Where goods are barred, or a gate is shut for good, that is looked at in every week.
    """
    intensity = np.zeros((len(instruments), world.sizes.weeks), np.float32)
    intensity = np.array(named.pop("intensity", intensity), np.float32)
    usual = {
        "instrument": [each[0].number for each in instruments],
        "effects": effects_of(list(instruments)),
        "role": roles_of([each[0] for each in instruments]),
        "intensity": intensity,
        "announced": intensity > 0,
        "enforcement": np.ones((len(instruments), 2)),
        "closing": np.full(world.sizes.weeks, bool((schedule.gone_week < NEVER).any() or "stop" in (reached or {}))),
        "changed": (np.diff(intensity, axis=1, prepend=np.float32(0)) != 0).any(axis=0),
        "firm_scope": np.array([each[3] for each in instruments]).reshape(-1, AXES["B"].size(world)),
    }
    for name, lists in (reached or {}).items():
        usual[f"{name}_start"] = np.cumsum([0, *map(len, lists)])
        usual[f"{name}_reach"] = [each for part in lists for each in part]
    policy = filled(Policy, sizes_of(world), schedule=schedule, **(usual | named))
    return frozen(fitted(policy, world))
