"""What a study cannot do without: said in one sentence, with what there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sim.errors import InputError


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
