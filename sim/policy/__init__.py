"""Regimes as data: read, checked, told in words, and compiled against a world into `sim.state.Policy`."""
