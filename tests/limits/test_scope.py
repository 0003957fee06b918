"""Who is in scope: bans by class of firm, lists of entities, firms and buyers that comply, time of detention."""

import numpy as np
import pytest

from sim.policy.instruments import Instrument
from sim.state import EMBODIED, RELABELLED
from sim.state.measures import PAYMENT
from tests.limits.test_same import assert_same_bits
from tests.limits.worlds import Firm, Good, Lane, Measure, Run, Sketch, Way, make_policy, make_world, settled

FOREIGN, ELSEWHERE = 2, 2.0
PATH = Way(days=(4.0,), last_days=10.0)
HOME = (Lane((PATH,), 0, 3.0), Lane((PATH,), 1, 5.0))
BAN = Measure(Instrument.import_ban, from_week=3, channels=(0,), authorities=(0,))
CERTAIN = {"inspection_budget_per_week": 1e9, "sensitivity": 1.0}
LIST = Measure(Instrument.entity_listing, from_week=3, channels=(0,), authorities=(0,))


def run_of(firms: tuple[Firm, ...], measures: list[Measure], lanes=HOME, weeks: int = 10, **changes: float) -> Run:
    world = make_world(Sketch(lanes, firms=firms, senders=(0,), weeks=200))
    return Run(world, make_policy(world, measures), settled(**(CERTAIN | changes))).step(weeks)


FIRMS = (Firm(), Firm(ownership=FOREIGN), Firm(made_rank=ELSEWHERE), Firm(made_rank=ELSEWHERE, ownership=FOREIGN))
SCOPES = {
    "goods made here": ({"made_here": True}, [True, True, False, False]),
    "any origin": ({}, [True, True, True, True]),
    "foreign firms": ({"owners": (FOREIGN,)}, [False, True, False, True]),
    "foreign firms' goods made here": ({"made_here": True, "owners": (FOREIGN,)}, [False, True, False, False]),
    "listed firms": ({"listed": True}, [False, False, True, False]),
}


@pytest.mark.parametrize(("scope", "hit"), SCOPES.values(), ids=list(SCOPES))
def test_a_ban_hits_the_firms_in_its_scope_only(scope, hit):
    """Those in scope expect inspections and have consignments found; the others know of none."""
    names_the_third = LIST._replace(order=(2,), level=1.0)
    run = run_of(FIRMS, [BAN._replace(**scope), names_the_third])
    firms, found = run.state.firms, run.state.firms.own_record[0] != run.values.prior_direct
    assert found.tolist() == hit
    assert (firms.risk[0] > 0).tolist() == hit
    assert (firms.risk[1] == 0).all()


def test_found_goods_of_any_origin_keep_the_account_of_those_made_here():
    """All is found and denied: nothing of either origin is released, once what left before the ban has thinned out."""
    run = run_of(FIRMS, [BAN], weeks=150, release_hidden=0.0)
    lanes = run.state.lanes
    assert lanes.dispatched[0] > 0.01
    assert 0.3 < lanes.detected_made_here[0] / lanes.detected[0] < 0.7
    assert abs(lanes.released[0]) < 1e-5
    assert abs(lanes.released_made_here[0]) < 1e-5
    half = run_of(FIRMS, [BAN._replace(made_here=True)], weeks=150, release_hidden=0.0).state.lanes
    assert abs(half.released_made_here[0]) < 1e-5
    assert half.released[0] == pytest.approx(half.dispatched[0] - half.made_here[0], rel=1e-3)


def test_decided_goods_are_released_in_the_parts_of_their_origins():
    lanes = run_of(FIRMS, [BAN], weeks=100, release_hidden=0.25, adjustment_per_week=0.0).state.lanes
    assert lanes.released[0] == pytest.approx(0.25 * lanes.dispatched[0], rel=1e-4)
    assert lanes.released_made_here[0] == pytest.approx(0.25 * lanes.made_here[0], rel=1e-4)


def test_a_schedule_lists_its_number_of_firms_from_its_week_on_and_unlists_them_at_its_end():
    firms = tuple(Firm(made_rank=ELSEWHERE if f % 4 == 0 else 0.5) for f in range(20))
    order = tuple(range(19, -1, -1))
    first = LIST._replace(order=order, level=4.0, to_week=6, made_here=True)
    second = first._replace(from_week=6, to_week=9, level=7.0)
    world = make_world(Sketch(HOME, firms=firms, senders=(0,)))
    run = Run(world, make_policy(world, [first, second]), settled())
    named = []
    for _ in range(12):
        run.step()
        named.append(np.flatnonzero(run.state.firms.listed).tolist())
    assert named[:3] == [[]] * 3
    assert named[3:6] == [[15, 17, 18, 19]] * 3
    assert named[6:9] == [[11, 13, 14, 15, 17, 18, 19]] * 3
    assert named[9:] == [[]] * 3


