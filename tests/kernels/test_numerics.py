"""Elementary functions against numpy and scipy, with the tolerance that their docstrings promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.kernels.numbers import numerics

f4, f8, i8 = np.float32, np.float64, np.int64


@given(st.floats(-700, 700))
def test_exp64(x: float) -> None:
    assert numerics.exp64(f8(x)) == pytest.approx(np.exp(x), rel=4e-16 * max(abs(x), 4), abs=0)


@given(st.floats(-80, 87, width=32))
def test_exp32(x: float) -> None:
    assert float(numerics.exp32(f4(x))) == pytest.approx(np.exp(float(f4(x))), rel=3e-7, abs=0)


@pytest.mark.parametrize("x", [-80.01, -1000.0, -1e9])
def test_exp32_of_what_is_too_small_is_nothing(x: float) -> None:
    assert numerics.exp32(f4(x)) == 0


@given(st.floats(2**-99, 2**99, width=32))
def test_log32(x: float) -> None:
    assert float(numerics.log32(f4(x))) == pytest.approx(np.log(x), rel=1e-7, abs=1e-30)


@given(st.floats(1e-3, 1e3), st.floats(-3, 3))
def test_power64(base: float, exponent: float) -> None:
    assert numerics.power64(f8(base), f8(exponent)) == pytest.approx(base**exponent, rel=1e-14, abs=0)


@given(st.floats(1e-300, 1e300))
def test_log64(x: float) -> None:
    assert numerics.log64(f8(x)) == pytest.approx(np.log(x), rel=1e-15, abs=1e-15)


@given(st.floats(-0.999, 1e3))
def test_log1p64(x: float) -> None:
    assert numerics.log1p64(f8(x)) == pytest.approx(np.log1p(x), rel=1e-14, abs=1e-300)


@given(st.floats(-30, 30))
def test_expm1_64(x: float) -> None:
    assert numerics.expm1_64(f8(x)) == pytest.approx(np.expm1(x), rel=1e-13, abs=1e-300)


@given(st.floats(1e-6, 1 - 1e-6))
def test_normal_quantile(u: float) -> None:
    assert numerics.normal_quantile(f8(u)) == pytest.approx(stats.norm.ppf(u), rel=2e-9, abs=1e-8)


@given(st.floats(1e-6, 1 - 1e-6), st.integers(1, 128), st.floats(0.001, 0.999))
def test_binomial_quantile(u: float, n: int, p: float) -> None:
    k = numerics.binomial_quantile(f8(u), i8(n), f8(p))
    slack = 1e-9  # sums of probabilities round differently
    assert stats.binom.cdf(k, n, p) >= u - slack
    assert k == 0 or stats.binom.cdf(k - 1, n, p) < u + slack


@given(st.floats(0.001, 0.999), st.integers(1, 64), st.floats(0, 1), st.floats(0, 1))
def test_binomial_quantile_rises_with_the_chance(u: float, n: int, p: float, q: float) -> None:
    low, high = sorted((p, q))
    assert numerics.binomial_quantile(f8(u), i8(n), f8(low)) <= numerics.binomial_quantile(f8(u), i8(n), f8(high))


@pytest.mark.parametrize(("p", "found"), [(0.0, 0), (1.0, 7)])
def test_certain_chances(p: float, found: int) -> None:
    assert numerics.binomial_quantile(f8(0.5), i8(7), f8(p)) == found
