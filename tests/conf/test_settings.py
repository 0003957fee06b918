import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.__main__ import main
from sim.config import COMMANDS, Behaviour, Config, load
from sim.errors import InputError
from sim.parameters import TABLE
from sim.paths import shipped
from sim.state import Parameters, single

pytestmark = pytest.mark.slow

CONF = shipped("conf")
OPTIONS = sorted(
    f"{file.parent.name}={file.stem}" for file in CONF.glob("*/*.yaml") if file.parent.name not in ("regime",)
)


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable:
    """Give a command in this process, in a folder of its own: exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYDRA_FULL_ERROR", os.environ.get("HYDRA_FULL_ERROR", "0"))

    def answer(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["reroute", *words])
        try:
            main()
        except SystemExit as ending:
            return ending.code, *capfd.readouterr()
        return 0, *capfd.readouterr()

    return answer


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_file_composes(option: str) -> None:
    assert isinstance(load([option]), Config)


def test_default_study() -> None:
    config = load()
    assert (len(config.regimes), config.reference, config.design.runs) == (8, "none", 200)
    assert (config.start, config.end) == ("2021-01-01", "2028-12-31")
    assert config.firms is None


def test_a_key_is_never_also_a_folder() -> None:
    folders = {each.name for each in CONF.iterdir() if each.is_dir()}
    sections_filled_by_folders = {"behaviour", "design", "machine"}
    assert folders & {each.name for each in fields(Config)} == sections_filled_by_folders


def test_default_behaviour_is_the_table_of_parameters() -> None:
    behaviour = load().behaviour
    assert [each.name for each in fields(Behaviour)] == ["rule", *TABLE]
    assert {name: getattr(behaviour, name) for name in TABLE} == {name: each.default for name, each in TABLE.items()}


@pytest.mark.parametrize("option", sorted(CONF.glob("behaviour/*.yaml")), ids=lambda path: path.stem)
def test_a_folder_of_behaviour_names_a_rule_and_repeats_no_number(option: Path) -> None:
    assert set(yaml.safe_load(option.read_text(encoding="utf-8"))) <= {"rule", "defaults"}


def test_values_follow_the_order_that_kernels_expect() -> None:
    behaviour = load(["behaviour.theta_market=7", "behaviour.retail_spending_yuan=900"]).behaviour
    numbers = single(behaviour.values())
    assert (numbers.theta_market, numbers.retail_spending_yuan) == (7, 900)
    assert numbers._asdict() == {name: np.float32(getattr(behaviour, name)) for name in Parameters._fields}


def test_a_study_changes_the_defaults_and_the_command_line_changes_the_study() -> None:
    assert load(["debug=fast"]).design.runs == 2
    assert load(["debug=fast", "design.runs=5"]).design.runs == 5
    assert load(["experiment=compare_regimes", "regimes=[none]"]).regimes == ["none"]


@pytest.mark.parametrize(
    "word", ["behaviour.shock_sd=0", "behaviour.attention_price=1", "behaviour.attention_price=0.5"]
)
def test_a_mechanism_can_be_switched_off_and_the_ends_of_a_range_belong_to_it(word: str) -> None:
    load([word])


@pytest.mark.parametrize("name", TABLE)
def test_every_range_is_enforced(name: str) -> None:
    beyond = 1 + max(TABLE[name].high, *TABLE[name].also_allowed, 0)
    with pytest.raises(InputError, match=f"behaviour.{name}=.*outside its range"):
        load([f"behaviour.{name}={beyond}"])


def test_settings_cannot_be_changed_afterwards() -> None:
    config = load()
    with pytest.raises(FrozenInstanceError):
        config.world = "elsewhere"
    with pytest.raises(FrozenInstanceError):
        config.behaviour.theta_market = 1.0
    assert replace(config, world="elsewhere").world == "elsewhere"


def test_behaviour_has_a_rule_and_numbers_only() -> None:
    assert {each.type for each in fields(Behaviour) if each.name != "rule"} == {float, int}


def test_help_is_in_our_words_and_names_every_plain_setting(tmp_path: Path) -> None:
    answer = run("--help", cwd=tmp_path)
    assert answer.returncode == 0
    assert answer.stdout.startswith(f"reroute [{'|'.join(COMMANDS)}] key=value")
    assert [each.name for each in fields(Config) if each.name not in answer.stdout] == []
    assert [option for option in OPTIONS if option.partition("=")[2] not in answer.stdout] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("flag", [["--cfg", "job"], ["--version"], ["check", "--cfg", "job"]])
def test_flags_answer_and_leave_nothing_behind(flag: list[str], tmp_path: Path) -> None:
    answer = run(*flag, cwd=tmp_path)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout
    assert list(tmp_path.iterdir()) == []


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import atexit, sys; sys.argv[1:] = ['--help']\n"
        "heavy = {'numba', 'numpy', 'pandas', 'mesa', 'matplotlib', 'scipy'}\n"
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules))))\n"
        "from sim.__main__ import main\n"
        "main()"
    )
    answer = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


def test_show_tells_and_draws_each_regime_and_what_differs(here: Callable, tmp_path: Path) -> None:
    code, out, told = here("show", "regimes=[none,uflpa]")
    assert (code, told) == (0, "")
    assert all(f"\n{start}" in f"\n{out}" for start in ("none:", "uflpa:", "uflpa against none:"))
    drawn = [Path("results/show/none.png"), Path("results/show/uflpa.png")]
    assert out.splitlines()[-3::2] == [f"The timeline of {path.stem}: {path}" for path in drawn]
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")) == drawn


def test_show_tells_the_difference_from_any_regime(here: Callable, tmp_path: Path) -> None:
    code, out, told = here("show", "regimes=[us_eu]", "against=uflpa", f"results_dir={tmp_path}")
    assert code == 0, told
    assert "+ " in out.partition("us_eu against uflpa:")[2]
    assert "\nuflpa:" not in f"\n{out}"
    code, _, told = here("show", "regimes=[us_eu]", "against=uflpo")
    assert code == 2
    assert "uflpa" in told
