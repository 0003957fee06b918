"""Inspection: certain detection, the binomial of what is found, and more of it with more budget."""

import numpy as np
import pytest
from scipy import stats

from sim.kernels.numbers.numerics import binomial_quantile
from sim.policy.instruments import Instrument
from sim.state import EMBODIED, NAMED, NOT_NAMED
from sim.world.frozen import frozen
from tests.limits.test_same import assert_same_bits
from tests.limits.worlds import Firm, Good, Lane, Measure, Run, Sketch, Way, make_policy, make_world, settled

ENTITIES = 10_000
BAN = Measure(Instrument.import_ban, channels=(0,), authorities=(0,))
CERTAIN = {"inspection_budget_per_week": 1e9, "sensitivity": 1.0}


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


def detected_by_firm(budget: float, consignments: int) -> tuple[np.ndarray, float, Run]:
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
    classes = world.authorities.class_commodity.size
    chance = 0.5 * min(1.0, budget / classes * 4.0 / 400.0)
    assert (run.state.firms.consignments == consignments).all()
    return np.rint(run.state.firms.own_record[0] * consignments).astype(int), chance, run


@pytest.mark.parametrize("budget", [8.0, 60.0, 180.0])
@pytest.mark.parametrize("consignments", [1, 12, 100])
def test_found_consignments_are_binomial(budget, consignments):
    """Mean and variance within four standard errors of 10,000 draws; all draws are of one seed."""
    found, chance, run = detected_by_firm(budget, consignments)
    law = stats.binom(consignments, chance)
    variance, excess = law.var(), law.stats("k")
    assert abs(found.mean() - law.mean()) < 4 * np.sqrt(variance / ENTITIES)
    error_of_variance = variance * np.sqrt((excess + 2) / ENTITIES)
    assert abs(found.var(ddof=1) - variance) < 4 * error_of_variance
    assert run.state.lanes.detected_count[0] == found.sum()


def test_every_firm_has_more_found_with_more_budget():
    found = np.array([detected_by_firm(budget, 12)[0] for budget in (10.0, 40.0, 90.0, 200.0)])
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
        inspection_budget_per_week=50.0 * world.authorities.class_commodity.size,
        sensitivity=0.8,
        lift=4.0,
    )
    tracing = Measure(Instrument.tracing, level=2.25, channels=(0,), authorities=(0,))
    state = Run(world, make_policy(world, [BAN, tracing]), values).step().state
    assert state.customs.inspect_hidden[world.channels.inspection_class[0]] == 0.5
    assert (state.firms.detention_belief[0] == np.float32(0.5)).all()
    found = state.lanes.detected[0] / state.lanes.dispatched[0]
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


CHEAP, DEAR = Good(consignment_musd=0.05), Good(consignment_musd=0.8)
TWO_GOODS = (Lane((Way(days=(4.0,)),), 0, 3.0), Lane((Way(days=(4.0,)),), 0, 5.0, commodity=1))
WHOLE_BAN = BAN._replace(channels=(0, 1))


def two_goods(measures: list[Measure], weeks: int = 1, priority: int = NOT_NAMED, **changes: float) -> Run:
    """Two classes that a ban names, each with 100 honest consignments; customs explore nothing."""
    world = make_world(Sketch(TWO_GOODS, (CHEAP, DEAR), senders=(0,), priority=priority))
    values = settled(**({"exploration": 0.0, "prior_hit": 0.0, "even_share": 0.0} | changes))
    return Run(world, make_policy(world, [WHOLE_BAN, *measures]), values).step(weeks)


def classes_of(run: Run) -> np.ndarray:
    """Classes of the two lanes."""
    return run.world.channels.inspection_class


@pytest.mark.parametrize("content", [0.1, 0.25, 1.0])
def test_embodied_consignments_are_counted_whole(content):
    """A flow of content is the flow of goods times the content: so many whole consignments are hidden and found."""
    good, sent = Good(consignment_musd=0.0625, content_share=content), 12
    flow = good.consignment_musd * sent * content
    world = make_world(Sketch((Lane(flow_musd=flow, kind=EMBODIED, hub=1),), (good,), senders=(0,)))
    values = settled(prior_embodied=0.0, attention_risk=0.0, inspection_budget_per_week=1e9, sensitivity=1.0)
    run = Run(world, make_policy(world, [BAN]), values).step()
    assert run.state.firms.consignments[0, 0] == pytest.approx(sent, rel=1e-6)
    assert run.state.customs.dispatched.sum() == pytest.approx(sent, rel=1e-6)
    assert run.state.lanes.detected_count[0] in (0, pytest.approx(sent, rel=1e-6))  # nothing hidden was seen before


