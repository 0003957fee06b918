"""What a notebook starts from: settings as words, one sentence for what is wrong."""

import pytest

import sim
from sim.config import load
from sim.errors import InputError
from sim.notebook import words_of


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
