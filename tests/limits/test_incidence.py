"""Who gains and who pays: hand-worked weeks, and accounts that add up in any run."""

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import integrate

from sim.kernels.firms.demography import LEAVES
from sim.policy.instruments import Instrument
from sim.state import (
    ACCOUNTS,
    DELIVERED,
    DENIED,
    DISPATCHED,
    EMBODIED,
    FALSE_ALARMS_AT,
    IMPORTERS_AT,
    RELABELLED,
    SPOILED,
    SUPPLIERS_AT,
    TRANSIT_DECLARED,
)
from tests.limits.test_random_worlds import WEEKS, runs, turnover_musd
from tests.limits.test_same import assert_same_bits
from tests.limits.worlds import Good, Lane, Measure, Run, Sketch, Way, make_policy, make_world, settled

TARGET, HUB, OTHER = 0, 1, 2
USES = ("treasury", "hubs", "payment_agents", "carriers", "gates", "production", "days", "spoilage", "detention")
USES += ("denial", "producers")
VALUE_USD_PER_T, COST_USD_PER_T, TIME_VALUE, TRAVEL_DAYS = 1000.0, 60.0, 0.002, 17.0
ROAD = (Way(days=(4.0,), last_days=13.0, cost_usd_per_t=COST_USD_PER_T),)
GOOD = Good(value_usd_per_t=VALUE_USD_PER_T, time_value_per_day=TIME_VALUE, elasticity=3.0)


def accounts(run: Run) -> dict[str, np.ndarray]:
    """Accounts of the week, each [2]."""
    return dict(zip(ACCOUNTS, run.state.trade_records.accounts, strict=True))


def imbalance(found: dict[str, np.ndarray]) -> np.ndarray:
    sources = ("payments", "subsidies", "on_the_way", "importers")
    return sum(found[name] for name in sources) - sum(found[name] for name in USES)


@settings(max_examples=40, deadline=None)
@given(run=runs())
def test_accounts_add_up_every_week_and_agree_with_the_goods_and_gates(run):
    state, values = run.state, run.values
    for _ in range(WEEKS):
        price, ledger = state.markets.price.astype(float), state.ledger.copy()
        held, generation = run.held_musd(), run.state.firms.generation.copy()
        run.step()
        found, moved = accounts(run), state.ledger - ledger
        scale = 1e-6 * turnover_musd(run)
        assert imbalance(found) == pytest.approx([0, 0], abs=scale)
        paid = price[run.world.channels.cell] * state.lanes.released
        assert found["payments"].sum() == pytest.approx(paid.sum(), abs=scale)
        assert found["on_the_way"].sum() == pytest.approx(moved[DISPATCHED] - moved[DELIVERED], abs=scale)
        grown = run.held_musd() - held
        assert grown == pytest.approx(found["on_the_way"].sum() - moved[DENIED] - moved[SPOILED], abs=scale)
        assert found["spoilage"].sum() == pytest.approx(moved[SPOILED], abs=scale)
        routes = run.world.routes
        freight = run.route_flows() * routes.static_usd_per_t * values.transport_cost_scale / 1e6
        freight *= run.world.goods.tonnes_per_musd[run.world.channels.commodity[routes.channel]]
        losses = values.security_loss * run.state.scratch.going.sum()
        assert found["carriers"].sum() == pytest.approx(freight.sum() + losses, rel=1e-5, abs=scale)
        rent = state.ports.queue_t.sum() * 7 * values.wait_fee_usd_per_t_day / 1e6
        assert found["gates"].sum() == pytest.approx(rent, rel=1e-5, abs=scale)
        firms = run.state.firms
        renewed = (firms.fate == LEAVES).any() or (firms.born_week == run.week - 1).any()
        renewed |= not np.array_equal(firms.generation, generation)  # an inland firm that registers is no start-up
        if not renewed:  # what a firm shipped in its last week is no longer to be seen
            sent = firms.shipped.astype(float) * firms.share.sum(axis=0)  # less than all where buyers cancelled
            made = sent * firms.unit_cost
            own_cost = found["production"] - found["subsidies"]
            assert own_cost.sum() == pytest.approx(made.sum(), rel=1e-5, abs=scale)


