"""Posteriors on disk: what is written is read, draws follow the weights, and spoilt ones are told in a sentence."""

import numpy as np
import pandas as pd
import pytest

from sim.ensemble.plan.posterior import StoredPosterior, check_current, read_posterior, write_posterior
from sim.errors import InputError

FIT = {
    "world": "atoll",
    "rule": "logit",
    "firms": 40,
    "start": "2021-01-01",
    "end": "2024-12-31",
    "data": "aaaaaaaaaaaa",
    "rules": "bbbbbbbbbbbb",
    "version": "0.9.0",
}


@pytest.fixture
def stored():
    random = np.random.default_rng(3)
    table = pd.DataFrame({"lift": random.uniform(1, 30, 50), "level.atoll_tax": random.uniform(0, 1, 50)})
    weight = random.dirichlet(np.full(50, 0.5))
    return StoredPosterior(table, weight, np.log(weight + 1e-9), dict(FIT))


def test_what_is_written_is_read_to_the_bit(stored, tmp_path):
    write_posterior(tmp_path / "new", stored)
    read = read_posterior(tmp_path / "new")
    assert read.table.equals(stored.table)
    assert (read.weight == stored.weight).all()
    assert (read.log_density == stored.log_density).all()
    assert read.fit == stored.fit


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_power_of_two_of_draws_holds_each_row_as_often_as_its_weight_says(stored, seed):
    """A systematic sample: every row stands there its expected number of times, rounded down or up."""
    drawn = stored.drawn(256, seed)
    often = stored.table["lift"].map(drawn["lift"].value_counts()).fillna(0).to_numpy()
    assert (np.abs(often - 256 * stored.weight) < 1).all()


def test_few_draws_are_the_first_of_many(stored):
    few, many = stored.drawn(10, seed=5), stored.drawn(1000, seed=5)
    assert many[:10].equals(few)


def test_equal_seeds_give_equal_draws_and_others_do_not(stored):
    assert stored.drawn(64, 1).equals(stored.drawn(64, 1))
    assert not stored.drawn(64, 1).equals(stored.drawn(64, 2))


def test_rows_are_drawn_whole(stored):
    pairs = set(map(tuple, stored.table.to_numpy()))
    assert set(map(tuple, stored.drawn(200, 1).to_numpy())) <= pairs


def test_no_draw_has_the_weight_zero():
    stored = StoredPosterior(pd.DataFrame({"lift": [1.0, 2.0, 3.0]}), np.array([0.0, 1.0, 0.0]), np.zeros(3), FIT)
    assert (stored.drawn(100, 1)["lift"] == 2.0).all()


def test_the_point_is_the_draw_of_highest_density(stored):
    best = int(np.argmax(stored.log_density))
    assert stored.point["lift"] == stored.table["lift"][best]


def _edited(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


FAULTS = {
    "posterior.csv: the column 'weight' is missing; did you write 'weights'?": ("posterior.csv", "weight", "weights"),
    "posterior.csv: the column 'log_density' is missing": ("posterior.csv", "log_density", "density_logged"),
    "posterior.csv, row 2, lift='nan': not a finite number": ("posterior.csv", "\n1.5,", "\nnan,"),
    "posterior.csv, row 2, lift='many': not a finite number": ("posterior.csv", "\n1.5,", "\nmany,"),
    "posterior.csv, row 3: 2 cells where the header has 3": ("posterior.csv", "2.5,0.75,", "2.5,"),
    "the column weight adds up to 0.75, and must to 1": ("posterior.csv", "0.75", "0.5"),
    "row 3, weight=-0.75: must be 0 or more": ("posterior.csv", "0.75", "-0.75"),
    "fit.yaml: the key 'rules' is missing; did you write 'rule'?": ("fit.yaml", "rules: ", "kept: "),
    "fit.yaml, line 2: the YAML is broken": ("fit.yaml", "world: ", "world: ["),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_spoilt_posterior_is_refused_with_its_place(sentence, tmp_path):
    stored = StoredPosterior(pd.DataFrame({"lift": [1.5, 2.5]}), np.array([0.25, 0.75]), np.array([-1.0, -2.0]), FIT)
    write_posterior(tmp_path, stored)
    _edited(tmp_path, *FAULTS[sentence])
    with pytest.raises(InputError) as error:
        read_posterior(tmp_path)
    assert sentence in str(error.value)


@pytest.mark.parametrize("name", ["posterior.csv", "fit.yaml"])
def test_a_missing_file_is_named(name, stored, tmp_path):
    write_posterior(tmp_path, stored)
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=rf"{name} is missing: a posterior is a folder with"):
        read_posterior(tmp_path)


def test_a_current_posterior_passes(stored):
    check_current(stored, "atoll", FIT["data"], FIT["rules"])


@pytest.mark.parametrize(
    ("now", "named"),
    [
        (("xinjiang", FIT["data"], FIT["rules"]), ("atoll", "xinjiang")),
        (("atoll", "cccccccccccc", FIT["rules"]), (FIT["data"], "cccccccccccc", "0.9.0")),
        (("atoll", FIT["data"], "dddddddddddd"), (FIT["rules"], "dddddddddddd", "0.9.0")),
    ],
)
def test_a_posterior_of_another_world_or_version_is_refused_with_both_named(stored, now, named):
    with pytest.raises(InputError) as error:
        check_current(stored, *now)
    assert all(each in str(error.value) for each in (*named, "design=uncertain", "reroute calibrate"))
