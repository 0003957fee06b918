"""Money in another unit: one rate, that of the figures that were read in yuan."""

import pandas as pd
import pytest

from sim.config.schema import MONEY
from sim.errors import InputError
from sim.results.money import PER_MUSD, check_money, in_unit
from sim.units import yuan_to_musd


def test_yuan_come_back_as_they_were_read():
    read = pd.DataFrame({"unit": ["musd"], "value": [yuan_to_musd(357.33e9)]})
    assert in_unit(read, "bn_yuan")["value"].tolist() == pytest.approx([357.33])
    assert in_unit(read, "m_yuan")["value"].tolist() == pytest.approx([357_330.0])


def test_shares_counts_and_other_units_stay():
    rows = {"unit": ["musd a year", "t"], "relative": [0.5, 0.5], "runs": [20, 20], "year": [2021, 2021]}
    told = in_unit(pd.DataFrame({**rows, "mean": [2.0, 2.0], "detectable": [4.0, 4.0]}), "bn_usd")
    assert told["unit"].tolist() == ["bn usd a year", "t"]
    assert told["mean"].tolist() == [0.002, 2.0]
    assert told["detectable"].tolist() == [0.004, 4.0]
    assert told[["relative", "runs", "year"]].to_dict("list") == {
        name: rows[name] for name in ("relative", "runs", "year")
    }


def test_what_is_no_money_is_refused_and_a_wrong_unit_answered_with_the_nearest():
    with pytest.raises(InputError, match=r"unit=bn_yuan: wait is no money, it is told in days\."):
        check_money("wait", ["days"], "bn_yuan")
    with pytest.raises(InputError, match="unit=bn_yaun is not known: did you mean 'bn_yuan'"):
        check_money("detained", ["musd"], "bn_yaun")


def test_the_command_line_knows_the_same_units():
    assert tuple(PER_MUSD) == MONEY
