"""Whether rules changed: a stored posterior is known by these totals."""

import pytest

from tests.baseline.known import known_totals, moved, read


@pytest.mark.slow
def test_known_totals_hold() -> None:
    off = moved(known_totals(), read())
    assert not off, f"rules change; if they are meant to: make baseline, then make calibrate\n{off}"


def test_a_part_in_ten_thousand_is_nothing_and_more_is_told() -> None:
    before = {("logit", "trade"): 100.0, ("logit", "gone"): 1.0}
    assert moved({("logit", "trade"): 100.009, ("logit", "gone"): 1.0}, before) == {}
    assert moved({("logit", "trade"): 100.02, ("logit", "new"): 1.0}, before) == {
        ("logit", "gone"): (1.0, None),
        ("logit", "new"): (None, 1.0),
        ("logit", "trade"): (100.0, 100.02),
    }
