"""A made regime is one of the language: what it leaves out, sets and moves is so when it is read; its runs are kept."""

from datetime import date
from pathlib import Path

import pytest

from sim.config import load
from sim.errors import InputError
from sim.policy.language.load import load_regime
from sim.report.policy.worlds import MadeRegime, run_made, write_regimes
from sim.world.open import world_of


@pytest.fixture
def config(tmp_path):
    return load(["debug=fast", "end=2021-01-31", "slug=compare_regimes", f"results_dir={tmp_path}", "design=stated"])


def test_a_made_regime_reads_as_it_was_made(config) -> None:
    made = MadeRegime(
        "later",
        "The ban later, of listed goods: without the zone.",
        ("uflpa",),
        without=("free_trade_zone",),
        change={"us_import_ban": {"end": date(2026, 6, 1), "scope": {"listed": "yes"}}},
        shift_start={"us_import_ban": "26 weeks"},
        measures={
            "closed": {
                "sender": "events",
                "instrument": "crossing_capacity",
                "start": "2023-02",
                "end": "2023-02",
                "level": 0,
                "scope": {"crossings": ("khunjerab",)},
                "source": "assumed",
            }
        },
    )
    mine = {each.name: each for each in load_regime(write_regimes([made], config)[0]).measures}
    base = {each.name: each for each in load_regime("uflpa").measures}
    assert mine.keys() == base.keys() - {"free_trade_zone"} | {"closed"}
    ban = mine["us_import_ban"]
    assert (ban.start, ban.end, ban.scope.listed) == (date(2022, 12, 20), date(2026, 6, 1), True)
    assert (mine["closed"].end, mine["closed"].level) == (date(2023, 2, 28), 0.0)
    same = base.keys() & mine.keys() - {"us_import_ban"}
    assert all(mine[name] == base[name] for name in same)


def test_files_of_another_set_stay_as_they_are(config) -> None:
    first = Path(write_regimes([MadeRegime("one", "As it was.")], config)[0])
    other = Path(write_regimes([MadeRegime("one", "Without the zone.", without=("free_trade_zone",))], config)[0])
    assert first != other
    assert "As it was." in first.read_text("utf-8")


def test_a_measure_that_is_not_there_is_told_with_its_file(config) -> None:
    path = write_regimes([MadeRegime("one", "Without a zone.", without=("free_trade_zon",))], config)[0]
    with pytest.raises(InputError, match=r"one\.yaml, line \d+: 'without' names .*free_trade_zon.*free_trade_zone"):
        load_regime(path)


@pytest.mark.slow
def test_made_regimes_run_beside_those_of_the_library_and_are_kept(config) -> None:
    world = world_of(config)
    same = MadeRegime("same", "As it was.", ("uflpa",))
    results = run_made([same], config, world, beside=["uflpa"], against="same")
    assert (results.regimes, results.against) == (("uflpa", "same"), "same")
    assert results.manifest["computed"]["runs"] == 4
    columns = results.series["column"].tolist()
    assert (results.wide("same", columns) == results.wide("uflpa", columns)).all()
    less = MadeRegime("less", "No ban.", ("none",))
    more = run_made([same, less], config, world, beside=["uflpa"], against="same")
    assert more.manifest["computed"]["runs"] == 2
    assert more.signature != results.signature
