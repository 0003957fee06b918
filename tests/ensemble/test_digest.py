import shutil
from typing import NamedTuple

import numpy as np
import pytest

from sim.paths import PACKAGE
from sim.store.digest import NUMBER_SOURCES, digest, sources


class Pair(NamedTuple):
    first: np.ndarray
    second: str


NEAR = [
    (("a", "bc"), ("ab", "c")),
    (("a", ("b",)), (("a", "b"),)),
    ((1,), (1.0,)),
    ((1,), ("1",)),
    ((b"1",), ("1",)),
    ((None,), ("None",)),
    ((True,), (1,)),
    ((np.zeros(4),), (np.zeros((2, 2)),)),
    ((np.zeros(2),), (np.zeros(2, np.int64),)),
    ((np.zeros(2, np.float32),), (np.zeros(1),)),
    ((np.array([1.0, 2.0]),), (np.array([1.0, np.nextafter(2.0, 3.0)]),)),
    (({"a": 1, "b": 2},), ({"a": 2, "b": 1},)),
    ((Pair(np.zeros(1), "x"),), (Pair(np.zeros(1), "y"),)),
]


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_near_values_differ(one, other):
    assert digest(*one) != digest(*other)


def test_equal_values_agree_whatever_their_layout():
    table = np.arange(6.0).reshape(2, 3)
    assert digest(table.T) == digest(np.ascontiguousarray(table.T))
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(np.float64(2.5)) == digest(np.float64(2.5))
    assert len(digest("x")) == 32


def test_objects_are_refused():
    with pytest.raises(TypeError):
        digest(object())
    with pytest.raises(TypeError):
        digest(np.array([object()]))


@pytest.fixture
def package(tmp_path):
    for name in NUMBER_SOURCES:
        source, target = PACKAGE / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


def test_sources_are_found_and_do_not_depend_on_where_they_lie(package):
    assert all((PACKAGE / name).exists() for name in NUMBER_SOURCES)
    assert sources(package) == sources()


@pytest.mark.parametrize("name", ["kernels/numbers/numerics.py", "state/__init__.py", "outcomes/series.py"])
def test_an_edited_source_changes_the_digest(package, name):
    before = sources(package)
    (package / name).write_bytes((package / name).read_bytes() + b"\n")
    assert sources(package) != before


@pytest.mark.parametrize("name", NUMBER_SOURCES)
def test_a_missing_source_is_refused(package, name):
    path = package / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(FileNotFoundError, match=name):
        sources(package)


def test_a_new_and_a_renamed_kernel_change_the_digest(package):
    before = sources(package)
    new = package / "kernels" / "zz.py"
    new.write_text("")
    with_new = sources(package)
    new.rename(package / "kernels" / "zy.py")
    assert len({before, with_new, sources(package)}) == 3