def test_a_listed_firms_direct_consignments_are_found_whatever_the_budget():
    lanes = (Lane((PATH,), 0, 3.0), Lane((PATH,), 0, 2.0, kind=RELABELLED, hub=1), Lane((PATH,), 1, 5.0))
    ban, names_the_first = BAN._replace(channels=(0, 1)), LIST._replace(order=(0,), channels=(0, 1))
    run = run_of((Firm(), Firm()), [ban, names_the_first], lanes, inspection_budget_per_week=0.0)
    firms, values = run.state.firms, run.values
    before_this_week = firms.own_record[0, 1] / (1 - values.hit_discount)
    assert firms.detention_belief[0].tolist() == [1.0, pytest.approx(values.own_record_weight * before_this_week)]
    assert firms.own_record[0, 0] > 0.9 * values.prior_direct + 0.1
    assert (firms.own_record[1] < values.prior_relabelled).all()
    assert firms.own_utility.T.tolist() == [[-values.listing_penalty, -values.listing_penalty, 0], [0, 0, 0]]


def test_a_list_that_ends_leaves_no_utility_behind():
    run = run_of((Firm(), Firm()), [LIST._replace(order=(0,), to_week=8)], weeks=7, relationship_weight=0.5)
    assert run.state.firms.own_utility[:, 0] == pytest.approx([-2.5, -0.5])
    assert (run.step(2).state.firms.own_utility == run.state.firms.base_own_utility).all()


@pytest.mark.parametrize("consignments", [1, 12])
def test_a_hazard_lists_firms_by_their_detained_consignments(consignments):
    """All are found in one week; the share of firms that come on the list within 4 standard errors of 10,000 draws."""
    entities, hazard, good = 10_000, 0.05, Good(consignment_musd=0.0625)
    lanes = (Lane((PATH,), 0, entities * good.consignment_musd * consignments),)
    world = make_world(Sketch(lanes, (good,), firms=(Firm(),) * entities, senders=(0,)))
    measures = [
        BAN._replace(from_week=0),
        Measure(Instrument.listing_hazard, hazard, channels=(0,), authorities=(0,), to_week=2),
    ]
    values = settled(**CERTAIN, prior_direct=0.0, attention_risk=0.0)
    run = Run(world, make_policy(world, measures), values).step()
    assert (run.state.firms.consignments == consignments).all()
    assert (run.state.firms.own_record > 0).all()
    chance = 1 - (1 - hazard) ** consignments
    listed = (run.state.firms.listed > 0).mean()
    assert abs(listed - chance) < 4 * np.sqrt(chance * (1 - chance) / entities)
    assert (run.step().state.firms.listed > 0).mean() > listed
    assert not run.step().state.firms.listed.any()


COMPLIES = Firm(comply_rank=0.0)


def test_a_complying_firm_refuses_what_a_ban_names_at_once_and_resumes_after_it():
    ban = BAN._replace(to_week=8)
    run = run_of((COMPLIES, Firm()), [ban], weeks=3, adjustment_per_week=0.1)
    shares = run.state.firms.share.copy()
    for _ in range(5):
        run.step()
        assert run.state.firms.share[:, 0].tolist() == [0, 1]
        assert 0 < run.state.firms.share[0, 1] < shares[0, 1]
        assert run.state.firms.own_utility[0, 0] < -1e8
    run.step(150)
    assert run.state.firms.share[:, 0] == pytest.approx(run.state.firms.share[:, 1], abs=1e-4)


def test_a_complying_firm_that_refuses_all_it_knows_ships_nothing_and_resumes_at_once():
    lanes = (Lane((PATH,), 0, 3.0), Lane((PATH,), 0, 2.0, kind=EMBODIED, hub=1))
    ban = BAN._replace(to_week=8, channels=(0, 1))
    run = run_of((COMPLIES,), [ban], lanes, weeks=3)
    before = run.state.lanes.dispatched.copy()
    assert (before > 0).all()
    for _ in range(5):
        assert not run.step().state.lanes.dispatched.any()
        assert run.state.firms.shipped[0] == 0
    assert run.step().state.firms.share.sum() == pytest.approx(1, abs=1e-6)
    assert run.state.lanes.dispatched == pytest.approx(before, rel=0.2)


