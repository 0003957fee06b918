"""A fit is put in force only if it is good, and where studies of its world and rule look for it."""

import numpy as np
import pandas as pd
import pytest

from sim.calibration.publish import FILES, OF_FIRST_RULE, publish
from sim.ensemble.plan.posterior import StoredPosterior, read_posterior, write_posterior
from sim.errors import InputError

FIT = {"world": "xinjiang", "rule": "logit", "firms": 2401, "start": "2021-01-01", "end": "2024-12-31"}
FIT |= {"data": "0123456789ab", "rules": "ba9876543210", "version": "0.1.0", "good": True}


def _written(folder, **changes):
    draws = pd.DataFrame({"lift": [1.5, 2.5]})
    write_posterior(folder, StoredPosterior(draws, np.array([0.25, 0.75]), np.zeros(2), FIT | changes))
    for name in OF_FIRST_RULE[2:]:
        (folder / name).write_text("{}\n")
    return folder


@pytest.mark.parametrize(("rule", "place"), [("logit", "xinjiang"), ("satisficing", "xinjiang/satisficing")])
def test_a_good_fit_goes_to_its_world_and_rule(tmp_path, rule, place) -> None:
    folder = publish(_written(tmp_path / "fit", rule=rule), tmp_path / "all")
    assert folder == tmp_path / "all" / place
    assert read_posterior(folder).fit["rule"] == rule
    assert sorted(each.name for each in folder.iterdir()) == sorted(OF_FIRST_RULE if rule == "logit" else FILES)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"good": False}, "is not good"), ({"good": "yes"}, "is not good"), ({"world": "atlantis"}, "no shipped world")],
)
def test_a_fit_that_is_not_good_or_of_no_shipped_world_is_not_put_in_force(tmp_path, changes, words) -> None:
    with pytest.raises(InputError, match=words):
        publish(_written(tmp_path / "fit", **changes), tmp_path / "all")
    assert not (tmp_path / "all").exists()
