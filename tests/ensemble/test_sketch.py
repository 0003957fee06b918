import numpy as np
import pytest

from sim.results.sketch import RELATIVE_ERROR, SMALLEST, Sketch

SHARES = (0.0, 0.05, 0.5, 0.95, 1.0)
ROUNDING = 1 + 1e-9


@pytest.fixture
def values() -> np.ndarray:
    """Wide and narrow, positive and negative, with zeros and tiny numbers."""
    random = np.random.default_rng(7)
    columns = [
        random.lognormal(3, 4, 20_000),
        -random.lognormal(3, 1, 20_000),
        random.normal(0, 1, 20_000),
        np.where(random.random(20_000) < 0.5, 0.0, random.exponential(1, 20_000)),
        random.normal(1e6, 1, 20_000),
        np.full(20_000, SMALLEST / 2),
    ]
    return np.stack(columns, axis=1)


def sketch_of(*parts: np.ndarray) -> Sketch:
    sketch = Sketch(parts[0].shape[1])
    for part in parts:
        sketch.add(part)
    return sketch


def test_quantiles_keep_to_the_stated_error(values):
    exact = np.quantile(values, SHARES, axis=0, method="lower")
    error = np.abs(sketch_of(values).quantiles(SHARES) - exact)
    assert (error <= RELATIVE_ERROR * np.abs(exact) * ROUNDING + SMALLEST).all()


def test_parts_add_up_to_the_whole_in_any_order(values):
    whole = sketch_of(values)
    one, other = sketch_of(values[15_000:], values[:100]), sketch_of(values[100:15_000])
    one.merge(other)
    assert (one.quantiles(SHARES) == whole.quantiles(SHARES)).all()
    np.testing.assert_allclose(one.mean, values.mean(axis=0), rtol=1e-9)
