"""Runs of a made-up model, for all tests of the explorer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # for `made_up`, whichever way pytest imports
