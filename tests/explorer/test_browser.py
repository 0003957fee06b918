"""The app in a real browser: controls, two sessions, a link, a run that is cancelled, nothing asked outside."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from made_up import material_of

from sim.config import load
from sim.explorer.answer import answer
from sim.explorer.app import serve
from sim.explorer.app.main import VIEWS
from sim.explorer.design import check_batches
from sim.explorer.fitting import judge
from sim.explorer.page import render
from sim.notebook import compare

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WAIT_MS, WIDTHS = 120_000, (1440, 390)
ABOUT = {
    "title": "A title", "command": "", "held": "chance alone", "runs": 1, "checks": 4, "check_runs": 30,
    "signature": "0", "world": "xinjiang", "first": "2021-01-01", "last": "2028-12-31", "bar": "2 of 2",
}  # fmt: skip

pytestmark = [
    pytest.mark.thorough,  # a server and a browser: minutes on a busy machine
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def home(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    (folder / "explorer").mkdir()
    said = answer(fitted, judge(fitted, material_of(check_batches(4, 1), 30, 7)), {}, ABOUT)
    (folder / "explorer" / "index.html").write_text(render(said), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(home):
    pytest.importorskip("streamlit")
    with socket.socket() as probe:
        probe.bind((serve.ADDRESS, 0))
        port = probe.getsockname()[1]
    config = load([f"explorer.port={port}", "explorer.headless=true", "command=explore"])
    settings = json.dumps({"results_dir": str(home), "firms": 200, "end": "2021-12-31"})
    environment = {**os.environ, serve.SETTINGS: settings, "PYTHONPATH": str(Path(__file__).parents[2])}
    server = subprocess.Popen(serve.command_of(config), env=environment, stdout=sys.stderr)
    found = f"http://{serve.ADDRESS}:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{found}/_stcore/health", timeout=5)
            break
        except OSError:
            time.sleep(0.5)
    yield found
    server.terminate()
    server.wait(30)


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, address):
    """A page whose requests are noted; none may leave this machine."""
    asked = []
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
    context.set_default_timeout(WAIT_MS)
    opened = context.new_page()
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    context.close()
    outside = [url for url in asked if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))]
    assert outside == []


@pytest.fixture(scope="module")
def study(home):
    """A small stored study with its report, among the results that the app lists."""
    words = {"firms": 200, "end": "2021-12-31", "results_dir": str(home)}
    return compare(["none", "uflpa"], 2, **words)


def lever(page, title):
    return page.locator('[data-testid="stSidebar"]').get_by_text(title, exact=True)


def test_a_link_is_read_levers_move_the_answer_and_the_address_and_a_reload_keeps_them(page, address) -> None:
    page.goto(f"{address}/?s=1%3Beu%3Dyes%3Bstrange%3D1")
    page.get_by_text("which this app does not know").wait_for()
    page.get_by_text("4.", exact=False).first.wait_for()
    lever(page, "Four more").click()
    page.wait_for_function("location.search.includes('others')")
    page.reload()
    page.get_by_text("Registered trade of the region by year").first.wait_for()
    assert page.get_by_role("checkbox", name="Four more").is_checked()
    assert page.get_by_role("checkbox", name="European Union").is_checked()


def test_two_sessions_do_not_move_each_others_levers(page, browser, address) -> None:
    page.goto(address)
    other = browser.new_context().new_page()
    other.set_default_timeout(WAIT_MS)
    other.goto(address)
    lever(page, "European Union").click()
    page.wait_for_function("location.search.includes('eu')")
    other.get_by_role("checkbox", name="European Union").wait_for(state="attached")
    assert not other.get_by_role("checkbox", name="European Union").is_checked()
    other.context.close()


def test_a_wrong_text_is_answered_beside_it_and_a_run_can_be_cancelled(page, address) -> None:
    page.goto(address)
    page.get_by_text("Regime in words", exact=True).click()
    page.get_by_text("the text below", exact=True).click()
    text = page.get_by_label("The regime as text (YAML)")
    text.fill("purpose: x\nbackground: adds\nmeasure: {}")
    text.press("Control+Enter")
    page.get_by_text("measures", exact=False).first.wait_for()
    assert page.get_by_text("Traceback").count() == 0
    page.get_by_text("the levers", exact=True).click()
    page.get_by_text("Run it truly", exact=True).first.click()
    page.get_by_role("button", name="Run it truly").click()
    page.get_by_role("button", name="Cancel").wait_for()
    page.reload()
    page.get_by_text("it is followed here").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled.").wait_for()


def settled(page):
    """Wait until nothing that is shown is of the view before."""
    page.wait_for_timeout(1_000)
    page.wait_for_function(
        "!document.querySelector('[data-testid=stStatusWidget], [data-testid=stSpinner], [data-stale=true]')"
    )


def test_a_stored_study_is_opened_without_a_run_and_its_files_are_downloaded(page, address, study) -> None:
    page.goto(f"{address}/?v=stored")
    page.get_by_role("button", name="Open it").click()
    page.get_by_text("What the regimes do not have alike").wait_for()
    page.get_by_text("US import ban").first.wait_for(state="attached")
    for name, begins in (("The page", b"<!doctype html>"), ("Tables as a workbook", b"PK"), ("Figures", b"PK")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=name, exact=True).click()
        assert Path(taken.value.path()).read_bytes()[: len(begins)].lower() == begins.lower(), name
    assert page.get_by_text(f"design.runs={2}").count() >= 1


def test_a_text_that_is_edited_is_there_again_after_a_reload(page, address) -> None:
    page.goto(f"{address}/?v=regime")
    text = page.get_by_label("The regime as text (YAML)")
    text.wait_for()
    settled(page)
    text.fill("purpose: <b>mine</b>\nbackground: adds\nmeasures: {}")
    text.press("Control+Enter")
    page.wait_for_function("location.search.includes('t=')")
    page.reload()
    text.wait_for()
    settled(page)
    assert text.input_value().startswith("purpose: <b>mine</b>")
    assert page.locator("b", has_text="mine").count() == 0


def test_a_click_on_the_first_view_while_another_is_still_loading_is_not_lost(page, address, study) -> None:
    views = page.locator('[data-testid="stMain"] [data-testid="stRadio"]').first
    for _ in range(3):
        page.goto(f"{address}/?v=stored")
        page.get_by_role("button", name="Open it").click()
        page.get_by_text("What the regimes do not have alike").wait_for()
        assert views.get_by_role("radio", name="Stored studies").is_checked()
        views.get_by_text("Answer at once", exact=True).click()
        page.wait_for_function("location.search.includes('v=answer')")


@pytest.mark.parametrize("width", WIDTHS)
def test_no_view_is_wider_than_the_window(page, address, study, width) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/?v=stored")
    page.get_by_role("button", name="Open it").click()
    page.get_by_text("Any number of it").wait_for()
    settled(page)
    views = page.locator('[data-testid="stMain"] [data-testid="stRadio"]').first
    for name, module in VIEWS.items():
        views.get_by_text(name, exact=True).click()
        page.wait_for_function(f"location.search.includes('v={module}')")
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.get_by_text("could not be shown").count() == 0, name
        if folder := os.environ.get("REROUTE_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{module}_{width}.png", full_page=True)


def test_the_page_of_a_mail_answers_offline_and_redraws_when_a_lever_moves(home, browser) -> None:
    context = browser.new_context(offline=True)
    asked = []
    opened = context.new_page()
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto((home / "explorer" / "index.html").as_uri())
    before = opened.locator("#tiles").inner_text()
    opened.locator("#lever-us").uncheck()
    opened.wait_for_function("location.hash.includes('us=no')")
    assert opened.locator("#tiles").inner_text() != before
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()