def test_base_week_by_hand():
    """At base buyers gain nothing, and firms have the base margin of what they ship."""
    tariff, markup, flow, through_hub, commission = 0.1, 0.2, 3.0, 2.0, 0.01
    lanes = (
        Lane(ROAD, TARGET, flow, tariff=tariff),
        Lane(ROAD, TARGET, through_hub, kind=RELABELLED, hub=HUB, tariff=tariff, markup=markup),
    )
    world = make_world(Sketch(lanes, (GOOD,), weeks=10))
    values = settled(commission_share=commission, payment_days=30.0, security_loss=0.0)
    run = Run(world, make_policy(world), values).step(10)
    found, every = {name: each[0] for name, each in accounts(run).items()}, flow + through_hub
    assert found["buyers"] == 0
    assert found["payments"] == pytest.approx(every, rel=1e-6)
    assert found["treasury"] == pytest.approx(every * tariff / (1 + tariff), rel=1e-6)
    assert found["hubs"] == pytest.approx(through_hub * markup / (1 + tariff), rel=1e-5)
    assert found["payment_agents"] == pytest.approx(every * (commission + 0.0003 * 30), rel=1e-5)
    assert found["carriers"] == pytest.approx(every * COST_USD_PER_T / VALUE_USD_PER_T, rel=1e-5)
    assert found["days"] == pytest.approx(every * TIME_VALUE * TRAVEL_DAYS, rel=1e-5)
    assert found["producers"] == pytest.approx(every * values.base_margin, rel=1e-4)
    assert found["on_the_way"] == pytest.approx(0, abs=1e-5)
    assert [found[name] for name in ("gates", "spoilage", "detention", "denial")] == [0, 0, 0, 0]
    at = run.state.trade_records.accounts_at
    assert at[0].tolist() == [0, 0]
    assert at[1] == pytest.approx([found["treasury"], 0], rel=1e-6)
    assert at[2] == pytest.approx([0, found["hubs"]], rel=1e-6)


@pytest.mark.parametrize("elasticity", [1.0, 3.0])
def test_a_tariff_is_paid_by_buyers_and_firms_and_the_treasury_has_it(elasticity):
    """Buyers lose the area left of their demand curve between price 1 and the price they pay."""
    tariff, weeks = 0.25, 40
    lanes = (Lane(ROAD, TARGET, 3.0), Lane(ROAD, OTHER, 5.0))
    world = make_world(Sketch(lanes, (GOOD._replace(elasticity=elasticity),), weeks=weeks))
    run = Run(world, make_policy(world, [Measure(Instrument.tariff, tariff, channels=(0,))]), settled())
    run.step(weeks - 1)
    price = float(run.state.markets.price[TARGET])
    run.step()
    lost, _ = integrate.quad(lambda p: 3.0 * p**-elasticity, 1, price)
    found = accounts(run)
    assert price > 1.01
    assert run.state.trade_records.accounts_at[0, TARGET] == pytest.approx(-lost, rel=1e-6)
    assert found["treasury"][0] == pytest.approx(price * run.state.lanes.released[0] * 0.2, rel=1e-6)
    assert found["buyers"][0] == pytest.approx(run.state.trade_records.accounts_at[0].sum(), rel=1e-12)


def test_imports_are_paid_for_in_the_region():
    lanes = (Lane(ROAD, TARGET, 3.0), Lane(ROAD, OTHER, 5.0, origin=1, direction=1))
    world = make_world(Sketch(lanes, (GOOD,), weeks=10))
    run = Run(world, make_policy(world), settled()).step(10)
    assert accounts(run)["payments"] == pytest.approx([3.0, 5.0], rel=1e-6)
    assert accounts(run)["producers"] == pytest.approx([3.0 * 0.05, 5.0 * 0.05], rel=1e-3)
    sold = run.state.trade_records.accounts_at[SUPPLIERS_AT]
    assert sold == pytest.approx([0, 0, accounts(run)["production"][1]], rel=1e-6)
    assert sold[OTHER] > 4


@pytest.mark.parametrize(("kind", "whole"), [(RELABELLED, 1.0), (EMBODIED, 4.0)])
@pytest.mark.parametrize("release", [0.0, 0.4, 1.0])
def test_denial_and_detention_by_hand(kind, whole, release):
    """Found goods lose time at once; decided ones demurrage, or their base value less resale: whole consignments."""
    lanes = (Lane(ROAD, TARGET, 3.0, kind=kind, hub=HUB), Lane(ROAD, OTHER, 5.0))
    world = make_world(Sketch(lanes, (GOOD,), senders=(TARGET,), weeks=40))
    days = 30.0
    values = settled(
        inspection_budget_per_week=1e9,
        sensitivity=1.0,
        release_hidden=release,
        detention_days=days,
        own_record_weight=0.0,
        resale_share=0.6,
        demurrage_share=0.03,
        importer_loss_share=0.25,
    )
    run = Run(world, make_policy(world, [Measure(Instrument.import_ban, channels=(0,), authorities=(0,))]), values)
    seen = np.zeros(2)
    for week in range(40):
        due = run.state.lanes.detained_due
        held, decided = due.sum(), due[week % due.shape[0]].sum()
        book, found = accounts(run.step()), due.sum() - held + decided
        lost = found * TIME_VALUE * days + decided * values.release_hidden * 0.03
        assert book["detention"][0] == pytest.approx(whole * lost, rel=1e-5, abs=1e-9)
        refused = decided * (1 - values.release_hidden)
        assert book["denial"][0] == pytest.approx(whole * refused * 0.4, rel=1e-5, abs=1e-9)
        assert book["importers"][0] == pytest.approx(0.25 * (book["detention"][0] + book["denial"][0]), rel=1e-6)
        assert run.state.trade_records.accounts_at[IMPORTERS_AT].tolist() == [book["importers"][0], 0, 0]
        assert imbalance(book) == pytest.approx([0, 0], abs=1e-6)
        seen += book["detention"][0], book["denial"][0]
    assert seen[0] > 0
    assert (seen[1] > 0) == (release < 1)


