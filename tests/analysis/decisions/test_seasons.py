import numpy as np
import pytest

from sim.analysis.decisions.seasons import PARTS, by_calendar_month, parts_of_opening, shut_months

MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]
SHUT = np.isin(np.arange(1, 13), [12, 1, 2, 3])


def test_a_calendar_month_is_the_mean_of_its_years() -> None:
    values = np.concatenate([np.arange(12.0), np.arange(12.0) + 2])[np.newaxis]
    assert by_calendar_month(values, MONTHS)[0] == pytest.approx(np.arange(12.0) + 1)


def test_months_without_half_the_capacity_are_shut() -> None:
    capacity = np.tile(np.where(SHUT, 10.0, 100.0), (3, 2))
    capacity[:, 3] = 60.0  # one April at half strength is no shut April
    assert (shut_months(capacity, MONTHS) == SHUT).all()


@pytest.mark.parametrize(
    ("open_month", "partner", "region", "expected"),
    [
        (-1.0, 0.0, 0.0, [8, -4, 0, 0]),  # all of it waited for spring, or came early; 4 went another way before
        (0.0, 4.0, 4.0, [0, 0, 0, 4]),  # all of it is new
        (0.0, 4.0, 0.0, [0, 0, 4, 0]),  # all of it was sold to others
        (0.0, 0.0, 0.0, [0, 4, 0, 0]),  # all of it came another way
    ],
)
def test_parts_are_what_was_put_in(open_month: float, partner: float, region: float, expected: list[float]) -> None:
    at_gate = np.where(SHUT, 1.0, open_month)[np.newaxis]
    found = parts_of_opening(at_gate, SHUT, np.array([partner]), np.array([region]))
    assert found["in_shut_months"] == pytest.approx([4.0])
    assert [found[name][0] for name in PARTS] == pytest.approx(expected)


def test_parts_add_up_in_each_run() -> None:
    random = np.random.default_rng(3)
    at_gate, partner, region = random.normal(size=(50, 12)), random.normal(size=50), random.normal(size=50)
    found = parts_of_opening(at_gate, SHUT, partner, region)
    assert sum(found[name] for name in PARTS) == pytest.approx(found["in_shut_months"])
