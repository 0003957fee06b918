"""Published trade in the units of the model."""

from datetime import date

import pandas as pd
import pytest

from sim.analysis.observed import observed_trade
from tests.small_results import months_of

COLUMNS = ["quantity", "subject", "commodity", "direction", "from_date", "to_date", "value", "unit", "source"]


def test_the_longest_period_of_a_year_is_kept_once():
    rows = [
        ("registered_trade", "total", "*", "both", date(2022, 1, 1), date(2022, 3, 31), 70.5, "bn_yuan", "first"),
        ("registered_trade", "total", "*", "both", date(2022, 1, 1), date(2022, 12, 31), 84.6, "bn_yuan", "year"),
        ("registered_trade", "total", "*", "both", date(2022, 1, 1), date(2022, 12, 31), 1.0, "bn_usd", "other"),
        ("registered_trade", "total", "*", "both", date(2022, 6, 1), date(2022, 6, 30), 9.0, "bn_yuan", "june"),
        ("registered_trade", "total", "*", "export", date(2022, 1, 1), date(2022, 12, 31), 9.0, "bn_yuan", "exports"),
        ("registered_trade", "total", "*", "both", date(2019, 1, 1), date(2019, 12, 31), 9.0, "bn_yuan", "before"),
        ("registered_trade", "kazakhstan", "*", "both", date(2024, 1, 1), date(2024, 9, 30), 7.05, "bn_usd", "dollars"),
        ("share", "kazakhstan", "*", "both", date(2023, 1, 1), date(2023, 12, 31), 40.0, "percent", "share"),
    ]
    found = observed_trade(pd.DataFrame(rows, columns=COLUMNS), months_of(2021, 2022, 2023, 2024))
    assert found["source"].tolist() == ["dollars", "year"]
    assert found["musd_per_month"].tolist() == pytest.approx([7120 / 9, 12_000 / 12])
    assert found["to_month"].tolist() == ["2024-09", "2022-12"]
