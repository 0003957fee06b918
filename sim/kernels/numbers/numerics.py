"""Elementary functions from + - * / alone, so that every processor gives the same bits.

The C library's and numpy's exp, log and power differ between machines in the last digit. These do not: numba emits no
fused multiply-add for them, and IEEE arithmetic is exact to the rounding. Relative errors: float32 forms 3e-7,
float64 forms 1e-15. Arguments are clamped before a float becomes an integer.
"""

import numpy as np

from sim.kernels.compiler.jit import formula, kernel

f4 = np.float32
f8 = np.float64
i4 = np.int32
i8 = np.int64

LOG2E_32 = f4(1.44269504)
LN2_HIGH_32 = f4(0.693359375)
LN2_LOW_32 = f4(-2.12194440e-4)
LOG2E = f8(1.4426950408889634)
LN2_HIGH = f8(6.93147180369123816490e-01)
LN2_LOW = f8(1.90821492927058770002e-10)
SQRT2 = f8(1.4142135623730951)
MANTISSA = i8(0x000FFFFFFFFFFFFF)
ONE_BITS = i8(0x3FF0000000000000)
ZERO = f4(0.0)
ONE = f4(1.0)
HALF = f4(0.5)
LOWEST_EXP_32 = f4(-80.0)


@kernel
def exp32(x):
    """e**x in float32 for x in [-80, 87]; clamped above, 0 below: numbers too small for 24 bits are slow."""
    bounded = min(max(x, LOWEST_EXP_32), f4(87.0))
    whole = np.floor(bounded * LOG2E_32 + HALF)
    r = (bounded - whole * LN2_HIGH_32) - whole * LN2_LOW_32
    p = f4(1.9875691500e-4)
    p = p * r + f4(1.3981999507e-3)
    p = p * r + f4(8.3334519073e-3)
    p = p * r + f4(4.1665795894e-2)
    p = p * r + f4(1.6666665459e-1)
    p = p * r + f4(5.0000001201e-1)
    p = (p * r) * r + r + ONE
    value = p * i4((i4(whole) + i4(127)) << i4(23)).view(np.float32)
    return value if x >= LOWEST_EXP_32 else ZERO


@kernel
def log32(x):
    """Natural logarithm in float32, through the float64 form; x at or below 1e-30 counts as 1e-30."""
    return f4(log64(f8(max(x, f4(1e-30)))))


@formula
def exp64(x):
    """e**x in float64 for x in [-700, 700]; clamped outside."""
    x = min(max(x, f8(-700.0)), f8(700.0))
    whole = np.floor(x * LOG2E + f8(0.5))
    r = (x - whole * LN2_HIGH) - whole * LN2_LOW
    p = f8(1.0) / f8(6227020800.0)
    p = p * r + f8(1.0) / f8(479001600.0)
    p = p * r + f8(1.0) / f8(39916800.0)
    p = p * r + f8(1.0) / f8(3628800.0)
    p = p * r + f8(1.0) / f8(362880.0)
    p = p * r + f8(1.0) / f8(40320.0)
    p = p * r + f8(1.0) / f8(5040.0)
    p = p * r + f8(1.0) / f8(720.0)
    p = p * r + f8(1.0) / f8(120.0)
    p = p * r + f8(1.0) / f8(24.0)
    p = p * r + f8(1.0) / f8(6.0)
    p = p * r + f8(0.5)
    p = p * r + f8(1.0)
    p = p * r + f8(1.0)
    return p * i8((i8(whole) + i8(1023)) << i8(52)).view(np.float64)


@formula
def log64(x):
    """Natural logarithm in float64; x at or below 1e-300 counts as 1e-300."""
    x = max(x, f8(1e-300))
    bits = f8(x).view(np.int64)
    exponent = i8((bits >> i8(52)) - i8(1023))
    m = i8((bits & MANTISSA) | ONE_BITS).view(np.float64)
    if m > SQRT2:
        m = m * f8(0.5)
        exponent = exponent + i8(1)
    s = (m - f8(1.0)) / (m + f8(1.0))
    z = s * s
    p = f8(1.0) / f8(23.0)
    p = p * z + f8(1.0) / f8(21.0)
    p = p * z + f8(1.0) / f8(19.0)
    p = p * z + f8(1.0) / f8(17.0)
    p = p * z + f8(1.0) / f8(15.0)
    p = p * z + f8(1.0) / f8(13.0)
    p = p * z + f8(1.0) / f8(11.0)
    p = p * z + f8(1.0) / f8(9.0)
    p = p * z + f8(1.0) / f8(7.0)
    p = p * z + f8(1.0) / f8(5.0)
    p = p * z + f8(1.0) / f8(3.0)
    p = p * z + f8(1.0)
    return f8(exponent) * LN2_HIGH + (f8(exponent) * LN2_LOW + f8(2.0) * s * p)


