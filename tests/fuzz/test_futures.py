"""Two regimes at random that begin alike: runs that share their past have the bits of runs alone."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.config import load
from sim.ensemble.compute.calls import Call, Context
from sim.ensemble.compute.shared_past import tree_of, weekly_reads
from sim.errors import InputError
from sim.outcomes.series import observation
from sim.policy.compile.regime import compile_policy
from sim.policy.instruments import Instrument
from sim.policy.language.load import load_regime
from sim.state import Policy, fitted
from sim.world.build import BuiltWorld
from sim.world.frozen import frozen
from sim.world.open import world_of
from tests.ensemble.small import SETTINGS, hold_to_runs_alone

pytestmark = pytest.mark.slow

PLACES_IN_A_SCOPE = {
    "crossings": ("rail_gate", "road_pass"),
    "markets": ("farland", "overseas", "nearland"),
    "places": ("north_town", "south_town"),
    "hubs": ("nearland",),
    "commodities": ("apparel", "machinery"),
}
INSTRUMENTS = [each for each in Instrument if not each.rule.dated_by_tables]
MOST_TRIES = 100


def _day(chance: random.Random, first: int = 2020) -> str:
    return f"{chance.randint(first, 2021)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"


def _measure(chance: random.Random) -> str:
    """Write a measure that means something most of the time."""
    instrument = chance.choice(INSTRUMENTS)
    rule, level = instrument.rule, instrument.rule.level
    keys = {"sender": chance.choice(("overseas", "farland", "nearland", "china", "events")), "source": "assumed"}
    keys |= {"instrument": instrument.name, "start": _day(chance)}
    if level:
        keys["level"] = f"{chance.uniform(max(level.lowest, -0.5), min(level.highest, 3)):.3g}"
    if "schedule" in rule.needs:
        keys["schedule"] = f"[{{from: {keys['start']}, entities: {chance.randint(1, 20)}}}]"
    if chance.random() < 0.4:
        keys["end"] = _day(chance, 2021)
    if chance.random() < 0.4:
        keys["announced"] = _day(chance)
    if chance.random() < 0.3:
        keys["phase_in"] = f"{{shape: linear, weeks: {chance.randint(1, 20)}}}"
    axes = [axis for axis in PLACES_IN_A_SCOPE if axis in rule.needs or chance.random() < 0.1]
    if axes:
        keys["scope"] = "{" + ", ".join(f"{axis}: {chance.choice(PLACES_IN_A_SCOPE[axis])}" for axis in axes) + "}"
    return "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"


@pytest.fixture(scope="module")
def world() -> BuiltWorld:
    return world_of(load([*SETTINGS]))


@pytest.fixture
def together(world: BuiltWorld, tmp_path: Path) -> Callable[[int], None]:
    """Make two regimes with some measures alike, and hold runs under both to runs under each."""

    def compiled(name: str, measures: list[str]) -> Policy:
        path = tmp_path / f"{name}.yaml"
        lines = ["purpose: A test.", "background: replaces", "measures: {}" if not measures else "measures:"]
        path.write_text("\n".join([*lines, *(f"  {measure}" for measure in measures)]))
        return frozen(fitted(compile_policy(load_regime(path), world), world.arrays))

    def measured(chance: random.Random, begun: list[str], count: int) -> list[str]:
        """Add measures that go with those there are."""
        for _ in range(MOST_TRIES):
            if not count:
                break
            more = [*begun, f"m{chance.randrange(10**6)}: {_measure(chance)}"]
            try:
                compiled("tried", more)
            except InputError:
                continue
            begun, count = more, count - 1
        return begun

    def take(seed: int) -> None:
        chance = random.Random(seed)
        alike = measured(chance, [], chance.randint(0, 3))
        policies = {name: compiled(name, measured(chance, alike, chance.randint(1, 2))) for name in ("one", "other")}
        context = Context(world.arrays, policies, seed, observation(world.arrays, world.labels, "full"))
        branch = tree_of({name: weekly_reads(policy) for name, policy in policies.items()})
        hold_to_runs_alone(context, Call(branch, np.arange(1), np.array([load([]).behaviour.values()], np.float64)))

    return take


def seed(chance: random.Random) -> int:
    """Give a number from which both regimes follow."""
    return chance.randrange(10**6)


def test_two_regimes_at_random_share_no_week_too_many(together: Callable, hold: Callable) -> None:
    hold(seed, together, 0.01)
