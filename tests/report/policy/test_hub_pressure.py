"""What one hub loses and others gain, by hand."""

import numpy as np
import pytest

from sim.analysis.periods import Dates
from sim.errors import InputError
from sim.policy.language.load import load_regime
from sim.report.policy import hub_pressure
from sim.report.policy.hub_pressure import ALL, OTHERS, OWN, SCOPE
from tests.small_results import SmallResults, months_of

MONTHS = months_of(2027, 2028)
PRESSED = {"press_a": "a", "press_b": "b", "secondary": ALL}
VIA = {
    "a": {"uflpa": 10, "press_a": 6, "press_b": 10, "secondary": 7},
    "b": {"uflpa": 5, "press_a": 7, "press_b": 4, "secondary": 4},
}
SCOPES = {"uflpa": 20, "press_a": 19, "press_b": 20, "secondary": 15}


def pressed(runs=20, noise=0.1):
    rng = np.random.default_rng(1)
    shared = noise * rng.normal(size=(runs, len(MONTHS)))

    def series(levels):
        own = {name: noise * rng.normal(size=(runs, 1)) * (name != "uflpa") for name in levels}
        return {name: level + shared + own[name] for name, level in levels.items()}

    values = {("via_hub", hub, "all", "export"): series(levels) for hub, levels in VIA.items()}
    values["sanctioned_trade", "total", "all", "export"] = series(SCOPES)
    results = SmallResults(MONTHS, "uflpa", values)
    return hub_pressure.moved(
        results, "uflpa", PRESSED, Dates(MONTHS).period(slice(0, 24)), {"a": "Aland", "b": "Bland"}
    )


def test_what_moves_is_a_year_of_the_difference() -> None:
    found = pressed()
    moved = found.moved.set_index(["pressed", "subject"])["difference"]
    expected = {("a", "a"): -48, ("a", "b"): 24, ("b", "a"): 0, ("b", "b"): -12, (ALL, "a"): -36, (ALL, "b"): -12}
    assert moved.to_dict() == pytest.approx(expected, abs=1.5)
    sums = found.sums.set_index(["pressed", "panel"])["difference"].to_dict()
    assert sums["a", OWN] == pytest.approx(moved["a", "a"])
    assert sums["a", OTHERS] == pytest.approx(moved["a", "b"])
    assert sums[ALL, SCOPE] == pytest.approx(-60, abs=1.5)
    assert found.shares.set_index("pressed").loc["a", "median"] == pytest.approx(0.5, abs=0.05)


def test_findings_name_the_hubs_and_say_when_nothing_is_clear() -> None:
    assert hub_pressure.findings(pressed())[0].startswith("Pressure on Aland moves most to Bland: +2")
    assert hub_pressure.findings(pressed())[1].startswith("The hub that loses most by pressure on it alone is Aland: ")
    loud = hub_pressure.findings(pressed(noise=30))
    assert loud[0].startswith("No hub clearly takes over what another loses under pressure (")
    assert loud[1] == "No hub clearly loses by pressure on it alone"


def test_regimes_that_press_no_hubs_are_refused_before_anything_runs(tmp_path) -> None:
    one, other = load_regime("none"), load_regime("uflpa")
    with pytest.raises(InputError, match=r"regimes=\[none,uflpa\].*take regimes=\[uflpa,secondary\]"):
        hub_pressure._pressure(other, one)
