"""Growth, exit, entry, search and the zone, one at a time, against expected numbers."""

import numpy as np
import pytest

from sim.constants import WEEKS_PER_YEAR
from sim.policy.instruments import Instrument
from sim.state import MAKER, OWNERSHIPS, TRADER, lasting
from sim.world.frozen import frozen
from tests.limits.worlds import Firm, Good, Lane, Measure, Run, Sketch, Way, make_policy, make_world, settled

pytestmark = pytest.mark.slow

MANY = 4000
FOUR_ERRORS = 4.0
DEAF = {"attention_price": 0.0, "trader_attention_price": 0.0, "attention_risk": 0.0}


def one_lane(**changes) -> Sketch:
    """Give a world of one channel; firms of equal size, with free rows."""
    values = {"lanes": (Lane(),), "firms": (Firm(),) * MANY, "rows_factor": 2, "weeks": 30} | changes
    return Sketch(**values)


def run_of(sketch: Sketch, measures=(), **values: float) -> Run:
    """Give a run in which nobody hears of prices, so that margins stay as they are set."""
    world = make_world(sketch)
    return Run(world, make_policy(world, measures), settled(**(DEAF | values)))


def expected_count(found: int, chance: float, number: int = MANY) -> None:
    """Hold a number of independent events to its binomial mean, within four standard errors."""
    error = np.sqrt(number * chance * (1 - chance))
    assert abs(found - number * chance) <= FOUR_ERRORS * error, (found, number * chance)


def test_capacity_grows_by_the_margin_above_the_base():
    run = run_of(one_lane(firms=(Firm(),)), growth_per_week=0.1)
    before = run.state.firms.capacity[0]
    run.state.firms.price_belief[:] = 1.03
    run.step(10)
    assert run.state.firms.capacity[0] / before == pytest.approx(np.exp(10 * 0.1 * 0.03), rel=1e-5)


def test_growth_is_bounded_in_both_directions():
    for belief, factor in ((3.0, np.exp(0.05)), (0.2, np.exp(-0.05))):
        run = run_of(one_lane(firms=(Firm(),)), growth_per_week=0.1, growth_cap_per_week=0.01)
        before = run.state.firms.capacity[0]
        run.state.firms.price_belief[:] = belief
        run.step(5)
        assert run.state.firms.capacity[0] / before == pytest.approx(factor, rel=1e-5)


def test_a_settled_base_neither_grows_nor_shrinks():
    run = run_of(one_lane(firms=(Firm(),) * 3), growth_per_week=0.3)
    before = run.state.firms.capacity.copy()
    run.step(20)
    assert (run.state.firms.capacity == before).all()


def test_traders_and_makers_grow_at_their_own_speeds_within_their_own_caps():
    """Beliefs 3 % up: 2 and 6 times the gap; beliefs far up: the caps 1 and 2 %."""
    speeds = {"growth_per_week": 0.2, "trader_growth_per_week": 0.6, "trader_growth_cap_per_week": 0.02}
    for belief, maker, trader in ((1.03, 0.2 * 0.03, 0.6 * 0.03), (3.0, 0.01, 0.02)):
        run = run_of(one_lane(firms=(Firm(kind=MAKER), Firm(kind=TRADER))), growth_cap_per_week=0.01, **speeds)
        before = run.state.firms.capacity[:2].copy()
        run.state.firms.price_belief[:] = belief
        run.step(10)
        grown = run.state.firms.capacity[:2] / before
        assert grown == pytest.approx(np.exp([10 * maker, 10 * trader]), rel=1e-5)


def test_an_entrant_is_of_the_kind_of_the_firm_that_it_copies():
    run = run_of(one_lane(firms=(Firm(kind=TRADER), Firm(kind=MAKER)) * 2000), entry_per_year=0.6).step()
    firms = run.state.firms
    entered = np.flatnonzero(firms.generation)
    kinds = firms.kind[: run.state.rows_used[0]]
    assert np.bincount(kinds[entered], minlength=2).min() > entered.size // 4
    model = np.flatnonzero(firms.fate[:4000] == 2)
    assert kinds[entered].tolist() == kinds[model].tolist()


