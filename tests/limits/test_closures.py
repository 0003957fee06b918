"""Crossings that are shut to goods: nothing passes, nobody sends, and what is on the way turns back or is resold."""

import numpy as np
import pytest

from sim.constants import NEVER
from sim.policy.instruments import Instrument
from sim.state import (
    ACCOUNTS,
    DELIVERED,
    DENIED,
    DISPATCHED,
    IMPORT,
    LOGIT,
    ON_HAND,
    REINFORCEMENT,
    SATISFICING,
    SPOILED,
    WAIT_BPR,
)
from tests.limits.test_same import assert_same_bits
from tests.limits.worlds import Good, Lane, Measure, Run, Sketch, Way, make_policy, make_world, settled, tonnes_of

GOOD = Good()
FLOW_MUSD, TRAVEL_WEEKS = 6.0, 1.5
SHUT, OPEN = 0, 1  # gates
ONE_WAY = (Way((SHUT,), (7 * TRAVEL_WEEKS,), 7.0),)
DETOUR = Way((OPEN,), (14.0,), 7.0, cost_usd_per_t=20.0)
TWO_WAYS = (*ONE_WAY, DETOUR)
FROM, UNTIL, WEEKS = 20, 30, 60
BAN = Measure(Instrument.transit_ban, channels=(0,), gates=(SHUT,), from_week=FROM)
KNOWN = BAN._replace(announced_week=0)
SEASON = KNOWN._replace(to_week=UNTIL)


def run_of(ways: tuple[Way, ...], *measures: Measure, lanes: tuple[Lane, ...] = (), **named) -> Run:
    """Six million dollars a week over some ways, and other lanes; policy, sketch and parameters take what they know."""
    of_sketch = {name: named.pop(name) for name in ("senders", "choice_rule", "wait_rule") if name in named}
    of_policy = {name: named.pop(name) for name in ("capacity_t", "gone_week") if name in named}
    sketch = Sketch((Lane(ways, flow_musd=FLOW_MUSD), *lanes), (GOOD,), (0.0, 0.0), WEEKS, **of_sketch)
    world = make_world(sketch)
    return Run(world, make_policy(world, measures, **of_policy), settled(**named))


def weekly(run: Run, *names: str, weeks: int = WEEKS) -> dict[str, np.ndarray]:
    """Follow a run: tonnes at both gates, dispatch of the first channel, what turned back, and the ledger."""
    rows = []
    for _ in range(weeks):
        run.step()
        state, ledger = run.state, run.state.ledger
        gone = ledger[DELIVERED] + ledger[DENIED] + ledger[SPOILED]
        assert run.held_musd() + gone == pytest.approx(ledger[ON_HAND] + ledger[DISPATCHED], rel=1e-12)
        rows.append(
            {
                "passed_t": state.ports.passed_t.copy(),
                "queue_t": state.ports.queue_t.copy(),
                "dispatched": state.lanes.dispatched[0],
                "cleared": state.lanes.cleared[0],
                "turned_back": state.closures.turned_back[0],
                "denied": ledger[DENIED],
                "delivered": ledger[DELIVERED],
                "denial": state.trade_records.accounts[ACCOUNTS.index("denial"), 0],
                "turned_away": state.trade_records.turned_away.sum(),
            }
        )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@pytest.mark.parametrize("rule", [LOGIT, SATISFICING, REINFORCEMENT])
@pytest.mark.parametrize("ways", [ONE_WAY, TWO_WAYS], ids=["one way", "two ways"])
@pytest.mark.parametrize("ban", [BAN, KNOWN], ids=["unannounced", "announced"])
def test_nothing_passes_from_the_first_day_on(ways, ban, rule):
    found = weekly(run_of(ways, ban, choice_rule=rule))
    assert (found["passed_t"][:FROM, SHUT] > 0).all()
    assert (found["passed_t"][FROM:, SHUT] == 0.0).all()
    assert (found["queue_t"] == 0.0).all()


