"""Levers as text, and as regimes that the command line runs."""

import pytest

from sim.errors import InputError
from sim.explorer.design import batches, check_batches, corners
from sim.explorer.levers import BACKGROUND, LEVERS, SENDERS, base_of, defaults, read, written
from sim.explorer.regimes import base_regime, regime_of
from sim.policy.language.load import load_regime
from sim.policy.language.measures import differing


def loaded(made, folder):
    path = folder / f"{made.name}.yaml"
    path.write_text(made.text, encoding="utf-8")
    return load_regime(str(path))


def measures(made, folder):
    return {each.name: each for each in loaded(made, folder).measures}


@pytest.mark.parametrize("number", range(16))
def test_a_setting_is_read_back_from_its_text(number: int) -> None:
    setting = batches(4, 4, 3)[number // 4].settings[number % 4]
    assert read(written(setting)) == pytest.approx(dict(setting), rel=1e-5)


def test_what_is_not_moved_is_not_written() -> None:
    assert written(defaults()) == "1"
    assert written(defaults() | {"eu": 1.0, "allies_from": 24.0, "goods": 2.0}) == "1;eu=yes;goods=cotton"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2;us=no", ["version '2'", "version '1'"]),
        ("1;tracin=1.2", ["explorer.setting", "tracin", "tracing"]),
        ("1;tracing=9", ["tracing=9", "1 to 2.4"]),
        ("1;tracing=nan", ["tracing=nan", "1 to 2.4"]),
        ("1;us_from=2023", ["us_from=2023", "a month", "2021-01 to 2027-01"]),
        ("1;goods=coton", ["goods=coton", "all, priority, cotton", "cotton"]),
        ("1;us", ["us=", "no, yes"]),
    ],
)
def test_a_bad_setting_is_answered_with_what_would_do(text: str, parts: list[str]) -> None:
    with pytest.raises(InputError) as told:
        read(text)
    assert [part for part in parts if part not in str(told.value)] == []


def test_settings_of_a_batch_share_what_they_are_held_against_and_somebody_bans() -> None:
    for batch in [*batches(5, 6, 1), *check_batches(8, 1)]:
        assert all(base_of(each) == batch.base for each in batch.settings)
        assert all(any(each[name] for name in SENDERS) for each in batch.settings)
        assert all(LEVERS[name].low <= each[name] <= LEVERS[name].high for each in batch.settings for name in LEVERS)


def test_a_larger_design_begins_with_the_smaller_one_and_corners_are_judged_first() -> None:
    assert batches(8, 5, 1)[:3] == batches(3, 5, 1)
    assert [batch.settings[0] for batch in check_batches(6, 1)][:4] == corners()


def test_the_first_setting_is_the_ban_of_the_united_states_alone(tmp_path) -> None:
    mine = measures(regime_of(defaults(), "mine"), tmp_path)
    library = {each.name: each for each in load_regime("uflpa").measures}
    assert set(mine) == set(library) - {"us_cotton_tomato_order"}
    assert mine["us_import_ban"].start.isoformat() == "2022-07-01"


def test_every_lever_changes_the_regime_it_speaks_of(tmp_path) -> None:
    everybody = defaults() | {"us": 1.0, "eu": 1.0, "others": 1.0, "allies_from": 36.0, "us_from": 24.0}
    start = loaded(regime_of(everybody, "start"), tmp_path).measures
    for name, lever in LEVERS.items():
        value = lever.low if everybody[name] == lever.high else lever.high
        other = loaded(regime_of(everybody | {name: value}, f"other_{name}"), tmp_path).measures
        assert differing(start, other), name


def test_senders_days_goods_and_levels_are_those_of_the_setting(tmp_path) -> None:
    setting = defaults() | {"us": 0.0, "eu": 1.0, "allies_from": 25.0, "goods": 2.0, "tracing": 1.7, "pressure": 0.02}
    found = measures(regime_of(setting, "mine"), tmp_path)
    bans = {name: each for name, each in found.items() if each.instrument.name == "import_ban"}
    assert {name: (each.sender, each.start.isoformat()) for name, each in bans.items()} == {
        "eu_product_ban": (("european_union",), "2023-02-01")
    }
    assert bans["eu_product_ban"].scope.commodities == ("cotton_textiles", "apparel", "farm_goods")
    assert (found["us_isotope_tests"].level, found["us_isotope_tests"].sender) == (1.7, ("european_union",))
    assert (found["us_third_countries"].level, found["us_third_countries"].has_range) == (0.02, False)


def test_what_a_setting_is_held_against_has_its_background_and_no_ban(tmp_path) -> None:
    setting = corners()[0]
    base = measures(base_regime(setting), tmp_path)
    none = {each.name for each in load_regime("none").measures}
    assert set(base) == none - {"hours_24", "khunjerab_year_round"} | {"explorer_demand"}
    assert {name: base_of(setting)[name] for name in BACKGROUND} == {name: setting[name] for name in BACKGROUND}
