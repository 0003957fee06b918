"""A world folder as typed tables, with every fault of it told at once."""

from collections.abc import Sequence
from dataclasses import make_dataclass
from pathlib import Path

import pandas as pd

from sim.about import WORLD_FILE, About, bases_of, find_world, read_about
from sim.errors import InputError
from sim.terminal import setting
from sim.world.countries import country_code, markets_by_country
from sim.world.tables import schema
from sim.world.tables.based import labelled, overlaid
from sim.world.tables.consistency import about_faults, world_faults
from sim.world.tables.faults import MARKETS, ORIGINS, Countries, cell_faults
from sim.world.tables.files import readme_faults
from sim.world.tables.parsing import read_text, typed
from sim.world.tables.schema import Kind

Tables = make_dataclass(
    "Tables",
    [("folder", Path), ("about", About), *((table.name, pd.DataFrame) for table in schema.TABLES)],
    frozen=True,
    namespace={
        "__doc__": "Typed tables of a world: its folder, what it says of itself, and a DataFrame for each of "
        "`sim.world.tables.schema.TABLES`.",
        "__module__": __name__,
    },
)

Frames = dict[str, pd.DataFrame]

PLACES = "places.csv"


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
    return _read(Path(folder))[2]


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
    about, frames, faults = _read(Path(folder))
    if faults or about is None:
        more = len(faults) - 1
        command = f"reroute check {setting('world', folder)}"
        rest = f" There {'is' if more == 1 else 'are'} {more} more: {command}" if more else ""
        raise InputError(faults[0] + rest)
    return Tables(
        folder=Path(folder), about=about, **{name: frame.reset_index(drop=True) for name, frame in frames.items()}
    )


def _read(folder: Path) -> tuple[About | None, Frames, list[str]]:
    """Read what a world says of itself, typed tables without faults of their own by spreadsheet row, and all faults."""
    about, faults = _about(folder)
    faults += readme_faults(folder)
    try:
        bases = bases_of(folder)
    except InputError:  # told already
        bases = ()
        if not (folder / PLACES).exists():  # meant to stand on a base that cannot be found
            return about, {}, faults
    texts, own, told = _texts(folder, bases)
    frames, more = judged(texts, about, own=own)
    return about, frames, faults + told + more


def _texts(folder: Path, bases: Sequence[Path]) -> tuple[Frames, Frames | None, list[str]]:
    """Read the text of all tables, that of the rows of its own where a world stands on another one, and faults."""
    texts: Frames = {}
    own: Frames = {}
    faults: list[str] = []
    if bases:
        base, (texts, _, told) = bases[0], _texts(bases[0], bases[1:])
        told = told or check_tables(base)
        if told:
            return {}, {}, [f"{WORLD_FILE}: its base '{base.name}' has faults, such as: {told[0]}"]
        texts = {name: labelled(text, base.name) for name, text in texts.items()}
    for table in schema.TABLES:
        text, told = read_text(folder, table, table.told_apart if bases else None)
        faults += told
        if text is not None and bases and len(text):
            texts[table.name], own[table.name], told = overlaid(table, texts[table.name], text, bases[0].name)
            faults += told
        elif text is not None and not bases:
            texts[table.name] = text
    return texts, own if bases else None, faults


def _about(folder: Path) -> tuple[About | None, list[str]]:
    try:
        return read_about(folder), []
    except InputError as error:
        return None, [str(error)]


def judged(
    texts: Frames, about: About | None, same: Frames | None = None, own: Frames | None = None
) -> tuple[Frames, list[str]]:
    """Judge tables of text, each and together.

    Parameters
    ----------
    texts
        Of `sim.world.tables.parsing.read_text`, by table.
    about
        What the world says of itself; None: its file is at fault, and names in it are not judged.
    same
        Typed tables that were judged before and need no second look.
    own
        Of a world that stands on another one the rows of its own: cells of the others were judged with the base.

    Returns
    -------
    frames : dict of str to pandas.DataFrame
        Typed tables without a fault of their own.
    faults : list of str
        One sentence each.
    """
    ids, countries = ids_of(texts), _countries(texts)
    if about is not None:
        ids |= {ORIGINS: frozenset(about.origins)}
    frames, faults = dict(same or {}), []
    for table in schema.TABLES:
        if table.name in texts and table.name not in frames:
            told = cell_faults(_to_judge(texts, own, table.name), table, ids, countries)
            faults += told
            if not told:
                frames[table.name] = typed(texts[table.name], table)
    return frames, faults + world_faults(frames) + (about_faults(about, frames) if about else [])


def _to_judge(texts: Frames, own: Frames | None, name: str) -> pd.DataFrame:
    return texts[name] if own is None else own.get(name, texts[name].head(0))


def _countries(texts: Frames) -> Countries:
    """Markets of each country, as far as the table of markets can be read."""
    if MARKETS not in texts:
        return {}
    markets = texts[MARKETS]
    return markets_by_country(markets["market"], map(country_code, markets["country"]))


def ids_of(texts: Frames) -> dict[str, frozenset[str]]:
    """Values of the first column of each table whose first column is an id."""
    return {
        table.name: frozenset(texts[table.name].iloc[:, 0])
        for table in schema.TABLES
        if table.name in texts and table.columns[0].kind is Kind.IDENTIFIER
    }


__all__ = ["Tables", "check_tables", "find_world", "ids_of", "judged", "read_tables"]
