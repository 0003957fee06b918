"""A world that stands on another one: only what differs is written, and what the base lacks is refused."""

import shutil

import pandas as pd
import pytest

from sim.about import bases_of, own_file, read_about
from sim.errors import InputError
from sim.world.tables.read import check_tables, read_tables
from sim.world.tables.schema import TABLES
from tests.world.copies import TINY


@pytest.fixture
def above(tmp_path):
    """Make a folder that stands on a copy of the tiny world, with tables of one's own."""
    shutil.copytree(TINY, tmp_path / "tiny")
    folder = tmp_path / "mine"
    folder.mkdir()

    def make(about="base: ../tiny\n", **tables):
        (folder / "world.yaml").write_text(about, encoding="utf-8")
        for name, text in tables.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return folder

    return make


def test_with_nothing_of_its_own_it_is_its_base(above):
    mine, base = read_tables(above()), read_tables(TINY)
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(mine, table.name), getattr(base, table.name))
    assert mine.about == base.about


def test_a_row_overrides_by_its_key_and_keeps_what_it_does_not_name(above):
    text = "market,commodity,direction,value_musd,high\noverseas,machinery,export,55,90\n"
    mine, base = read_tables(above(demand=text)).demand, read_tables(TINY).demand
    row = mine.index[(mine["market"] == "overseas") & (mine["commodity"] == "machinery")]
    assert mine.loc[row, ["value_musd", "low", "high", "source"]].to_numpy().tolist() == [[55.0, 20.0, 90.0, "made_up"]]
    pd.testing.assert_frame_equal(mine.drop(row), base.drop(row))


def test_rows_of_tables_without_a_key_are_found_by_what_they_are_about(above):
    """The winter closing is lifted: the row is found by gate, side, direction, first day, season and cause."""
    mine = read_tables(above(calendars=f"{CALENDARS}road_pass,both,both,,12-01,,1\n")).calendars
    assert mine["open_share"].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert mine.loc[0, "season_to"] == "03-31"


def test_what_a_world_says_of_itself_overrides_key_by_key(above):
    about = read_about(above("base: ../tiny\ntitle: Mine\nend: 2021-06-30\n"))
    base = read_about(TINY)
    assert (about.title, str(about.end), about.start, about.origins) == ("Mine", "2021-06-30", base.start, base.origins)


def test_regimes_are_those_of_the_nearest_world_that_has_some(above, tmp_path):
    folder = above()
    assert own_file(folder, "regime") == own_file(TINY, "regime")
    (tmp_path / "tiny" / "regime").mkdir()
    assert own_file(folder, "regime") == (tmp_path / "tiny" / "regime").resolve()
    (folder / "regime").mkdir()
    assert own_file(folder, "regime") == folder / "regime"


def test_a_base_may_stand_on_a_base(above, tmp_path):
    above(demand="market,commodity,direction,value_musd,low,high\noverseas,machinery,export,55,,\n")
    third = tmp_path / "third"
    third.mkdir()
    (third / "world.yaml").write_text("base: ../mine\n", encoding="utf-8")
    assert [folder.name for folder in bases_of(third)] == ["mine", "tiny"]
    assert 55.0 in read_tables(third).demand["value_musd"].tolist()


def test_sources_may_be_added(above):
    sources = "source,title,licence\nmine,My own count,facts\n"
    text = "market,commodity,direction,value_musd,low,high,source\noverseas,machinery,export,55,,,mine\n"
    mine = read_tables(above(sources=sources, demand=text))
    assert mine.sources["source"].tolist() == ["made_up", "mine"]
    assert "mine" in mine.demand["source"].tolist()


CALENDARS = "crossing,side,direction,from_date,season_from,cause,open_share\n"
FAULTS = [
    (
        {"legs": "leg,days\nnorth_rial,2\n"},
        "legs.csv row 2: its base tiny has no row with leg 'north_rial'; the nearest is 'north_rail'; a world "
        "overrides rows of its base and adds none.",
    ),
    ({"legs": "leg,days\nnorth_rail,2\nnorth_rail,3\n"}, "legs.csv row 3: leg 'north_rail' stands in row 2 already."),
    ({"legs": "leg,dayz\nnorth_rail,2\n"}, "legs.csv row 1: column 'dayz' is unknown; the nearest is 'days'."),
    ({"legs": "days\n2\n"}, "legs.csv row 1: column 'leg' is missing."),
    ({"legs": "leg,days\nnorth_rail,many\n"}, "legs.csv row 2: days 'many' is not a number."),
    (
        {"calendars": CALENDARS + "road_pass,both,both,,12-01,,1\n" * 2},
        "calendars.csv row 3: crossing 'road_pass', side 'both', direction 'both', from_date '', season_from '12-01', "
        "cause '' stands in row 2 already.",
    ),
    (
        {"firms": "place,ownership,zone,kind,trade_share\nsouth_town,private,no,maker,0.34\n"},
        "firms.csv: column trade_share sums to 1.1000 instead of 1.",
    ),
    (
        {"legs": "leg,distance_km,from_place\nfar_overseas,14000,overseas_port\n"},
        "legs.csv row 2: to_place 'overseas_port' is where the leg begins.",
    ),
    (
        {"about": "base: ../tniy\n"},
        "world.yaml, line 1: base '../tniy' is neither a shipped world nor a folder beside this one.",
    ),
    ({"about": "base: ../mine\n"}, "world.yaml, line 1: base '../mine': these worlds stand on each other in a circle."),
]


@pytest.mark.parametrize(("tables", "sentence"), FAULTS, ids=[sentence for _, sentence in FAULTS])
def test_a_fault_names_the_file_and_row_of_the_world_itself(above, tables, sentence):
    assert sentence in check_tables(above(**tables))


def test_a_fault_of_a_row_of_the_base_says_so(above):
    """No leg leads back from a market that sells: the row that tells is one of the base."""
    to_farland = ("near_far", "middle_far", "port_far", "port_overseas", "pass_far_planned")
    one_way = "".join(f"{leg},no\n" for leg in to_farland)
    (fault,) = check_tables(above(legs=f"leg,both_ways\n{one_way}"))
    assert fault.startswith("markets.csv row 4 of its base tiny: no import route joins market 'farland'")


def test_a_base_with_faults_is_told_first(above, tmp_path):
    folder = above()
    (tmp_path / "tiny" / "demand.csv").unlink()
    assert check_tables(folder) == ["world.yaml: its base 'tiny' has faults, such as: demand.csv is missing."]


def test_every_fault_at_once(above):
    faults = check_tables(above(legs="leg,days\nno_such,2\nnorth_rail,many\n", demand="market\nx\n"))
    assert len(faults) == 4


def test_a_base_that_is_not_there_is_told_by_name(above):
    with pytest.raises(InputError, match="neither a shipped world"):
        bases_of(above("base: nowhere\n"))
