import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

PINS = Path(__file__).parents[1].joinpath("constraints.txt").read_text(encoding="utf-8").splitlines()
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
