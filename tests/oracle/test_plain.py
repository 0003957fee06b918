"""The kernels against an object-per-agent model of the same rule."""

import numpy as np
import pytest

from sim.kernels.start import begin
from sim.kernels.week import advance
from sim.state import Parameters, State, World
from sim.world.frozen import frozen
from tests.kernels.worlds import small
from tests.oracle.plain import PlainModel, Published

pytestmark = pytest.mark.slow

WEEKS = 10
SEED, RUN = np.uint64(3), np.uint64(5)
CHOICE_ALONE = {"attention_price": 1.0, "search_per_week": 0.0, "hub_markup_adjustment": 0.0}


def in_spin_up(world: World) -> World:
    """The same world before its start, when firms neither grow nor enter nor leave."""
    return frozen(world._replace(clock=world.clock._replace(spin_up_weeks=np.array([WEEKS]))))


def published(state: State, prices: np.ndarray) -> Published:
    return Published(prices.tolist(), state.markets.size.tolist(), state.ports.approach_queue_days.tolist())


@pytest.mark.parametrize("room", [0.8, 50.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_dispatch_is_that_of_a_plain_model(seed: int, room: float) -> None:
    case = small(seed, weeks=WEEKS, ban_from=None, room=room, shock_sd=0.2, **CHOICE_ALONE)
    world, state = in_spin_up(case.world), case.new_state()
    begin(world, case.parameters, state)
    plain = PlainModel(world, Parameters(*case.parameters))
    furthest = 0.0
    for week in range(WEEKS):
        prices = state.markets.price.copy()
        advance(world, case.policy, case.parameters, week, SEED, RUN, state)
        wanted = np.array(plain.step_with(published(state, prices)))
        assert state.lanes.dispatched == pytest.approx(wanted, rel=1e-4)
        shares = [route.share for lane in plain.lanes for route in lane.routes]
        assert state.lanes.route_share[world.passages.place] == pytest.approx(np.array(shares), abs=1e-5)
        furthest = max(furthest, float(abs(prices - 1).max()))
    assert furthest > 0.02, "prices stayed where they were: nothing was chosen anew"
