from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.ensemble.plan.samplers import SAMPLERS, Uncertain, from_table, sampled
from sim.errors import InputError

PARAMETERS = {"theta": 6.0, "speed": 0.02, "level": 3.0, "fixed": 7.0}
STANDING = {"theta_market": 6.0, "lift": 9.0, "kappa": 5.0, "sensitivity": 0.4}
UNCERTAIN = {
    "speed": Uncertain(0.01, 0.1, "log_uniform"),
    "theta": Uncertain(3.0, 12.0),
    "level": Uncertain(1.0, 4.0, "triangular"),
}
SIZES = {"latin_hypercube": 64, "sobol": 64 * 5, "morris": 64 * 4, "factorial": 64**3}
EXACT = {
    "theta": stats.uniform(3, 9),
    "speed": stats.loguniform(0.01, 0.1),
    "level": stats.triang(2 / 3, 1, 3),
}


@pytest.mark.parametrize("sampler", list(SAMPLERS))
def test_draws_stay_in_range_and_leave_the_rest_alone(sampler):
    design = sampled(sampler, 64, UNCERTAIN, PARAMETERS, runs=3)
    assert design.draws.shape == (SIZES[sampler], 4)
    assert (design.first_draw, design.runs) == (1, 3)
    assert (design.draws[:, 3] == 7.0).all()
    for name, each in UNCERTAIN.items():
        column = design.draws[:, list(PARAMETERS).index(name)]
        assert each.low <= column.min() < column.max() <= each.high


@pytest.mark.parametrize("name", list(EXACT))
def test_latin_hypercube_follows_the_distributions(name):
    """One draw in each of the equally likely bins: the empirical distribution is off by less than one bin."""
    column = sampled("latin_hypercube", 500, UNCERTAIN, PARAMETERS).draws[:, list(PARAMETERS).index(name)]
    ranks = np.floor(EXACT[name].cdf(column) * 500 + 1e-9).astype(int)
    assert len(set(ranks.clip(0, 499))) >= 499


@pytest.mark.parametrize("sampler", ["latin_hypercube", "sobol", "morris"])
def test_the_seed_decides(sampler):
    draws = [sampled(sampler, 16, UNCERTAIN, PARAMETERS, seed=seed).draws for seed in (1, 1, 2)]
    assert (draws[0] == draws[1]).all()
    assert (draws[0] != draws[2]).any()


def test_a_larger_sobol_design_starts_with_the_smaller():
    small, large = (sampled("sobol", count, UNCERTAIN, PARAMETERS).draws for count in (64, 128))
    assert (large[: len(small)] == small).all()


def test_factorial_has_the_ends():
    draws = sampled("factorial", 2, {"theta": UNCERTAIN["theta"], "speed": UNCERTAIN["speed"]}, PARAMETERS).draws
    assert sorted(map(tuple, draws[:, :2].round(12))) == [(3.0, 0.01), (3.0, 0.1), (12.0, 0.01), (12.0, 0.1)]


def test_a_table_of_ones_own(tmp_path):
    path = tmp_path / "draws.csv"
    path.write_text("kappa,theta_market\n1.5,4\n2.5,5e0\n")
    assert from_table(path, STANDING, runs=2).draws.tolist() == [[4.0, 9.0, 1.5, 0.4], [5.0, 9.0, 2.5, 0.4]]


@pytest.mark.parametrize(
    "text",
    [
        "kappa;theta_market\n1,5;4\n2,5;5\n",
        "kappa\ttheta_market\n1.5\t4\n2.5\t5\n",
        "sep=;\r\nkappa;theta_market;\r\n1,5;4;\r\n2,5;5;\r\n",
        "\ufeffkappa,theta_market,,\n1.5,4,,\n2.5,5,,\n,,,\n",
    ],
)
def test_a_table_of_any_spreadsheet_is_read(tmp_path, text):
    path = tmp_path / "draws.csv"
    path.write_text(text, newline="")
    assert from_table(path, STANDING).draws.tolist() == [[4.0, 9.0, 1.5, 0.4], [5.0, 9.0, 2.5, 0.4]]


@pytest.mark.parametrize(("name", "told"), [("/dev/zero", "not a plain file"), ("nowhere.csv", "is missing")])
def test_what_is_no_table_is_refused(name, told):
    with pytest.raises(InputError, match=told):
        from_table(Path(name), STANDING)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lifft\n1\n", "lifft is not known: did you mean 'lift'"),
        ("slots\n1\n", "slots: its role is structure"),
        ("lift\n1\nx\n", "row 3, lift='x': not a finite number"),
        ("lift\nnan\n", "row 2, lift='nan'"),
        ("lift\n1_0\n", "row 2, lift='1_0': not a finite number"),
        ("lift,kappa\n1\n", "row 2: 1 cells where the header has 2"),
        ("lift\n", "at least one row"),
        ("lift,lift\n1,2\n", "different parameters"),
        ("", "is empty"),
        ("\x00\xff", "is binary"),
        ("kappa,lift\n1,9\n2,99\n", r"row 3, lift=99: outside its range 1 to 30 \(sim/data/parameters.csv\)"),
        ("lift\n-1\n", "row 2, lift=-1: outside its range 1 to 30"),
        ("sensitivity\n0.9\n", "row 2, sensitivity=0.9: outside its range 0.1 to 0.8 or 0 or 1"),
    ],
)
def test_a_bad_table_is_told_in_a_sentence(tmp_path, text, told):
    path = tmp_path / "draws.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=told):
        from_table(path, STANDING)


@pytest.mark.parametrize(
    ("sampler", "count", "uncertain", "told"),
    [
        ("sobl", 8, UNCERTAIN, "did you mean 'sobol'"),
        ("sobol", 12, UNCERTAIN, "power of two"),
        ("factorial", 1000, UNCERTAIN, "would have 1000000000 draws"),
        ("morris", 0, UNCERTAIN, "would have 0 draws"),
        ("morris", 8, {}, "nothing to draw"),
        ("morris", 8, {"thata": Uncertain(1, 2)}, "did you mean 'theta'"),
        ("morris", 8, {"theta": Uncertain(2, 1)}, "low=2 must be below high=1"),
        ("morris", 8, {"theta": Uncertain(0, 1, "log_uniform")}, "above 0"),
        ("morris", 8, {"theta": Uncertain(0, 1, "triangular")}, "must lie between"),
        ("morris", 8, {"theta": Uncertain(0, 1, "unifrm")}, "did you mean 'uniform'"),
    ],
)
def test_a_bad_design_is_told_in_a_sentence(sampler, count, uncertain, told):
    with pytest.raises(InputError, match=told):
        sampled(sampler, count, uncertain, PARAMETERS)