@kernel
def log1p64(x):
    """log(1 + x), exact to the last digits for small x (Kahan's correction)."""
    u = f8(1.0) + x
    if u == f8(1.0):
        return x
    return log64(u) * x / (u - f8(1.0))


@formula
def expm1_64(x):
    """e**x - 1, exact to the last digits for small x (Kahan's correction)."""
    u = exp64(x)
    if u == f8(1.0):
        return x
    if u - f8(1.0) == f8(-1.0):
        return f8(-1.0)
    return (u - f8(1.0)) * x / log64(u)


@formula
def power64(base, exponent):
    """Raise a base above 0 to a power."""
    return exp64(exponent * log64(base))


@kernel
def normal_quantile(u):
    """Find the standard normal quantile of u in (0, 1): Acklam's rational approximation, relative error 1.2e-9."""
    low = f8(0.02425)
    if u < low:
        q = np.sqrt(f8(-2.0) * log64(u))
        return tail_quantile(q)
    if u > f8(1.0) - low:
        q = np.sqrt(f8(-2.0) * log64(f8(1.0) - u))
        return -tail_quantile(q)
    q = u - f8(0.5)
    r = q * q
    top = (
        (
            ((f8(-3.969683028665376e01) * r + f8(2.209460984245205e02)) * r + f8(-2.759285104469687e02)) * r
            + f8(1.383577518672690e02)
        )
        * r
        + f8(-3.066479806614716e01)
    ) * r + f8(2.506628277459239e00)
    bottom = (
        (
            ((f8(-5.447609879822406e01) * r + f8(1.615858368580409e02)) * r + f8(-1.556989798598866e02)) * r
            + f8(6.680131188771972e01)
        )
        * r
        + f8(-1.328068155288572e01)
    ) * r + f8(1.0)
    return q * top / bottom


@kernel
def tail_quantile(q):
    """Lower tail of `normal_quantile`, q = sqrt(-2 log u)."""
    top = (
        (
            ((f8(-7.784894002430293e-03) * q + f8(-3.223964580411365e-01)) * q + f8(-2.400758277161838e00)) * q
            + f8(-2.549732539343734e00)
        )
        * q
        + f8(4.374664141464968e00)
    ) * q + f8(2.938163982698783e00)
    bottom = (
        ((f8(7.784695709041462e-03) * q + f8(3.224671290700398e-01)) * q + f8(2.445134137142996e00)) * q
        + f8(3.754408661907416e00)
    ) * q + f8(1.0)
    return top / bottom


@kernel
def binomial_quantile(u, n, p):
    """Smallest k with P(X <= k) >= u for X binomial(n, p): monotone in p for one u.

    Parameters
    ----------
    u : float64 in [0, 1)
    n : int64
    p : float64 in [0, 1]
    """
    if p <= f8(0.0) or u <= f8(1.0) - f8(n) * p:  # the chance of none is at least that (Bernoulli's inequality)
        return i8(0)
    if p >= f8(1.0) or n == i8(1):
        return n
    if p > f8(0.5):
        return n - failures_quantile(f8(1.0) - u, n, f8(1.0) - p)
    mass = exp64(f8(n) * log1p64(-p))
    odds = p / (f8(1.0) - p)
    total = mass
    k = i8(0)
    while total < u and k < n:
        mass = mass * odds * f8(n - k) / f8(k + i8(1))
        total += mass
        k += i8(1)
    return k


@kernel
def failures_quantile(v, n, p):
    """Largest y with P(Y < y) <= v for Y binomial(n, p): counted from the likely end, where nothing underflows."""
    mass = exp64(f8(n) * log1p64(-p))
    odds = p / (f8(1.0) - p)
    below = mass
    y = i8(0)
    while below <= v and y < n:
        mass = mass * odds * f8(n - y) / f8(y + i8(1))
        below += mass
        y += i8(1)
    return y
