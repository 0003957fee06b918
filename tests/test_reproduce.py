"""A committed result is found by its signature, and compared number by number."""

import shutil

import pytest

from sim.config import load
from sim.errors import InputError
from sim.own_world import start_world
from sim.reproduce import compare, find, run
from tests.baseline.own_world import RESULT, WORLD

COMMAND = "reroute 'regimes=[none,uflpa]' design.runs=2"
ANSWER = f"# A result\n\nIt rose by 3 %.\n\n## Do it again\n\n    {COMMAND}\n\nSignature {{}}.\n"
TABLE = "market,mean,low\nnearland,1.5,-0.25\nfarland,0,2e-3\n"


@pytest.fixture
def results(tmp_path):
    for name, signature in (("first", "1234abcd"), ("second", "1299abcd"), ("second/deeper", "68200e12")):
        folder = tmp_path / "results" / name
        (folder / "tables").mkdir(parents=True)
        (folder / "answer.md").write_text(ANSWER.format(signature), encoding="utf-8")
        (folder / "tables" / "by_market.csv").write_text(f"{TABLE}# signature {signature}\n", encoding="utf-8")
    return tmp_path / "results"


@pytest.fixture
def again(tmp_path):
    def make(table=TABLE, answer=ANSWER):
        folder = tmp_path / "again"
        (folder / "tables").mkdir(parents=True)
        (folder / "tables" / "by_market.csv").write_text(table, encoding="utf-8")
        (folder / "answer.md").write_text(answer.format("fresh"), encoding="utf-8")
        return folder

    return make


@pytest.mark.parametrize("signature", ["1234", "1234abcd", "1234abcd" + "0" * 24])
def test_a_result_is_found_by_any_length_of_its_signature(results, signature):
    found = find(results, signature)
    assert (found.folder.name, found.words) == ("first", ("regimes=[none,uflpa]", "design.runs=2"))


def test_results_lie_one_folder_deeper_too(results):
    assert find(results, "68200e12").folder.name == "deeper"


@pytest.mark.parametrize(
    ("signature", "sentence"),
    [
        ("12", "is that of 2 results: there are 1234abcd (first), 1299abcd (second)."),
        (
            "1234abce",
            "is that of no result: there are 1234abcd (first), 1299abcd (second), 68200e12 (deeper).",
        ),
    ],
)
def test_none_or_several(results, signature, sentence):
    with pytest.raises(InputError) as error:
        find(results, signature)
    assert sentence in str(error.value)


def test_a_folder_without_results(tmp_path):
    with pytest.raises(InputError, match="holds no result; name another results_dir="):
        find(tmp_path, "1234abcd")


def test_the_same_numbers_are_the_same_however_they_are_written(results, again):
    told = list(
        compare(find(results, "1234"), again(TABLE.replace("2e-3", "0.002").replace("farland,0,", "farland,0.0,")))
    )
    assert [each.same for each in told] == [True, True]
    assert told[0].line == "by_market.csv: all 6 cells are the same."
    assert told[1].line == "answer.md: the words are the same."


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (
            TABLE.replace("1.5", "1.2"),
            "by_market.csv: 1 of 6 cells differ, most by 20 % (row 2, mean: '1.5' before, '1.2' now).",
        ),
        (
            TABLE.replace("1.5", "1.2").replace("farland", "oversea"),
            "by_market.csv: 2 of 6 cells differ (row 3, market: 'farland' before, 'oversea' now).",
        ),
        (TABLE + "new,1,1\n", "by_market.csv: it has 3 rows now, not 2."),
        (TABLE.replace("mean", "median"), "by_market.csv: it has other columns now."),
    ],
)
def test_what_differs_is_told_with_its_place(results, again, table, line):
    told = list(compare(find(results, "1234"), again(table, ANSWER.replace("3 %", "4 %"))))
    assert (told[0].line, told[0].same) == (line, False)
    assert told[1].line == "answer.md: some words are others."


def test_a_table_that_is_written_no_more(results, again):
    folder = again()
    (folder / "tables" / "by_market.csv").unlink()
    assert [each.line for each in compare(find(results, "1234"), folder)][0] == "by_market.csv: it is written no more."


@pytest.mark.slow
@pytest.mark.skipif(not RESULT.is_dir(), reason="the result of the small world is not committed yet: make baseline")
def test_a_committed_result_is_done_again_to_the_last_digit(tmp_path, monkeypatch, capsys):
    """Of the small world that `reroute new` writes; a change that is meant to move it renews it by `make baseline`."""
    monkeypatch.chdir(tmp_path)
    start_world(WORLD)
    shutil.copytree(RESULT, tmp_path / "results" / RESULT.name)
    committed = find(tmp_path / "results", "")
    code = run(load(["command=reproduce", f"reproduce.signature='{committed.signature}'"]))
    told = capsys.readouterr().out
    assert code == 0, told
    assert "Reproduced: every number is the same." in told
