"""A list of entities, as its authority publishes it, as a dated schedule of how many are listed.

Names of natural persons are dropped and counted, and no name is written: the model takes how many, and from when. Read
are tables with names and dates, such as the Entity List of the UFLPA or the Consolidated Screening List, and the SDN
list of OFAC as `sdn.csv`, which has neither a header nor dates.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from sim.errors import InputError
from sim.importers.columns import table_of
from sim.importers.files import read, refuse
from sim.world.tables.parsing import quoted

NAMES = (
    "name", "nameofentity", "entityname", "entity", "sdnname", "listedentity", "listedparty", "company", "names",
    "entityorindividual",
)  # fmt: skip
DATES = (
    "effectivedate", "startdate", "dateofeffect", "dateadded", "dateoflisting", "listingdate", "datelisted", "listedon",
    "publicationdate", "date", "added",
)  # fmt: skip
NEEDED = {"name": NAMES}
OPTIONAL = {
    "from": DATES,
    "until": ("enddate", "dateremoved", "removaldate", "delistingdate", "removed"),
    "type": ("type", "sdntype", "entitytype"),
    "program": ("programs", "program", "source", "list", "sublist"),
}
SDN_FIELDS, SDN_NAME, SDN_TYPE, SDN_PROGRAM, NOTHING = 12, 1, 2, 3, "-0-"
"""Of `sdn.csv`: fields of a row, where some of them stand, and the word for an empty one."""

PERSONS = frozenset({"individual", "individuals", "person", "natural person", "natural persons"})
GOODS = frozenset({"vessel", "aircraft"})
FORMS = ("%Y-%m-%d", "%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%d %b %Y", "%m/%d/%Y", "%m/%d/%y", "%d.%m.%Y")
"""Forms of dates; with strokes the month comes first, as in the lists that are written so."""


@dataclass(frozen=True)
class Listed:
    """Days and how many are listed from each on (`from, entities`), and sentences on what was set aside."""

    schedule: pd.DataFrame
    told: tuple[str, ...]


def read_entities(path: str | Path, day: date | None = None, program: str | None = None) -> Listed:
    """Read a list of entities as a schedule.

    Parameters
    ----------
    path
        A CSV file.
    day
        Of listing, where a row has none.
    program
        Only rows whose programme or list holds this word.

    Raises
    ------
    InputError
        With every row at fault: a name that stands there twice, a date that is none.
    """
    file = Path(path).name
    frame = _rows(path)
    told = [] if frame["type"].any() else ["No column tells natural persons from firms, so none was dropped: look."]
    if program:
        frame = frame[frame["program"].str.casefold().str.contains(program.casefold(), regex=False)]
        if frame.empty:
            raise InputError(f"convert.program={program}: no row of {file} holds it.")
    for kinds, words in ((PERSONS, "natural persons are dropped"), (GOODS, "vessels and aircraft are set aside")):
        is_kind = frame["type"].str.casefold().isin(kinds)
        told += [f"{int(is_kind.sum()):,} {words}."] if is_kind.any() else []
        frame = frame[~is_kind]
    begins = [_day(text) or (None if text else day) for text in frame["from"]]
    ends = [_day(text) for text in frame["until"]]
    refuse([*_faults_of_dates(frame, begins, ends, file), *_doubles(frame, file)])
    if frame.empty:
        raise InputError(f"{file} lists no entity.")
    told.append(f"{len(frame):,} entities are listed from {min(begins)} to {max(begins)}.")
    return Listed(_schedule(begins, ends), tuple(told))


def as_regime(listed: Listed, sender: str, file: str) -> str:
    """Write a schedule as a regime that holds one measure.

    Parameters
    ----------
    listed
        From `read_entities`.
    sender
        Who lists: a market of the world.
    file
        Name of the file that was read, for the source.

    Returns
    -------
    str
        YAML, as `docs/regimes.md` says.
    """
    days = [row["from"] for row in listed.schedule.to_dict("records")]
    steps = "".join(
        f"      - {{from: {row['from']}, entities: {row['entities']}}}\n" for row in listed.schedule.to_dict("records")
    )
    return (
        "title: Entities as they were listed\n"
        f"purpose: The list of {sender} as it grew.\n"
        "background: adds\n\n"
        "measures:\n"
        "  listed_entities:\n"
        f"    sender: {sender}\n"
        "    instrument: entity_listing\n"
        f"    start: {days[0]}\n"
        "    level: 1\n"
        f"    schedule:\n{steps}"
        f'    source: "{file.replace(chr(34), "")}"\n'
        "    note: The level, the share of the listed that export from the region, is to be set.\n"
    )


def _rows(path: str | Path) -> pd.DataFrame:
    """Read name, type, programme and days; those that the file lacks are empty."""
    first = next(csv.reader(io.StringIO(read("convert.file", path))), [])
    if len(first) == SDN_FIELDS and first[0].strip().isdecimal():
        return _sdn(path)
    frame = table_of("convert.file", path, NEEDED, OPTIONAL)
    for column in OPTIONAL:
        if column not in frame:
            frame[column] = ""
    return frame[frame["name"] != ""]


def _sdn(path: str | Path) -> pd.DataFrame:
    """Read `sdn.csv`; the last line of the file is an end mark."""
    records = [
        (row, [cell.strip() for cell in record])
        for row, record in enumerate(csv.reader(io.StringIO(read("convert.file", path))), start=1)
        if any(cell.strip(" \x1a") for cell in record)
    ]
    refuse(
        f"{Path(path).name} row {row}: {len(cells)} fields stand there; a row of the SDN list has {SDN_FIELDS}."
        for row, cells in records
        if len(cells) != SDN_FIELDS
    )
    cells = {
        row: {"name": each[SDN_NAME], "type": _word(each[SDN_TYPE]), "program": _word(each[SDN_PROGRAM])}
        for row, each in records
    }
    return pd.DataFrame.from_dict(cells, orient="index").assign(**{"from": "", "until": ""})


def _word(cell: str) -> str:
    return "" if cell == NOTHING else cell


def _day(text: str) -> date | None:
    for form in FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None


def _faults_of_dates(
    frame: pd.DataFrame, begins: list[date | None], ends: list[date | None], file: str
) -> Iterator[str]:
    for row, text, until, begin, end in zip(frame.index, frame["from"], frame["until"], begins, ends, strict=True):
        if begin is None and not text:
            yield f"{file} row {row}: no day of listing stands there; give the day of the list as convert.day."
        elif begin is None:
            yield f"{file} row {row}: {quoted(text)} is not a date such as 2022-06-21 or June 21, 2022."
        if until and end is None:
            yield f"{file} row {row}: {quoted(until)} is not a date such as 2022-06-21 or June 21, 2022."
        elif begin and end and end < begin:
            yield f"{file} row {row}: it ends on {end}, before it begins on {begin}."


def _doubles(frame: pd.DataFrame, file: str) -> Iterator[str]:
    """Tell names that stand twice, capitals and stops apart."""
    first: dict[str, int] = {}
    for row, name in frame["name"].items():
        plain = "".join(letter for letter in name.casefold() if letter.isalnum())
        before = first.setdefault(plain, row)
        if before != row:
            yield f"{file} row {row}: name {quoted(name)} stands in row {before} already; keep one of them."


def _schedule(begins: list[date], ends: list[date | None]) -> pd.DataFrame:
    changes = pd.concat([pd.Series(1, begins), pd.Series(-1, [end for end in ends if end], dtype=int)])
    totals = changes.groupby(level=0).sum().sort_index().cumsum()
    kept = totals[totals.diff().fillna(1) != 0]
    return pd.DataFrame({"from": kept.index, "entities": kept.to_numpy()})
