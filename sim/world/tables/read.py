"""A world folder as typed tables, with every fault of it told at once."""

from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from sim.errors import InputError
from sim.paths import data
from sim.world.tables.consistency import world_faults
from sim.world.tables.faults import Ids, cell_faults
from sim.world.tables.reading import nearest, read_text, typed
from sim.world.tables.schema import TABLES, Kind


@dataclass(frozen=True)
class Tables:
    """Typed tables of a world; columns and their types are in `sim.world.tables.schema.TABLES`."""

    folder: Path
    sources: pd.DataFrame
    places: pd.DataFrame
    legs: pd.DataFrame
    crossings: pd.DataFrame
    calendars: pd.DataFrame
    background: pd.DataFrame
    commodities: pd.DataFrame
    commodity_figures: pd.DataFrame
    seasons: pd.DataFrame
    markets: pd.DataFrame
    demand: pd.DataFrame
    hubs: pd.DataFrame
    inspection_classes: pd.DataFrame
    firms: pd.DataFrame
    observed: pd.DataFrame


def find_world(name_or_path: str | Path) -> Path:
    """Folder of a world, by the name of a shipped one or by its path.

    Parameters
    ----------
    name_or_path
        `xinjiang`, or the path of a folder with the same tables. A shipped name wins over a folder of that name.

    Returns
    -------
    pathlib.Path
        Absolute path of the folder.

    Raises
    ------
    InputError
        When there is neither, naming the nearest shipped world.
    """
    shipped = sorted(folder.name for folder in data().iterdir() if (folder / "places.csv").is_file())
    text = str(name_or_path)
    if text in shipped:
        return data(text)
    path = Path(text).expanduser()
    if text and path.is_dir():
        return path.resolve()
    raise InputError(f"world '{text}' is neither a shipped world nor a folder{nearest(text, shipped)}.")


def check_tables(folder: Path) -> list[str]:
    """Name every fault of a world folder.

    Parameters
    ----------
    folder
        Folder of the world.

    Returns
    -------
    list of str
        One plain sentence each, empty for a sound world.
    """
    return _read(folder)[1]


def read_tables(folder: Path) -> Tables:
    """Read and check a world folder.

    Parameters
    ----------
    folder
        Folder of the world.

    Returns
    -------
    Tables
        Typed tables, index 0..rows-1 each.

    Raises
    ------
    InputError
        With the first fault and the number of further ones.
    """
    frames, faults = _read(folder)
    if faults:
        more = len(faults) - 1
        rest = f" There {'is' if more == 1 else 'are'} {more} more: reroute check world={folder}" if more else ""
        raise InputError(faults[0] + rest)
    names = {field.name for field in fields(Tables)} - {"folder"}
    return Tables(folder=Path(folder), **{name: frames[name].reset_index(drop=True) for name in names})


def _read(folder: Path) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Typed tables that have no fault of their own, indexed by spreadsheet row, and all faults."""
    texts: dict[str, pd.DataFrame] = {}
    faults: list[str] = []
    for table in TABLES:
        text, told = read_text(Path(folder), table)
        faults += told
        if text is not None:
            texts[table.name] = text
    ids = _ids(texts)
    frames = {}
    for table in TABLES:
        if table.name in texts:
            told = cell_faults(texts[table.name], table, ids)
            faults += told
            if not told:
                frames[table.name] = typed(texts[table.name], table)
    return frames, faults + world_faults(frames)


def _ids(texts: dict[str, pd.DataFrame]) -> Ids:
    """Values of the first column of each table whose first column is an id."""
    return {
        table.name: frozenset(texts[table.name].iloc[:, 0])
        for table in TABLES
        if table.name in texts and table.columns[0].kind is Kind.IDENTIFIER
    }
