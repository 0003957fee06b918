"""What is left of a loss after the end of a measure, by hand."""

import numpy as np
import pytest

from sim.analysis.periods import Dates
from sim.errors import InputError
from sim.policy.language.load import load_regime
from sim.policy.language.names import names_in
from sim.report.policy import lifting
from sim.world.tables.read import find_world, read_tables
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2024, 2025, 2026, 2027)
NAMES = names_in(read_tables(find_world("xinjiang")))
ENDS = [lifting._end(load_regime("lifted_2026"), load_regime("uflpa"), NAMES, "The ban, lifted")]


def stored(back=0.5, runs=20, noise=0.2):
    """Trade of 100 a month, 60 under the ban; after its end a share of the loss comes back."""
    rng = np.random.default_rng(2)
    years = np.array([int(month[:4]) for month in MONTHS])
    levels = {"none": np.full(48, 100.0), "uflpa": np.full(48, 60.0)}
    levels["lifted_2026"] = np.where(years > 2025, 60 + 40 * back, 60.0)
    shared = noise * rng.normal(size=(runs, 48))
    own = {name: noise * rng.normal(size=(runs, 1)) for name in levels}
    values = {name: level + shared + own[name] for name, level in levels.items()}
    subjects = {"united_states": 1.0, "total": 1.0}
    series = {("registered_trade", name, "all", "both"): values for name in subjects}
    series["sanctioned_trade", "united_states/direct", "all", "export"] = values
    series["sanctioned_trade", "united_states/relabelled", "all", "export"] = values
    return SmallResults(MONTHS, "none", series)


def left(**how):
    return lifting.left(stored(**how), ("none", "uflpa"), ENDS, Dates(MONTHS), {"united_states": "United States"})


def test_the_end_of_a_regime_is_that_of_the_measure_it_ends() -> None:
    assert (ENDS[0].measure.name, ENDS[0].first_year) == ("us_import_ban", 2026)
    with pytest.raises(InputError, match="'none' ends no measure that 'uflpa' has"):
        lifting._end(load_regime("none"), load_regime("uflpa"), NAMES, "")


def test_what_is_left_is_a_share_of_the_loss() -> None:
    found = left()
    gap = found.gap[found.gap["panel"].str.contains("the United States")].set_index("year")["median"]
    assert gap.to_dict() == pytest.approx({2025: 1, 2026: 0.5, 2027: 0.5}, abs=0.02)
    rows = found.left[found.left["row"].str.contains("the United States")].set_index("year")["difference"]
    assert rows.to_dict() == pytest.approx({2025: -480, 2026: -240, 2027: -240}, abs=3)
    assert "relabelled" not in " ".join(found.gap["panel"])


def test_sentences_tell_a_trace_and_that_there_is_none() -> None:
    said = lifting.sentences(left(), ENDS, [])
    assert said[2].startswith(
        "In the last year 4 of 4 series are still clearly apart from a world that never had the measure, most of all "
    )
    gone = lifting.sentences(left(back=1.0, noise=1.0), ENDS, [])
    assert gone[2].startswith("In the last year no series is clearly apart from a world that never had the measure (")
    assert "would have been seen in any" in gone[2]
