"""The app without a browser: words, links, regimes as text, jobs, and the views as Streamlit runs them."""

import json
import socket
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up import GAINED_SHARE, material_of

from sim.about import find_world, read_about
from sim.config import load
from sim.errors import InputError
from sim.explorer.answer import FORMAT, answer
from sim.explorer.app import editing, serve
from sim.explorer.app.asked import Asked
from sim.explorer.app.jobs import Job
from sim.explorer.app.telling import amount, beside, emulated, emulators, plain, read_kindly, tiles, why_it_still_goes
from sim.explorer.command import run
from sim.explorer.design import check_batches
from sim.explorer.fitting import judge
from sim.explorer.levers import LEVERS, VERSION, defaults, read, without_levers, written
from sim.explorer.page import render
from sim.policy.language.load import load_regime
from sim.policy.language.measures import differing

MAIN = Path(editing.__file__).with_name("main.py")
NASTY = "<b>$x$</b>"
WORLD = "xinjiang"
BAN = (
    "purpose: x\nbackground: adds\nmeasures: {a: {sender: %s, instrument: import_ban, start: 2023-01-01%s, source: x}}"
)
ENDS_FIRST, NOWHERE = BAN % ("united_states", ", end: 2022-01-01"), BAN % ("united_stats", "")
WRONG = "purpose: x\nbackground: adds\nmeasure: {}"
ABOUT = {
    "title": "A title", "command": "", "held": "chance alone", "runs": 1, "checks": 4, "check_runs": 30,
    "signature": "0", "world": "xinjiang", "first": "2021-01-01", "last": "2028-12-31", "bar": "2 of 2",
}  # fmt: skip


@pytest.fixture(scope="module")
def said(fitted):
    return answer(fitted, judge(fitted, material_of(check_batches(4, 1), 30, 7)), {"trade": NASTY}, ABOUT)


@pytest.fixture(scope="module")
def home(said, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    (folder / "explorer").mkdir()
    (folder / "explorer" / "index.html").write_text(render(said), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def known(home):
    return emulators(home / "explorer" / "index.html")


def asked_of(folder, setting=None):
    setting = setting or defaults()
    settings = {
        "results_dir": str(folder),
        "world": "xinjiang",
        "start": "2021-01-01",
        "end": "2021-06-30",
        "firms": 200,
    }
    return Asked(setting, editing.text_of(setting), editing.base_text(setting), settings)


def test_a_name_is_no_markup_and_no_formula() -> None:
    assert plain(NASTY) == r"\<b\>\$x\$\</b\>"
    assert plain("no marks at all") == "no marks at all"


@pytest.mark.parametrize(
    ("link", "where", "parts"),
    [
        ("9;us=no", "", ["version “9”", f"version {VERSION}", "defaults"]),
        ("1;tracin=2", "", ["“tracin”", "does not know"]),
        ("1;tracing=9", "tracing", ["tracing=9", "1 to 2.4", "default"]),
        ("1;us_from=soon", "us_from", ["us_from=soon", "a month"]),
    ],
)
def test_a_strange_link_is_answered_and_all_else_of_it_is_read(link, where, parts) -> None:
    setting, faults = read_kindly(link + ";eu=yes")
    assert [part for part in parts if part not in faults[where]] == []
    assert setting == defaults() | ({"eu": 1.0} if link.startswith("1") else {})


def test_a_link_without_fault_is_read_as_the_command_line_reads_it() -> None:
    setting = check_batches(8, 3)[6].settings[0]
    assert read_kindly(written(setting)) == (read(written(setting)), {})
    assert read_kindly("") == (defaults(), {})


def test_what_the_app_says_is_what_the_emulators_say(known, fitted) -> None:
    from sim.explorer.columns import table_of
    from sim.explorer.shown import TILE

    setting = defaults() | {"tracing": 2.0, "us_from": 0.0}
    table = emulated(known, setting)
    for one in fitted:
        band = one.band(table_of(setting))[:, 0]
        for place, outcome in enumerate(one.outcomes):
            (row,) = table[(table["subject"] == outcome.subject) & (table["slot"] == one.slot.name)].itertuples()
            assert (row.low, row.middle, row.high) == pytest.approx(tuple(band[:, place]), rel=1e-3)
    assert set(tiles(table, "2027")["subject"]) == {"trade", "cut", "diverted"}
    apart = beside(table.assign(vouched=True), table.assign(middle=table["high"]))
    width = table[table["view"] == TILE].eval("(high - middle) / (high - low)")
    assert apart["apart"].to_numpy() == pytest.approx(width.to_numpy())


def test_a_share_of_what_is_next_to_nothing_is_not_defined_and_else_is_what_is_gained(known) -> None:
    goods = {name: emulated(known, defaults() | {"goods": value}) for name, value in (("all", 0.0), ("cotton", 2.0))}
    found = {name: tiles(table, "2027").set_index("subject").loc["diverted"] for name, table in goods.items()}
    assert found["all"]["middle"] == pytest.approx(GAINED_SHARE, abs=0.02)
    assert np.isnan(found["cotton"]["middle"])
    assert amount(found["cotton"]["middle"], "share") == "not defined"


def test_before_a_ban_nothing_is_said_of_what_it_changes(known) -> None:
    table = emulated(known, defaults() | {"us_from": 72.0})
    assert "cut" not in set(table.loc[table["slot"] == "2022", "subject"])


@pytest.mark.parametrize(
    ("text", "part"),
    [("<html>", "no page of the explorer"), ('{"version": "0"}', f"(0.1, this is {VERSION}.{FORMAT})")],
)
def test_a_page_of_another_version_or_of_something_else_is_told(text, part, tmp_path) -> None:
    page = tmp_path / "index.html"
    page.write_text(f'<script type="application/json" id="data">{text}</script>' if "{" in text else text)
    with pytest.raises(InputError) as told:
        emulators(page)
    assert part in str(told.value)
    assert emulators(tmp_path / "none.html") is None


def test_the_text_of_the_levers_is_a_regime_and_words_are_told_of_it() -> None:
    checked = editing.check(editing.text_of(defaults() | {"eu": 1.0}), WORLD)
    assert {each.name for each in checked.regime.measures} >= {"us_import_ban", "eu_product_ban"}
    assert "eu_product_ban: " in checked.told


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("purpose: [", "mine.yaml"),
        ("purpose: x\nbackground: adds\nmeasure: {}", "measures"),
        ("purpose: x\nbackground: adds\nmeasures: {a: {sender: united_states, instrument: import_bam}}", "import_ban"),
        ("x" * 100_001, "100,000"),
        (ENDS_FIRST, "2022-01-01"),
        (NOWHERE, "united_states"),
    ],
)
def test_a_wrong_text_is_answered_with_a_sentence_without_a_path_of_this_machine(text, part) -> None:
    checked = editing.check(text, WORLD)
    assert checked.regime is None
    assert part in checked.told
    assert "/tmp" not in checked.told


