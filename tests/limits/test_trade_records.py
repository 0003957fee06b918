"""Books of others against the region's own: mirror gaps known in advance, and what the senders book."""

import numpy as np
import pytest

from sim.analysis.indicators import mirror_gap
from sim.kernels.observe import observe
from sim.outcomes.outcomes import new_records
from sim.policy.instruments import Instrument
from sim.state import DIRECT, EMBODIED, RELABELLED, TRANSIT_DECLARED
from sim.world.frozen import frozen
from tests.limits.worlds import Good, Lane, Measure, Run, Sketch, Way, make_policy, make_world, settled

ROAD = (Way(days=(4.0,), last_days=13.0, cost_usd_per_t=50.0),)
TARGET, HUB, OTHER = 0, 1, 2


def booked(kind: int, **changes: float) -> Lane:
    return Lane(ROAD, TARGET, 3.0, kind=kind, hub=HUB, **changes)


def exports_in_the_regions_book(run: Run) -> np.ndarray:
    """This week, by declared market, as the region's customs write them."""
    lanes, channels = run.state.lanes, run.world.channels
    return np.bincount(channels.declared, lanes.cleared * lanes.border_value, minlength=run.world.sizes.markets)


@pytest.mark.parametrize("kind", [TRANSIT_DECLARED, RELABELLED])
@pytest.mark.parametrize(("lost", "scale"), [(0.0, 1.0), (0.7, 1.0), (0.7, 0.6), (0.9, 1.2)])
def test_mirror_gap_of_a_pure_hub_flow_is_what_its_book_misses(kind, lost, scale):
    world = make_world(Sketch((booked(kind, lost=lost), Lane(ROAD, OTHER, 5.0)), weeks=20))
    run = Run(world, make_policy(world), settled(lost_in_transit_scale=scale)).step(20)
    gap = mirror_gap(exports_in_the_regions_book(run), run.state.trade_records.partner_imports)
    missed = min(lost * np.float32(scale), 1.0)
    assert gap[HUB] == pytest.approx(1 / (1 - missed) if missed < 1 else np.nan, rel=1e-5, nan_ok=True)
    assert gap[OTHER] == pytest.approx(1.0, rel=1e-5)
    assert np.isnan(gap[TARGET])  # nothing is declared to be for where it goes


def test_direct_goods_to_a_hub_thin_out_its_gap():
    world = make_world(Sketch((booked(TRANSIT_DECLARED, lost=0.8), Lane(ROAD, HUB, 3.0)), weeks=20))
    run = Run(world, make_policy(world), settled()).step(20)
    gap = mirror_gap(exports_in_the_regions_book(run), run.state.trade_records.partner_imports)
    assert gap[HUB] == pytest.approx(6.0 / (3.0 + 0.2 * 3.0), rel=1e-5)


def test_a_sender_books_whole_consignments_before_duty_by_declared_origin():
    content, base_tariff, tariff = 0.25, 0.1, 0.2
    lanes = (
        Lane(ROAD, TARGET, 2.0, kind=DIRECT, tariff=base_tariff),
        Lane(ROAD, TARGET, 1.0, kind=EMBODIED, hub=HUB, tariff=base_tariff),
        Lane(ROAD, OTHER, 5.0),
    )
    world = make_world(Sketch(lanes, (Good(content_share=content),), senders=(TARGET,), weeks=30))
    run = Run(world, make_policy(world, [Measure(Instrument.tariff, tariff, 10, (0, 1))]), settled())
    for week in range(30):
        price = run.state.markets.price[0]
        state = run.step().state
        landed = price * (1 + base_tariff) / (1 + base_tariff + (tariff if week >= 10 else 0))
        book = state.trade_records.sender_imports.reshape(1, -1)[0]
        assert book[0] == pytest.approx(state.lanes.released[0] * landed, rel=1e-5)
        assert book[1 + HUB] == pytest.approx(state.lanes.released[1] * landed / content, rel=1e-5)
        assert np.count_nonzero(book) == 2


def test_what_is_detained_is_in_the_partners_book_but_not_yet_in_the_senders():
    world = make_world(Sketch((Lane(ROAD, TARGET, 3.0), Lane(ROAD, OTHER, 5.0)), senders=(TARGET,), weeks=30))
    measures = [Measure(Instrument.import_ban, channels=(0,), authorities=(0,))]
    values = settled(inspection_budget_per_week=1e9, sensitivity=1.0, release_hidden=0.0)
    trade_records = Run(world, make_policy(world, measures), values).step(8).state.trade_records
    assert trade_records.partner_imports[TARGET] > 0.1
    assert trade_records.sender_imports.sum() < 0.9 * trade_records.partner_imports[TARGET]


def recorded(kind: int):
    """Record of four weeks that are one month, of a flow to a hub."""
    world = make_world(Sketch((booked(kind, lost=0.5),), senders=(TARGET,), weeks=4))
    clock = world.clock._replace(
        month=np.tile(np.array([0, -1], np.int32), (4, 1)),
        flow_weight=np.tile([1.0, 0.0], (4, 1)),
        mean_weight=np.tile([0.25, 0.0], (4, 1)),
    )
    world = frozen(world._replace(clock=clock))
    run, record = Run(world, make_policy(world), settled()), new_records(world, 1)
    for week in range(4):
        observe(world, week, run.step().state, record, 0)
    return record


def test_what_is_embodied_was_sold_inland_and_stands_in_no_book_of_the_regions_trade():
    """It is true trade, and the sender sees whole goods of the hub."""
    record = recorded(EMBODIED)
    assert record.true_trade[0, 0].sum() == pytest.approx(4 * 3.0, rel=1e-5)
    assert record.sender_imports[0, 0].sum() == pytest.approx(4 * 3.0 / Good().content_share, rel=1e-5)
    for book in (record.registered_trade, record.registered_at, record.partner_imports):
        assert not book.any()


def test_books_are_recorded_by_month():
    record = recorded(RELABELLED)
    assert record.partner_imports[0, 0] == pytest.approx([0.0, 4 * 1.5], rel=1e-5)
    assert record.sender_imports[0, 0].sum() == pytest.approx(4 * 3.0, rel=1e-5)
    exports = record.registered_trade[0, 0].reshape(2, 2, -1)[0].sum(axis=1)
    assert mirror_gap(exports, record.partner_imports[0, 0])[HUB] == pytest.approx(2.0, rel=1e-5)
