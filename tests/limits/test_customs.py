"""Inspection: certain detection, the binomial of what is found, and more of it with more budget."""

import numpy as np
import pytest
from scipy import stats

from sim.kernels.numbers.numerics import binomial_quantile
from sim.policy.instruments import Instrument
from tests.limits.worlds import Firm, Good, Lane, Measure, Run, Sketch, Way, make_policy, make_world, settled

ENTITIES = 10_000
BAN = Measure(Instrument.import_ban, channels=(0,), authorities=(0,))


def test_certain_detection():
    """Goods of a channel mix on the way, so what left before the ban thins out: 1e-5 after a few times the journey."""
    lanes = (Lane((Way(days=(4.0,), last_days=13.0),), 0, 3.0), Lane((Way(days=(4.0,)),), 1, 5.0))
    world = make_world(Sketch(lanes, senders=(0,), weeks=300))
    certain = settled(
        inspection_budget_per_week=1e9,
        sensitivity=1.0,
        release_hidden=0.0,
        own_record_weight=0.0,
        adjustment_per_week=0.1,
    )
    run = Run(world, make_policy(world, [BAN]), certain).step(300)
    state = run.state
    assert state.lanes.dispatched[0] > 0.01
    assert abs(state.lanes.released[0]) <= 1e-5 * state.lanes.dispatched[0]
    landed = state.firms.price_belief[0, 0]
    feared = state.firms.shipped[0] * state.firms.share[0, 0] * state.firms.risk[0, 0]
    assert landed > certain.resale_share
    assert feared == pytest.approx(state.lanes.denied[0] * (landed - certain.resale_share), rel=1e-5)


def test_every_detained_consignment_is_decided_once():
    """Of those decided three in four are denied here, hidden or not; all others still wait for their decision."""
    world = make_world(Sketch((Lane(flow_musd=20.0),), senders=(0,), legitimate=400.0, weeks=80))
    values = settled(inspection_budget_per_week=60.0, false_positive=0.2, release_hidden=0.25, release_legitimate=0.25)
    run, detained, decided, denied = Run(world, make_policy(world, [BAN]), values), 0.0, 0.0, 0.0
    for _ in range(80):
        customs = run.step().state.customs
        detained += (customs.detained_hidden + customs.detained_legitimate).sum()
        decided += customs.decided_count.sum()
        denied += customs.denied_count.sum()
    waiting = customs.hidden_due.sum() + customs.legitimate_due.sum()
    assert 0 < waiting < decided
    assert decided + waiting == pytest.approx(detained)
    assert denied == pytest.approx(0.75 * decided)


def found_by_firm(budget: float, consignments: int) -> tuple[np.ndarray, float, Run]:
    """Consignments found of each of 10,000 firms in the first week, and their chance worked out by hand."""
    good = Good(consignment_musd=0.0625)
    volume = good.consignment_musd * consignments
    firms = tuple(Firm() for _ in range(ENTITIES))
    world = make_world(
        Sketch((Lane(flow_musd=ENTITIES * volume),), (good,), firms=firms, senders=(0,), legitimate=400.0)
    )
    # nobody expects an inspection, so consignments are of their ordinary size
    values = settled(
        prior_direct=0.0,
        attention_risk=0.0,
        hit_discount=1.0,
        inspection_budget_per_week=budget,
        sensitivity=0.5,
        lift=4.0,
    )
    run = Run(world, make_policy(world, [BAN]), values).step()
    classes = world.authorities.legitimate.size
    chance = 0.5 * min(1.0, budget / classes * 4.0 / 400.0)
    assert (run.state.firms.consignments == consignments).all()
    return np.rint(run.state.firms.own_record[0] * consignments).astype(int), chance, run


@pytest.mark.parametrize("budget", [8.0, 60.0, 180.0])
@pytest.mark.parametrize("consignments", [1, 12, 100])
def test_found_consignments_are_binomial(budget, consignments):
    """Mean and variance within four standard errors of 10,000 draws; all draws are of one seed."""
    found, chance, run = found_by_firm(budget, consignments)
    law = stats.binom(consignments, chance)
    variance, excess = law.var(), law.stats("k")
    assert abs(found.mean() - law.mean()) < 4 * np.sqrt(variance / ENTITIES)
    error_of_variance = variance * np.sqrt((excess + 2) / ENTITIES)
    assert abs(found.var(ddof=1) - variance) < 4 * error_of_variance
    assert run.state.lanes.found_count[0] == found.sum()


def test_every_firm_has_more_found_with_more_budget():
    found = np.array([found_by_firm(budget, 12)[0] for budget in (10.0, 40.0, 90.0, 200.0)])
    assert (np.diff(found, axis=0) >= 0).all()
    assert (np.diff(found.sum(axis=1)) > 0).all()


def test_firms_believe_what_customs_find():
    """Half of the consignments are inspected, and with tracing (0.8 x 2.25 > 1) an inspection finds all of it."""
    good = Good(consignment_musd=0.0625)
    firms = tuple(Firm() for _ in range(ENTITIES))
    lanes = (Lane(flow_musd=ENTITIES * good.consignment_musd),)
    world = make_world(Sketch(lanes, (good,), firms=firms, senders=(0,), legitimate=400.0))
    values = settled(
        attention_risk=1.0,
        own_record_weight=0.0,
        hit_discount=1.0,
        inspection_budget_per_week=50.0 * world.authorities.legitimate.size,
        sensitivity=0.8,
        lift=4.0,
    )
    tracing = Measure(Instrument.tracing, level=2.25, channels=(0,), authorities=(0,))
    state = Run(world, make_policy(world, [BAN, tracing]), values).step().state
    assert state.customs.inspect_hidden[world.channels.inspection_class[0]] == 0.5
    assert (state.firms.detention_belief[0] == np.float32(0.5)).all()
    found = state.lanes.found[0] / state.lanes.dispatched[0]
    sent = state.firms.consignments[0]
    assert (sent == sent[0]).all()
    assert abs(found - 0.5) < 4 * np.sqrt(0.25 / (ENTITIES * sent[0]))


@pytest.mark.parametrize("trials", [1, 2, 5, 16, 128])
def test_binomial_quantile_is_that_of_scipy_and_monotone_in_the_chance(trials):
    # off the grid on which a sum of chances could tie with a uniform
    uniforms = (np.arange(200) + np.sqrt(0.5)) / 201
    chances = np.concatenate([[0.0, 1e-6], np.linspace(0.01, 0.99, 50), [0.999, 0.9999, 1.0]])
    found = np.array([[binomial_quantile(u, trials, p) for u in uniforms] for p in chances])
    expected = stats.binom.ppf(uniforms, trials, chances[:, None])
    assert (np.diff(found, axis=0) >= 0).all()
    assert (found == expected).all()


def test_released_flow_falls_in_budget_at_fixed_beliefs():
    lanes = (Lane((Way(days=(4.0,), last_days=13.0),), 0, 3.0), Lane((Way(days=(4.0,)),), 1, 5.0))
    firms = tuple(Firm(weight=1.0 + number) for number in range(30))
    world = make_world(Sketch(lanes, firms=firms, senders=(0,), weeks=100))
    policy = make_policy(world, [BAN])
    released = []
    for budget in (0.0, 5.0, 20.0, 60.0, 150.0, 400.0):
        values = settled(attention_price=0.0, attention_risk=0.0, inspection_budget_per_week=budget)
        run, total = Run(world, policy, values), 0.0
        for _ in range(100):
            total += run.step().state.lanes.released_made_here[0]
        released.append(total)
    assert (np.diff(released) < 0).all()
