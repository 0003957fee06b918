"""Emulators of a made-up model, fitted once for all tests of the explorer."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `made_up`, whichever way pytest imports


@pytest.fixture(scope="session")
def fitted():
    from made_up import learnt

    from sim.explorer.fitting import fit

    return fit(learnt())