def test_what_clearing_at_a_hub_saves_the_firm_has_and_the_treasury_of_the_market_loses():
    """It may be more than a payment costs; at fixed shares nothing else moves, and the accounts add up."""
    tariff, markup, saved = 0.1, 0.05, 0.2
    lanes = (
        Lane(ROAD, TARGET, 3.0, tariff=tariff),
        Lane(ROAD, TARGET, 2.0, kind=TRANSIT_DECLARED, hub=HUB, tariff=tariff, markup=markup),
    )
    world = make_world(Sketch(lanes, (GOOD,), weeks=10))
    relief = Measure(Instrument.clearing_relief, saved, channels=(1,))
    values = settled(adjustment_per_week=0.0, security_loss=0.0)
    plain, helped = (Run(world, make_policy(world, each), values).step(10) for each in ([], [relief]))
    before, after = accounts(plain), accounts(helped)
    for name in USES:
        moved = {"treasury": -2.0 * saved, "producers": 2.0 * saved}.get(name, 0.0)
        assert after[name] - before[name] == pytest.approx([moved, 0], abs=1e-6), name
    assert imbalance(after) == pytest.approx([0, 0], abs=1e-6)
    assert helped.state.trade_records.accounts_at[1] - plain.state.trade_records.accounts_at[1] == pytest.approx(
        [-2.0 * saved, 0]
    )
    assert helped.state.firms.margin[0] - plain.state.firms.margin[0] == pytest.approx(0.4 * saved, abs=1e-6)


def test_what_clearing_at_a_hub_saves_steers_booking_by_the_logit():
    """At a flat price the odds of the hub rise by exp(theta saved)."""
    lanes = (
        Lane(ROAD, TARGET, 3.0),
        Lane(ROAD, TARGET, 0.1, kind=TRANSIT_DECLARED, hub=HUB, markup=0.05),
    )
    world = make_world(Sketch(lanes, (GOOD,), weeks=200))
    relief = Measure(Instrument.clearing_relief, 0.2, channels=(1,))
    values = settled(adjustment_per_week=0.1, theta_market=6.0, hub_markup_adjustment=0.0, hub_entry_per_year=0.0)
    share = Run(world, make_policy(world, [relief]), values).step(200).state.firms.share[:, 0]
    assert share[1] / share[0] == pytest.approx(0.1 / 3.0 * np.exp(6.0 * 0.2), rel=1e-3)


def test_false_alarms_by_hand():
    """All 100 consignments a class are looked at and half are held, 30 days each; of ten, nine are let go."""
    lanes = (Lane(ROAD, TARGET, 3.0), Lane(ROAD, OTHER, 5.0))
    good = GOOD._replace(consignment_musd=0.05)
    world = make_world(Sketch(lanes, (good,), senders=(TARGET,), weeks=40))
    values = settled(
        inspection_budget_per_week=1e9,
        sensitivity=0.0,
        false_positive=0.5,
        release_legitimate=0.9,
        detention_days=28.0,
        resale_share=0.6,
        demurrage_share=0.03,
    )
    ban = Measure(Instrument.import_ban, from_week=2, channels=(0,), authorities=(0,))
    run = Run(world, make_policy(world, [ban]), values)
    value = world.authorities.class_commodity.size * 50 * 0.05
    lost = []
    for _ in range(12):
        book = accounts(run.step())
        lost.append(book["false_alarms"][0])
        assert run.state.trade_records.accounts_at[FALSE_ALARMS_AT].tolist() == [lost[-1], 0, 0]
        assert imbalance(book) == pytest.approx([0, 0], abs=1e-6), "they are no part of the region's trade"
    first, decided = value * TIME_VALUE * 28, value * (0.9 * 0.03 + 0.1 * 0.4)
    assert lost == pytest.approx([0] * 2 + [first] * 4 + [first + decided] * 6, rel=1e-5)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_who_bears_what_the_border_costs_moves_no_decision(share):
    """Only the accounts of firms and importers move, by the same sum."""
    lanes = (Lane(ROAD, TARGET, 3.0), Lane(ROAD, OTHER, 5.0))
    world = make_world(Sketch(lanes, (GOOD,), senders=(TARGET,), weeks=40))
    ban = Measure(Instrument.import_ban, channels=(0,), authorities=(0,))
    half, run = (
        Run(world, make_policy(world, [ban]), settled(importer_loss_share=each, inspection_budget_per_week=50.0))
        for each in (0.5, share)
    )
    half.step(30), run.step(30)
    assert_same_bits(half, run)
    mine, theirs = accounts(run), accounts(half)
    assert theirs["importers"][0] > 0
    assert mine["importers"] == pytest.approx(2 * share * theirs["importers"])
    assert mine["producers"] - mine["importers"] == pytest.approx(theirs["producers"] - theirs["importers"])
