"""The page: its arithmetic is that of Python, its links are answered, and nothing in it asks outside."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from made_up import material_of

from sim.errors import InputError
from sim.explorer.answer import answer, fitted_of, packed, unpacked
from sim.explorer.columns import table_of
from sim.explorer.design import batches, check_batches, corners
from sim.explorer.fitting import judge
from sim.explorer.page import data_of, render

TEMPLATES = Path(__file__).parents[2] / "sim" / "explorer" / "page" / "templates"
NODE, CHROMIUM = shutil.which("node"), shutil.which("chromium") or shutil.which("chromium-browser")
ABOUT = {
    "title": "A </script> title", "command": "firms=200", "held": "chance alone", "runs": 1, "checks": 6,
    "check_runs": 50, "signature": "0", "world": "xinjiang", "first": "2021-01-01", "last": "2028-12-31",
    "bar": "2 of 2",
}  # fmt: skip
NASTY = '<img src=x onerror="document.title=1">'


@pytest.fixture(scope="module")
def said(fitted):
    truth = material_of(check_batches(6, 1), 50, 7)
    return answer(fitted, judge(fitted, truth), {"trade": NASTY}, ABOUT)


@pytest.fixture(scope="module")
def page(said, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(render(said), encoding="utf-8")
    return path


def test_packed_numbers_are_off_by_less_than_half_a_step() -> None:
    values = np.random.default_rng(1).normal(size=(40, 3)) * [1e-6, 1.0, 1e6]
    off = np.abs(unpacked(packed(values)) - values)
    assert (off <= 0.51 * np.abs(values).max(axis=0) / 32_767).all()


def test_what_the_page_holds_answers_as_what_was_fitted(said, fitted) -> None:
    settings = table_of([*batches(4, 8, 9)[0].settings, *corners()])
    for mine, stored in zip(fitted, fitted_of(said), strict=True):
        width = np.maximum(mine.band(settings)[2] - mine.band(settings)[0], 1e-9)
        assert (np.abs(mine.band(settings) - stored.band(settings)) / width).max() < 0.01


def test_the_page_is_one_small_file_that_asks_nobody_and_whose_words_are_words(page, said) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(text) < 3_000_000
    assert (
        re.findall(r"""(?:src|href)=["']?(?!data:|#)[^"' >]+""", text.partition('<script type="application/json"')[0])
        == []
    )
    assert re.findall(r"\b(?:fetch|XMLHttpRequest|WebSocket|importScripts|sendBeacon)\b", text) == []
    assert "A </script>" not in text
    assert data_of(text) == json.loads(json.dumps(said))
    for words in ("cannot say", "default-src 'none'", "viewport", 'lang="en"', "@media print", "aria-live"):
        assert words in text


def test_a_page_that_no_mail_takes_is_refused(said) -> None:
    with pytest.raises(InputError, match="3,000,000"):
        render(said | {"title": "x" * 3_000_000})


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_the_arithmetic_of_the_page_is_that_of_python(page, said, tmp_path) -> None:
    settings = [*batches(4, 8, 9)[0].settings, *corners()]
    script = f"""
      const {{ prepare, bandOf }} = require({str(TEMPLATES / "arithmetic.js")!r});
      const {{ data, settings }} = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const levers = Object.fromEntries(data.levers.map((each) => [each.name, each]));
      const blocks = data.blocks.map((each) => prepare(each, data.outcomes));
      console.log(JSON.stringify(blocks.map((one) => settings.map((s) => bandOf(one, s, levers)))));
    """
    told = subprocess.run(
        [NODE, "-e", script], input=json.dumps({"data": said, "settings": settings}), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    for stored, found in zip(fitted_of(said), json.loads(told.stdout), strict=True):
        theirs = np.moveaxis(np.array(found), 2, 0)
        assert theirs == pytest.approx(stored.band(table_of(settings)), rel=1e-9, abs=1e-12)


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.parametrize(
    ("link", "lever", "parts"),
    [
        ("1;tracin=1.2", "", ["“tracin”", "does not know", "“tracing”"]),
        ("1;tracing=9", "tracing", ["“9”", "1 to 2.4", "default"]),
        ("7;us=no", "", ["version “7”", "version 1", "defaults"]),
        ("1;us_from=soon", "us_from", ["“soon”", "a month", "2021-01 to 2027-01"]),
        ("%E0%A4%A", "", ["damaged"]),
    ],
)
def test_a_strange_link_is_answered_beside_its_lever(said, link, lever, parts) -> None:
    script = f"""
      const {{ readState }} = require({str(TEMPLATES / "state.js")!r});
      const data = JSON.parse(require("fs").readFileSync(0, "utf8"));
      console.log(JSON.stringify(readState(data, {link!r}, ["year"])));
    """
    told = subprocess.run([NODE, "-e", script], input=json.dumps(said), capture_output=True, text=True, check=True)
    found = json.loads(told.stdout)
    sentence = " ".join(found["faults"][lever])
    assert [part for part in parts if part not in sentence] == []
    assert found["setting"] == {each["name"]: each["default"] for each in said["levers"]}


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_draws_the_page_of_a_link(page, tmp_path) -> None:
    drawn = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", "--dump-dom",
         "--virtual-time-budget=4000", f"{page.as_uri()}#1;us_from=2023-04;strange=1;tracing=99;year=2027"],
        capture_output=True, text=True, check=True, timeout=300,
    ).stdout  # fmt: skip
    assert 'class="tile' in drawn
    assert "<svg" in drawn
    assert NASTY not in drawn
    assert "In 2027 the ban of the United States" in drawn
    assert "“strange”, which this page does not know" in drawn
    assert re.search(r'id="fault-tracing"[^>]*>“99” is not', drawn)
    assert "explorer.setting='1;us_from=2023-04'" in drawn