def test_customs_begin_with_what_the_world_or_the_parameter_says():
    world = make_world(Sketch(TWO_GOODS, (CHEAP, DEAR), senders=(0,)))
    prior = np.full(world.authorities.class_prior.size, -1, np.float32)
    prior[0] = 0.75
    world = frozen(world._replace(authorities=world.authorities._replace(class_prior=prior)))
    hit = Run(world, make_policy(world), settled(prior_hit=0.25)).state.customs.hit
    assert hit[0] == 0.75
    assert set(hit[1:].tolist()) == {0.25}


@pytest.mark.parametrize("by_value", [0.0, 0.5, 1.0])
def test_classes_weigh_by_value_at_risk(by_value):
    """Without anything expected, weights are consignments times value to the power: 16 times as dear."""
    run = two_goods([], value_at_risk=by_value, inspection_budget_per_week=1.0)
    cheap, dear = run.state.customs.weight[classes_of(run)]
    assert dear / cheap == pytest.approx(16.0**by_value, rel=1e-6)


@pytest.mark.parametrize("known", [0.0, 0.5, 1.0])
def test_customs_know_a_part_of_what_is_hidden(known):
    """At two weeks customs have decided nothing: what they expect is the part that they know of the hidden share."""
    run = two_goods([], weeks=2, intelligence=known, kappa=10.0, inspection_budget_per_week=0.0)
    before = run.state.customs.hidden[classes_of(run)].copy()
    run.step()
    n = 100 + before
    expected = n * np.exp(10 * known * before / n)
    weight = run.state.customs.weight[classes_of(run)]
    assert (before > 1).all()
    assert weight / weight.sum() == pytest.approx(expected / expected.sum(), rel=1e-6)


def test_customs_follow_a_sector_from_the_week_in_which_it_is_announced():
    """Before, the sender has announced none, and its customs look everywhere; then there alone, by half in between."""
    dear = Measure(Instrument.inspection_priority, from_week=2, authorities=(0,), strength=1.0)
    for strength in (0.5, 1.0):
        run = two_goods([])
        of_dear = (int(classes_of(run)[1]),)
        run = two_goods([dear._replace(classes=of_dear, strength=strength)], weeks=2, inspection_budget_per_week=1.0)
        assert (run.state.customs.weight[classes_of(run)] > 0.2).all()
        assert run.step().state.customs.weight[classes_of(run)] == pytest.approx([0, 1], rel=1e-12)


def test_sectors_that_are_announced_by_parts_weigh_by_parts():
    run = two_goods([])
    cheap, dear = ((int(h),) for h in classes_of(run))
    whole = Measure(Instrument.inspection_priority, authorities=(0,), classes=cheap)
    run = two_goods([whole, whole._replace(classes=dear, strength=0.25)], inspection_budget_per_week=0.0)
    first, second = run.state.customs.weight[classes_of(run)]
    assert first / second == pytest.approx(4, rel=1e-6)


def test_announcing_what_is_a_priority_throughout_changes_no_bit():
    run = two_goods([], weeks=20, priority=NAMED)
    announced = Measure(Instrument.inspection_priority, authorities=(0,), classes=tuple(map(int, classes_of(run))))
    other = two_goods([announced], weeks=20, priority=NAMED)
    assert_same_bits(run, other)


def test_budgets_of_a_sender_multiply_from_their_weeks_on():
    """Inspections of a week are the chances times what they are drawn from, over all classes."""
    more = Measure(Instrument.customs_budget, 3.0, from_week=1, authorities=(0,))
    less = Measure(Instrument.customs_budget, 0.5, from_week=2, authorities=(0,))
    run = two_goods([more, less], 0, inspection_budget_per_week=2.0)
    seen = []
    for _ in range(3):
        population = 100 + run.values.lift * run.state.customs.hidden
        seen.append(float(run.step().state.customs.inspect_legitimate @ population))
    assert seen == pytest.approx([2, 6, 3], rel=1e-6)


@pytest.mark.parametrize("odds", [0.0, 0.5, 1.0, 4.0])
def test_release_follows_the_odds(odds):
    """All is found, so that what is denied of what is decided is one less the share released, r o / (1 - r + r o)."""
    release = 0.4
    run = two_goods([])
    eased = Measure(Instrument.release, odds, authorities=(0,), classes=tuple(map(int, classes_of(run))))
    run = two_goods([eased], 30, **CERTAIN, release_hidden=release, detention_days=14.0, hit_discount=0.3)
    due = run.state.lanes.detained_due
    decided = due[run.week % due.shape[0]].copy()
    run.step()
    share = release * odds / (1 - release + release * odds)
    assert (decided > 0).all()
    assert run.state.lanes.denied / decided == pytest.approx([1 - share] * 2, rel=1e-5)


def test_odds_of_one_change_no_bit():
    run = two_goods([], 20)
    same = Measure(Instrument.release, 1.0, authorities=(0,), classes=tuple(map(int, classes_of(run))))
    budget = Measure(Instrument.customs_budget, 1.0, authorities=(0,))
    other = two_goods([same, budget], 20)
    assert_same_bits(run, other)


