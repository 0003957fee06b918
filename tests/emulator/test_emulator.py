"""Emulators: quadratics come out exactly, errors are as large as they are said to be, and files are verified."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.emulator import describe_inputs, fit_emulator, read_emulator, write_emulator
from sim.errors import InputError

RUNS = 300


def _inputs(runs: int = RUNS, seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "price": random.uniform(2, 7, runs),
            "days": random.uniform(-1, 0, runs),
            "ban": random.uniform(size=runs) < 0.5,
            "rule": random.choice(["logit", "satisficing", "reinforcement"], runs),
        }
    )


def _truth(table: pd.DataFrame) -> np.ndarray:
    """Quadratic in the numbers, with products over flag and category."""
    price, days, ban = table["price"], table["days"], table["ban"].astype(float)
    level = table["rule"].map({"logit": 0.0, "satisficing": 1.5, "reinforcement": -2.0})
    return (3 + price - 0.5 * price**2 + 4 * days * price + ban * (2 - days) + level * (1 + days)).to_numpy()


def test_a_quadratic_comes_out_whole() -> None:
    table = _inputs()
    emulator = fit_emulator(table, pd.DataFrame({"trade": _truth(table)}))
    fresh = _inputs(50, seed=2)
    mean, variance = emulator.predict(fresh)
    assert mean[:, 0] == pytest.approx(_truth(fresh), rel=1e-3, abs=0.02)
    assert (variance < 1e-3).all()
    assert emulator.held_out.loc["trade", "r2"] > 0.9999


def test_a_run_lies_where_the_variance_says() -> None:
    """Of fresh runs 90 % lie within 1.645 standard deviations, to 4 standard errors of a share of 2,000 runs."""
    table, random = _inputs(), np.random.default_rng(3)
    emulator = fit_emulator(table, pd.DataFrame({"trade": _truth(table) + random.normal(0, 2.0, RUNS)}))
    fresh = _inputs(2000, seed=4)
    mean, variance = emulator.predict(fresh)
    z = (_truth(fresh) + random.normal(0, 2.0, 2000) - mean[:, 0]) / np.sqrt(variance[:, 0])
    assert np.mean(np.abs(z) < 1.6448536) == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / 2000))
    assert emulator.held_out.loc["trade", "coverage_90"] == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / RUNS))
    assert emulator.held_out.loc["trade", "rmse"] == pytest.approx(2.0, rel=0.25)


def test_variance_grows_outside_the_runs() -> None:
    table = _inputs()
    emulator = fit_emulator(table, pd.DataFrame({"trade": _truth(table) + np.sin(9 * table["price"])}))
    inside = pd.DataFrame({"price": [4.5], "days": [-0.5], "ban": [True], "rule": ["logit"]})
    far = inside.assign(price=40.0)
    assert emulator.predict(far)[1][0, 0] > 2 * emulator.predict(inside)[1][0, 0]


def test_noise_alone_is_told_as_such() -> None:
    """An outcome that no input moves: the held-out error is its own spread, and the prediction its mean."""
    noise = np.random.default_rng(5).normal(7, 1, RUNS)
    emulator = fit_emulator(_inputs(), pd.DataFrame({"luck": noise}))
    assert emulator.held_out.loc["luck", "r2"] == pytest.approx(0, abs=0.1)
    assert emulator.predict(_inputs(20, seed=6))[0] == pytest.approx(7, abs=0.5)


def test_outcomes_are_fitted_each_on_its_own() -> None:
    """Beside a noisy outcome a clean one keeps its numbers."""
    table = _inputs()
    clean = pd.DataFrame({"clean": _truth(table)})
    both = clean.assign(noisy=np.random.default_rng(7).normal(0, 100, RUNS))
    alone, beside = fit_emulator(table, clean), fit_emulator(table, both)
    assert beside.predict(table)[0][:, 0] == pytest.approx(alone.predict(table)[0][:, 0], rel=1e-9)


def test_equal_runs_give_equal_bits(tmp_path) -> None:
    table = _inputs()
    outcome = pd.DataFrame({"trade": _truth(table)})
    for name in ("one", "other"):
        write_emulator(fit_emulator(table, outcome), tmp_path / name, {})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_file_predicts_the_same_mean_to_the_last_bit_and_variance_to_six_digits(tmp_path) -> None:
    table = _inputs()
    emulator = fit_emulator(table, pd.DataFrame({"trade": _truth(table), "other": table["price"] ** 3}))
    write_emulator(emulator, tmp_path / "emulator.json", {"world": "a digest"})
    again, about = read_emulator(tmp_path / "emulator.json")
    fresh = _inputs(20, seed=9)
    (mean, variance), (again_mean, again_variance) = emulator.predict(fresh), again.predict(fresh)
    assert (mean == again_mean).all()
    assert again_variance == pytest.approx(variance, rel=1e-6)
    assert about == {"world": "a digest"}
    pd.testing.assert_frame_equal(again.held_out, emulator.held_out)


def _spoilt(text: dict, name: str) -> str:
    if name == "not JSON":
        return json.dumps(text)[:-5]
    if name == "of another format":
        text["format"] = "something else 3"
    if name == "a part missing":
        del text["slope"]
    if name == "a slope too few":
        text["slope"] = text["slope"][:-1]
    if name == "a product of nothing":
        text["pairs"][0] = [0, 999]
    if name == "infinite":
        text["noise"] = [float("inf")]
    return json.dumps(text)


@pytest.mark.parametrize(
    "name",
    ["not JSON", "of another format", "a part missing", "a slope too few", "a product of nothing", "infinite"],
)
def test_a_spoilt_file_is_refused_in_one_sentence(tmp_path, name) -> None:
    table, path = _inputs(), tmp_path / "emulator.json"
    write_emulator(fit_emulator(table, pd.DataFrame({"trade": _truth(table)})), path, {})
    path.write_text(_spoilt(json.loads(path.read_text()), name))
    with pytest.raises(InputError, match="emulator.json is no") as told:
        read_emulator(path)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (_inputs().assign(days=1.0), "'days' has the same value"),
        (_inputs().assign(price=np.nan), "'price' has no value in 300"),
        (_inputs().assign(price=np.inf).assign(price=lambda t: t["price"].where(t.index > 0, 1.0)), "not finite"),
        (_inputs(15), "wants 20 runs; there are 15"),
        (_inputs(299), "299 rows of inputs and 300"),
    ],
)
def test_what_cannot_be_fitted_is_told(table, words) -> None:
    runs = 15 if len(table) == 15 else RUNS
    with pytest.raises(InputError, match=words):
        fit_emulator(table, pd.DataFrame({"trade": np.arange(runs, dtype=float)}))


def test_an_outcome_that_is_not_finite_is_told() -> None:
    with pytest.raises(InputError, match="'trade' holds a number that is not finite"):
        fit_emulator(_inputs(), pd.DataFrame({"trade": np.full(RUNS, np.nan)}))


def test_points_that_it_does_not_know_are_told() -> None:
    table = _inputs()
    emulator = fit_emulator(table, pd.DataFrame({"trade": _truth(table)}))
    with pytest.raises(InputError, match="wants the input 'rule'"):
        emulator.predict(table.drop(columns="rule"))
    with pytest.raises(InputError, match="'rule' is 'guess'; the emulator knows logit, reinforcement, satisficing"):
        emulator.predict(table.assign(rule="guess"))


def test_inputs_are_described_by_their_values() -> None:
    price, days, ban, rule = describe_inputs(_inputs())
    assert (price.kind, days.kind, ban.kind, rule.kind) == ("number", "number", "flag", "category")
    assert (price.low > 2, price.high < 7, rule.width) == (True, True, 2)