def test_a_complying_firm_holds_something_against_the_rest_of_its_sales_to_the_sender():
    """Goods made elsewhere are out of scope of the ban; their firm sells less to its sender all the same."""
    firms = (Firm(made_rank=ELSEWHERE, comply_rank=0.0), Firm(made_rank=ELSEWHERE))
    run = run_of(firms, [BAN._replace(made_here=True)], weeks=150, attention_price=0.0, adjustment_per_week=0.1)
    asc, share = run.state.firms.own_utility, run.state.firms.share.astype(float)
    assert asc.T.tolist() == [[-run.values.chill_utility, 0], [0, 0]]
    odds = np.log(share[0] / share[1])
    assert odds[1] - odds[0] == pytest.approx(run.values.chill_utility, abs=1e-4)


def diligence(level: float, **scope) -> Measure:
    return Measure(Instrument.due_diligence, level, 3, channels=(0,), **scope)


def test_buyers_that_comply_withdraw_from_goods_in_scope_and_leave_prices_where_they_were():
    """Demand falls by their share of the goods in scope: so do the goods, and the others still reach their buyers.

    The other market takes what is left over, so that both prices move a little; with more weight elsewhere they do not.
    """
    lanes = (Lane((PATH,), 0, 1.0), Lane((PATH,), 1, 1e5))
    firms = (Firm(), Firm(made_rank=ELSEWHERE))
    run = run_of(firms, [diligence(0.4, made_here=True)], lanes, weeks=190, adjustment_per_week=0.2)
    share, base = run.state.firms.share[0].astype(float), run.world.population.share[0].astype(float)
    assert run.state.in_force.refused[0] == pytest.approx(0.2, abs=1e-6)
    assert share / base == pytest.approx([0.6, 1.0], rel=1e-3)
    assert run.state.markets.price[:2] == pytest.approx(1, abs=1e-3)
    assert run.state.lanes.dispatched[0] == pytest.approx(0.8, rel=1e-3)


@pytest.mark.parametrize(
    "later", [Measure(Instrument.demand, 0.1, 20, cells=(1,)), Measure(Instrument.financial, 0.01, 20, channels=(1,))]
)
def test_buyers_stay_withdrawn_when_another_measure_begins(later):
    lanes = (Lane((PATH,), 0, 1.0), Lane((PATH,), 1, 1.0))
    run = run_of((Firm(), Firm()), [diligence(0.4), later], lanes, weeks=15)
    before = run.state.in_force.refused.copy()
    assert before[0] > 0.1
    assert run.step(10).state.in_force.refused.tolist() == before.tolist()


def test_where_all_buyers_refuse_all_goods_nothing_is_sold_and_it_comes_back():
    run = run_of((Firm(), Firm()), [diligence(1.0)._replace(to_week=20)], weeks=4)
    assert run.state.lanes.dispatched[0] == 0
    assert run.state.firms.share.sum(axis=0) == pytest.approx(1, abs=1e-6)
    run.step(120)
    assert run.state.lanes.dispatched[0] > 0.5 * 3
    assert np.isfinite(run.state.markets.price).all()


def test_more_buyers_that_refuse_mean_less_of_the_goods():
    sold = [run_of((Firm(),), [diligence(level)], weeks=100).state.lanes.dispatched[0] for level in (0, 0.2, 0.5, 0.9)]
    assert (np.diff(sold) < 0).all()


@pytest.mark.parametrize(("times", "weeks"), [(1.0, 5), (2.0, 10), (0.0, 1), (4.0, 20)])
def test_time_of_detention_is_multiplied_by_that_of_the_ban(times, weeks):
    """Found in the first week in which goods sent under the ban arrive, decided so many weeks later."""
    values = {"detention_days": 35.0, "release_hidden": 0.0, "compliance_share": 0.0}
    run = run_of((Firm(),), [BAN._replace(from_week=0, days=times)], weeks=0, **values)
    found, denied = [], []
    for _ in range(40):
        lanes = run.step().state.lanes
        found.append(run.state.customs.detained_hidden.sum() > 0)
        denied.append(lanes.denied[0] > 0)
    assert denied.index(True) - found.index(True) == weeks