def test_goods_on_the_only_way_are_resold_and_nobody_sends_more():
    """Of a week and a half of travel nine million dollars are on the way: six arrive in the first week, then three."""
    run = run_of(ONE_WAY, BAN)
    found = weekly(run)
    assert found["dispatched"][:FROM] == pytest.approx(FLOW_MUSD, rel=1e-6)
    assert (found["dispatched"][FROM:] == 0.0).all()
    assert (found["turned_back"] == 0.0).all()
    assert found["turned_away"][FROM : FROM + 3] == pytest.approx([6, 3, 0], rel=1e-6)
    assert found["denied"][-1] == pytest.approx(FLOW_MUSD * TRAVEL_WEEKS, rel=1e-6)
    lost = 1 - float(run.values.resale_share)
    assert found["denial"] == pytest.approx(lost * found["turned_away"], rel=1e-6)


def test_nobody_sends_what_would_arrive_under_a_ban_that_is_announced():
    """The last of what sets out in a week arrives two weeks later: the last to send do so three weeks before."""
    found = weekly(run_of(ONE_WAY, KNOWN))
    assert found["dispatched"][: FROM - 2] == pytest.approx(FLOW_MUSD, rel=1e-6)
    assert (found["dispatched"][FROM - 2 :] == 0.0).all()
    assert found["denied"][-1] == 0.0


def test_goods_turn_back_at_once_and_pass_elsewhere():
    """A quarter of the gap a week would leave three quarters of the goods on the shut way; all of them leave it."""
    run = run_of(TWO_WAYS, BAN)
    before = weekly(run, weeks=FROM)
    share = run.state.lanes.route_share[run.world.passages.place]
    on_the_way = FLOW_MUSD * TRAVEL_WEEKS * float(share[SHUT])
    after = weekly(run, weeks=WEEKS - FROM)
    assert before["passed_t"][-1, SHUT] > 0
    assert run.state.lanes.route_share[run.world.passages.place].tolist() == [0, 1]
    assert run.state.lanes.share_sum[0] == 1
    assert after["turned_back"][:3] == pytest.approx([on_the_way * 2 / 3, on_the_way / 3, 0], rel=1e-5)
    assert (after["denied"] == 0.0).all()
    assert after["dispatched"] == pytest.approx(FLOW_MUSD, rel=1e-5)
    # the detour takes two weeks: what turned back in the first week passes there three weeks later
    usual = tonnes_of(FLOW_MUSD, GOOD)
    assert after["passed_t"][2, OPEN] == pytest.approx(usual, rel=1e-5)
    assert after["passed_t"][3, OPEN] == pytest.approx(usual + tonnes_of(on_the_way * 2 / 3, GOOD), rel=1e-5)
    assert after["passed_t"][5:, OPEN] == pytest.approx(usual, rel=1e-5)


def test_turned_goods_pay_for_both_of_their_ways():
    """Freight is paid for what sets out, also for the second time."""
    run = run_of(TWO_WAYS, BAN).step(FROM + 1)
    turned = float(run.state.closures.turned_back[0])
    run.step()
    carriers = run.state.trade_records.accounts[ACCOUNTS.index("carriers"), 0]
    usual = (FLOW_MUSD + turned) * (20.0 / GOOD.value_usd_per_t + float(run.values.security_loss))
    assert carriers == pytest.approx(usual, rel=1e-5)


@pytest.mark.parametrize("ways", [ONE_WAY, TWO_WAYS], ids=["one way", "two ways"])
def test_a_ban_for_a_season_ends_as_if_it_had_not_been(ways):
    """Who had no other way ships again in the first week whose goods arrive after the ban; routes are taken up anew."""
    found, usual = weekly(run_of(ways, SEASON)), weekly(run_of(ways))
    assert (found["passed_t"][FROM:UNTIL, SHUT] == 0.0).all()
    assert found["passed_t"][UNTIL + 3 :, SHUT].min() > 0
    assert found["dispatched"][UNTIL - 1 :] == pytest.approx(usual["dispatched"][UNTIL - 1 :], rel=1e-3)
    assert found["passed_t"][-1] == pytest.approx(usual["passed_t"][-1], rel=1e-2)
    assert (found["denied"] == 0.0).all()


