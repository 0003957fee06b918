"""Measures that can do nothing in a world are told; those that can are not."""

from dataclasses import replace
from pathlib import Path

import pytest

from sim.config import load
from sim.policy.compile.idle import idle_measures
from sim.policy.language.load import library, load_regime
from sim.world.open import world_of

TINY = Path(__file__).parents[1] / "world" / "tiny"
BAN = "instrument: import_ban, start: 2021-03-01, scope: {true_origin: region}"


@pytest.fixture(scope="module")
def tiny():
    return world_of(load([f"world={TINY}", "firms=48", "end=2021-06-30"]))


@pytest.mark.parametrize(
    ("measure", "why"),
    [
        (f"sender: overseas, {BAN}", ""),
        (f"sender: united_states, {BAN}", "reaches no trade"),
        (f"sender: overseas, {BAN}, exemptions: [{{kinds: relabelled}}]", ""),
        (f"sender: overseas, {BAN}, exemptions: [{{directions: export}}]", "reaches no trade"),
        (f"sender: overseas, {BAN}, exemptions: [{{directions: export, end: 2021-04-01}}]", ""),
        ("sender: overseas, instrument: tariff, start: 2021-03-01, level: 0", "a level of 0"),
        ("sender: overseas, instrument: tariff, start: 2021-03-01, level: 0.1", ""),
        ("sender: overseas, instrument: tracing, start: 2021-03-01, level: 1", "a level of 1"),
        (
            "sender: events, instrument: crossing_capacity, start: 2021, level: 0.5, scope: {crossings: horgos}",
            "reaches no trade, place or crossing",
        ),
        ("sender: events, instrument: crossing_capacity, start: 2021, level: 1, scope: {crossings: rail_gate}", "of 1"),
        ("sender: events, instrument: crossing_capacity, start: 2021, level: 0.5, scope: {crossings: rail_gate}", ""),
        ("sender: events, instrument: world_change, cause: hours_24", "reaches no trade"),
    ],
)
def test_what_can_do_nothing_is_told(measure, why, regime_of, tiny):
    own = replace(regime_of(own=measure), name="own")
    told = idle_measures(own, replace(regime_of(), name="base"), tiny)
    assert len(told) == bool(why)
    assert all(sentence.startswith("own: 'own' (") and why in sentence for sentence in told)


def test_what_both_regimes_have_is_not_told(regime_of, tiny):
    own = regime_of(own=f"sender: united_states, {BAN}")
    assert idle_measures(own, own, tiny) == []


@pytest.mark.slow
def test_what_of_the_library_can_do_nothing_in_the_shipped_world():
    """Parcels are sent from China only, so what spares those of other origins spares nothing."""
    built = world_of(load())
    nothing = replace(load_regime("none"), measures=())
    told = [each for name in library() for each in idle_measures(load_regime(name), nothing, built)]
    assert {sentence.split("'")[1] for sentence in told} == {"us_de_minimis_others"}
