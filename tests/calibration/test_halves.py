"""Fits to halves of the targets: what they hold of what they have not seen, worked out by hand and on a plain model."""

import numpy as np
import pandas as pd
import pytest

from sim.calibration.factors import Factor, Prior
from sim.calibration.halves import judged, verdict
from sim.calibration.targets import Targets
from sim.calibration.waves import calibrate

PRIOR = Prior((Factor("slope", 0.0, 2.0), Factor("level", 0.0, 2.0)))


def test_the_verdict_counts_what_was_not_seen():
    halves = pd.DataFrame(
        [
            (1, 1, "a", True, 0, 1, 2),
            (1, 1, "b", False, 0, 1, 2),
            (1, 2, "a", False, 0, 1, 4),
            (1, 2, "b", True, 5, 6, 7),
        ],
        columns=["split", "half", "target", "fitted", "q05", "median", "q95"],
    )
    fitted = pd.DataFrame({"target": ["a", "b"], "value": [1.0, 3.0], "q05": [0.0, 0.0], "q95": [1.0, 1.0]})
    found = verdict(halves, fitted)
    assert (found.asked, found.unseen, found.seen) == (2, 1.0, 0.5)  # a is held by both, b by none
    assert found.width == pytest.approx((0.25 + 0.5) / 2)


def _simulate(drawn):
    """Give six figures of a line, with a little luck."""
    luck = np.random.default_rng(len(drawn)).normal(0.0, 0.1, (len(drawn), 6))
    line = drawn["level"].to_numpy()[:, None] + drawn["slope"].to_numpy()[:, None] * np.arange(6) / 5
    return pd.DataFrame(line + luck, columns=[f"at {at}" for at in range(6)], index=drawn.index)


def test_halves_of_a_line_foretell_each_other():
    value = 0.8 + 1.1 * np.arange(6) / 5
    table = pd.DataFrame({"target": [f"at {at}" for at in range(6)], "value": value}).assign(
        group="line", scale="linear", error=0.1
    )
    targets = Targets.of_table(table)._replace(luck=np.full(6, 0.1**2))
    fit = calibrate(_simulate, PRIOR, targets, runs=40, waves=1, tell=lambda _: None)
    found = judged(fit, _simulate, PRIOR, targets, splits=1, draws=40, tell=lambda _: None)
    assert len(found) == 12
    assert found.groupby("half")["fitted"].sum().tolist() == [3, 3]
    whole = table.assign(q05=value - 0.3, q95=value + 0.3)
    assert verdict(found, whole).unseen >= 5
