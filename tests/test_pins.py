import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

PINS = Path(__file__).parents[1].joinpath("constraints.txt").read_text(encoding="utf-8").splitlines()
LOCK = Path(__file__).parents[1].joinpath("lock.txt").read_text(encoding="utf-8")
PIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*==[0-9][0-9a-z.]*")


@pytest.mark.parametrize("line", PINS)
def test_each_line_is_a_name_and_an_exact_version(line: str) -> None:
    assert PIN.fullmatch(line), "no index address, marker, comment or looser bound belongs here"
    Version(line.partition("==")[2])


@pytest.mark.parametrize(
    "line", ["numpy>=2", "-i https://example.org", "# note", "numpy==2.*", "zipp==4 ; a == 'b'", ""]
)
def test_other_lines_are_refused(line: str) -> None:
    assert not PIN.fullmatch(line)


@pytest.mark.parametrize("line", PINS)
def test_each_pin_is_what_is_installed_and_serves_every_supported_python(line: str) -> None:
    name, _, version = line.partition("==")
    installed = distribution(name)
    assert Version(installed.version) == Version(version)
    supported = SpecifierSet(installed.metadata.get("Requires-Python", ""))
    assert all(supported.contains(python) for python in ("3.11.0", "3.12.0", "3.13.0"))


def locked() -> dict[str, list[str]]:
    """Pins of the lock, with the lines below each."""
    found: dict[str, list[str]] = {}
    for line in LOCK.splitlines():
        if line[0].isspace():
            found[next(reversed(found))].append(line.strip().removesuffix(" \\"))
        else:
            found[line.removesuffix(" \\")] = []
    return found


def test_the_lock_has_the_same_versions_each_with_hashes_and_nothing_else() -> None:
    pins = locked()
    assert set(pins) <= set(PINS)
    assert all(hashes for hashes in pins.values())
    assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for hashes in pins.values() for each in hashes)


def test_the_lock_holds_all_that_the_project_needs() -> None:
    have = {canonicalize_name(pin.partition("==")[0]) for pin in locked()}
    wanted, seen = {"reroute-trade"}, set()
    while wanted - seen:
        name = (wanted - seen).pop()
        seen.add(name)
        needs = map(Requirement, distribution(name).requires or ())
        wanted |= {
            canonicalize_name(each.name) for each in needs if not each.marker or each.marker.evaluate({"extra": ""})
        }
    assert have == seen - {"reroute-trade"}
