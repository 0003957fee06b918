import numpy as np
import pytest

from sim.analysis.decisions.seasons import PARTS
from sim.analysis.decisions.winter import Calendars, opening
from sim.errors import InputError
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2024, 2025, 2026)
WINTER = np.isin([int(month[5:]) for month in MONTHS], [12, 1, 2, 3])
LATER = np.array([month >= "2024-12" for month in MONTHS])
PAIRS = {"some": Calendars("a_open", "a_shut"), "none": Calendars("b_open", "b_shut")}


def stored(passes: float, moved: float, partner: float) -> SmallResults:
    """Two calendars that differ from December 2024 on; with shocks half as much passes in winter."""
    shut, runs = WINTER & LATER, 20

    def series(base, opened, factor=1.0):
        alone = np.tile(np.where(shut, 0.0, base), (runs, 1))
        return {
            f"{kind}_{calendar}": alone + (calendar == "open") * factor_of(kind, factor) * np.where(LATER, opened, 0.0)
            for kind in "ab"
            for calendar in ("open", "shut")
        }

    def factor_of(kind, factor):
        return 0.5 if kind == "a" and factor != 1.0 else 1.0

    values = {
        ("capacity", "pass", "all", "export"): series(100.0, 100.0 * shut),
        ("port_trade", "pass", "all", "both"): series(10.0, np.where(WINTER, passes, -moved), 0.5),
        ("registered_trade", "neighbour", "all", "both"): series(20.0, np.full(len(MONTHS), partner)),
        ("registered_trade", "total", "all", "both"): series(50.0, np.zeros(len(MONTHS))),
        ("registered_at", "town", "all", "both"): series(50.0, np.zeros(len(MONTHS))),
        ("incidence", "spoilage", "all", "both"): series(5.0, np.full(len(MONTHS), -1.0)),
    }
    return SmallResults(MONTHS, "a_shut", values)


@pytest.mark.filterwarnings("ignore")
def test_an_opening_is_what_was_put_in_by_month_and_in_parts() -> None:
    found = opening(stored(passes=6.0, moved=1.0, partner=1.0), PAIRS, "pass", "neighbour")
    assert found.years == (2025, 2026)
    rows = found.by_month.set_index(["shocks", "outcome", "month"])
    assert rows.loc[("none", "port_trade"), "difference"].tolist() == pytest.approx([6.0] * 3 + [-1.0] * 8 + [6.0])
    assert rows.loc[("some", "port_trade"), "difference"].tolist() == pytest.approx([3.0] * 3 + [-0.5] * 8 + [3.0])
    assert rows.loc[("none", "port_trade"), "shut"].tolist() == [True] * 3 + [False] * 8 + [True]
    parts = found.parts.set_index(["shocks", "subject"])["difference"]
    assert parts["none"]["in_shut_months"] == pytest.approx(24.0)
    assert [parts["none"][name] for name in PARTS] == pytest.approx([8.0, 24.0 - 8.0 - 12.0, 12.0, 0.0])


def test_losses_count_negative_and_shocks_take_what_they_take() -> None:
    found = opening(stored(passes=6.0, moved=0.0, partner=0.0), PAIRS, "pass", "neighbour")
    parties = found.parties.set_index(["shocks", "where", "subject"])
    assert parties.loc[("none", "incidence", "spoilage"), "difference"] == pytest.approx(12.0)
    assert found.taken.set_index("subject").loc["in_shut_months", "difference"] == pytest.approx(12.0 - 24.0)


def test_calendars_that_do_not_differ_have_no_years() -> None:
    same = {name: Calendars(pair.shut, pair.shut) for name, pair in PAIRS.items()}
    assert opening(stored(6.0, 1.0, 1.0), same, "pass", "neighbour").years == ()


def test_a_world_without_the_crossing_is_told_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="pas is not known: did you mean 'pass'"):
        opening(stored(6.0, 1.0, 1.0), PAIRS, "pas", "neighbour")
