"""Levels of measures and drivers are drawn: the ends of a range are the regimes that are written at these ends."""

from pathlib import Path

import numpy as np
import pytest

from sim.config import load
from sim.ensemble import run_study, study_of

TINY = Path(__file__).parents[1] / "world" / "tiny"
MEASURES = """purpose: A driver of demand and a tariff, each with a range.
background: replaces

measures:
  driver:
    sender: events
    instrument: demand
    start: 2021-02-01
    phase_in: {{shape: linear, weeks: 4}}
    scope: {{directions: export, markets: [overseas, nearland]}}
    level: {driver}
    low: 0.2
    high: 0.8
    source: assumed
  duty:
    sender: overseas
    instrument: tariff
    start: 2021-01-15
    scope: {{commodities: apparel}}
    level: {duty}
    low: 0.1
    high: 0.4
    source: assumed
"""


def months(tmp_path: Path, driver: float, duty: float, *positions: str) -> np.ndarray:
    """Every series of two runs under a regime at two levels, and draws at some positions."""
    file = tmp_path / "measured.yaml"
    file.write_text(MEASURES.format(driver=driver, duty=duty), encoding="utf-8")
    settings = (
        f"world={TINY}",
        "end=2021-05-31",
        "firms=60",
        "behaviour.spin_up_weeks=52",
        "design=stated",
        "design.runs=2",
    )
    found = run_study(study_of(load([*settings, f"regimes=[{file}]", f"results_dir={tmp_path}", *positions])))
    return found.wide("measured", list(found.series["column"]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("positions", "driver", "duty"),
    [
        (("behaviour.driver_levels=1",), 0.8, 0.25),
        (("behaviour.driver_levels=-1", "behaviour.measure_levels=1"), 0.2, 0.4),
        (("behaviour.measure_levels=-1",), 0.5, 0.1),
    ],
)
def test_the_end_of_a_range_is_the_regime_at_that_end(tmp_path, positions, driver, duty):
    drawn = months(tmp_path, 0.5, 0.25, *positions)
    written = months(tmp_path, driver, duty)
    assert np.allclose(drawn, written, rtol=1e-5, atol=1e-6)
    assert not np.allclose(drawn, months(tmp_path, 0.5, 0.25), rtol=1e-3)
