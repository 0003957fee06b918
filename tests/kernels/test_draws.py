"""Philox against its published vectors, and draws against their distribution."""

import numpy as np
import pytest
from scipy import stats

from sim.kernels.numbers import draws

u8 = np.uint64
ONES = 0xFFFFFFFF

VECTORS = [  # Random123, kat_vectors: counter, key, answer of Philox 4x32 with 10 rounds
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), VECTORS)
def test_published_vectors(counter: tuple[int, ...], key: tuple[int, ...], answer: tuple[int, ...]) -> None:
    words = draws.philox(*(u8(word) for word in (*counter, *key)))
    assert tuple(int(word) for word in words) == answer


def test_draws_are_uniform_and_uncorrelated() -> None:
    block = np.array(
        [
            [draws.unit64(word) for word in draws.philox(u8(row), u8(0), u8(week), u8(5), u8(1), u8(2))]
            for row in range(100)
            for week in range(25)
        ]
    )
    assert block.min() > 0
    assert block.max() < 1
    assert stats.kstest(block.ravel(), "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(block[:, 0], block[:, 1])[0, 1]) < 4 / np.sqrt(len(block))


def test_another_seed_run_week_or_row_gives_other_words() -> None:
    base = (1, 0, 3, 7, 11, 13)
    words = {tuple(int(word) for word in draws.philox(*map(u8, base)))}
    for place in range(6):
        other = list(base)
        other[place] += 1
        words.add(tuple(int(word) for word in draws.philox(*map(u8, other))))
    assert len(words) == 7
