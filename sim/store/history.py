"""Saved histories: every run of a study as it stood at the end of a week, to be continued under any regime.

What lies in its folder is told in `sim.store.history_files`. A run is continued with its own number, so a history holds
all that the past has to say, and the regimes that continue from it differ from the first continued week on and never
before.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sim.constants import DAYS_PER_WEEK
from sim.errors import InputError
from sim.plain_files import plain_bytes
from sim.store.blocks import Block
from sim.store.digest import digest
from sim.store.files import sha256_of
from sim.store.history_files import Number, Saved, about, numbers, read_about, saved_runs
from sim.store.saved_state import largest
from sim.units import monday_of

LARGEST_STATE = 2**31
"""Bytes of a saved state, until it is known which world it is of."""


def week_after(day: date, first_monday: date) -> int:
    """Count the weeks from the first of a run to the end of the one that holds a day.

    Parameters
    ----------
    day
        Any day.
    first_monday
        Of the first week of the spin-up.

    Returns
    -------
    int
        Index of the week after.

    Examples
    --------
    >>> week_after(date(2021, 1, 10), date(2020, 12, 28))
    2
    """
    return (monday_of(day) - first_monday).days // DAYS_PER_WEEK + 1


class History:
    """A saved history that is continued.

    Parameters
    ----------
    folder
        Where it lies.

    Raises
    ------
    InputError
        If there is none, or it is of another version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._about = read_about(folder)
        self.week: int = self._about["week"]
        self.last_day = date.fromisoformat(self._about["last_day"])
        self.regimes: tuple[str, ...] = tuple(self._about["regimes"])
        self._checksums, _ = saved_runs(folder)
        self._largest = LARGEST_STATE

    def source(self, regime: str) -> str:
        """Name the saved regime that a regime continues from: the only one, or the one of its own name.

        Parameters
        ----------
        regime
            A regime that goes on.

        Raises
        ------
        InputError
            If the history holds several and none of that name.
        """
        if len(self.regimes) == 1:
            return self.regimes[0]
        if regime not in self.regimes:
            raise InputError(
                f"history.load={self.folder} holds {', '.join(self.regimes)} and not {regime}: continue regimes of "
                "these names, or save a history of one regime, from which every regime can go on."
            )
        return regime

    def key(self, regime: str) -> str:
        """Digest of what a regime continues from.

        Parameters
        ----------
        regime
            A regime that goes on.
        """
        return digest(self._about["digest"], self.source(regime))

    def checksums(self, regime: str, block: Block) -> list[str]:
        """SHA-256 of the saved states that the runs of a block continue from; empty where there is none.

        Parameters
        ----------
        regime
            A regime that goes on.
        block
            Which runs.
        """
        return [self._checksums.get(number, "") for number in numbers(self.source(regime), block)]

    def files(self) -> dict[Path, str]:
        """Give the file of every saved run with its SHA-256."""
        return {number.path(self.folder): checksum for number, checksum in self._checksums.items()}

    def path(self, regime: str, draw: int, run: int) -> Path:
        """File of the saved state that a run continues from.

        Parameters
        ----------
        regime
            The regime that goes on.
        draw, run
            Its number.
        """
        return Number(self.source(regime), draw, run).path(self.folder)

    def read(self, regime: str, draw: int, run: int) -> bytes:
        """Read the saved state of a run.

        Parameters
        ----------
        regime
            The regime that goes on.
        draw, run
            Its number.

        Returns
        -------
        bytes
            See `sim.store.saved_state`.

        Raises
        ------
        InputError
            If the file is missing, cut short, changed, or larger than any state of this world.
        """
        number, path = Number(self.source(regime), draw, run), self.path(regime, draw, run)
        try:
            data = plain_bytes(path, self._largest)
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror}): save the history again.") from None
        if sha256_of(data) != self._checksums.get(number):
            raise InputError(f"{path} is cut short or was changed since it was saved: save the history again.")
        return data

    def check(self, study: Saved) -> None:
        """Refuse a study that cannot go on from here.

        Parameters
        ----------
        study
            The study that loads this history.

        Raises
        ------
        InputError
            If version, dates, firms, world, parameters or runs do not fit, or it saves what is past already.
        """
        asked = about(study, self.last_day)
        self._largest = largest(study.world)
        if 0 < study.save <= self.week:
            raise InputError(f"history.save lies before {self.last_day}, the day up to which history.load is known.")
        for key, fault in _DIFFERENCES.items():
            if asked[key] != self._about[key]:
                told = fault.format(saved=_short(self._about[key]), asked=_short(asked[key]))
                raise InputError(f"history.load={self.folder} {told}")
        if self.week != week_after(self.last_day, study.first_monday) or self.week > study.world.sizes.weeks:
            raise InputError(f"history.load={self.folder} is of another week than its last day, or is spoilt.")
        self._check_draws(asked)
        for regime in study.scenarios:
            for block in study.design.blocks():
                self._check_runs(self.source(regime), block)

    def _check_draws(self, asked: dict) -> None:
        """Parameters set costs and base margins at the start, so a run goes on only with its own."""
        for draw, row in asked["draws"].items():
            if draw not in self._about["draws"]:
                raise InputError(f"history.load={self.folder} holds no draw {draw} of parameters.")
            saved = self._about["draws"][draw]
            if len(saved) != len(row):
                raise InputError(f"history.load={self.folder} was saved with other parameters: it has {len(saved)}.")
            if asked["parameters"] != self._about["parameters"]:
                odd = ", ".join(sorted({*asked["parameters"]} ^ {*self._about["parameters"]}))
                raise InputError(f"history.load={self.folder} was saved with other parameters or levels: {odd}.")
            different = [name for name, one, other in zip(asked["parameters"], row, saved, strict=True) if one != other]
            if different:
                raise InputError(
                    f"history.load={self.folder} was saved with other parameters: draw {draw} differs in "
                    f"{', '.join(different)}, and what they set at the start cannot be set again."
                )

    def _check_runs(self, source: str, block: Block) -> None:
        for number in numbers(source, block):
            if number not in self._checksums:
                raise InputError(
                    f"history.load={self.folder} does not hold run {number.run} of draw {number.draw} under {source}: "
                    "ask for fewer runs, or save more."
                )


_DIFFERENCES = {
    "sources": "was saved by other rules than those of this version: save it again.",
    "months": "was saved by a study of {saved}, and this one is of {asked}: give the same start and end.",
    "firms": "was saved with {saved} firms, and here are {asked}.",
    "world": "was saved in another world: its tables, days or sizes differ.",
}
"""What must be equal, in the order in which it is looked at, and what is said where it is not."""


def _short(value: object) -> str:
    return " to ".join(value) if isinstance(value, list) else str(value)
