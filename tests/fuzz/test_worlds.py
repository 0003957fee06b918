"""Worlds damaged at random, by fixed seeds: each is sound, or told in sentences; nothing hangs, grows or breaks.

`REROUTE_FUZZ` says how many worlds. Most are judged table by table, which is what a check does, with the tables that a
case leaves alone read once; some by the whole check, and some of the sound ones are built.
"""

import os
import random
import resource
import shutil
import signal
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sim.about import read_about
from sim.errors import InputError
from sim.world.build import Settings, build_world
from sim.world.tables import read
from sim.world.tables.read import check_tables, read_tables
from sim.world.tables.schema import TABLES

pytestmark = pytest.mark.slow

TINY = Path(__file__).parents[1] / "world" / "tiny"
ABOUT = read_about(TINY)
BILATERAL = """place,market,direction,value_musd,low,high,source,confidence,note
north_town,nearland,export,200,150,260,made_up,low,
south_town,middleland,export,60,40,90,made_up,low,
north_town,farland,import,20,10,30,made_up,low,
"""
CASES = int(os.environ.get("REROUTE_FUZZ", "300"))
PARTS = 4
WHOLE_EVERY, BUILT_EVERY = 43, 101
LONGEST_SECONDS, MOST_BYTES, LONGEST_SENTENCE = 10, 1_000_000_000, 1_000
SETTINGS = Settings(date(2021, 1, 4), date(2021, 3, 28), spin_up_weeks=2, slots=4)

NUMBERS = (
    *(
        "",
        "0",
        "-1",
        "1e12",
        "1e-300",
        "1e999",
        "nan",
        "inf",
        "-0",
        "0x10",
        "1_000",
        "1,5",
        "1.000,5",
        "1 000",
        "٣",
        "½",
    ),
    *("7.5", "0.5", "100", "1e6", "99999999999999999999", "3.0000000001", ".5", "5.", "+2", "--2"),
)
WORDS = (
    *(
        "",
        "*",
        "assumed",
        "urumqi",
        "near_city",
        "nearland",
        "rail_gate",
        "apparel",
        "export",
        "both",
        "yes",
        "made_up",
    ),
    *("KZ", "XX", "Türkiye", "China", "USA", "direct", "all", "mon-fri", "Sunday", "capacity", "t/week", "trucks/day"),
)
DATES = (
    "2021",
    "2021-13",
    "2021-02-30",
    "0001-01-01",
    "9999-12-31",
    "31.12.2021",
    "2021-06-01",
    "12-01",
    "02-29",
    "02-30",
)
LETTERS = (
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\x00",
    "\x1b[31m",
    "\n",
    '"',
    "'",
    "=1+1",
    "$x$",
    "\\",
    "海",
    "\N{NO-BREAK SPACE}7",
)
LONG = ("a" * 100_000, "9" * 5_000, "a_" * 3_000)
BYTES = (b"", b",", b";", b'"', b"\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", b"1e999", b"-", b",,,,")

Records = list[list[str]]
Texts = dict[str, pd.DataFrame]


def some_cell(draw: random.Random, records: Records) -> str:
    """A cell of the table, a figure, a word, a date, or letters that do not belong there."""
    pools = (NUMBERS, NUMBERS, WORDS, WORDS, DATES, LETTERS)
    if draw.random() < 0.25:
        return draw.choice(draw.choice(records))
    return draw.choice(LONG) if draw.random() < 0.02 else draw.choice(draw.choice(pools))


def another_cell(draw: random.Random, records: Records) -> None:
    row = draw.choice(records[1:] or records)
    row[draw.randrange(len(row))] = some_cell(draw, records)


def another_row(draw: random.Random, records: Records) -> None:
    """Rows come twice, go, change places, or lose cells."""
    place = draw.randrange(len(records))
    change = draw.randrange(5)
    if change == 0:
        records += [list(records[place]) for _ in range(draw.choice((1, 1, 1, 300)))]
    elif change == 1:
        del records[place]
    elif change == 2:
        draw.shuffle(records)
    elif change == 3:
        del records[1:]
    else:
        records[place] = records[place][: draw.randrange(len(records[place]) + 1)]


def another_column(draw: random.Random, records: Records) -> None:
    """Columns go, come twice, change their name or place, or hold one value."""
    place, change = draw.randrange(len(records[0])), draw.randrange(5)
    if change == 4:
        cell = some_cell(draw, records)
    for row in records:
        if change == 0:
            del row[place]
        elif change == 1:
            row.append(row[place])
        elif change == 2:
            row.insert(0, row.pop(place))
        elif change == 4 and row is not records[0]:
            row[place] = cell
    if change == 3:
        records[0][place] = some_cell(draw, records)


def a_figure(draw: random.Random, records: Records) -> None:
    """A figure times a power of ten, which another unit would give."""
    row = draw.choice(records[1:])
    places = [place for place, cell in enumerate(row) if cell.replace(".", "", 1).isdigit()]
    for place in draw.sample(places, min(len(places), draw.randint(1, 3))):
        row[place] = f"{float(row[place]) * 10.0 ** draw.randint(-9, 9):.12g}"


CHANGES: tuple[Callable[[random.Random, Records], None], ...] = (
    another_cell, another_cell, another_cell, a_figure, a_figure, another_row, another_column,
)  # fmt: skip


