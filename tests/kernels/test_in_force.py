"""Measures are worked out where something changes; what is in force is the same as worked out from nothing."""

import numba
import numpy as np
import pytest

from sim.config import load
from sim.ensemble import Study, study_of
from sim.kernels.borders.in_force import apply_measures
from sim.state import new_state
from tests.limits.worlds import parameters

pytestmark = pytest.mark.slow

REGIMES = ("uflpa_with_listings", "coalition", "secondary", "targeted_listing_only", "observed", "lifted_2026")
NEWS = {"news", "firm_news"}  # what is new depends on where one comes from


@numba.njit
def apply(policy, channels, authorities, parameters, week, first, kept, in_force):
    apply_measures(policy, channels, authorities, parameters, week, first, kept, in_force)


@pytest.fixture(scope="module")
def study() -> Study:
    return study_of(load([f"regimes=[none,{','.join(REGIMES)}]", "firms=200", "design=stated"]))


@pytest.mark.parametrize("regime", REGIMES)
def test_week_by_week_is_as_from_nothing(study: Study, regime: str) -> None:
    world, policy = study.world, study.scenarios[regime].policy
    state, compared = new_state(world), 0
    data = policy, world.channels, world.authorities, parameters(anticipation=0.3, payment_fade_per_year=0.2)
    for week in range(world.sizes.weeks):
        apply(*data, week, week == 0, state.scratch.channel_in_force, state.in_force)
        if policy.changed[week] != 0:
            fresh = new_state(world)
            apply(*data, week, True, fresh.scratch.channel_in_force, fresh.in_force)
            for name in set(fresh.in_force._fields) - NEWS:
                assert np.array_equal(getattr(state.in_force, name), getattr(fresh.in_force, name)), (week, name)
            compared += 1
    assert compared > 1, "one change does not tell"
