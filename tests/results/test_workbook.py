"""Tables as a workbook: read back cell by cell."""

import re
import time
import zipfile
from xml.etree import ElementTree

import pytest

from sim.errors import InputError
from sim.results.results import Results
from sim.results.workbook import READ_ME, sheet_name, write_workbook
from tests.listing.test_studies import write_study

WORDS = {"subject": {"uae": "United Arab Emirates"}, "outcome": {"cut": "Cut"}}
NAMES = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def results(tmp_path):
    folder = write_study(tmp_path, "d" * 32, "2026-03-01T00:00:00+00:00")
    (folder / "tables").mkdir()
    tables = {
        "trade_by_market": "regime,subject,period,q05,median,q95\nnone,uae,2021-01,,1000,inf\n",
        "summary": "regime,quantity,subject,unit,mean\nnone,cut,'=1+1,share,0.5\nnone,cut,'@uae,musd a year,100\n",
        "of_its_own": "thing,trade_musd\n'-x,1000\nNA,nan\n",
    }
    for name, text in tables.items():
        (folder / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")
    return Results(folder)


def read(path):
    """Give the cells of each sheet of a workbook, text as (text,) and numbers as they are; and every formula."""
    with zipfile.ZipFile(path) as file:
        texts = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        known = ["".join(part.itertext()) for part in texts]
        book = ElementTree.fromstring(file.read("xl/workbook.xml"))
        names = [each.get("name") for each in book.iter(f"{NAMES}sheet")]
        sheets, formulas = {}, []
        for number, name in enumerate(names, start=1):
            sheet = ElementTree.fromstring(file.read(f"xl/worksheets/sheet{number}.xml"))
            formulas += list(sheet.iter(f"{NAMES}f"))
            sheets[name] = {
                cell.get("r"): known[int(cell[0].text)] if cell.get("t") == "s" else float(cell[0].text)
                for cell in sheet.iter(f"{NAMES}c")
                if len(cell)
            }
    return sheets, formulas


def test_every_table_has_a_sheet_and_the_first_explains_them(results, tmp_path):
    path = write_workbook(results, WORDS, tmp_path / "new" / "a.xlsx", "m_usd")
    sheets, _ = read(path)
    assert list(sheets) == [READ_ME, "summary", "trade_by_market", "of_its_own"]
    told = list(sheets[READ_ME].values())
    assert "Under *x* less enters" in told
    assert "million dollars a month" in told
    assert "d" * 32 in told
    assert {"summary", "trade_by_market", "of_its_own", "verdict"} <= set(told)


def test_what_begins_like_a_formula_is_text_and_missing_numbers_are_empty(results, tmp_path):
    sheets, formulas = read(write_workbook(results, WORDS, tmp_path / "a.xlsx", "m_usd"))
    assert formulas == []
    assert [sheets["summary"][cell] for cell in ("D2", "D3")] == ["=1+1", "@uae"]
    assert [sheets["of_its_own"][cell] for cell in ("A2", "B2", "A3", "B3")] == ["-x", "1000", "NA", "nan"]
    assert "E2" not in sheets["trade_by_market"]
    assert sheets["trade_by_market"]["G2"] == "inf"


def test_words_stand_beside_codes(results, tmp_path):
    sheets, _ = read(write_workbook(results, WORDS, tmp_path / "a.xlsx", "m_usd"))
    assert [sheets["trade_by_market"][cell] for cell in ("B1", "C1", "B2", "C2")] == [
        "subject",
        "subject_name",
        "uae",
        "United Arab Emirates",
    ]


def test_money_is_told_in_yuan_and_shares_stay(results, tmp_path):
    sheets, _ = read(write_workbook(results, WORDS, tmp_path / "a.xlsx", "bn_yuan"))
    assert [sheets["summary"][cell] for cell in ("F2", "G2", "F3", "G3")] == ["share", 0.5, "bn yuan a year", 0.705]
    assert sheets["trade_by_market"]["F2"] == pytest.approx(7.05)
    told = list(sheets[READ_ME].values())
    assert "bn yuan at 7.05 yuan a dollar, the rate at which figures in yuan were read" in told
    assert "bn yuan a month" in told


@pytest.mark.slow
def test_equal_tables_give_equal_bytes(results, tmp_path):
    first = write_workbook(results, WORDS, tmp_path / "a.xlsx", "m_usd").read_bytes()
    time.sleep(2)  # the finest time that an archive tells
    assert write_workbook(results, WORDS, tmp_path / "b.xlsx", "m_usd").read_bytes() == first


def test_names_of_sheets_are_short_and_unlike():
    names = []
    for name in ("a" * 40, "a" * 41, "A" * 42, "what [is] this?"):
        names.append(sheet_name(name, names))
    assert names[0] == "a" * 31
    assert len({name.casefold() for name in names}) == 4
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in names)


def test_a_study_without_tables_and_a_wrong_unit_are_one_sentence(results, tmp_path):
    with pytest.raises(InputError, match="unit=bn_yaun is not known: did you mean 'bn_yuan'"):
        write_workbook(results, WORDS, tmp_path / "a.xlsx", "bn_yaun")
    for path in (results.folder / "tables").glob("*.csv"):
        path.unlink()
    with pytest.raises(InputError, match="holds no tables: the command that made the study writes its report"):
        write_workbook(results, WORDS, tmp_path / "a.xlsx", "m_usd")
    assert not (tmp_path / "a.xlsx").exists()


def test_a_study_that_is_no_page_may_use_the_name_of_a_table_for_something_else(results, tmp_path):
    (results.folder / "page.html").unlink()
    sheets, _ = read(write_workbook(results, WORDS, tmp_path / "a.xlsx", "bn_usd"))
    assert "Registered trade with each large market by month" not in sheets[READ_ME].values()
    assert sheets["trade_by_market"]["F2"] == 1000