@pytest.mark.parametrize(
    ("born", "capacity", "belief", "factor"),
    [
        (-520, 1.0, 1.0, 1.0),
        (-520, 4.0, 1.0, 0.25),
        (-520, 1.0, 1.05, np.exp(-1)),
        (-520, 1.0, 0.0, np.exp(3)),
        (-10, 1.0, 1.0, 2.0),
    ],
)
def test_the_exit_hazard_depends_on_age_size_and_margin(born, capacity, belief, factor):
    run = run_of(one_lane(), exit_per_week=0.02, exit_first_year_per_week=0.04, exit_scale=0.05)
    run.state.firms.born_week[:] = born
    run.state.firms.capacity[:MANY] *= capacity
    run.state.firms.price_belief[:] = belief
    run.step()
    left = MANY - int(run.state.firms.active.sum())
    expected_count(left, 0.02 * factor)
    assert (run.state.firms.capacity[run.state.firms.active == 0] == 0).all()


def test_entrants_are_small_copies_in_the_first_free_rows():
    run = run_of(one_lane(), entry_per_year=0.6, exit_per_week=0.0)
    run.state.census.entrant_size[:] = 0.25
    run.step()
    firms = run.state.firms
    entered = np.flatnonzero(firms.generation)
    expected_count(entered.size, 0.6 / WEEKS_PER_YEAR)
    assert entered.tolist() == list(range(MANY, MANY + entered.size))
    assert firms.capacity[entered] == pytest.approx(np.full(entered.size, 0.25 * firms.capacity[0]))
    assert (firms.born_week[entered] == 0).all()
    assert (firms.relationship[:, entered] == 0).all()


def test_entrants_are_as_many_as_the_margin_calls_for_within_bounds():
    for belief, factor in ((0.95, 0.0), (1.05, 2.0), (3.0, 3.0)):
        run = run_of(one_lane(), entry_per_year=0.6)
        run.state.firms.price_belief[:] = belief
        run.step()
        expected_count(int(run.state.firms.generation.sum()), factor * 0.6 / WEEKS_PER_YEAR)


def test_entering_and_leaving_capacity_are_equal_at_the_base():
    weights = np.geomspace(0.1, 50, 40)
    sketch = one_lane(firms=tuple(Firm(weight=float(weight)) for weight in weights))
    run = run_of(sketch, entry_per_year=0.4, exit_per_week=0.003)
    capacity = run.state.firms.capacity[:40].astype(float)
    leaving = 0.003 * np.minimum(capacity, np.median(capacity)).sum()
    entering = 0.4 / WEEKS_PER_YEAR * capacity.sum() * run.state.census.entrant_size[0]
    assert entering == pytest.approx(leaving, rel=1e-5)


def test_a_row_that_is_taken_again_has_a_new_generation():
    run = run_of(one_lane(), entry_per_year=0.6, exit_per_week=0.02)
    run.step(12)
    firms = run.state.firms
    again = (firms.generation[:MANY] == 1) & (firms.active[:MANY] == 1)
    assert again.any()
    assert (firms.born_week[:MANY][again] >= 0).all()


def test_nobody_enters_or_leaves_in_the_spin_up():
    run = run_of(one_lane(spin_up_weeks=3), entry_per_year=0.6, exit_per_week=0.02, growth_per_week=0.1)
    run.state.firms.price_belief[:] = 1.02
    before = run.state.firms.capacity.copy()
    run.step(3)
    assert (run.state.firms.capacity == before).all()
    run.step()
    assert (run.state.firms.capacity != before).any()


def held(run: Run) -> dict[str, bytes]:
    """All that lasts of a run, without the rows that no firm has held."""
    firms = {f"firms.{name}" for name in run.state.firms._fields}
    return {
        name: (array[..., : run.state.rows_used[0]] if name in firms else array).tobytes()
        for name, _, array in lasting(run.state)
    }


