"""What holds for all tests.

Examples made up by hypothesis may take their time: the first one may have to compile. Modules and tests stay until the
end, so they are not searched for garbage again and again: that took a fifth of the time in which tests are collected.
"""

import gc
from dataclasses import replace

import pytest
from hypothesis import settings

settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")


COARSE_DOTS = 50


@pytest.fixture
def coarse():
    """Print pictures in few dots, where a test asks for what stands beside them: nothing else of them changes."""
    from sim.report.style import WIDE, drawn_on

    with drawn_on(replace(WIDE, dots=COARSE_DOTS)):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Collect tests without a search for garbage, and later search only what tests make."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