@pytest.mark.parametrize("name", ["", "../up", "A", "uflpa", "a b", "1st"])
def test_a_bad_name_of_a_regime_is_refused_and_nothing_is_written(name, tmp_path) -> None:
    with pytest.raises(InputError, match="another name|no name"):
        editing.save("purpose: x", name, tmp_path, WORLD)
    assert list(tmp_path.iterdir()) == []


def test_a_saved_regime_is_what_the_command_line_reads(tmp_path) -> None:
    text = editing.library_text("uflpa", WORLD)
    path = editing.save(text, "my_own", tmp_path / "new", WORLD)
    assert differing(load_regime(str(path)).measures, load_regime("uflpa").measures) == {}


def test_what_is_asked_is_written_as_files_that_say_the_same_and_another_question_has_others(tmp_path) -> None:
    mine, other = asked_of(tmp_path), asked_of(tmp_path, defaults() | {"eu": 1.0})
    assert mine.about != other.about
    for asked in (mine, other):
        base, regime = map(Path, asked.files())
        assert (base.read_text(), regime.read_text()) == (asked.base, asked.text)
    edited = mine._replace(setting=None, base="none")
    assert edited.files()[0] == "none"
    assert "reroute 'regimes=[none," in edited.command(20)


def test_the_app_listens_on_this_machine_alone_and_tells_nobody() -> None:
    words = serve.command_of(load(["explorer.port=8599", "explorer.headless=true", "command=explore"]))
    assert {"--server.address=127.0.0.1", "--browser.gatherUsageStats=false", "--server.port=8599"} <= set(words)