def test_a_ban_from_wednesday_on_stops_what_comes_on_its_days():
    """Five days of seven: two sevenths of what arrives pass, and of what waits."""
    first = BAN._replace(strength=5 / 7, to_week=FROM + 1)
    found = weekly(run_of(ONE_WAY, first, BAN._replace(from_week=FROM + 1)))
    usual = tonnes_of(FLOW_MUSD, GOOD)
    assert found["passed_t"][FROM - 1 : FROM + 2, SHUT] == pytest.approx([usual, usual * 2 / 7, 0], rel=1e-6)
    assert (found["passed_t"][FROM + 1 :, SHUT] == 0.0).all()


def test_goods_out_of_scope_pass_as_before():
    """Another group's goods over the same gate, to another market: the same bits with and without the ban."""
    other = Lane(ONE_WAY, market=1, origin=1, flow_musd=2.0)
    banned, free = run_of(TWO_WAYS, BAN, lanes=(other,)), run_of(TWO_WAYS, lanes=(other,))
    mine = banned.world.passages.channel == 1
    for _ in range(WEEKS):
        banned.step()
        free.step()
        assert (banned.state.lanes.stop_passing[mine] == free.state.lanes.stop_passing[mine]).all()
        assert banned.state.lanes.released[1] == free.state.lanes.released[1]
    assert banned.state.ports.passed_t[SHUT] == pytest.approx(tonnes_of(2.0, GOOD), rel=1e-6)


def test_firms_of_a_shut_channel_sell_on_their_others():
    """Two markets of one group: the goods for the one that cannot be reached go to the other in the same week."""
    lanes = (Lane((DETOUR,), market=1, flow_musd=4.0),)
    found, run = [], run_of(ONE_WAY, KNOWN, lanes=lanes)
    for _ in range(FROM):
        run.step()
        found.append(run.state.lanes.dispatched.copy())
    assert np.array(found[: FROM - 2]) == pytest.approx(np.array([[6.0, 4.0]] * (FROM - 2)), rel=1e-5)
    assert found[FROM - 2].tolist() == pytest.approx([0.0, 10.0], rel=1e-5)


def test_what_nothing_reaches_yet_changes_no_bit():
    """A ban that is announced, and after the last week; a gate that shuts for good after it."""
    usual = run_of(TWO_WAYS).step(WEEKS)
    late = run_of(TWO_WAYS, KNOWN._replace(from_week=WEEKS)).step(WEEKS)
    assert_same_bits(usual, late)
    assert_same_bits(usual, run_of(TWO_WAYS, gone_week=[NEVER, WEEKS + 9]).step(WEEKS))


def capacity(shut_to: int | None) -> np.ndarray:
    """Two thirds of the flow at the first gate, from `FROM` nothing; the second has room for all."""
    weeks = np.arange(WEEKS)
    shut = (weeks >= FROM) & (weeks < (WEEKS if shut_to is None else shut_to))
    return np.array([np.where(shut, 0.0, tonnes_of(4.0, GOOD)), np.full(WEEKS, 1e9)])


def test_goods_wait_for_a_season_to_end():
    found = weekly(run_of(ONE_WAY, capacity_t=capacity(UNTIL)))
    assert (found["passed_t"][FROM:UNTIL, SHUT] == 0.0).all()
    assert (np.diff(found["queue_t"][:UNTIL, SHUT]) > 0).all()
    assert found["passed_t"][UNTIL, SHUT] > 0
    assert (found["denied"] == 0.0).all()


def test_a_gate_that_shuts_for_good_has_no_queue():
    """What waited and what was on the way is resold: all that did not pass. Nobody sends more."""
    found = weekly(run_of(ONE_WAY, capacity_t=capacity(None), gone_week=[FROM, NEVER]))
    assert found["queue_t"][FROM - 1, SHUT] > tonnes_of(2.0, GOOD)
    assert (found["queue_t"][FROM:, SHUT] == 0.0).all()
    assert (found["passed_t"][FROM:, SHUT] == 0.0).all()
    assert (found["dispatched"][FROM - 2 :] == 0.0).all()
    assert found["denied"][FROM] == pytest.approx(found["queue_t"][FROM - 1, SHUT] / tonnes_of(1.0, GOOD), rel=0.5)
    assert found["denied"][-1] + found["delivered"][-1] == pytest.approx(
        FLOW_MUSD * (FROM - 2) + FLOW_MUSD * (TRAVEL_WEEKS + 1), rel=1e-6
    )


