"""Results as a notebook and a terminal show them, of a study without its runs."""

import base64

import pytest

from sim.results.results import Results
from tests.listing.test_studies import write_study

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")


@pytest.fixture
def folder(tmp_path):
    place = write_study(tmp_path, "c" * 32, "2026-03-01T00:00:00+00:00")
    (place / "tables").mkdir()
    rows = "regime,against,period\nuflpa,none,2021-01 to 2021-01\n"
    (place / "tables" / "summary.csv").write_text(rows, encoding="utf-8")
    (place / "figures").mkdir()
    for name in ("a_map", "trade_by_market", "difference_by_market"):
        (place / "figures" / f"{name}.png").write_bytes(PNG + name.encode())
    return place


def test_text_tells_headline_regimes_window_runs_and_failures(folder):
    text = repr(Results(folder))
    assert text.splitlines()[:2] == ["Results of compare_regimes, signature cccccccc", "  Under *x* less enters"]
    assert "months: 2021-01 to 2021-01; compared over 2021-01 to 2021-01" in text
    assert "runs: 2 of each regime" in text
    assert "failures: none" in text
    assert str(folder / "page.html") in text


def test_a_notebook_shows_the_same_with_two_figures_of_the_page(folder):
    html = Results(folder)._repr_html_()
    assert html.count("<img") == 2
    shown = [
        html.index(base64.b64encode(PNG + name)[20:].decode()) for name in (b"difference_by_market", b"trade_by_market")
    ]
    assert shown == sorted(shown)
    assert "<strong>Under *x* less enters</strong>" in html


def test_what_files_say_is_escaped(folder):
    (folder / "answer.md").write_text("# A\n\n\\<script>alert(1)</script>\n", encoding="utf-8")
    assert "<script>" not in Results(folder)._repr_html_()


def test_a_study_without_a_page_says_so(folder):
    for name in ("answer.md", "page.html"):
        (folder / name).unlink()
    results = Results(folder)
    assert "no page was drawn" in repr(results)
    assert "Results of compare_regimes" in results._repr_html_()


def test_a_regime_has_its_title_beside_its_name(folder, tmp_path):
    own = tmp_path / "uflpa.yaml"
    own.write_text("purpose: x\ntitle: 'Ban: 2022'\n", encoding="utf-8")
    results = Results(folder)
    settings = f"regimes: [none, {own}]\n"
    results.file = lambda name: settings.encode()
    assert "uflpa (Ban: 2022)" in repr(results)
