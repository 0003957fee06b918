"""A regime in words, as a timeline, and against another."""

from datetime import date
from pathlib import Path

from sim.policy.describe import describe, difference, timeline_rows
from sim.policy.language.load import load_regime
from sim.world.tables.read import read_tables

TINY = Path(__file__).parents[1] / "world" / "tiny"


def test_a_regime_in_plain_words():
    words = describe(load_regime("us_eu"))
    assert words.splitlines()[:3] == [
        "us_eu: The United States ban all goods from June 2022, and the European Union follows in December 2027.",
        "Built from uflpa.",
        "It stands on the observed background.",
    ]
    assert (
        "  eu_product_ban: European Union bans imports unless the importer rebuts the presumption; from 2027-12-14, "
        "announced on 2024-12-12; made in the region, kinds direct, transit declared, relabelled, embodied, parcel; "
        "enforced with budget x 0.5, withdrawal x 0.5."
    ) in words
    assert words.index("\nMeasures\n") < words.index("\nCounter-measures\n") < words.index("\nShocks\n")


def test_a_regime_differs_from_itself_in_nothing():
    assert difference(load_regime("uflpa"), load_regime("uflpa")) == []


def test_a_difference_is_told_line_by_line():
    lines = difference(load_regime("lifted_2026"), load_regime("uflpa"))
    assert lines == ["~ us_import_ban, end: 2025-12-31 instead of none"]
    lines = difference(load_regime("cotton_only"), load_regime("uflpa"))
    assert [line[:16] for line in lines] == ["- us_import_ban:", "~ us_cotton_toma"]
    lines = difference(load_regime("targeted_listing_only"), load_regime("uflpa_with_listings"))
    assert lines[-1] == "~ us_import_ban, scope listed: yes instead of no"


def test_a_timeline_takes_the_days_of_causes_from_the_world(regime_of):
    regime = regime_of(
        a="sender: events, instrument: world_change, cause: pandemic",
        b="sender: united_states, instrument: import_ban, start: 2022-06-21, announced: 2021-12-23, "
        "phase_in: {shape: linear, weeks: 2}",
        c="sender: china, instrument: world_change, cause: longer_hours",
    )
    ban, hours, pandemic = timeline_rows(regime, read_tables(TINY))
    assert (ban.role, ban.announced, ban.start, ban.full_from, ban.end) == (
        "measure",
        date(2021, 12, 23),
        date(2022, 6, 21),
        date(2022, 7, 5),
        None,
    )
    assert (hours.role, hours.start, hours.end) == ("counter-measure", date(2023, 8, 14), None)
    assert (pandemic.role, pandemic.start, pandemic.end) == ("shock", date(2021, 1, 1), date(2022, 6, 15))
    assert timeline_rows(regime)[2].start is None
