"""The report as a whole: files, page, committed copy."""

import base64
import dataclasses
import re
from html.parser import HTMLParser
from importlib import import_module
from pkgutil import iter_modules
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sim.kernels.week import PROCESSES
from sim.report import style
from sim.report.figures import FIGURES as PICTURES
from sim.report.figures import at_senders, forecast, network, patterns, timeline
from sim.report.figures.picture import Picture
from sim.report.page import basis
from sim.report.page.answer import write_committed
from sim.report.page.writing import TABLES, write_report
from tests.conftest import COARSE_DOTS
from tests.report.conftest import MONTHS, study_values
from tests.small_results import SmallResults

pytestmark = pytest.mark.slow

FIGURES = [
    "at_senders",
    "crossings_calendar",
    "declared_origins",
    "difference_by_market",
    "difference_map",
    "map",
    "seasons",
    "trade_by_market",
    "true_origins",
    "who_gains",
]
HOSTILE = "<script>alert('x')</script>"


class Page(HTMLParser):
    """Tags, addresses and text of a page."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.addresses, self.words = [], [], []
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [(tag, value) for name, value in attrs if name in ("src", "href") and tag != "a"]
        self.links = [*getattr(self, "links", []), *(dict(attrs) for _ in [0] if tag == "a")]

    def handle_data(self, data):
        self.words.append(data)


def test_every_figure_and_table_is_written(page):
    assert sorted(path.stem for path in page.parent.glob("figures/*.png")) == FIGURES
    assert {path.stem for path in page.parent.glob("tables/*.csv")} >= {
        "summary",
        "difference_by_market",
        "cut_and_diverted",
        "who_gains",
        "mirror_gaps",
        "trade_by_market",
        "crossings_calendar",
        "declared_origins",
        "at_senders",
        "observed_at_senders",
    }


def test_the_title_counts_the_published_figures_in_the_bands(tables, regimes, config, tmp_path):
    """Anew from the tables, one month at a time; as much is stopped as was in some of the quarters published."""
    values = study_values(tables, ("none", "uflpa"), 20)
    stopped = {
        key: {name: 10 * each for name, each in found.items()} for key, found in values.items() if "detained" in key
    }
    results = SmallResults(MONTHS, "none", values | stopped, folder=tmp_path)
    page = write_report(results, SimpleNamespace(tables=tables), regimes[:2], config, (at_senders.PICTURE,))
    bands, published = (pd.read_csv(page.parent / "tables" / f"{name}at_senders.csv") for name in ("", "observed_"))
    bands = bands[bands["regime"] == "uflpa"].set_index(["subject", "period"])
    within = every = 0
    for row in published.to_dict("records"):
        months = [f"{day:%Y-%m}" for day in pd.date_range(row["from_month"], row["to_month"], freq="MS")]
        ends = [bands.loc[[(row["subject"], month) for month in months], name].sum() for name in ("q05", "q95")]
        every += 1
        within += ends[0] <= row["musd_per_month"] * len(months) <= ends[1]
    assert 0 < within < every
    told = f"{within} of {every} published figures of exports to senders and of what they stop"
    assert told in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_wide_enough_for_a_slide_and_not_blank(page, name):
    with Image.open(page.parent / "figures" / f"{name}.png") as image:
        assert image.width == 2400
        assert image.info["dpi"][0] == pytest.approx(200, abs=0.1)
        assert len(image.convert("RGB").getcolors(1 << 24)) > 20


def made_up(name="made_up", rows=2):
    """Return a figure that no file declares."""

    def table(study):
        return pd.DataFrame({"regime": study.regimes, "runs": study.runs}).head(rows)

    return Picture(
        name,
        table=table,
        finding=lambda study: f"A finding of {study.runs} runs",
        caption=lambda _: "How to read a made-up figure.",
        draw=lambda _, title: style.new_figure(title, "A subtitle", 1.0)[0],
        tables={f"{name}_table": table},
    )


def test_a_figure_that_joins_the_list_is_on_the_page_in_the_answer_and_among_the_tables(
    tables, regimes, config, tmp_path
):
    results = SmallResults(MONTHS, "none", study_values(tables, ("none", "uflpa"), 3), folder=tmp_path)
    figures = (made_up(), *PICTURES[1:2], made_up("nothing_to_show", rows=0))
    written = write_report(results, SimpleNamespace(tables=tables), regimes[:2], config, figures)
    text = written.read_text(encoding="utf-8")
    assert re.findall('<figure id="(.*?)"', text) == ["made_up", "difference_by_market"]
    assert 'alt="A finding of 3 runs"' in text
    assert "How to read a made-up figure." in text
    saved = {link["download"]: link["href"] for link in Page(written).links if "download" in link}
    csv = "regime,regime_name,runs\nnone,No sanctions,3\nuflpa,Import ban of the United States (2022),3\n"
    assert base64.b64decode(saved["made_up.csv"].partition("base64,")[2]).decode() == csv
    assert (tmp_path / "tables" / "made_up_table.csv").read_text(encoding="utf-8") == csv
    assert sorted(path.stem for path in tmp_path.glob("figures/*.png")) == ["difference_by_market", "made_up"]
    answer = (tmp_path / "answer.md").read_text(encoding="utf-8")
    assert re.findall(r"\(figures/(.*?)\.png\)", answer) == ["made_up", "difference_by_market"]


def test_every_file_that_declares_a_figure_is_in_the_list_and_no_name_stands_twice():
    package = import_module("sim.report.figures")
    modules = [import_module(f"{package.__name__}.{each.name}") for each in iter_modules(package.__path__)]
    declared = [module.PICTURE for module in modules if hasattr(module, "PICTURE")]
    alone = (timeline.PICTURE, patterns.PICTURE, forecast.PICTURE, network.PICTURE)
    listed = {picture.name for picture in (*PICTURES, *alone)}
    studies = import_module("sim.report.policy")
    answers = [import_module(f"{studies.__name__}.{each.name}") for each in iter_modules(studies.__path__)]
    shown = [figure for answer in answers for figure in vars(answer).values() if hasattr(figure, "PICTURE")]
    assert {picture.name for picture in declared} == listed | {figure.PICTURE.name for figure in shown}
    assert len(declared) == len({picture.name for picture in declared})
    files = [*TABLES, *(name for picture in PICTURES for name in picture.tables)]
    assert len(files) == len(set(files))


@pytest.mark.parametrize(("draws", "held"), [(1, basis.CHANCE[0]), (60, basis.CHANCE_AND_DRAWS[0])])
def test_page_and_answer_say_what_intervals_hold(tables, regimes, config, tmp_path, draws, held):
    results = SmallResults(MONTHS, "none", study_values(tables, ("none", "uflpa"), 20), folder=tmp_path)
    results.manifest["design"]["draws"] = draws
    text = Page(write_report(results, SimpleNamespace(tables=tables), regimes[:2], config, ())).text
    for told in (text, (tmp_path / "answer.md").read_text(encoding="utf-8")):
        assert f"t holds {held}" in told
    assert "fixed assumptions" not in text


@pytest.fixture(scope="module")
def hostile(tables, regimes, config, tmp_path_factory):
    """A page of too few runs for a range, with names that are markup."""
    folder, markets = tmp_path_factory.mktemp("hostile"), tables.markets.copy()
    markets.loc[markets["market"] == "vietnam", "name"] = HOSTILE
    world = SimpleNamespace(tables=dataclasses.replace(tables, markets=markets))
    results = SmallResults(MONTHS, "none", study_values(tables, ("none", "uflpa"), 19), folder=folder)
    purposes = [dataclasses.replace(regime, purpose=HOSTILE) for regime in regimes[:2]]
    with style.drawn_on(dataclasses.replace(style.WIDE, dots=COARSE_DOTS)):
        return write_report(results, world, purposes, config)


def test_of_too_few_runs_nothing_on_the_page_is_a_range(hostile):
    answer = (hostile.parent / "answer.md").read_text(encoding="utf-8")
    for told in (Page(hostile).text, answer):
        assert "19 runs a regime are too few" in told
        assert not re.search("9 in 10|nine runs in ten|5\u201395|90 %", told)
    for path in hostile.parent.glob("tables/*.csv"):
        ends = pd.read_csv(path).filter(regex="q05|q95|mean_low|mean_high|detectable")
        assert ends.isna().all().all(), path.name


@pytest.mark.usefixtures("coarse")
def test_lost_runs_are_on_the_first_screen_and_in_the_answer(tables, regimes, config, tmp_path):
    results = SmallResults(MONTHS, "none", study_values(tables, ("none", "uflpa"), 20), folder=tmp_path)
    results.failures.loc[0] = ["uflpa", 0, 4, 1, 2, PROCESSES.index("firms"), 9]
    results.manifest["design"]["runs"] = 21
    world = SimpleNamespace(tables=tables, arrays=None, labels=None, week_starts=np.array(["2021-01-04"], "M8[D]"))
    page = write_report(results, world, regimes[:2], config, ())
    first_screen = page.read_text(encoding="utf-8").partition("<nav>")[0]
    for told in (first_screen, (tmp_path / "answer.md").read_text(encoding="utf-8")):
        assert "1 run of 21 ended early and is left out under every regime" in told
        assert "all runs have the same parameters, so chance alone selects" in told


def test_summary_holds_cut_diversion_and_totals_with_intervals(page):
    table = pd.read_csv(page.parent / "tables" / "summary.csv")
    assert set(table["quantity"]) >= {
        "cut",
        "diverted",
        "other_ways_share",
        "registered_trade",
        "sanctioned_trade",
        "detained",
    }
    cut = table[(table["quantity"] == "cut") & (table["regime"] == "uflpa")].iloc[0]
    assert cut["q05"] <= cut["mean"] <= cut["q95"]
    assert cut["mean"] == pytest.approx((20 * 0.3 - 8 * 0.1) / 28, rel=0.05)
    firms = table[table["quantity"] == "active_firms"]
    assert set(firms["verdict"]) == {"no clear difference"}


def test_page_asks_for_nothing_from_outside(page):
    read = Page(page)
    assert {tag for tag, _ in read.addresses} == {"img", "link"}
    assert all(address.startswith("data:") for _, address in read.addresses)
    assert "script" not in read.tags
    assert not re.search(r"url\(|@import", page.read_text(encoding="utf-8"))
    assert page.stat().st_size < 5_000_000


def test_page_states_headline_regimes_limits_and_command(page, regimes):
    text = Page(page).text
    headline = page.read_text(encoding="utf-8").split("<h1>")[1].split("</h1>")[0]
    assert "9 in 10 runs" in headline
    assert "the United States" in headline
    for regime in regimes:
        assert regime.purpose in text
    assert "What it cannot say" in text
    assert "reroute 'regimes=[none,uflpa,us_eu]'" in text
    assert "design.runs=20" in text
    assert "0123456789abcdef" in text


def test_each_figure_carries_its_data(page):
    saved = {link["download"]: link["href"] for link in Page(page).links if "download" in link}
    assert set(saved) >= {f"{name}.csv" for name in FIGURES}
    content = base64.b64decode(saved["trade_by_market.csv"].partition("base64,")[2]).decode()
    assert content == (page.parent / "tables" / "trade_by_market.csv").read_text(encoding="utf-8")


def test_names_with_markup_stay_text(hostile):
    assert "script" not in Page(hostile).tags
    assert HOSTILE in Page(hostile).text
    answer = (hostile.parent / "answer.md").read_text(encoding="utf-8")
    assert "<script" not in answer.replace("\\<", "")


@pytest.mark.usefixtures("coarse")
def test_one_regime_alone_is_reported_without_differences(tables, regimes, config, tmp_path):
    results = SmallResults(MONTHS, "uflpa", study_values(tables, ("uflpa",), 2), folder=tmp_path)
    text = Page(write_report(results, SimpleNamespace(tables=tables), regimes[1:2], config)).text
    assert "One regime was run" in text
    assert not (tmp_path / "figures" / "difference_by_market.png").exists()


@pytest.mark.usefixtures("coarse")
def test_totals_alone_still_make_a_page(tables, regimes, config, tmp_path):
    kept = {key: each for key, each in study_values(tables, ("none", "uflpa"), 3).items() if key[1] == "total"}
    results = SmallResults(MONTHS, "none", kept, folder=tmp_path)
    text = Page(write_report(results, SimpleNamespace(tables=tables), regimes[:2], config)).text
    assert "Registered trade" in text
    assert {path.stem for path in tmp_path.glob("figures/*.png")} == {"trade_by_market", "seasons"}


@pytest.mark.usefixtures("coarse")
def test_equal_regimes_show_no_clear_difference(tables, regimes, config, tmp_path):
    values = study_values(tables, ("none", "uflpa"), 3)
    same = {key: {"none": each["none"], "uflpa": each["none"]} for key, each in values.items()}
    results = SmallResults(MONTHS, "none", same, folder=tmp_path)
    text = Page(write_report(results, SimpleNamespace(tables=tables), regimes[:2], config)).text
    assert "there is no clear difference" in text
    table = pd.read_csv(tmp_path / "tables" / "difference_by_market.csv")
    assert not np.any(table[["difference", "run_q05", "run_q95"]])


def test_committed_copy_names_the_signature_and_drops_what_is_gone(page, results, tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "old.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "kept.csv").write_text("a\n1\n", encoding="utf-8")
    written = write_committed(results, tmp_path)
    assert not (tmp_path / "tables" / "old.csv").exists()
    assert (tmp_path / "runs" / "kept.csv").exists()
    assert {path.name for path in written} >= {"answer.md", "summary.csv", "map.png"}
    for path in (path for path in written if path.suffix in (".csv", ".md")):
        assert "ignature 01234567" in path.read_text(encoding="utf-8").splitlines()[-1]
    original = pd.read_csv(results.folder / "tables" / "summary.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "tables" / "summary.csv", comment="#"), original)


def test_answer_is_four_sentences_with_intervals_the_first_with_one_number(page):
    lines = (page.parent / "answer.md").read_text(encoding="utf-8").splitlines()
    sentences = lines[2:6]
    assert len(set(sentences)) == 4
    assert "9 in 10 runs" in sentences[0]
    assert ";" not in re.sub(r"\(.*?\)", "", sentences[0])
    assert "\\" not in "".join(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)
    assert sum("9 in 10 runs" in sentence for sentence in sentences) >= 2
    assert lines[6] == ""
    assert (
        "of “Import ban of the United States (2022)” are hardly or never in force on the 549 days compared" in lines[7]
    )
    assert "us_cotton_tomato_order" in lines[7]
