"""`show` refuses what a run refuses, before it draws; what it draws stays in its folder."""

import os
import sys
from pathlib import Path

import pytest

from sim.__main__ import main

TINY = Path(__file__).parents[1] / "world" / "tiny"
REGIME = """purpose: A ban.
background: replaces
measures:
  ban: {{sender: {sender}, instrument: {instrument}, start: 2022-06-21, scope: {{{scope}}}, source: assumed}}
"""


@pytest.fixture
def show(tmp_path, monkeypatch, capfd):
    """Give what `show` answers: exit code, output, errors, and the files that it made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYDRA_FULL_ERROR", os.environ.get("HYDRA_FULL_ERROR", "0"))

    def answer(*words):
        monkeypatch.setattr(sys, "argv", ["reroute", "show", *words])
        code = 0
        try:
            main()
        except SystemExit as ending:
            code = ending.code
        drawn = sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*.png"))
        return code, *capfd.readouterr(), drawn

    return answer


def write(path: Path, sender="united_states", instrument="import_ban", scope="true_origin: region"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(REGIME.format(sender=sender, instrument=instrument, scope=scope), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "word", "near"),
    [
        ({"sender": "untied_states"}, "untied_states", "united_states"),
        ({"sender": '"United Stats"'}, "United Stats", "united_states"),
        ({"scope": "markets: [russsia]"}, "russsia", "russia"),
        ({"instrument": "transit_ban", "scope": "crossings: [khunjerabb]"}, "khunjerabb", "khunjerab"),
        ({"scope": 'commodities: ["5201"]'}, "5201", "unknown"),
        ({"scope": "declared_origin: [malaysya]"}, "malaysya", "malaysia"),
    ],
)
@pytest.mark.parametrize("where", ["regimes=[{}]", "against={}"])
def test_names_that_do_not_exist_are_refused_before_anything_is_drawn(show, given, word, near, where):
    write(Path("own.yaml"), **given)
    code, out, told, drawn = show(
        where.format("own.yaml"), "regimes=[none]" if where.startswith("against") else "trace=false"
    )
    assert (code, out, drawn) == (2, "", [])
    assert told.startswith("reroute: own.yaml, line 4: the measure 'ban' names ")
    assert word in told
    assert near in told


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../up.yaml", "results/show/up.png"),
        pytest.param("background/shocks", "results/show/background_shocks.png", marks=pytest.mark.slow),
        pytest.param("deep/er/own.yaml", "results/show/own.png", marks=pytest.mark.slow),
        pytest.param("..own.yaml", "results/show/..own.png", marks=pytest.mark.slow),
    ],
)
def test_a_picture_stays_in_its_folder(show, tmp_path, monkeypatch, name, file):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    if name.endswith(".yaml"):
        write(Path(name))
    code, _, told, drawn = show(f"regimes=[{name}]", "against=none")
    assert (code, told) == (0, "")
    assert drawn == [f"here/{file}"]


@pytest.mark.parametrize("name", ["...yaml", ".yaml", "deep/..yaml", "..", "none/", "/", "deep"])
def test_a_name_that_is_no_regime_is_refused(show, name):
    code, out, told, drawn = show(f"regimes=[{name}]")
    assert (code, out, drawn, told.count("\n")) == (2, "", [], 1)


def test_two_regimes_of_one_name_would_share_a_picture(show):
    write(Path("a/own.yaml"))
    write(Path("b/own.yaml"))
    code, _, told, drawn = show("regimes=[a/own.yaml,b/own.yaml]")
    assert (code, drawn) == (2, [])
    assert "two of them are named 'own'; rename a file." in told


def test_days_that_no_table_knows_are_refused(show):
    assert show("start=0001-01-01")[:3] == (
        2,
        "",
        "reroute: start=0001-01-01: a run lies within the years 1950 to 2150.\n",
    )
