"""UN Comtrade files as demand: sums by hand, both forms of the file, and every kind of row that must not count."""

import pandas as pd
import pytest

from sim.errors import InputError
from sim.importers.trade import SOURCE_ROW, read_demand
from sim.world.tables.read import check_tables, read_tables
from tests.world.copies import TINY

HEADER = (
    "typeCode,refYear,reporterISO,flowCode,partnerISO,partnerDesc,partner2Code,cmdCode,customsCode,motCode,primaryValue"
)
CODES = "code,commodity\n61,apparel\n62,apparel\n84,machinery\n"
ROWS = (
    "C,2019,CHN,X,KAZ,Kazakhstan,0,61,C00,0,200000000",
    "C,2019,CHN,X,KAZ,Kazakhstan,0,62,C00,0,100000000",
    "C,2019,CHN,M,KAZ,Kazakhstan,0,84,C00,0,50000000",
    "C,2019,CHN,X,USA,USA,0,61,C00,0,80000000",
    "C,2021,CHN,X,KAZ,Kazakhstan,0,61,C00,0,432000000",
)


@pytest.fixture(scope="module")
def tiny():
    return read_tables(TINY)


@pytest.fixture
def convert(tmp_path, tiny):
    def read(*rows, header=HEADER, codes=CODES, encoding="utf-8", **asked):
        (tmp_path / "trade.csv").write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
        (tmp_path / "codes.csv").write_text(codes, encoding="utf-8")
        return read_demand(tmp_path / "trade.csv", tmp_path / "codes.csv", tiny, **asked)

    return read


def test_values_are_added_up_by_market_group_and_direction(convert):
    rows = convert(*ROWS).rows.set_index(["market", "commodity", "direction"])
    assert rows["value_musd"].astype(float).to_dict() == {
        ("nearland", "apparel", "export"): 300.0,
        ("nearland", "machinery", "import"): 50.0,
        ("overseas", "apparel", "export"): 80.0,
    }
    # From 300 to 432 in two years: a fifth a year. What has no figure of 2021 has no trend.
    assert rows["trend_per_year"].astype(float).tolist() == pytest.approx([0.2, 0.0, 0.0])


def test_the_rows_are_a_table_of_the_world(convert, world):
    convert(*ROWS).rows.to_csv(world / "demand.csv", index=False)
    with (world / "sources.csv").open("a", encoding="utf-8") as sources:
        sources.write(SOURCE_ROW + "\n")
    assert check_tables(world) == []


@pytest.mark.parametrize(
    "row",
    [
        "C,2019,CHN,X,W00,World,0,61,C00,0,999000000",  # the sum of all partners
        "C,2019,CHN,X,KAZ,Kazakhstan,398,61,C00,0,999000000",  # by second partner
        "C,2019,CHN,X,KAZ,Kazakhstan,0,61,C01,0,999000000",  # by customs procedure
        "C,2019,CHN,X,KAZ,Kazakhstan,0,61,C00,3200,999000000",  # by means of transport
        "C,2019,CHN,RX,KAZ,Kazakhstan,0,61,C00,0,999000000",  # part of exports
        "C,2019,CHN,X,KAZ,Kazakhstan,0,99,C00,0,999000000",  # of no group
    ],
)
def test_rows_that_would_count_twice_or_belong_nowhere_do_not_count(convert, row):
    pd.testing.assert_frame_equal(convert(*ROWS, row).rows, convert(*ROWS).rows)


def test_what_is_set_aside_is_told(convert):
    told = " ".join(
        convert(
            *ROWS[:2],
            "C,2019,CHN,X,CIV,Côte d'Ivoire,0,61,C00,0,60000000",
            "C,2019,CHN,X,_X ,Areas nes,0,61,C00,0,40000000",
            "C,2019,CHN,X,KAZ,Kazakhstan,0,99,C00,0,1",
            encoding="cp1252",
        ).told
    )
    assert "countries that are no market of the world, such as Côte d’Ivoire, is set aside: 60 m USD, 15.0 %" in told
    assert "areas that are no country is set aside: 40 m USD, 10.0 %" in told
    assert "Goods of 1 codes belong to no group" in told
    assert "trend_per_year is 0" in told


def test_the_earlier_form_of_the_file(convert):
    header = "Classification,Year,Trade Flow,Reporter,Partner,Partner ISO,Commodity Code,Trade Value (US$)"
    found = convert("HS,2019,Export,China,USA,USA,61,80000000", header=header).rows
    assert found[["market", "value_musd"]].to_numpy().tolist() == [["overseas", "80"]]


def test_semicolons_and_decimal_commas(convert):
    found = convert(
        "2019;CHN;X;DEU;61;1500000,5", header="refYear;reporterISO;flowCode;partnerISO;cmdCode;primaryValue"
    )
    assert found.rows["value_musd"].tolist() == ["1.5"]


@pytest.mark.parametrize("partner", ["699", "IND", "356"])
def test_countries_by_code_and_by_the_number_of_the_file(convert, partner):
    header = "refYear,flowCode,partnerISO,cmdCode,primaryValue"
    told = convert("2019,X,KAZ,61,1e6", f"2019,X,{partner},61,1e6", header=header).told
    assert any("such as India" in sentence for sentence in told)


FAULTS = [
    ({"header": HEADER.replace("primaryValue", "primaryVal")}, "no column 'primaryvalue'; the nearest is 'primaryval'"),
    ({"rows": ('C,2019,CHN,X,KAZ,Kazakhstan,0,61,C00,0,"200,000"',)}, "row 2: value '200,000' is not a number"),
    (
        {"rows": ("C,201901,CHN,X,KAZ,Kazakhstan,0,61,C00,0,2",)},
        "row 2: year '201901' is a month; take yearly figures.",
    ),
    ({"rows": ("C,2019,CHN,X,KAZ,Kazakhstan,0,61",)}, "row 2: 8 fields stand under 11 columns."),
    (
        {"codes": "code,commodity\n61,aparel\n"},
        "codes.csv row 2: commodity 'aparel' is not in commodities.csv; the nearest",
    ),
    ({"codes": "code,commodity\n61,apparel\n61,machinery\n"}, "codes.csv row 3: code '61' stands there twice"),
    ({"codes": "code,commodity\n01,apparel\n"}, "no code of goods begins as one of convert.codes does"),
    ({"rows": (*ROWS, "C,2019,CHN,X,KAZ,Kazakhstan,0,6101,C00,0,2")}, "codes of 2 digits and of 4 digits"),
    ({"rows": (*ROWS, "C,2019,KGZ,X,KAZ,Kazakhstan,0,61,C00,0,2")}, "several reporters (CN, KG): name one"),
    ({"year": 2020}, "convert.year=2020: trade.csv holds 2019, 2021."),
    ({"reporter": "Kyrgyzstan"}, "convert.reporter=Kyrgyzstan: trade.csv holds the trade of CN."),
    ({"rows": ("C,2019,CHN,X,FRA,France,0,61,C00,0,2",)}, "no market of the world has trade in 2019."),
]


@pytest.mark.parametrize(("change", "sentence"), FAULTS, ids=[sentence for _, sentence in FAULTS])
def test_faults(convert, change, sentence):
    rows = change.pop("rows", ROWS)
    with pytest.raises(InputError) as error:
        convert(*rows, **change)
    assert sentence in str(error.value)


def test_every_fault_at_once(convert):
    with pytest.raises(InputError) as error:
        convert(*(f"C,year,CHN,X,KAZ,Kazakhstan,0,61,C00,0,{value}" for value in ("a", "-1", "nan")))
    assert len(str(error.value).splitlines()) == 6
