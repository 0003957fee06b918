"""What holds for all tests.

Examples made up by hypothesis may take their time: the first one may have to compile. Modules and tests stay until the
end, so they are not searched for garbage again and again: that took a fifth of the time in which tests are collected.
"""

import gc

import pytest
from hypothesis import settings

settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")


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
