"""What a regime does to crossings: causes of the world's tables, and factors that are known from their announcement."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.constants import NEVER
from sim.policy.compile.capacity import compile_schedule, with_factors
from sim.policy.language.load import load_regime
from sim.units import week_starts
from sim.world.tables.read import read_tables

TINY = Path(__file__).parents[1] / "world" / "tiny"
HALF = "sender: events, instrument: crossing_capacity, level: 0.5, start: 2022-06-21, announced: 2022-06-08"


def narrowed(regime_of, gates, names, built, **measures):
    regime = regime_of(**measures)
    return with_factors(gates, regime.measures, names, built.week_starts)


def test_a_factor_is_exact_to_the_day_and_known_from_its_announcement(regime_of, gates, names, built):
    """70 t a week; from Tuesday 21 June half: 10 + 6 x 5 = 40 t in that week. Told on 8 June, in the second week."""
    changed = narrowed(
        regime_of, gates, names, built, half=f"{HALF}, scope: {{crossings: khorgos, directions: export}}"
    )
    capacity = [70, 70, 70, 40, 35, 35, 35, 35]
    np.testing.assert_allclose(changed.capacity_t[0], capacity, rtol=1e-6)
    np.testing.assert_array_equal(changed.capacity_t[1:], gates.capacity_t[1:])
    before, after = changed.known_capacity_t[changed.version[0, [0, 1]]]
    np.testing.assert_array_equal(before, 70)
    np.testing.assert_allclose(after, capacity, rtol=1e-6)
    np.testing.assert_array_equal(changed.version[1:], gates.version[1:])


def test_of_two_that_narrow_the_stronger_holds(regime_of, gates, names, built):
    changed = narrowed(
        regime_of,
        gates,
        names,
        built,
        half=f"{HALF}, scope: {{crossings: shanghai}}",
        shut="sender: events, instrument: crossing_capacity, level: 0, start: 2022-06-27, end: 2022-07-03, "
        "scope: {crossings: shanghai}",
    )
    for gate in (2, 3):
        np.testing.assert_allclose(changed.capacity_t[gate], [70, 70, 70, 40, 0, 35, 35, 35], rtol=1e-6)


def test_a_closure_by_factor_moves_the_next_open_day(regime_of, gates, names, built):
    changed = narrowed(
        regime_of,
        gates,
        names,
        built,
        shut="sender: events, instrument: crossing_capacity, level: 0, start: 2022-06-20, end: 2022-07-03, "
        "announced: 2022-05-30, scope: {crossings: khorgos}",
    )
    row = changed.version[0, 0]
    assert changed.next_open_days[row].tolist() == [0, 0, 0, 14, 7, 0, 0, 0]


@pytest.mark.parametrize(
    ("keys", "gone_week"),
    [
        ("level: 0, start: 2022-06-22, announced: 2022-06-08", 4),  # from Wednesday of the fourth week on
        ("level: 0, start: 2022-06-22, announced: 2022-06-08, end: 2029-12-31", NEVER),
        ("level: 0.1, start: 2022-06-22, announced: 2022-06-08", NEVER),
        ("level: 0, start: 2022-06-13, announced: 2022-06-08, phase_in: {shape: linear, days: 14}", 4),
        ("level: 0, start: 2023-01-01, announced: 2022-06-08", NEVER),  # after the last week
    ],
)
def test_a_factor_of_nought_without_an_end_shuts_a_gate_for_good(regime_of, gates, names, built, keys, gone_week):
    scope = "scope: {crossings: khorgos, directions: export}"
    changed = narrowed(
        regime_of, gates, names, built, shut=f"sender: events, instrument: crossing_capacity, {keys}, {scope}"
    )
    known = changed.gone_week[changed.version]
    assert known[0].tolist() == [NEVER] + [gone_week] * 7
    assert (known[1:] == NEVER).all()


def test_no_factor_leaves_the_gates_as_they_are(regime_of, gates, names, built):
    assert narrowed(regime_of, gates, names, built) is gates


@pytest.mark.parametrize(
    ("measures", "tonnes", "known_at_first"),
    [
        ("{}", [1350, 1350, 1350, 1350, 1350], [1350, 1350, 1350, 1350, 1350]),
        ("{shock: {CAUSE}}", [0, 0, 540, 1350, 1350], [0, 0, 540, 1350, 1350]),
        ("{shock: {CAUSE, end: 2022-06-06}}", [0, 1080, 1350, 1350, 1350], [0, 1080, 1350, 1350, 1350]),
        ("{shock: {CAUSE, end_known: no}}", [0, 0, 540, 1350, 1350], [0, 0, 0, 0, 0]),
    ],
)
def test_a_cause_of_the_tables_is_switched_moved_and_known_by_the_regime(
    tmp_path, names, measures, tonnes, known_at_first
):
    """The pass carries 15 trucks of 18 t on weekdays, 1,350 t a week; the pandemic shuts it to Wednesday 15 June."""
    path = tmp_path / "own.yaml"
    cause = "sender: events, instrument: world_change, cause: pandemic, source: assumed"
    text = f"purpose: A test.\nbackground: replaces\nmeasures: {measures.replace('CAUSE', cause)}\n"
    path.write_text(text, encoding="utf-8")
    weeks = week_starts(date(2022, 5, 30), date(2022, 7, 3))
    gates = compile_schedule(load_regime(path), read_tables(TINY), names, weeks)
    np.testing.assert_allclose(gates.capacity_t[2], tonnes)
    np.testing.assert_allclose(gates.known_capacity_t[gates.version[2, 0]], known_at_first)
