"""What a notebook starts from: settings as words, one sentence for what is wrong."""

import re
from pathlib import Path

import pytest

import sim
from sim.config import load
from sim.errors import InputError
from sim.notebook import words_of

ROOT = Path(__file__).parents[1]


def test_settings_of_python_are_read_back_as_the_same_values():
    settings = {
        "design__sampler": None,
        "trace": True,
        "seed": 7,
        "end": "2032-12-31",
        "world": "xinjiang",
        "debug": "fast",
    }
    config = load(words_of(["none", "us_eu"], 20, settings))
    assert (config.regimes, config.design.runs, config.design.seed) == (["none", "us_eu"], 20, 7)
    assert (config.design.sampler, config.trace, config.end, config.firms) == (None, True, "2032-12-31", 200)


def test_paths_with_odd_letters_stay_whole(tmp_path):
    odd = tmp_path / "my (first), regime.yaml"
    odd.write_text("purpose: x\n", encoding="utf-8")
    assert load(words_of(["none", str(odd)], None, {})).regimes == ["none", str(odd)]


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: sim.compare(["none", "us_ue"]), "'us_ue'.*'us_eu'"),
        (lambda: sim.compare(["none"], runs=0), "design.runs=0: must be 1 or more"),
        (lambda: sim.compare(["none"], rums=20), r"rums=20 is no setting: did you mean 'runs'\?"),
        (lambda: sim.compare(["none"], runs=3, design__runs=4), "design.runs is given twice"),
        (lambda: sim.compare(["none"], end="2032-13-31"), "end=2032-13-31 is not a date"),
        (lambda: sim.compare(["none"], command="show"), "command=show: compare runs a study"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_run(ask, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=told) as caught:
        ask()
    assert caught.value._render_traceback_() == [f"InputError: {caught.value}"]
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_completes_the_names_of_the_package():
    assert {"compare", "open_results"} <= set(dir(sim))


def blocks(page):
    """List the Python of a page of Markdown."""
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.slow
def test_the_notebook_of_the_readme_and_the_page_of_notebooks_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (example,) = (each for each in blocks("README.md") if "sim.compare" in each)
    found = {}
    exec(example, found)
    assert capsys.readouterr().out.splitlines()[-8].startswith("Results of compare_regimes, signature ")
    assert found["by_year"]["unit"].unique().tolist() == ["bn yuan"]
    assert Path("results/latest.html").read_bytes() == (found["results"].folder / "page.html").read_bytes()
    assert (found["results"].folder / "tables.xlsx").is_file()
    done = found["results"].folder.stat().st_mtime_ns
    for block in blocks("docs/notebooks.md"):
        exec(block, found)
    assert found["again"].signature == found["results"].signature
    assert found["results"].folder.stat().st_mtime_ns == done  # nothing was run, drawn or written again
    assert Path("two.svg").read_text(encoding="utf-8").count("Kazakhstan")
    assert Path("tables.xlsx").stat().st_size > 0
    assert Path("export/quantiles.csv").is_file()
