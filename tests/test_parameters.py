"""The table of parameters: what it must hold, and what is said of a faulty one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.config import load
from sim.ensemble import run_study, study_of, world_of
from sim.ensemble.assemble import design_of
from sim.ensemble.plan.design import Design
from sim.errors import InputError
from sim.model import TradeModel
from sim.parameters import BEHAVIOUR, TABLE, names_of, read
from sim.paths import data
from sim.policy.compile.regime import compile_policy
from sim.policy.language.load import load_regime
from sim.run import Run
from sim.state import Parameters, check_rows

TINY = Path(__file__).parent / "world" / "tiny"
SHIPPED = data("parameters.csv")


def test_every_parameter_says_what_it_is_and_where_it_comes_from() -> None:
    rows = TABLE.values()
    assert all(each.unit and each.subject and each.meaning and each.source and each.confidence for each in rows)
    assert all((each.source == "assumed") == (each.confidence == "assumed") for each in rows)


def test_kernels_take_what_is_behaviour_in_the_order_of_the_table() -> None:
    assert Parameters._fields == names_of(BEHAVIOUR) == tuple(n for n, each in TABLE.items() if each.role == BEHAVIOUR)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("theta_market,6,", "theta_market,six,", ["row 2, default='six'", "not a number"]),
        ("theta_market,6,", "theta_market,60,", ["row 2, default=60", "3 to 12"]),
        ("theta_market,6,3,", "theta_market,6,,", ["row 2, low=''", "one number"]),
        ("theta_route,", "theta_market,", ["row 3", "'theta_market'", "twice"]),
        ("behaviour,float,choice", "behavior,float,choice", ["row 2, role='behavior'", "'behaviour'"]),
        ("slots,8,", "slots,8.5,", ["default='8.5'", "not a whole number"]),
        (",role,", ",roles,", ["'role'", "missing"]),
    ],
)
def test_a_faulty_table_is_told_by_file_row_and_cell(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    path = tmp_path / "parameters.csv"
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read(path)
    assert [part for part in [str(path), *told] if part not in str(error.value)] == []


DOORS = ("settings", "study", "run", "model", "draws by hand")


@pytest.fixture(scope="module")
def small():
    """Settings of a small study, and its world."""
    config = load([f"world={TINY}", "firms=48", "end=2021-03-31", "regimes=[none]"])
    return config, world_of(config)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("name", "value"), [("capacity_scale", -1.0), ("sensitivity", 7.0), ("price_floor", 3.0), ("lift", float("nan"))]
)
def test_every_door_refuses_a_number_out_of_range(door, name, value, small, tmp_path):
    """Numbers that Python code sets, which no command line has checked."""
    config, built = small
    config = replace(config, results_dir=str(tmp_path))
    wrong = replace(config, behaviour=replace(config.behaviour, **{name: value}))
    rows = np.array([wrong.behaviour.values()])
    enter = {
        "settings": lambda: design_of(wrong),
        "study": lambda: study_of(wrong, built),
        "run": lambda: Run(built, compile_policy(load_regime("none"), built), wrong.behaviour.values()),
        "model": lambda: TradeModel.of(wrong, "none"),
        "draws by hand": lambda: run_study(replace(study_of(config, built), design=Design(rows, 1, 1))),
    }
    with pytest.raises(InputError, match=rf"{name}=\S+: outside its range"):
        enter[door]()
    assert list(tmp_path.iterdir()) == []


def test_numbers_of_another_count_are_refused():
    with pytest.raises(InputError, match="parameters are expected"):
        check_rows(np.ones((1, 3)), "draw {}".format)


def test_ends_of_ranges_and_ends_of_mechanisms_are_allowed():
    names = names_of(BEHAVIOUR)
    rows = [[getattr(TABLE[name], end) for name in names] for end in ("low", "high", "default")]
    also = [[(*TABLE[name].also_allowed, TABLE[name].low)[0] for name in names]]
    check_rows(np.array(rows + also), "draw {}".format)
