"""What lies in a folder of results, as it is listed; and the link to the newest page."""

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.listing.studies import COPY, lines_of, studies_in
from sim.results.latest import link_latest
from sim.store.digest import FORMAT
from sim.store.sealed import sealed

BATCH = {"draws": [0, 1], "runs": [0, 2], "places": [0, 2], "family": "f", "sha256": "0", "failures": []}


def write_study(folder: Path, signature: str, written: str, runs: int = 2) -> Path:
    """Write the folder of a study of two runs, without its runs."""
    place = folder / "compare_regimes" / "runs" / signature
    place.mkdir(parents=True)
    manifest = {
        "format": FORMAT,
        "version": "0.1.0",
        "signature": signature,
        "written": written,
        "regimes": ["none", "uflpa"],
        "against": "none",
        "months": ["2021-01"],
        "design": {"first_draw": 0, "draws": 1, "runs": runs, "paired": False},
        "digests": {"regimes": {}},
        "versions": {},
        "failures": [],
        "files": {},
        "batches": [{**BATCH, "regime": name, "digest": "0" * 32} for name in ("none", "uflpa")],
    }
    (place / "manifest.json").write_text(sealed(manifest), encoding="utf-8")
    (place / "answer.md").write_text("# Compare\n\nUnder \\*x\\* less enters; and more\n", encoding="utf-8")
    (place / "page.html").write_text(f"<p>{signature}", encoding="utf-8")
    return place


@pytest.fixture
def folder(tmp_path):
    write_study(tmp_path, "a" * 32, "2026-01-01T00:00:00+00:00")
    write_study(tmp_path, "b" * 32, "2026-03-01T00:00:00+00:00")
    return tmp_path


def test_studies_are_listed_newest_first_with_headline_and_page(folder):
    newest, oldest = studies_in(folder)
    assert (newest.signature, oldest.signature) == ("b" * 32, "a" * 32)
    assert (newest.runs, newest.regimes, newest.headline) == (2, ("none", "uflpa"), "Under *x* less enters")
    assert newest.page.read_text() == f"<p>{'b' * 32}"
    lines = lines_of([newest, oldest], folder)
    assert lines[2] == "2026-03-01 00:00  compare_regimes; 2 runs each of none, uflpa; signature bbbbbbbb"


def test_a_study_that_cannot_be_read_is_listed_with_the_reason_and_the_others_stay(folder):
    path = folder / "compare_regimes" / "runs" / ("b" * 32) / "manifest.json"
    path.write_text(path.read_text().replace("2026-03", "2027-03"), encoding="utf-8")
    good, bad = studies_in(folder)
    assert good.signature == "a" * 32
    assert "was changed or spoilt" in bad.headline
    path.write_text('{"format": 0, "version": "0.0.1"}', encoding="utf-8")
    assert "was written by reroute 0.0.1" in studies_in(folder)[1].headline


def test_an_answer_without_runs_is_listed_too(folder):
    (folder / "patterns").mkdir()
    (folder / "patterns" / "answer.md").write_text("# Patterns\n\n12 of 14.\n", encoding="utf-8")
    last = studies_in(folder)[-1]
    assert (last.study, last.written, last.headline) == ("patterns", COPY, "12 of 14.")


def test_a_folder_without_a_study_is_one_sentence(tmp_path):
    (tmp_path / "results").mkdir()
    with pytest.raises(InputError, match="holds no finished study"):
        studies_in(tmp_path / "results")
    with pytest.raises(InputError, match="no such folder; did you mean results"):
        studies_in(tmp_path / "resluts")


def test_latest_leads_to_the_page_that_was_written_last(folder):
    for page in (each.page for each in reversed(studies_in(folder))):
        link = link_latest(page, folder)
    assert link == folder / "latest.html"
    assert link.read_text() == f"<p>{'b' * 32}"
    assert not link.readlink().is_absolute()


def test_where_links_are_not_allowed_a_small_page_leads_on(folder, monkeypatch):
    def refuse(*_):
        raise OSError("not allowed")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    link = link_latest(studies_in(folder)[0].page, folder)
    assert f'href="compare_regimes/runs/{"b" * 32}/page.html"' in link.read_text()


def test_a_folder_named_latest_is_left_alone(folder):
    (folder / "latest.html").mkdir()
    assert link_latest(studies_in(folder)[0].page, folder) is None
    assert (folder / "latest.html").is_dir()