def test_honest_consignments_are_those_of_their_year():
    world = make_world(Sketch(TWO_GOODS, (CHEAP, DEAR), senders=(0,)))
    numbers = np.repeat([[100.0], [300.0]], world.authorities.class_commodity.size, axis=1)
    year = np.repeat([0, 1], [1, 99]).astype(np.int32)
    authorities = world.authorities._replace(legitimate=numbers, legitimate_year=year)
    world = frozen(world._replace(authorities=authorities))
    run = Run(world, make_policy(world, [WHOLE_BAN]), settled(inspection_budget_per_week=1e9, false_positive=0.5))
    assert run.step().state.customs.detained_legitimate[classes_of(run)].tolist() == [50, 50]
    assert run.step().state.customs.detained_legitimate[classes_of(run)].tolist() == [150, 150]


@pytest.mark.parametrize("even_share", [0.0, 0.5, 1.0])
def test_centres_share_a_part_of_the_inspections_evenly(even_share):
    """One good is 16 times as dear and weighs 16 times as much: of the other part it has 16 in 17."""
    run = two_goods([], value_at_risk=1.0, even_share=even_share, inspection_budget_per_week=1.0)
    cheap, dear = run.state.customs.weight[classes_of(run)]
    assert dear / (cheap + dear) == pytest.approx(even_share / 2 + (1 - even_share) * 16 / 17, rel=1e-6)


@pytest.mark.parametrize("shared", [True, False])
def test_one_centre_keeps_the_proportions_of_its_goods(shared):
    world = make_world(Sketch(TWO_GOODS, (CHEAP, DEAR), senders=(0,), priority=NOT_NAMED))
    if shared:
        world = frozen(world._replace(goods=world.goods._replace(centre=np.zeros(2, np.int32))))
    values = settled(exploration=0.0, prior_hit=0.0, even_share=1.0, value_at_risk=1.0, inspection_budget_per_week=1.0)
    run = Run(world, make_policy(world, [WHOLE_BAN]), values).step()
    cheap, dear = run.state.customs.weight[classes_of(run)]
    assert dear / cheap == pytest.approx(16.0 if shared else 1.0, rel=1e-6)


@pytest.mark.parametrize("budget", [1.0, 30.0, 1e3, 1e9])
def test_no_inspection_is_lost_while_goods_are_left(budget):
    """Shares of the budget add up to all of it, and with more than there are goods all are inspected."""
    run = two_goods([], value_at_risk=1.0, inspection_budget_per_week=budget)
    customs, classes = run.state.customs, classes_of(run)
    assert customs.weight.sum() == pytest.approx(1.0)
    if budget == 1e9:
        assert (customs.inspect_legitimate[classes] == 1).all()


@pytest.mark.parametrize("suspicion", [0.0, 1.0])
def test_lawful_goods_of_a_maker_are_picked_as_its_others_are(suspicion):
    """What a ban does not name is counted with the goods of the hub; suspected, it is held as often as the hidden."""
    good = Good(consignment_musd=0.0625, content_share=0.25)
    lane = Lane(flow_musd=10 * good.consignment_musd * good.content_share, kind=EMBODIED, hub=1)
    world = make_world(Sketch((lane,), (good,), senders=(0,), legitimate=90.0, weeks=60))
    nobody = BAN._replace(owners=(2,))  # the firms of a sketch have another owner
    values = settled(
        maker_suspicion=suspicion, sensitivity=0.5, false_positive=0.25, lift=9.0, inspection_budget_per_week=10.0
    )
    customs = Run(world, make_policy(world, [nobody]), values).step(60).state.customs
    h = world.channels.inspection_class[0]
    lawful = customs.same_makers[h]
    assert lawful == pytest.approx(10.0, rel=0.05)
    assert customs.hidden[h] == 0
    assert customs.inspect_hidden[h] == pytest.approx(min(1, 9 * customs.inspect_legitimate[h]))
    held = customs.inspect_hidden[h] * 0.5 if suspicion else customs.inspect_legitimate[h] * 0.25
    others = 90 * customs.inspect_legitimate[h] * 0.25
    assert customs.detained_legitimate[h] == pytest.approx(others + lawful * held, rel=0.05)


def test_a_case_that_hardly_ever_comes_teaches_hardly_anything():
    """Expected numbers below one: the record moves as often as there is a case."""
    moved = []
    for legitimate in (0.001, 400.0):
        world = make_world(Sketch((Lane(flow_musd=0.0001),), senders=(0,), legitimate=legitimate, weeks=60))
        values = settled(prior_hit=0.5, hit_discount=0.1, inspection_budget_per_week=1e6, release_legitimate=1.0)
        hit = Run(world, make_policy(world, [BAN]), values).step(60).state.customs.hit
        moved.append(0.5 - hit[world.channels.inspection_class[0]])
    assert moved[0] < 0.05
    assert moved[1] > 0.4
