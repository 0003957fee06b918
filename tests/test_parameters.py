"""The table of parameters: what it must hold, and what is said of a faulty one."""

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.parameters import BEHAVIOUR, TABLE, names_of, read
from sim.paths import data
from sim.state import Parameters

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
