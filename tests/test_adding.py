"""The walks of CONTRIBUTING.md that touch the engine: a process of the week, and a column of the world's tables.

Each is gone on a copy of the tree, in the files that the page names and no other, and then run without compilation.
"""

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PROCESS = '''"""What buyers remember of the goods that reached them."""

from sim.kernels.compiler.jit import process


@process
def remember(parameters, released, remembered):
    """Let part of the memory fade and add what was released this week; writes ``remembered`` [N]."""
    for n in range(remembered.size):
        remembered[n] = remembered[n] * (1.0 - parameters.forgotten_per_week) + released[n]
'''
FIELD = """    remembered: Annotated[ndarray, Held(f8, "N", "musd", "goods that buyers remember")]
"""
PARAMETER = ("forgotten_per_week", "0.25", "0", "1", "", "share per week", "behaviour", "float", "choice")
PARAMETER += ("how fast buyers forget goods that reached them", "assumed", "assumed", "a made-up process")
STEPS = """
from tests.limits.worlds import Lane, Run, Sketch, make_policy, make_world, settled

world = make_world(Sketch((Lane(flow_musd=20.0),), weeks=8))
run, by_hand = Run(world, make_policy(world, []), settled()), 0.0
for _ in range(8):
    markets = run.step().state.markets
    by_hand = by_hand * 0.75 + float(markets.released.sum())
    print(by_hand > 0.0 and abs(float(markets.remembered.sum()) - by_hand) < 1e-9 * by_hand)
"""
PAGES = """
from pathlib import Path
from sim.reference import printed

print(*printed(Path()).values())
"""
COLUMN = """
from pathlib import Path
from sim.world.tables.read import read_tables

print(*read_tables(Path("tests/world/tiny")).places["storeys"])
"""


def edited(path: Path, old: str, new: str) -> None:
    """Replace a text that stands once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the checkout."""
    for name in ("sim", "conf", "experiments", "docs", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def told(tree: Path, program: str) -> list[str]:
    """What a program prints in the copy, line by line; nothing is compiled."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tree), "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_process_of_the_week_is_added_in_four_places(tree: Path) -> None:
    sim = tree / "sim"
    (sim / "kernels" / "markets" / "memory.py").write_text(PROCESS, encoding="utf-8")
    edited(
        sim / "state" / "changing.py",
        '    """Price cells, [N]."""\n',
        f'    """Price cells, [N]."""\n\n{FIELD}',
    )
    week, released = (
        sim / "kernels" / "week.py",
        "    add_up(state.lanes.released, world.channels.cell, state.markets.released)\n",
    )
    edited(week, released, f"{released}    remember(parameters, state.markets.released, state.markets.remembered)\n")
    line = "from sim.kernels.markets.prices import"
    edited(week, line, f"from sim.kernels.markets.memory import remember\n{line}")
    with (sim / "data" / "parameters.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(PARAMETER)
    assert told(tree, STEPS) == ["True"] * 8
    pages = "\n".join(told(tree, PAGES))
    assert "| `forgotten_per_week` |" in pages
    assert "| `remembered` | N | musd |" in pages


def test_a_column_of_a_table_is_added_in_three_places(tree: Path) -> None:
    before = '            number("lat", "latitude, north above 0", "degrees", -90, 90),\n'
    column = '            number("storeys", "of its highest house", "storeys", 0, 200, required=False),\n'
    edited(tree / "sim" / "world" / "tables" / "schema" / "transport.py", before, before + column)
    table = tree / "tests" / "world" / "tiny" / "places.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    numbers = [str(3 + number) for number in range(len(lines) - 1)]
    wider = [f"{line},{new}" for line, new in zip(lines, ["storeys", *numbers], strict=True)]
    table.write_text("\n".join(wider) + "\n", encoding="utf-8")
    assert [float(value) for value in told(tree, COLUMN)[0].split()] == [float(number) for number in numbers]
