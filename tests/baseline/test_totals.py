"""Whether results changed: the totals of two studies are those that are committed, to the last bit."""

import pytest

from tests.baseline.totals import STUDIES, read, totals


@pytest.mark.parametrize("study", STUDIES)
def test_totals(study: str) -> None:
    committed = {row[1:3]: row[3] for row in read(study)}
    now = {row[1:3]: row[3] for row in totals(study)}
    moved = {
        key: (committed.get(key), now.get(key)) for key in committed.keys() | now if committed.get(key) != now.get(key)
    }
    assert not moved, f"results change; if they are meant to: make baseline, and say so in the changelog\n{moved}"
