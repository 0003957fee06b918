"""What is shipped ahead, by hand: a month before the start is brought forward from the month after it."""

import numpy as np
import pytest

from sim.analysis.periods import Dates
from sim.errors import InputError
from sim.policy.language.load import load_regime
from sim.policy.language.names import names_in
from sim.report import subjects
from sim.report.policy import announcement
from sim.report.policy.announcement import AFTER, BEFORE, LEADS
from sim.world.tables.read import find_world, read_tables
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2021, 2022, 2023)
TABLES = read_tables(find_world("xinjiang"))
WORDS, NAMES = subjects.names(TABLES), names_in(TABLES)
BAN = announcement._last_ban(load_regime("uflpa"), WORDS, NAMES)


def stored(ahead=5.0, runs=20, noise=0.05):
    rng = np.random.default_rng(3)
    shared = noise * rng.normal(size=(runs, len(MONTHS)))
    values = {}
    for lead in LEADS:
        level = np.full(len(MONTHS), 20.0)
        level[MONTHS.index("2022-05")] += ahead * lead / 52
        level[MONTHS.index("2022-07")] -= ahead * lead / 52
        values[BAN.name(lead)] = level + shared + noise * rng.normal(size=(runs, 1)) * (lead > 0)
    return SmallResults(MONTHS, BAN.name(0), {("sanctioned_trade", "united_states", "all", "export"): values})


def announced(belief, **how):
    return announcement.announced({belief: stored(**how)}, [BAN], Dates(MONTHS))


def test_more_before_is_less_after() -> None:
    found = announced(0.0, noise=0.0)
    sums = found.sums.set_index(["lead_weeks", "window"])["difference"]
    expected = {
        (lead, window): side * 5 * lead / 52 for lead in LEADS[1:] for window, side in ((BEFORE, 1), (AFTER, -1))
    }
    assert sums.to_dict() == pytest.approx(expected, abs=1e-4)
    months = found.months[found.months["lead_weeks"] == 52].set_index("month")["median"]
    assert months[months.abs() > 1e-4].to_dict() == pytest.approx({-1: 5, 1: -5}, abs=1e-4)


def test_sentences_name_notice_and_what_would_have_been_seen() -> None:
    found = announced(1.0)
    assert found.told[0].startswith(
        "With 52 weeks of notice more is shipped before the ban (United States, June 2022): +4."
    )
    assert found.told[0].endswith("), where firms believe it at once")
    assert found.told[1] == (
        "With 52 weeks of notice of the ban (United States, June 2022), where firms believe it at once, more is "
        "shipped before; the largest month is 1 month before the start"
    )
    quiet = announced(1.0, ahead=0.0)
    assert quiet.told[0].startswith("No announcement clearly moves what is shipped before a ban (")


def test_the_ban_that_starts_last_is_moved_and_a_regime_without_one_is_refused() -> None:
    said = {"announced": BAN.measure.start - announcement._lead(26)}
    assert (BAN.measure.name, announcement._announced(BAN, 26).change) == (
        "us_import_ban",
        {"us_import_ban": said},
    )
    bloc = announcement._last_ban(load_regime("us_eu"), WORDS, NAMES)
    assert bloc.label == "European Union, December 2027"
    assert {"germany", "france", "poland"} <= set(bloc.markets)
    with pytest.raises(InputError, match="'none' has no import ban"):
        announcement._last_ban(load_regime("none"), WORDS, NAMES)


@pytest.mark.parametrize(
    ("noise", "ahead", "told"),
    [
        (0.0, 0.0, "no announcement moves anything, in any run"),
        (0.05, 0.0, "no announcement clearly moves anything ("),
        (0.05, 5.0, "an announcement moves "),
    ],
)
def test_what_announcements_move_that_nobody_believes_is_told_with_its_size(noise, ahead, told) -> None:
    both = {belief: stored(noise=noise, ahead=ahead) for belief in announcement.BELIEFS}
    found = announcement.announced(both, [BAN], Dates(MONTHS))
    assert announcement.sentences(found, [])[2].startswith(f"Where firms wait for the first day, {told}")
