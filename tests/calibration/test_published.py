"""Targets out of published figures: every row of the shipped table works, and the arithmetic is that of a pencil."""

import numpy as np
import pandas as pd
import pytest

from sim.calibration.published import check_simulated, published_targets, read_target_rows
from sim.calibration.targets import Targets
from sim.constants import YUAN_PER_USD
from sim.errors import InputError
from sim.paths import shipped
from sim.world.tables.read import find_world, read_tables

SHIPPED = shipped("conf") / "calibration" / "xinjiang" / "targets.csv"
HEADER = (
    "target,group,scale,outcome,subjects,commodities,direction,from_month,to_month,over_outcome,over_subjects,"
    "over_commodities,over_from_month,over_to_month,observed,over_observed\n"
)


@pytest.fixture(scope="module")
def observed() -> pd.DataFrame:
    return read_tables(find_world("xinjiang")).observed


def _known(**changes) -> pd.DataFrame:
    row = {
        "observation": "a",
        "quantity": "registered_trade",
        "unit": "bn_yuan",
        "value": 100.0,
        "error_share": 0.03,
        "from_date": pd.Timestamp("2022-01-01"),
        "to_date": pd.Timestamp("2022-12-31"),
    }
    other = row | {"observation": "b", "value": 40.0, "error_share": 0.05}
    return pd.DataFrame([row | changes, other])


def _rows(tmp_path, observed: str, over: str = "", scale: str = "log") -> pd.DataFrame:
    path = tmp_path / "targets.csv"
    months = ",,total,all,2022-01,2022-12," if over else ",,,,,,"
    path.write_text(f"{HEADER}t,g,{scale},registered_trade,total,all,both,2022-01,2022-12{months}{observed},{over}\n")
    return read_target_rows(path)


def test_every_shipped_target_has_its_published_side(observed) -> None:
    rows = read_target_rows(SHIPPED)
    targets = Targets.of_table(published_targets(rows, observed, SHIPPED.name))
    assert len(targets.names) == len(rows) > 60
    assert np.isfinite(targets.value).all()
    assert (targets.error > 0).all()


def test_no_shipped_target_is_of_a_day_after_2024(observed) -> None:
    """Later figures are kept for judging forecasts."""
    rows = read_target_rows(SHIPPED)
    assert len(published_targets(rows, observed, SHIPPED.name, last="2024-12-31")) == len(rows)


def test_a_back_test_knows_only_its_past(observed) -> None:
    rows = read_target_rows(SHIPPED)
    past = published_targets(rows, observed, SHIPPED.name, last="2022-12-31")
    assert 0 < len(past) < len(rows)
    assert (rows.loc[past.index, "to_month"] <= "2022-12").all()


def test_increments_and_ratios_are_those_of_a_pencil(tmp_path) -> None:
    increment = published_targets(_rows(tmp_path, "a -b"), _known(), "targets.csv").iloc[0]
    assert increment["value"] == pytest.approx(60_000 / YUAN_PER_USD)
    assert increment["error"] == pytest.approx(np.hypot(3_000, 2_000) / YUAN_PER_USD)
    ratio = published_targets(_rows(tmp_path, "b", "a"), _known(), "targets.csv").iloc[0]
    assert ratio["value"] == pytest.approx(0.4)
    assert ratio["error"] == pytest.approx(0.4 * np.hypot(0.03, 0.05))


@pytest.mark.parametrize(
    ("quantity", "unit", "value", "expected"),
    [
        ("growth_yoy", "percent", 600.0, 7.0),
        ("share", "percent", 40.0, 0.4),
        ("stopped_count", "shipments", 938.0, 938.0),
        ("stopped_value", "musd", 304.9, 304.9),
        ("registered_trade", "bn_usd", 2.0, 2000 * 6.73 / YUAN_PER_USD),
    ],
)
def test_units_become_those_of_the_model(tmp_path, quantity, unit, value, expected) -> None:
    known = _known(quantity=quantity, unit=unit, value=value)
    assert published_targets(_rows(tmp_path, "a"), known, "targets.csv").iloc[0]["value"] == pytest.approx(expected)


def test_hours_become_days_of_the_model(tmp_path) -> None:
    known = _known(quantity="border_hours", unit="h", value=36.0)
    assert published_targets(_rows(tmp_path, "a"), known, "targets.csv").iloc[0]["value"] == pytest.approx(1.5)


def test_two_targets_of_the_same_months_are_refused_and_increments_are_not(tmp_path) -> None:
    path = tmp_path / "targets.csv"
    row = "{},g,log,registered_trade,total,all,both,{},{},,,,,,a,\n"
    path.write_text(HEADER + row.format("year", "2022-01", "2022-12") + row.format("spring", "2022-02", "2022-04"))
    with pytest.raises(InputError, match=r"targets.csv row 3: 'spring' and 'year' \(row 2\) hold the same months"):
        read_target_rows(path)
    path.write_text(HEADER + row.format("first", "2022-01", "2022-03") + row.format("second", "2022-04", "2022-12"))
    assert len(read_target_rows(path)) == 2


@pytest.mark.parametrize(
    ("observed", "changes", "words"),
    [
        ("aa", {}, "targets.csv row 2: observed.csv has no figure 'aa'"),
        ("a", {"unit": "usd/truck"}, "is in usd/truck, which does not convert"),
        ("a", {"error_share": np.nan}, "'a' has no error_share"),
        ("a", {"unit": "bn_usd", "from_date": pd.Timestamp("1999-01-01")}, "is in bn_usd, which does not convert"),
    ],
)
def test_figures_that_cannot_be_targets_are_told(tmp_path, observed, changes, words) -> None:
    with pytest.raises(InputError, match=words):
        published_targets(_rows(tmp_path, observed), _known(**changes), "targets.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("target,group\nt,g\n", "lacks the column 'scale'"),
        (HEADER + "t,g,log,registered_trade,total,all,both,2022-01,2022-12,,,,,,a\n", "row 2: has 15 cells"),
        (HEADER + "t,,log,registered_trade,total,all,both,2022-01,2022-12,,,,,,a,\n", "row 2: group is empty"),
        (
            HEADER + 2 * "t,g,log,registered_trade,total,all,both,2022-01,2022-12,,,,,,a,\n",
            "row 3: the target 't' stands",
        ),
    ],
)
def test_tables_that_are_no_targets_are_told(tmp_path, text, words) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_target_rows(path)


def _series() -> pd.DataFrame:
    return pd.DataFrame(
        {"outcome": "registered_trade", "subject": ["total", "eu"], "commodity": "all", "direction": ["export", "both"]}
    )


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("to_month", "2025-01", "targets.csv row 2: to_month is 2025-01, and the study runs from 2022-01 to 2022-12"),
        ("outcome", "registred_trade", "row 2: outcome=registred_trade is not known: did you mean 'registered_trade'"),
        ("subjects", "totl", "row 2: subject=totl is not known: did you mean 'total'"),
        ("commodities", "cotton", "row 2: commodity=cotton is not known"),
        ("direction", "import", "row 2: direction=import is not known"),
    ],
)
def test_what_a_study_would_not_say_is_told_before_it_runs(tmp_path, column, value, words) -> None:
    months = [f"2022-{month:02d}" for month in range(1, 13)]
    rows = _rows(tmp_path, "a")
    check_simulated(rows, _series(), months, "targets.csv")
    rows[column] = value
    with pytest.raises(InputError, match=words):
        check_simulated(rows, _series(), months, "targets.csv")