def test_longer_detention_is_feared_more_and_the_longest_of_two_bans_holds():
    values = {"attention_price": 0.0, "release_hidden": 0.9, "own_record_weight": 0.0}

    def risk(*times: float) -> float:
        return run_of((Firm(),), [BAN._replace(days=each) for each in times], **values).state.firms.risk[0, 0]

    assert risk(0.5) < risk(1.0) < risk(2.0)
    assert risk(2.0, 0.5) == risk(0.5, 2.0) == risk(2.0, 2.0)


def test_a_friction_of_some_firms_is_theirs_alone():
    friction = Measure(Instrument.financial, 0.04, 3, channels=(0,), owners=(1,))
    run = run_of((Firm(), Firm(ownership=1)), [friction], payment_fade_per_year=0.0)
    assert run.state.firms.risk.T.tolist() == [[0, 0], [np.float32(0.04), 0]]
    assert not run.state.in_force.channel[PAYMENT].any()


def test_a_friction_of_some_firms_fades_like_one_of_all():
    friction = Measure(Instrument.financial, 0.04, 3, channels=(0,), owners=(1,))
    run = run_of((Firm(ownership=1),), [friction], weeks=3 + 52, payment_fade_per_year=0.5)
    assert run.state.firms.risk[0, 0] == pytest.approx(0.04 * np.exp(-0.5 * 51 * 7 / 365.2425), rel=1e-5)


NOBODY = {
    "ban of listed firms, and no list": BAN._replace(listed=True),
    "ban of state firms": BAN._replace(owners=(1,)),
    "list that names nobody": LIST,
    "hazard without a ban": Measure(Instrument.listing_hazard, 0.5, 3, channels=(0,), authorities=(0,)),
    "diligence that reaches nothing": diligence(0.5)._replace(channels=()),
    "diligence against foreign firms": diligence(0.5, owners=(FOREIGN,)),
    "friction of foreign firms": Measure(Instrument.secondary, 0.1, 3, channels=(0,), owners=(FOREIGN,)),
}


@pytest.mark.parametrize("measure", NOBODY.values(), ids=list(NOBODY))
def test_a_measure_that_meets_no_firm_changes_no_trade(measure):
    """A ban makes customs look at goods, of which none are hidden: that and what hubs see of it alone may differ."""
    firms = (Firm(), Firm(made_rank=ELSEWHERE))
    without, beside = (run_of(firms, measures, weeks=60, compliance_share=0.0) for measures in ([], [measure]))
    hubs = beside.state.intermediaries._replace(denied=without.state.intermediaries.denied)
    state = beside.state._replace(customs=without.state.customs, intermediaries=hubs)
    beside.state = state._replace(firms=state.firms._replace(consignments=without.state.firms.consignments))
    assert_same_bits(without, beside)


STUCK = {"adjustment_per_week": 0.0}


def giving_up(level: float, **scope) -> Measure:
    return Measure(Instrument.withdrawal, level, 3, channels=(0,), **scope)


def test_buyers_that_refuse_cancel_their_orders_in_the_week_and_the_goods_go_to_other_customers():
    """Nobody moves a share of his own accord: what is left is what the buyers' orders are."""
    for cancelled in (0.0, 0.5, 1.0):
        run = run_of((Firm(),), [diligence(0.4)], weeks=3, orders_cancelled=cancelled, **STUCK)
        before = run.state.lanes.dispatched.copy()
        after = run.step().state.lanes.dispatched.copy()
        cut = cancelled * 0.4 * before[0]
        assert after == pytest.approx([before[0] - cut, before[1] + cut], rel=1e-5)
        assert run.step(5).state.lanes.dispatched == pytest.approx(after, rel=1e-5), "once, not every week"


def test_orders_fall_by_those_who_newly_refuse():
    """First 0.4 of the buyers refuse, then 0.7: half of those who were left."""
    more = diligence(0.7)._replace(from_week=6)
    run = run_of((Firm(),), [diligence(0.4), more], weeks=3, **STUCK)
    sold = [run.state.firms.share[0, 0]]
    for weeks in (1, 3, 1):
        sold.append(run.step(weeks).state.firms.share[0, 0])
    assert np.array(sold[1:]) / sold[0] == pytest.approx([0.6, 0.3, 0.3], rel=1e-5)


