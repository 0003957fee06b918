"""Lists of entities as schedules: counts by hand, natural persons dropped, faults all at once."""

from datetime import date

import pytest

from sim.errors import InputError
from sim.importers.entities import as_regime, read_entities
from sim.policy.language.load import load_regime

UFLPA = (
    "Name of Entity,Effective Date\n"
    '"Made-up Cotton Co., Ltd.","June 21, 2022"\n'
    'Made-up Silicon,"June 21, 2022"\n'
    "Made-up Apparel,2023-06-12\n"
)
SCREENING = (
    "source,name,type,programs,start_date,end_date\n"
    "Entity List,Made-up Trading,Entity,,2021-06-24,\n"
    "Entity List,Made-up Logistics,Entity,,2021-06-24,2022-01-31\n"
    "SDN,DOE Jane,Individual,RUSSIA-EO14024,2021-07-01,\n"
    "SDN,MADE-UP STAR,Vessel,RUSSIA-EO14024,2021-07-01,\n"
)
SDN = (
    '101,"MADE-UP BANK",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
    '102,"DOE, John","individual","CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1 Jan 1950."\n'
    '103,"MADE-UP SHIP","vessel","CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
    '104,"MADE-UP FACTORY",-0- ,"RUSSIA-EO14024",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
    "\x1a"
)


@pytest.fixture
def listed(tmp_path):
    def read(text, **asked):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        return read_entities(path, **asked)

    return read


def steps(found):
    return [(str(day), entities) for day, entities in found.schedule.itertuples(index=False)]


def test_a_table_of_names_and_dates(listed):
    found = listed(UFLPA)
    assert steps(found) == [("2022-06-21", 2), ("2023-06-12", 3)]
    assert found.told == (
        "No column tells natural persons from firms, so none was dropped: look.",
        "3 entities are listed from 2022-06-21 to 2023-06-12.",
    )


def test_persons_and_vessels_are_dropped_and_counted_and_who_is_taken_off_counts_no_more(listed):
    found = listed(SCREENING)
    assert steps(found) == [("2021-06-24", 2), ("2022-01-31", 1)]
    assert found.told[:2] == ("1 natural persons are dropped.", "1 vessels and aircraft are set aside.")


def test_the_sdn_list_has_neither_header_nor_dates(listed):
    found = listed(SDN, day=date(2024, 5, 1))
    assert steps(found) == [("2024-05-01", 2)]
    assert found.told[0] == "1 natural persons are dropped."
    assert steps(listed(SDN, day=date(2024, 5, 1), program="russia")) == [("2024-05-01", 1)]


def test_no_name_is_written_and_the_regime_is_read_back(listed, tmp_path):
    text = as_regime(listed(SCREENING), "united_states", "list.csv")
    assert not any(name in text for name in ("Made-up", "DOE", "STAR"))
    path = tmp_path / "listed.yaml"
    path.write_text(text, encoding="utf-8")
    (measure,) = (each for each in load_regime(str(path)).measures if each.name == "listed_entities")
    assert measure.schedule == ((date(2021, 6, 24), 2.0), (date(2022, 1, 31), 1.0))


FAULTS = [
    (UFLPA + "MADE-UP COTTON CO LTD,2024-01-01\n", "row 5: name 'MADE-UP COTTON CO LTD' stands in row 2 already"),
    (UFLPA + "Other,soon\n", "row 5: 'soon' is not a date such as 2022-06-21"),
    (UFLPA + "Other,\n", "row 5: no day of listing stands there; give the day of the list as convert.day."),
    (SDN, "row 1: no day of listing stands there"),
    (SDN + '105,"SHORT",-0-\n', "row 5: 3 fields stand there; a row of the SDN list has 12."),
    ("Firm,When\nX,2022-01-01\n", "row 1: there is no column 'name'"),
    (SCREENING.replace("2022-01-31", "2020-01-31"), "row 3: it ends on 2020-01-31, before it begins on 2021-06-24."),
    ("name,type,date\nDoe,Individual,2022-01-01\n", "lists no entity"),
]


@pytest.mark.parametrize(("text", "sentence"), FAULTS, ids=[sentence for _, sentence in FAULTS])
def test_faults(listed, text, sentence):
    with pytest.raises(InputError) as error:
        listed(text)
    assert sentence in str(error.value)


def test_every_fault_at_once(listed):
    with pytest.raises(InputError) as error:
        listed(UFLPA + "Made-up Silicon,2023-01-01\nOther,soon\nAnother,\n")
    assert len(str(error.value).splitlines()) == 3
