"""Published trade in the units of the model."""

from datetime import date

import pandas as pd
import pytest

from sim.analysis.observed import OF_ORIGINS, observed_at_senders, observed_origins, observed_trade
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


def test_shares_of_origins_are_of_all_that_was_told_of_their_period():
    def row(origin, value, commodity="*", quantity=OF_ORIGINS, until=date(2023, 7, 31)):
        return quantity, origin, commodity, "export", date(2022, 6, 21), until, value, "musd", "customs"

    rows = [row("malaysia", 60.0), row("vietnam", 30.0), row("other", 10.0), row("china", 5.0, until=date(2027, 1, 31))]
    rows += [row("malaysia", 9.0, commodity="apparel"), row("malaysia", 8.0, quantity="stopped_value")]
    found = observed_origins(pd.DataFrame(rows, columns=COLUMNS), months_of(2021, 2022, 2023, 2024))
    assert dict(zip(found["subject"], found["share"], strict=True)) == {"malaysia": 0.6, "vietnam": 0.3, "other": 0.1}
    assert set(found["from_month"]) == {"2022-06"}
    assert set(found["to_month"]) == {"2023-07"}


def test_exports_to_senders_and_what_they_stop_keep_the_longest_period_of_each_beginning():
    def row(quantity, value, first, last, **other):
        usual = {"subject": "united_states", "commodity": "*", "direction": "export", "unit": "musd", "source": "books"}
        known = {"quantity": quantity, "from_date": first, "to_date": last, "value": value}
        return known | usual | other

    rows = [
        row("registered_trade", 64.0, date(2021, 1, 1), date(2021, 3, 31)),
        row("registered_trade", 90.0, date(2021, 1, 1), date(2021, 5, 31)),
        row("registered_trade", 30.0, date(2022, 8, 1), date(2022, 8, 31)),
        row("registered_trade", 99.0, date(2022, 8, 1), date(2022, 8, 31), direction="both"),
        row("registered_trade", 99.0, date(2022, 8, 1), date(2022, 8, 31), subject="kazakhstan"),
        row("registered_trade", 99.0, date(2022, 8, 1), date(2022, 8, 31), commodity="apparel"),
        row("stopped_value", 300.0, date(2022, 10, 1), date(2022, 12, 31)),
        row("stopped_value", 300.0, date(2026, 10, 1), date(2026, 12, 31)),
    ]
    found = observed_at_senders(pd.DataFrame(rows), months_of(2021, 2022, 2023), ["united_states"])
    assert found["subject"].tolist() == ["exports_to_united_states"] * 2 + ["stopped"]
    to_2023 = [6.45 / 7.05, 6.73 / 7.05, 1.0]  # dollars of the day become yuan, and dollars of 2023; customs' do not
    assert found["musd_per_month"].tolist() == pytest.approx(
        [value * rate for value, rate in zip((90 / 5, 30, 100), to_2023, strict=True)]
    )
    assert found["to_month"].tolist() == ["2021-05", "2022-08", "2022-12"]
