"""What a study cannot do without: said in one sentence, with what there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sim.errors import InputError, nearest
from sim.world.tables.read import Tables


class Named(Protocol):
    """Stored results: all that is needed is which regimes they hold."""

    regimes: Sequence[str]


def need_regimes(results: Named, names: Iterable[str], study: str) -> None:
    """Refuse results without the regimes that a study compares.

    Parameters
    ----------
    results : Results
        Stored study.
    names : iterable of str
        Regimes that it needs.
    study : str
        Its name.

    Raises
    ------
    InputError
        If one is missing.
    """
    missing = [name for name in names if name not in results.regimes]
    if missing:
        raise InputError(
            f"regimes={list(results.regimes)} lacks {missing[0]}, which the study {study} compares: leave regimes= out "
            "of the command."
        )


def need_names(tables: Tables, names: Iterable[str], study: str) -> None:
    """Refuse a world without the crossings and markets that a study is about.

    Parameters
    ----------
    tables : Tables
        Of the world.
    names : iterable of str
        Crossings and markets.
    study : str
        Its name.

    Raises
    ------
    InputError
        If one is missing, with the nearest.
    """
    known = {*tables.places["place"], *tables.markets["market"]}
    for name in (each for each in names if each not in known):
        raise InputError(
            f"world={tables.folder.name} has no crossing or market {name!r}, which the study {study} is about."
            f"{nearest(name, known)}"
        )
