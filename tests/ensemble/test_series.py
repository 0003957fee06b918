import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.outcomes.outcomes import OUTCOMES, RESOLUTIONS, Record
from sim.outcomes.series import observation

RUNS, MONTHS = 3, 5


@pytest.fixture(scope="module")
def records(world, labels) -> Record:
    random = np.random.default_rng(2)
    return Record(
        *(
            random.lognormal(0, 1, (RUNS, MONTHS, len(outcome.cells.table(world, labels))))
            for outcome in OUTCOMES.values()
        )
    )


@pytest.fixture(scope="module")
def observed(world, labels):
    """What is kept of a record, by resolution."""
    return {resolution: observation(world, labels, resolution) for resolution in RESOLUTIONS}


@pytest.fixture(scope="module", params=list(RESOLUTIONS))
def kept(request, observed, records):
    found = observed[request.param]
    return found.series, found.of(records)


def pick(kept, outcome, **which) -> np.ndarray:
    """Values [runs, months] of one series."""
    series, values = kept
    mask = series["outcome"] == outcome
    for name, text in which.items():
        mask &= series[name] == text
    assert mask.sum() == 1, f"{mask.sum()} series for {outcome} {which}"
    return values[:, :, np.flatnonzero(mask)[0]]


def test_outcomes_are_the_fields_of_a_record_in_order():
    assert tuple(OUTCOMES) == Record._fields


@pytest.mark.parametrize(
    ("resolution", "fewest", "most"), [("totals", 20, 50), ("default", 250, 800), ("full", 2000, 3500)]
)
def test_number_of_series(observed, resolution, fewest, most):
    assert fewest <= len(observed[resolution].series) <= most


def test_finer_resolutions_hold_the_coarser(observed):
    columns = [set(observed[name].series["column"]) for name in ("totals", "default", "full")]
    assert columns[0] < columns[1] < columns[2]


def test_column_names_are_made_of_the_parts(kept):
    series, _ = kept
    assert series["column"].is_unique
    assert (series["column"].str.split("|").tolist() == series.drop(columns="column").to_numpy()).all()


def test_totals_add_up_from_cells(kept, records):
    total = records.registered_trade.sum(axis=2)
    np.testing.assert_allclose(
        pick(kept, "registered_trade", subject="total", direction="both", commodity="all"), total, 1e-6
    )
    exports = records.registered_trade.reshape(RUNS, MONTHS, 2, -1).sum(axis=3)[:, :, 0]
    found = pick(kept, "registered_trade", subject="total", direction="export", commodity="all")
    np.testing.assert_allclose(found, exports, 1e-6)


def test_a_bloc_is_the_sum_of_its_markets(kept, records, labels):
    trade = records.registered_trade.reshape(RUNS, MONTHS, 2, len(labels.markets), -1)
    inside = [i for i, market in enumerate(labels.markets) if "asean" in labels.blocs.get(market, ())]
    found = pick(kept, "registered_trade", subject="asean", direction="both")
    np.testing.assert_allclose(found, trade[:, :, :, inside].sum(axis=(2, 3, 4)), 1e-6)


@pytest.mark.parametrize("direction", ["both", "export"])
def test_markets_sum_to_the_total(observed, labels, records, direction):
    found = observed["default"]
    series, values = found.series, found.of(records).astype(float)
    trade = (series["outcome"] == "registered_trade") & (series["direction"] == direction)
    trade &= series["commodity"] == "all"
    markets = values[:, :, trade & series["subject"].isin(labels.markets)]
    assert markets.shape[2] == len(labels.markets)
    np.testing.assert_allclose(markets.sum(axis=2), values[:, :, trade & (series["subject"] == "total")][:, :, 0], 1e-5)


def test_the_cross_sums_to_its_margins(observed, labels, records):
    found = observed["full"]
    trade = found.series.assign(value=found.of(records)[0, 0].astype(float)).query("outcome == 'registered_trade'")
    crossed = trade[trade["subject"].isin(labels.markets) & (trade["commodity"] != "all")]
    by_market = trade[trade["subject"].isin(labels.markets) & (trade["commodity"] == "all")].set_index(
        ["subject", "direction"]
    )
    summed = crossed.groupby(["subject", "direction"])["value"].sum()
    pd.testing.assert_series_equal(summed, by_market["value"].reindex(summed.index), rtol=1e-5)


def test_price_of_a_market_is_weighted_by_base_demand(observed, world, records):
    found = observed["full"]
    weight = world.cells.base_demand[world.cells.market == 4]
    price = records.price[:, :, world.cells.market == 4] @ weight / weight.sum()
    np.testing.assert_allclose(
        pick((found.series, found.of(records)), "price", subject="markets_4", commodity="all"), price, 1e-6
    )


def test_markup_of_all_hubs_is_weighted_by_base_flow_and_their_intermediaries_add_up(observed, records):
    found = observed["default"]
    kept, weight = (found.series, found.of(records)), np.arange(1.0, 7.0)
    markup = records.hub_markup[:, :, 1:7]
    np.testing.assert_allclose(pick(kept, "hub_markup", subject="total"), markup @ weight / weight.sum(), 1e-6)
    np.testing.assert_allclose(pick(kept, "hub_markup", subject="markets_3"), markup[:, :, 2], 1e-6)
    working = records.intermediaries[:, :, 1:7].sum(axis=2)
    np.testing.assert_allclose(pick(kept, "intermediaries", subject="total"), working, 1e-6)


def test_a_wait_of_one_gate_is_that_of_the_record(observed, records):
    found = observed["default"]
    wait = pick((found.series, found.of(records)), "wait", subject="crossings_7", direction="export")
    assert (wait == records.wait[:, :, 14].astype(np.float32)).all()


def test_crossings_on_no_route_have_no_series(observed):
    subjects = set(observed["full"].series["subject"])
    assert "crossings_30" in subjects
    assert "crossings_31" not in subjects


def test_a_bloc_with_the_name_of_a_market_is_refused(world, labels):
    clash = labels._replace(blocs={"markets_1": ("markets_2",)})
    with pytest.raises(InputError, match="markets_2"):
        observation(world, clash, "default")


def test_values_do_not_depend_on_how_many_runs_a_call_has(observed, records):
    found = observed["full"]
    alone = np.concatenate([found.of(Record(*(field[i : i + 1] for field in records))) for i in range(RUNS)])
    assert (found.of(records) == alone).all()
