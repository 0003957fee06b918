"""Small worlds, measures and runs made by hand, for answers that are known in advance.

A `Sketch` (`sketch.py`) says what there is in plain words; `make_world` (`layout.py`) lays it out as the arrays that
the kernels read, all of the types that a built world has, so that one compilation serves all. `Run` steps the real
`begin` and `advance`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.kernels.compiler.jit import by_reference
from sim.kernels.firms.demography import is_waiting
from sim.kernels.start import begin
from sim.kernels.week import advance
from sim.policy.instruments import Instrument
from sim.policy.language.measures import Enforcement
from sim.state import (
    OWNERSHIPS,
    Parameters,
    Policy,
    World,
    more_rows,
    new_state,
)
from sim.world.frozen import frozen
from tests.limits.layout import make_world
from tests.limits.sketch import Firm, Good, Lane, Sketch, Way, tonnes_of
from tests.worlds import parameters, policy_of, schedule_of

__all__ = [
    "Firm",
    "Good",
    "Lane",
    "Measure",
    "Run",
    "Sketch",
    "Way",
    "make_policy",
    "make_world",
    "parameters",
    "settled",
    "tonnes_of",
]

NO_LIMIT_T = 1e12


class Measure(NamedTuple):
    """A row of a policy: in force in some weeks, for the channels, cells, routes, authorities, places and firms it
    reaches.

    One that bars goods does so at its gates, to its channels, and is known from `announced_week`.

    `made_here`, `owners` and `listed` narrow the goods of firms; a list names the firms of `order`, in that order.
    """

    instrument: Instrument
    level: float = 1.0
    from_week: int = 0
    channels: tuple[int, ...] = ()
    cells: tuple[int, ...] = ()
    authorities: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    budget: float = 1.0
    strength: float = 1.0
    to_week: int | None = None
    days: float = 1.0
    made_here: bool = False
    owners: tuple[int, ...] = (0, 1, 2)
    listed: bool = False
    order: tuple[int, ...] = ()
    sensitivity: float = 1.0
    classes: tuple[int, ...] = ()
    gates: tuple[int, ...] = ()
    routes: tuple[int, ...] = ()
    announced_week: int | None = None


def settled(**changes: float) -> Parameters:
    """Parameters of the settings in which answers are known, but for the changes.

    Everybody hears everything at once; nothing random, no relations, no stock, no fringe, volumes that do not give way.
    """
    values: dict[str, float] = {
        "attention_price": 1.0,
        "trader_attention_price": 1.0,
        "attention_risk": 1.0,
        "relationship_weight": 0.0,
        "search_per_week": 0.0,
    }
    values |= {"shock_sd": 0.0, "fringe": 0.0, "stock_weeks": 0.0, "volume_scale": 1e9, "growth_per_week": 0.0}
    values |= {"trader_growth_per_week": 0.0}
    values |= {"exit_per_week": 0.0, "exit_first_year_per_week": 0.0, "entry_per_year": 0.0, "commission_share": 0.0}
    values |= {"wait_fee_usd_per_t_day": 0.0, "port_hours_step": 0.0, "port_expansion_share": 0.0}
    return parameters(**(values | changes))


def make_policy(
    world: World,
    measures: Sequence[Measure] = (),
    capacity_t: NDArray[np.float64] | None = None,
    **schedule: ArrayLike,
) -> Policy:
    """Measures, and the capacity of each gate in each week [G, T] or [G], known in advance; no limit by default.

    Longer hours add nothing unless `hours_headroom` [G, T] says so.
    """
    gates, weeks = world.gates.border_days.size, world.sizes.weeks
    limit = np.full(gates, NO_LIMIT_T) if capacity_t is None else np.asarray(capacity_t, float)
    capacity = np.array(np.broadcast_to(limit[:, None] if limit.ndim == 1 else limit, (gates, weeks)))
    intensity = np.zeros((len(measures), weeks), np.float32)
    for row, measure in zip(intensity, measures, strict=True):
        row[measure.from_week : measure.to_week] = measure.strength
    announced = intensity > 0
    for row, measure in zip(announced, measures, strict=True):
        if measure.announced_week is not None:
            row[measure.announced_week : measure.to_week] = True
    authority_reach = np.zeros((len(measures), world.authorities.market.size), np.uint8)
    for row, measure in zip(authority_reach, measures, strict=True):
        row[list(measure.authorities)] = 1
    return policy_of(
        world,
        schedule_of(capacity, **schedule),
        [(measure.instrument, measure.level, _enforcement(measure), _classes(measure)) for measure in measures],
        {
            "channel": [() if measure.gates else measure.channels for measure in measures],
            "cell": [measure.cells for measure in measures],
            "route": [measure.routes for measure in measures],
            "firm": [measure.order for measure in measures],
            "place": [measure.places for measure in measures],
            "inspection": [measure.classes for measure in measures],
            **(
                {"stop": [_stops(world, measure) for measure in measures]}
                if any(each.gates for each in measures)
                else {}
            ),
        },
        intensity=intensity,
        announced=announced,
        level=[measure.level for measure in measures],
        enforcement=np.array([(measure.budget, measure.days) for measure in measures]).reshape(-1, 2),
        authority_reach=authority_reach,
    )


class Run:
    """A run of a world from its base; `state` after the weeks done so far, which got more rows `grown` times.

    World and policy are frozen, as those of a study are: for arrays that may be written the week would compile again.
    """

    def __init__(self, world: World, policy: Policy, values: Parameters, run: int = 0) -> None:
        world, policy = frozen(world), frozen(policy)
        self.world, self.policy, self.values = world, policy, values
        self.key = np.uint64(1), np.uint64(run)
        self.state = new_state(world)
        self.week, self.grown = 0, 0
        self._known = by_reference(world), by_reference(policy), by_reference(values)
        self._referred, self._reference = None, None
        begin(world, values, self.state)

    def step(self, weeks: int = 1) -> "Run":
        """Do some weeks, and give the run back."""
        for _ in range(weeks):
            self.advance()
            while is_waiting(self.state.rows_used):
                self.state = more_rows(self.world, self.state)
                self.grown += 1
                self.advance()
            self.week += 1
        return self

    def advance(self) -> None:
        """Do a week, or what is left of one in which a firm found no free row."""
        advance(*self._known, self.week, *self.key, self._changing())

    def _changing(self) -> object:
        """Reference to the state, made anew where the state is another."""
        if self._referred is not self.state:
            self._referred, self._reference = self.state, by_reference(self.state)
        return self._reference

    def held_musd(self) -> float:
        """Goods that are somewhere on the way, in a queue, turned back or detained."""
        lanes = self.state.lanes
        on_the_way = lanes.stop_due, lanes.stop_queue, lanes.arrivals_due, self.state.closures.turned_back
        return float(sum(held.sum() for held in (*on_the_way, lanes.detained_due)))

    def route_flows(self) -> NDArray[np.float64]:
        """What set out this week by route, also what had turned back before, musd."""
        lanes, start = self.state.lanes, self.world.channels.route_start
        share = lanes.route_share[self.world.passages.place].astype(float)
        total = np.add.reduceat(share, start[:-1])
        channel = self.world.routes.channel
        return self.state.scratch.going[channel] * share / total[channel]


def _stops(world: World, measure: Measure) -> NDArray[np.intp]:
    """Stops of a measure's channels at its gates."""
    routes = world.routes
    return np.flatnonzero(np.isin(routes.stop_gate, measure.gates) & np.isin(routes.stop_channel, measure.channels))


def _enforcement(measure: Measure) -> Enforcement:
    return Enforcement(measure.budget, measure.sensitivity, measure.days)


def _classes(measure: Measure) -> list[int]:
    """Classes of firms that a measure reaches: made here x ownership x listed."""
    return [
        int((made_here or not measure.made_here) and owner in measure.owners and (listed or not measure.listed))
        for made_here in (False, True)
        for owner in range(len(OWNERSHIPS))
        for listed in (False, True)
    ]