def test_a_firm_all_of_whose_customers_cancel_sends_less():
    run = run_of((Firm(),), [diligence(0.4)], (Lane((PATH,), 0, 3.0),), weeks=3, **STUCK)
    before = run.state.lanes.dispatched[0]
    assert run.step(4).state.lanes.dispatched[0] == pytest.approx(0.6 * before, rel=1e-5)


def test_only_goods_in_scope_are_cancelled():
    firms = (Firm(), Firm(made_rank=ELSEWHERE))
    run = run_of(firms, [diligence(0.4, made_here=True)], weeks=3, **STUCK)
    before = run.state.firms.share.copy()
    assert run.step().state.firms.share[0] / before[0] == pytest.approx([0.6, 1.0], rel=1e-5)


def test_importers_who_give_up_refuse_as_buyers_under_a_duty_do():
    firms = (Firm(), Firm(made_rank=ELSEWHERE))
    half = run_of(firms, [giving_up(0.5, made_here=True)], weeks=60, importer_withdrawal=0.8)
    duty = run_of(firms, [diligence(0.4, made_here=True)], weeks=60)
    assert_same_bits(half, duty)


def test_where_nobody_gives_up_no_bit_changes():
    ban, gone = BAN._replace(made_here=True), giving_up(1.0, made_here=True)
    assert_same_bits(
        run_of((Firm(), Firm()), [ban, gone], weeks=60, importer_withdrawal=0.0),
        run_of((Firm(), Firm()), [ban], weeks=60, importer_withdrawal=0.0),
    )


@pytest.mark.slow
def test_an_announcement_is_acted_upon_as_far_as_buyers_anticipate():
    announced = np.ones((1, 200), np.uint8)
    world = make_world(Sketch(HOME, firms=(Firm(),), senders=(0,), weeks=200))
    policy = make_policy(world, [diligence(0.4)])._replace(announced=announced)
    shares = []
    for anticipation in (0.0, 0.5):
        run = Run(world, policy, settled(anticipation=anticipation, **STUCK))
        start = run.state.firms.share[0, 0]
        shares += [run.step().state.firms.share[0, 0] / start, run.step(4).state.firms.share[0, 0] / start]
    assert shares == pytest.approx([1, 0.6, 0.8, 0.6], rel=1e-5)


DEAF = {"attention_risk": 0.0, "attention_price": 0.0, "trader_attention_price": 0.0}


def risks(measures: list[Measure], weeks: int) -> np.ndarray:
    """Risk by week, slot and firm where nobody hears anything of its own accord: only news moves it."""
    run = run_of(FIRMS, measures, weeks=0, payment_fade_per_year=0.0, **DEAF)
    return np.array([run.step().state.firms.risk.copy() for _ in range(weeks)])


def test_a_friction_of_some_firms_ends_for_them_at_once():
    """Also where no ban and no list is about, and whatever else begins and ends beside it."""
    friction = Measure(Instrument.financial, 0.07, from_week=2, to_week=6, channels=(0,), owners=(FOREIGN,))
    tariff = Measure(Instrument.tariff, 0.2, from_week=4, to_week=8, channels=(0, 1))
    found = risks([friction, tariff], 9)
    hit = np.zeros_like(found)
    hit[2:6, 0, [firm.ownership == FOREIGN for firm in FIRMS]] = np.float32(0.07)
    assert found == pytest.approx(hit, abs=1e-7)
    assert (found[[0, 1, 6, 7, 8]] == 0).all()


def test_the_risk_of_a_ban_that_ends_is_gone_at_once():
    found = risks([BAN._replace(from_week=2, to_week=6)], 8)
    assert (found[2:6, 0] > 0).all()
    assert (found[[0, 1, 6, 7]] == 0).all()
    assert (found[:, 1] == 0).all()


def test_a_tariff_on_goods_under_a_ban_is_news_of_what_is_at_risk():
    """Dearer goods are landed for less, so less is lost with them; where nothing is at risk nobody looks."""
    tariff = Measure(Instrument.tariff, 0.3, from_week=4, to_week=7, channels=(0, 1))
    found = risks([BAN._replace(from_week=2), tariff], 9)
    assert (found[4:7, 0] < found[3, 0]).all()
    assert (found[7:, 0] == found[3, 0]).all()
    assert (found[:, 1] == 0).all()
    assert (found[4:6, 0] == found[4, 0]).all(), "the tariff is news in its first week, and then no more"
