"""Back-test and forecast: what the model would have said at an origin, held against what came and against rivals.

Rules, priors and bars were written down before anything was run: `docs/decisions/backtest.md`.
"""