def written(draw: random.Random, records: Records) -> bytes:
    """Bytes of a table as some program would save it, now and then damaged."""
    divider = draw.choice((",",) * 12 + (";", "\t", "|", ":"))
    decimal = "," if divider != "," and draw.random() < 0.5 else "."
    lines = [divider.join(quoted(cell.replace(".", decimal), divider) for cell in row) for row in records]
    text = draw.choice(("\n",) * 12 + ("\r\n", "\r")).join(lines)
    text = draw.choice(("",) * 20 + (f"sep={divider}\n", "\ufeff", "\n")) + text
    data = text.encode(draw.choice(("utf-8",) * 20 + ("utf-16", "latin-1", "cp1252", "utf-7")), "replace")
    for _ in range(draw.choice((0,) * 8 + (1, 3))):
        place = draw.randrange(len(data) + 1)
        data = data[:place] + draw.choice(BYTES) + data[place + draw.choice((0, 0, 1, 50)) :]
    return data


def quoted(cell: str, divider: str) -> str:
    return f'"{cell}"' if divider in cell or "\n" in cell else cell


def replaced(draw: random.Random, path: Path, data: bytes) -> None:
    """Write a table, or in its place what is no table."""
    path.unlink()
    kind = draw.randrange(150)
    if kind == 0:
        path.mkdir()
    elif kind == 1:
        os.mkfifo(path)
    elif kind == 2:
        path.symlink_to(draw.choice(("/dev/zero", path.name, "/nowhere", "/", "/dev/null")))
    elif kind != 3:
        path.write_bytes(data)


def copied(folder: Path) -> Path:
    """Copy the sound world, with rows in a table that it does without."""
    shutil.copytree(TINY, folder)
    (folder / "bilateral.csv").write_text(BILATERAL, encoding="utf-8")
    return folder


def restored(path: Path, text: str) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


def damaged(seed: int, folder: Path, sound: "Sound") -> list[str]:
    """Damage one table of a sound world, sometimes two, and give their names."""
    draw = random.Random(seed)
    names = draw.sample([table.name for table in TABLES], draw.choice((1, 1, 1, 2)))
    for name in names:
        records = [line.split(",") for line in sound.files[name].splitlines()]
        for _ in range(draw.choice((1, 1, 2, 5))):
            if len(records) > 1 and records[0] and len({len(row) for row in records}) == 1:
                draw.choice(CHANGES)(draw, records)
        replaced(draw, folder / f"{name}.csv", written(draw, records))
    return names


class Sound:
    """The sound world, read once: a case reads and judges what it changed, and what refers to that."""

    def __init__(self, folder: Path) -> None:
        self.files = {table.name: (folder / f"{table.name}.csv").read_text(encoding="utf-8") for table in TABLES}
        self.texts = {table.name: read.read_text(folder, table)[0] for table in TABLES}
        self.frames, faults = read.judged(self.texts, ABOUT)
        assert faults == []

    def faults(self, folder: Path, changed: list[str]) -> list[str]:
        texts, told = dict(self.texts), []
        for table in TABLES:
            if table.name in changed:
                texts[table.name], faults = read.read_text(folder, table)
                told += faults
        there = {name: text for name, text in texts.items() if text is not None}
        return (
            told + read.judged(there, ABOUT, {name: self.frames[name] for name in self._untouched(there, changed)})[1]
        )

    def _untouched(self, texts: Texts, changed: list[str]) -> list[str]:
        """Tables as they were, which refer to no table whose ids are others now."""
        ids, before = read.ids_of(texts), read.ids_of(self.texts)
        others = {name for name in before if ids.get(name) != before[name]}
        return [
            table.name
            for table in TABLES
            if table.name in texts
            and table.name not in changed
            and others.isdisjoint(column.refers_to for column in table.columns)
        ]


def assert_told(faults: list[str], seed: int) -> None:
    for fault in faults:
        assert fault.endswith("."), (seed, fault)
        assert "\n" not in fault, (seed, fault)
        assert len(fault) <= LONGEST_SENTENCE, (seed, fault[:200])


def judge(seed: int, folder: Path, sound: Sound) -> None:
    changed = damaged(seed, folder, sound)
    faults = sound.faults(folder, changed)
    assert_told(faults, seed)
    if seed % WHOLE_EVERY == 0:
        assert sorted(check_tables(folder)) == sorted(faults), seed
    if not faults and seed % BUILT_EVERY == 0:
        try:
            build_world(read_tables(folder), SETTINGS)
        except InputError as error:
            assert_told([str(error)], seed)
    for name in changed:
        restored(folder / f"{name}.csv", sound.files[name])


def too_long(*_: object) -> None:
    raise TimeoutError


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_worlds_are_told_in_sentences(part, tmp_path):
    folder = copied(tmp_path / "world")
    sound = Sound(folder)
    build_world(read_tables(folder), SETTINGS)  # which compiles what building needs
    before, held = signal.signal(signal.SIGALRM, too_long), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        for seed in range(part, CASES, PARTS):
            signal.alarm(LONGEST_SECONDS)
            try:
                judge(seed, folder, sound)
            except Exception as error:
                raise AssertionError(f"the world of seed {seed} ends in {type(error).__name__}: {error}") from error
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) < MOST_BYTES