@pytest.mark.parametrize("subsidy", [0.0, 0.06])
def test_a_week_without_a_free_row_goes_on_with_more_rows_to_the_same_bits(subsidy):
    """Three hundred firms are copied, leave, and every fourth week register; the rows suffice or do not."""
    runs = []
    for rows_factor in (1, 4):
        sketch = one_lane(firms=(Firm(),) * 300, rows_factor=rows_factor)
        values = {"entry_per_year": 0.6, "exit_per_week": 0.006, "registration_per_year": 0.6, "growth_per_week": 0.1}
        runs.append(zone_run(subsidy, sketch, moving_cost_share=0.03, **values).step(20))
    few, many = runs
    assert few.grown > many.grown == 0
    assert held(few) == held(many)


def test_a_registration_waits_for_a_row_too():
    """In the fourth week the first registration finds no row; with more rows all that were drawn register, once."""
    sketch = one_lane(firms=(Firm(),) * 300, rows_factor=1, weeks=4)
    values = {"registration_per_year": 0.6, "moving_cost_share": 0.03}
    run = zone_run(0.06, sketch, **values).step(3)
    run.advance()
    in_use, copy_waits, registration_waits = run.state.rows_used
    assert (in_use, copy_waits) == (300, 0)
    assert registration_waits > 0
    assert run.step().grown == 1
    expected_count(int(run.state.firms.generation.sum()), 0.6 * 4 / WEEKS_PER_YEAR, 300)


