"""What the compiler is promised: the arrays of a function that calls `keep_apart` do not overlap."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.state import CHOICE_RULES, Routes
from sim.world.network.layout import passages_of
from tests.kernels import run_apart
from tests.kernels.run_bits import REGIME
from tests.kernels.worlds import small

pytestmark = pytest.mark.slow

FEWEST_FUNCTIONS = 80


@pytest.mark.parametrize("rule", CHOICE_RULES)
def test_no_arrays_of_a_week_overlap(tmp_path: Path, rule: str) -> None:
    """All that a short study calls, looked at without compilation."""
    regime = tmp_path / "ban.yaml"
    regime.write_text(REGIME, encoding="utf-8")
    command = [sys.executable, run_apart.__file__, str(regime), "2021-01-14", rule]
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert answer.returncode == 0, answer.stderr
    functions, *overlapping = answer.stdout.splitlines()
    assert overlapping == []
    assert "transit.send" in functions.split()
    assert len(functions.split()) >= FEWEST_FUNCTIONS


def test_overlapping_arrays_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would say nothing."""
    monkeypatch.setattr(run_apart, "found", set())
    values = np.zeros((3, 4))

    def add(one, other):
        run_apart.check_arguments()
        one += other[0]

    add(values[0], (values[1],))
    assert run_apart.found == set()
    add(values[1], (values[1],))
    assert len(run_apart.found) == 1


def stops_with(routes: Routes, weeks: int) -> Routes:
    """The same routes, but later gates are so many weeks from those before."""
    later = np.ones(routes.stop_gate.size, bool)
    later[routes.stop_start[:-1]] = False
    return routes._replace(stop_whole_weeks=np.where(later, weeks, routes.stop_whole_weeks).astype(np.int32))


def test_a_gate_less_than_a_week_after_another_is_refused() -> None:
    """Its goods would be sent into one row of what is due, which the compiler is told are two."""
    world = small(1).world
    assert (passages_of(stops_with(world.routes, 1), world.gates).section_weeks >= 0).all()
    with pytest.raises(ValueError, match="within less than a week of the gate before"):
        passages_of(stops_with(world.routes, 0), world.gates)
