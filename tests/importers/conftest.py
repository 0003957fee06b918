"""A copy of the tiny world, to damage."""

import shutil
from pathlib import Path

import pytest

from tests.world.copies import TINY


@pytest.fixture
def world(tmp_path):
    return Path(shutil.copytree(TINY, tmp_path / "world"))