def test_foreign_firms_leave_under_a_ban_only_where_that_is_switched_on():
    for hazard, chance in ((0.0, 0.0), (0.5, 0.5 / WEEKS_PER_YEAR)):
        world = make_world(one_lane())
        foreign = np.full(MANY, OWNERSHIPS.index("foreign"), np.int32)
        foreign[::2] = OWNERSHIPS.index("private")
        world = world._replace(population=world.population._replace(ownership=foreign))
        ban = Measure(Instrument.import_ban, channels=(0,))
        run = Run(world, make_policy(world, (ban,)), settled(**DEAF, divestment_per_year=hazard)).step()
        left = run.state.firms.active[:MANY] == 0
        assert not left[::2].any()
        expected_count(int(left.sum()), chance, MANY // 2)


def few_slots(flows: tuple[float, ...]) -> tuple:
    """Give a world of one group whose firms know its first two channels only."""
    lanes = tuple(Lane(market=market, flow_musd=flow) for market, flow in enumerate(flows))
    world = make_world(Sketch(lanes=lanes, firms=(Firm(),) * MANY, weeks=5))
    people = world.population
    share = np.tile(np.array([[0.7], [0.3]], np.float32), (1, MANY))
    people = people._replace(channel=np.ascontiguousarray(people.channel[:2]), share=share)
    return world._replace(population=people, sizes=world.sizes._replace(slots=2))


def test_a_search_finds_channels_in_proportion_to_demand_in_place_of_the_least_used():
    world = few_slots((5.0, 2.0, 1.0, 3.0))
    values = DEAF | {"search_per_week": 0.5, "search_copied_share": 0.0, "adjustment_per_week": 0.0}
    run = Run(world, make_policy(world), settled(**values)).step()
    channel = run.state.firms.channel[:, :MANY]
    assert (channel[0] == 0).all()
    found = channel[1] != 1
    tried = 1 - (7 / 11) ** 3  # three draws, in vain where they hit what the firm knows
    expected_count(int(found.sum()), 0.5 * tried)
    expected_count(int((channel[1] == 3).sum()), 0.75, int(found.sum()))
    assert (run.state.firms.share[1, :MANY][found] == np.float32(0.3)).all()


def test_a_copied_search_takes_over_the_main_channel_of_the_leader():
    world = few_slots((5.0, 2.0, 1.0, 3.0))
    people = world.population
    channel, share = people.channel.copy(), people.share.copy()
    channel[:, 7], share[:, 7] = (2, 3), (0.2, 0.8)
    world = world._replace(population=people._replace(channel=channel, share=share))
    run = Run(world, make_policy(world), settled(**(DEAF | {"search_per_week": 1.0, "search_copied_share": 1.0})))
    run.state.firms.price_belief[:, 7] = 1.1
    run.step(4)
    without = (run.state.firms.channel[:, :MANY] != 3).all(axis=0)
    assert without.sum() > MANY // 10
    run.step()
    assert (run.state.firms.channel[:, :MANY][:, without] == 3).any(axis=0).all()


def test_a_channel_that_is_shut_is_not_found():
    world = few_slots((5.0, 2.0, 1.0, 3.0))
    shut = Measure(Instrument.export_control, channels=(3,))
    values = DEAF | {"search_per_week": 1.0, "search_copied_share": 0.0}
    run = Run(world, make_policy(world, (shut,)), settled(**values))
    run.step(4)
    before = (run.state.firms.channel == 3).sum()
    run.step()
    assert (run.state.firms.channel == 3).sum() <= before


def zone_run(level: float, sketch: Sketch, **values: float) -> Run:
    """Give a run with a free-trade zone at the first place."""
    world = make_world(sketch)
    policy = make_policy(world, (Measure(Instrument.zone, level=level),))
    policy = policy._replace(place_start=np.array([0, 1], np.int32), place_reach=np.zeros(1, np.int32))
    return Run(world, policy, settled(**(DEAF | values)))


def test_the_zone_lowers_the_cost_of_its_firms_by_its_subsidy():
    lanes = (Lane(origin=0), Lane(origin=1))
    run = zone_run(0.02, Sketch(lanes=lanes, weeks=5)).step()
    assert run.state.firms.margin - 0.05 == pytest.approx([0.02, 0.0], abs=1e-6)


def test_the_zone_pays_the_firms_in_its_area_alone():
    firms = (Firm(), Firm(in_area=0))
    run = zone_run(0.02, Sketch((Lane(),), firms=firms, weeks=5), registration_per_year=0.0).step(4)
    assert run.state.firms.margin[:2] - 0.05 == pytest.approx([0.02, 0.0], abs=1e-6)


def test_inland_firms_come_to_the_area_of_the_zone_and_are_paid_there():
    firms = tuple(Firm(in_area=f % 2) for f in range(MANY))
    sketch = Sketch((Lane(),), firms=firms, weeks=6, rows_factor=3)
    state = zone_run(0.06, sketch, registration_per_year=0.6).step(4).state
    new = state.firms.generation > 0
    expected_count(int(new.sum()), 0.6 * 4 / WEEKS_PER_YEAR, MANY // 2)
    assert (state.firms.in_area[new] == 1).all()
    assert state.census.at_founding.sum() == MANY // 2
    assert state.census.came.sum() == new.sum()


def test_the_more_inland_firms_have_come_the_fewer_come():
    """The pool of would-be ones empties like any that loses the same part a year."""
    years, rate, fade = 3, 0.4, 0.3
    sketch = one_lane(weeks=round(years * WEEKS_PER_YEAR) + 1)
    run = zone_run(0.06, sketch, registration_per_year=rate, registration_fade_per_year=fade)
    came = run.step(round(years * WEEKS_PER_YEAR)).state.census.came.sum()
    expected = MANY * rate / fade * (1 - np.exp(-fade * years))
    assert came == pytest.approx(expected, rel=FOUR_ERRORS / np.sqrt(expected) + 0.03)


def test_inland_firms_register_where_the_subsidy_beats_their_cost():
    for subsidy, share in ((0.01, 1 / 3), (0.06, 1.0)):
        run = zone_run(subsidy, one_lane(), registration_per_year=0.6, moving_cost_share=0.03).step(4)
        firms = run.state.firms
        new = firms.generation > 0
        expected_count(int(new.sum()), 0.6 * 4 / WEEKS_PER_YEAR * share)
        assert (firms.made_here[new] == 0).all()
        assert firms.capacity[new] == pytest.approx(np.full(new.sum(), firms.capacity[0]), rel=1e-4)


def inland_run(pull: tuple[float, ...], weeks: int, **values: float) -> Run:
    """Give a run in whose zone inland firms register that sell to markets in some proportion, at unequal costs."""
    far = Way(days=(14.0,), cost_usd_per_t=90.0)
    lanes = (Lane(market=0, flow_musd=9.0), Lane(market=1, flow_musd=1.0), Lane((far,), market=2, flow_musd=1.0))
    world = make_world(Sketch(lanes, firms=(Firm(kind=TRADER),) * 2000, weeks=weeks, rows_factor=2))
    channels = world.channels._replace(inland_pull=np.cumsum(pull))
    policy = make_policy(world, (Measure(Instrument.zone, level=0.06),))
    policy = policy._replace(place_start=np.array([0, 1], np.int32), place_reach=np.zeros(1, np.int32))
    values = {"registration_per_year": 0.6, "moving_cost_share": 0.03} | values
    return Run(frozen(world._replace(channels=channels)), frozen(policy), settled(**(DEAF | values)))


def test_inland_firms_that_register_bring_the_buyers_they_had():
    run = inland_run((0.0, 0.25, 0.75), 5).step(4)
    firms, markets = run.state.firms, run.state.markets
    new = firms.generation > 0
    expected_count(int(new.sum()), 0.6 * 4 / WEEKS_PER_YEAR, 2000)
    assert firms.share[:, new].sum(axis=0) == pytest.approx(np.ones(new.sum()))
    sold = np.zeros(3)
    for q in range(3):
        used = new & (firms.share[q] > 0)
        np.add.at(sold, firms.channel[q, used], firms.share[q, used] * firms.capacity[used] * 0.8)
    assert sold[0] == 0
    assert sold[2] / sold.sum() == pytest.approx(0.75, abs=4 * np.sqrt(0.75 * 0.25 / (3 * new.sum())))
    assert markets.brought[:3] == pytest.approx(sold, rel=1e-5)
    assert firms.margin[new] == pytest.approx(np.full(new.sum(), 0.05 + 0.06), abs=1e-6)
    assert (firms.kind[new] == MAKER).all()
    assert (firms.made_here[new] == 0).all()


def test_inland_firms_stay_with_their_buyers_at_the_prices_that_they_found():
    """They add as much to supply as to demand: no price moves by more than what is on the way, and no share drifts."""
    run = inland_run((0.0, 0.25, 0.75), 40, registration_per_year=0.05, attention_price=1.0, adjustment_per_week=0.1)
    run.step(4)
    new = run.state.firms.generation > 0
    share, brought = run.state.firms.share[:, new].copy(), run.state.markets.brought.copy()
    run.step(36)
    assert (run.state.markets.brought[1:3] > 5 * brought[1:3]).all()
    assert run.state.markets.price[:3] == pytest.approx(np.ones(3), abs=0.01)
    assert run.state.firms.share[:, new] == pytest.approx(share, abs=0.02)


def test_inland_firms_leave_like_old_firms_and_not_like_new_ones():
    values = {"exit_first_year_per_week": 0.02, "exit_per_week": 0.002, "exit_scale": 0.1}
    run = inland_run((0.0, 1.0, 0.0), 30, **values).step(4)
    new = np.flatnonzero(run.state.firms.generation > 0)
    run.step()
    assert (run.state.firms.born_week[new] < -52).all()
    run.step(25)
    left = int((run.state.firms.active[new] == 0).sum())
    hazard = 0.002 * np.exp(-0.06 / 0.1)  # its margin is above the base by the subsidy
    expected_count(left, 1 - (1 - hazard) ** 26, new.size)


def test_firms_of_the_zone_turn_to_goods_that_are_worth_more():
    goods = (Good(value_usd_per_t=1000.0), Good(value_usd_per_t=9000.0))
    lanes = (Lane(commodity=0), Lane(commodity=1))
    firms = (Firm(commodity=0),) * MANY + (Firm(commodity=1),) * 10
    sketch = Sketch(lanes=lanes, goods=goods, firms=firms, weeks=10, rows_factor=2)
    run = zone_run(0.01, sketch, commodity_change_per_year=0.3, registration_per_year=0.0).step(8)
    turned = run.state.firms.commodity[:MANY] == 1
    expected_count(int(turned.sum()), 0.3 * 4 / WEEKS_PER_YEAR * 0.2)  # from the first census on: 0.01 of 0.05
    assert (run.state.firms.group[:MANY][turned] == 1).all()
    assert (run.state.firms.commodity[MANY : MANY + 10] == 1).all()
