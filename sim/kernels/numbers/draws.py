"""Counter-based random numbers: Philox 4x32-10 (Salmon, Moraes, Dror & Shaw 2011).

A draw is a pure function of (seed, run; entity, generation, week, purpose): no draw depends on another, on the order
of work, or on the regime, so the same run under two regimes has common random numbers and differences are paired. The
arithmetic is in uint64 with masks, which compiled code and plain Python do alike.
"""

import numpy as np

from sim.kernels.compiler.jit import keep_apart, kernel, process

u8 = np.uint64
f4 = np.float32
f8 = np.float64

MASK = u8(0xFFFFFFFF)
SHIFT = u8(32)
MULTIPLIER_0 = u8(0xD2511F53)
MULTIPLIER_1 = u8(0xCD9E8D57)
WEYL_0 = u8(0x9E3779B9)
WEYL_1 = u8(0xBB67AE85)
PAIRS_OF_ROUNDS = 5
TWO = u8(2)
UNIT_32 = f4(2.0**-24)
UNIT = f8(2.0**-32)
DROP = u8(8)

# purposes: the last word of the counter; slots and cells are added to it
FIRM_WEEK = u8(1 << 16)
DETENTION = u8(2 << 16)
SHOCK = u8(3 << 16)
SETS = u8(4 << 16)
SEARCH = u8(5 << 16)
BIRTH = u8(6 << 16)
HAZARD = u8(7 << 16)
INTERMEDIARY = u8(8 << 16)
LISTING = u8(9 << 16)
BUYERS = u8(10 << 16)


@kernel
def two_rounds(c0, c1, c2, c3, k0, k1):
    """Two rounds on words of which the lower 32 bits count; what stands above them is left for a later mask.

    Two, because a loop over a block makes vector code of two rounds, but not of ten.
    """
    p0, p1 = MULTIPLIER_0 * (c0 & MASK), MULTIPLIER_1 * (c2 & MASK)
    c0, c1, c2, c3 = (p1 >> SHIFT) ^ c1 ^ k0, p1, (p0 >> SHIFT) ^ c3 ^ k1, p0
    p0, p1 = MULTIPLIER_0 * (c0 & MASK), MULTIPLIER_1 * (c2 & MASK)
    return (p1 >> SHIFT) ^ c1 ^ (k0 + WEYL_0), p1, (p0 >> SHIFT) ^ c3 ^ (k1 + WEYL_1), p0


@kernel
def philox(c0, c1, c2, c3, k0, k1):
    """One block of four 32-bit words (as uint64) from a counter and a key of 32-bit words (as uint64)."""
    for _ in range(PAIRS_OF_ROUNDS):
        c0, c1, c2, c3 = two_rounds(c0, c1, c2, c3, k0, k1)
        k0 = k0 + TWO * WEYL_0
        k1 = k1 + TWO * WEYL_1
    return c0 & MASK, c1 & MASK, c2 & MASK, c3 & MASK


@kernel
def unit64(word):
    """Turn a word into a number in (0, 1), never 0 or 1."""
    return (f8(word) + f8(0.5)) * UNIT


@process
def fill_uniforms(out, words, first, n, generation, week, purpose, seed, run):
    """Four uniforms in [0, 1) for entities first .. first + n.

    Works two rounds at a time over the whole block, which the compiler turns into vector instructions.

    Parameters
    ----------
    out : float32 [4, block], written in columns 0 .. n
    words : uint64 [4, block], scratch
    generation : uint32 [rows]
    week, purpose, seed, run : uint64
    """
    keep_apart()
    c0, c1, c2, c3 = words[0], words[1], words[2], words[3]
    for i in range(n):
        c0[i] = u8(first + i)
        c1[i] = u8(generation[first + i])
        c2[i] = week
        c3[i] = purpose
    k0, k1 = seed, run
    for _ in range(PAIRS_OF_ROUNDS):
        for i in range(n):
            c0[i], c1[i], c2[i], c3[i] = two_rounds(c0[i], c1[i], c2[i], c3[i], k0, k1)
        k0 = k0 + TWO * WEYL_0
        k1 = k1 + TWO * WEYL_1
    for j in range(4):
        for i in range(n):
            out[j, i] = f4((words[j, i] & MASK) >> DROP) * UNIT_32