def test_the_queue_of_a_gate_that_shuts_for_good_goes_elsewhere():
    found = weekly(run_of(TWO_WAYS, capacity_t=capacity(None), gone_week=[FROM, NEVER], theta_route=20.0))
    assert (found["passed_t"][FROM:, SHUT] == 0.0).all()
    assert (found["denied"] == 0.0).all()
    assert found["passed_t"][-1, OPEN] == pytest.approx(tonnes_of(FLOW_MUSD, GOOD), rel=1e-4)


def test_goods_that_turned_back_are_resold_where_the_other_way_shuts_as_well():
    """The first gate in one week, the second in the next: what turned back in between has no way left."""
    both = BAN._replace(gates=(OPEN,), from_week=FROM + 1)
    run = run_of(TWO_WAYS, BAN, both)
    found = weekly(run)
    assert found["turned_back"][FROM] > 0
    assert (found["turned_back"][FROM + 1 :] == 0.0).all()
    assert found["denied"][FROM + 1] > found["turned_back"][FROM]
    assert (found["dispatched"][FROM + 1 :] == 0.0).all()


def test_what_customs_would_find_goes_with_the_goods():
    """A sender's market: what is turned away is no longer under way to its border, nor what would be found of it."""
    ban = Measure(Instrument.import_ban, from_week=5, channels=(0,), authorities=(0,))
    run = run_of(ONE_WAY, ban, BAN, senders=(0,), inspection_budget_per_week=1e3)
    run.step(FROM)
    assert run.state.lanes.under_way_detected[0] > 0
    weekly(run, weeks=WEEKS - FROM)
    lanes = run.state.lanes
    for left in (
        lanes.under_way,
        lanes.under_way_made_here,
        lanes.under_way_detected,
        lanes.under_way_count,
        lanes.under_way_detected_made_here,
    ):
        assert left[0] == pytest.approx(0, abs=1e-9)


def test_imports_are_barred_like_exports():
    lane = Lane(ONE_WAY, direction=IMPORT, flow_musd=3.0)
    world = make_world(Sketch((lane,), (GOOD,), (0.0,), WEEKS))
    run = Run(world, make_policy(world, [BAN]), settled()).step(FROM + 5)
    assert run.state.ports.passed_t[SHUT] == 0.0
    assert run.state.ledger[DENIED] == pytest.approx(3.0 * TRAVEL_WEEKS, rel=1e-6)


def test_the_value_of_goods_that_passed_does_not_fall_with_the_way():
    """Behind the gate goods go on, at the price that they have in the market."""
    run = run_of(ONE_WAY, BAN).step(FROM + 1)
    assert run.state.lanes.border_value[0] == pytest.approx(1.0, abs=0.01)


def test_the_textbook_wait_lets_nothing_pass_a_shut_gate_either():
    found = weekly(run_of(TWO_WAYS, capacity_t=capacity(UNTIL), wait_rule=WAIT_BPR))
    assert (found["passed_t"][FROM:UNTIL, SHUT] == 0.0).all()
    assert (found["passed_t"][FROM + 4 : UNTIL, OPEN] > 0).all()
    assert found["passed_t"][UNTIL:, SHUT].max() > 0


def test_a_second_gate_that_is_shut_sends_goods_back_from_there():
    """Behind the first gate, too: what passed it turns back, and passes it again on the other way."""
    behind = (Way((OPEN, SHUT), (7.0, 14.0), 7.0), Way((OPEN,), (7.0,), 35.0, cost_usd_per_t=10.0))
    run = run_of(behind, BAN)
    found = weekly(run)
    assert (found["passed_t"][FROM:, SHUT] == 0.0).all()
    assert found["turned_back"][FROM] > 0
    assert (found["denied"] == 0.0).all()
    assert run.state.lanes.route_share[run.world.passages.place].tolist() == [0, 1]