def test_a_world_that_is_not_there_is_told_before_anything_starts(tmp_path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        serve.serve(load([f"world={tmp_path / 'nowhere'}", "command=explore"]))


def test_a_port_that_is_taken_is_told_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind((serve.ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"explorer.port={port}: cannot listen"):
            serve._check_port(port)


def test_a_job_that_is_cancelled_ends_and_says_so(tmp_path) -> None:
    asked = asked_of(tmp_path)
    job = Job(asked.files(), 20, asked.run_settings, asked.about)
    assert job.is_running
    job.cancel()
    assert not job.is_running
    assert (job.state["stage"], job.state["done"]) == ("cancelled", 0)


@pytest.mark.slow  # it starts Python twice: some seconds
def test_a_job_runs_what_is_asked_and_a_faulty_one_says_why(tmp_path) -> None:
    from sim.explorer.app.views.true_runs import answers_of

    asked = asked_of(tmp_path)._replace(settings=asked_of(tmp_path).settings | {"end": "2021-12-31"})
    job = Job(asked.files(), 5, asked.run_settings, asked.about)
    job._process.wait(300)
    assert (job.state["stage"], job.state["done"]) == ("done", 5), job.state
    table = answers_of(job.state["folder"], 5, asked)
    trade = table[(table["subject"] == "trade") & (table["slot"] == "2021")]
    assert len(trade) == 1
    assert trade["middle"].item() > 0
    bad = Job(["none", "no_such"], 5, asked.run_settings, "")
    bad._process.wait(300)
    assert "no_such" in bad.state["fault"]


def test_a_firm_that_ships_at_a_loss_is_explained_in_words() -> None:
    table = pd.DataFrame(
        {"share": [0.06, 0.9, 0.04], "target": [0.02, 0.95, 0.03], "margin": [-0.12, 0.1, 0.05]},
        index=pd.Index(["united_states", "kazakhstan", "russia"], name="channel"),
    )
    (line,) = why_it_still_goes(table)
    assert line.startswith("6 % of what it sells still goes by united states, where it expects to lose 12 cents")
    assert "drawing back" in line
    assert why_it_still_goes(table.assign(margin=np.abs(table["margin"]))) == [
        "It sends nothing worth telling where it expects a loss."
    ]


@pytest.fixture(scope="module")
def app(home):
    testing = pytest.importorskip("streamlit.testing.v1")
    with pytest.MonkeyPatch.context() as patch:
        settings = {"results_dir": str(home), "world": "xinjiang", "start": "2021-01-01", "end": "2021-12-31"}
        patch.setenv(serve.SETTINGS, json.dumps(settings | {"firms": 200}))
        yield lambda: testing.AppTest.from_file(str(MAIN), default_timeout=600)


def words_of(at):
    return " ".join(str(each.value) for each in [*at.markdown, *at.caption, *at.info, *at.warning, *at.error, *at.code])


@pytest.mark.slow  # Streamlit runs the whole script for each step
def test_levers_answer_at_once_and_the_address_holds_them(app) -> None:
    at = app()
    at.query_params["s"] = "1;eu=yes;tracing=99;strange=1"
    at.run()
    assert not at.exception
    assert "“strange”" in words_of(at)
    assert "tracing=99" in words_of(at)
    before = words_of(at)
    at.checkbox(key="lever_us").uncheck().run()
    assert at.query_params["s"] in ("1;us=no;eu=yes", ["1;us=no;eu=yes"])
    assert words_of(at) != before
    assert plain(NASTY) in words_of(at)
    assert set(LEVERS) <= {
        each.key.removeprefix("lever_") for each in [*at.checkbox, *at.select_slider, *at.selectbox] if each.key
    }


@pytest.mark.parametrize("world", ["xinjiang", "russia"])
def test_regimes_of_each_shipped_world_are_offered_and_can_be_used(world) -> None:
    names = editing.library_of(world)
    assert {*read_about(find_world(world)).regimes} <= {*names}
    assert editing.check(editing.library_text("observed", world), world).regime is not None


def test_a_regime_of_one_world_is_refused_in_another_with_the_name_that_is_not_there() -> None:
    told = editing.check(editing.library_text("hubs_closed", "russia"), WORLD)
    assert told.regime is None
    assert "the measure 'hubs_turn_away' names 'armenia' as 'sender', which is unknown" in told.told


def test_levers_are_of_the_first_world_and_of_worlds_that_stand_on_it(tmp_path) -> None:
    (tmp_path / "world.yaml").write_text("base: xinjiang\n", encoding="utf-8")
    assert without_levers(WORLD) == without_levers(str(tmp_path)) == ""
    assert without_levers("russia").startswith("No levers are declared for the world russia")


@pytest.mark.parametrize("words", [["explorer.page=x.html"], ["explorer.setting=1"]])
def test_a_page_of_a_world_without_levers_is_refused_in_one_sentence_before_anything_runs(words) -> None:
    with pytest.raises(InputError, match="No levers are declared for the world russia"):
        run(load(["command=explore", "world=russia", *words]))


def test_a_text_that_is_edited_is_found_again_by_its_key_alone_however_wrong_it_is(tmp_path) -> None:
    key = editing.keep(WRONG, "none", tmp_path).parent.name
    assert editing.kept(key, tmp_path) == WRONG
    for strange in ("00000000", "../../up", "", "zzzzzzzz"):
        with pytest.raises(InputError, match="not kept here"):
            editing.kept(strange, tmp_path)


def test_a_link_finds_the_text_again_and_strange_keys_are_told(app, home) -> None:
    at = app()
    at.query_params["t"] = editing.keep(WRONG, "none", home / "explorer").parent.name
    at.query_params["b"], at.query_params["v"], at.query_params["what"] = "no_such", "regime", "1"
    at.run()
    assert not at.exception
    assert at.text_area[0].value == WRONG
    assert [part for part in ("“no\\_such”", "“what”") if part not in words_of(at)] == []
    assert "measures" in words_of(at)


@pytest.fixture
def abroad(tmp_path, monkeypatch):
    testing = pytest.importorskip("streamlit.testing.v1")
    settings = {"results_dir": str(tmp_path), "world": "russia", "start": "2021-01-01", "end": "2021-06-30"}
    monkeypatch.setenv(serve.SETTINGS, json.dumps(settings | {"firms": 200}))
    return testing.AppTest.from_file(str(MAIN), default_timeout=600)


def test_a_world_without_levers_is_shown_with_its_own_regimes_and_says_that_nothing_was_fitted(abroad) -> None:
    at = abroad.run()
    assert not at.exception
    assert at.radio(key="view").value == "Regime in words"
    assert "hubs_closed" in at.selectbox(key="library_choice").options
    assert "No levers are declared for the world russia" in words_of(at)
    at.radio(key="view").set_value("Run it truly").run()
    assert "the world russia has no posterior" in words_of(at)
    shown = at.radio(key="view")  # what a browser marks that has forgotten the choice: never another view
    assert shown.options[shown.proto.default] == "Run it truly"


@pytest.mark.slow  # Streamlit runs the whole script for each step
def test_a_wrong_text_is_answered_and_kept_and_no_view_breaks(app) -> None:
    at = app().run()
    at.radio(key="view").set_value("Regime in words").run()
    at.radio(key="source_control").set_value(editing.EDITED).run()
    at.text_area[0].set_value(WRONG).run()
    assert not at.exception
    assert "measures" in words_of(at)
    for view in (
        "Run it truly",
        "Figures",
        "Observed figures",
        "Crossings by month",
        "One run, week by week",
        "Stored studies",
    ):
        at.radio(key="view").set_value(view).run()
        assert not at.exception, view
        assert "could not be shown" not in words_of(at), view
    at.radio(key="view").set_value("Regime in words").run()
    assert at.text_area[0].value == WRONG


SHIPPED = Path(__file__).parents[2] / "results" / "explorer" / "index.html"
LEVER_SECONDS, ANSWER_SECONDS = 0.5, 0.25
"""Most processor time, the least of some: of all that a lever sets going on the server, and of the emulated answer."""


def least_of(work, times=5):
    taken = []
    for _ in range(times):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def test_the_emulated_answer_of_the_shipped_page_takes_a_moment() -> None:
    shipped, settings = emulators(SHIPPED), iter(check_batches(8, 3))
    assert least_of(lambda: emulated(shipped, next(settings).settings[0])) < ANSWER_SECONDS


@pytest.mark.slow  # Streamlit runs the whole script for each step
def test_a_lever_moves_the_picture_of_the_shipped_page_in_a_moment(tmp_path, monkeypatch) -> None:
    testing = pytest.importorskip("streamlit.testing.v1")
    (tmp_path / "explorer").mkdir()
    (tmp_path / "explorer" / "index.html").write_bytes(SHIPPED.read_bytes())
    monkeypatch.setenv(serve.SETTINGS, json.dumps({"results_dir": str(tmp_path)}))
    at = testing.AppTest.from_file(str(MAIN), default_timeout=600).run()
    assert not at.exception
    lever = "lever_eu"
    assert least_of(lambda: at.checkbox(key=lever).set_value(not at.checkbox(key=lever).value).run()) < LEVER_SECONDS


def test_a_chart_says_its_finding() -> None:
    charts = pytest.importorskip("sim.explorer.app.views.charts", exc_type=ImportError)
    course = pd.DataFrame({"slot": ["2021", "2022"], "value": ["1 bn USD", "2 bn USD"]})
    assert charts.course_found(course) == "From 1 bn USD in 2021 to 2 bn USD in 2022"
    both = pd.concat([course.assign(kind="true"), course.assign(kind="emulated", value="9 bn USD")])
    assert charts.course_found(both) == charts.course_found(course)
    assert charts.course_found(course.iloc[:1]) == "1 bn USD in 2021"
    dots = pd.DataFrame(
        {
            "name": ["unclear", "grey", "Kazakhstan"], "value": ["9 bn USD", "4 bn USD", "3 bn USD"], "band": "2 to 4",
            "low": [-1.0, 2.0, 2.0], "high": [19.0, 4.0, 4.0], "vouched": [True, False, True],
        }
    )  # fmt: skip
    assert charts.dots_found(dots) == "Most at Kazakhstan: 3 bn USD (9 in 10 runs: 2 to 4)"
    assert "clearly" in charts.dots_found(dots.iloc[:2])
