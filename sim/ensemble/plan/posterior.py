"""A posterior on disk: weighted draws of what a fit left uncertain, what they rest on, and how runs draw from them.

A folder holds `posterior.csv` (a row a simulated draw: a column a factor, then `weight` and `log_density`) and
`fit.yaml` (which world, rule, data and rules it was fitted with, and how good the fit is).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from scipy.stats import qmc

from sim.errors import InputError, nearest
from sim.store.files import plain_faults, write_text
from sim.world.tables.files import text_of
from sim.world.tables.records import Records, records_of, with_points

DRAWS_FILE, FIT_FILE, FITTED_FILE = "posterior.csv", "fit.yaml", "fitted.csv"
WEIGHT, LOG_DENSITY = "weight", "log_density"
FITTED_COLUMNS = ("target", "group", "value", "q05", "q95", "missed_share")
NEEDED = ("world", "rule", "firms", "start", "end", "data", "rules", "version")
"""What `fit.yaml` must say: a posterior without it cannot be held against the study that draws from it."""

ROUNDING = 1e-6
"""How far weights may be from adding up to 1: they are written with fewer digits than they have."""

WAY_OUT = "draw from the ranges of parameters (design=uncertain), or fit anew (reroute calibrate)"


class StoredPosterior(NamedTuple):
    """Draws from a posterior, each simulated, and the fit that they come from.

    Attributes
    ----------
    table : pandas.DataFrame
        [draws, factors] float64: a column a factor (a parameter's name, or `level.MEASURE`), in its own unit.
    weight : array [draws] of float64
        Adds up to 1.
    log_density : array [draws] of float64
        Of the posterior of the simulation, up to a constant.
    fit : dict
        What `fit.yaml` says.
    """

    table: pd.DataFrame
    weight: NDArray[np.float64]
    log_density: NDArray[np.float64]
    fit: dict[str, Any]

    @property
    def point(self) -> pd.Series:
        """The draw of highest density: factor to value."""
        return self.table.iloc[int(np.argmax(self.log_density))]

    def drawn(self, count: int, seed: int) -> pd.DataFrame:
        """Draw with the weights, spread as evenly over them as can be; the first draws of many are those of few.

        Draw i lies at the place (shift + i-th number of van der Corput) of the cumulated weights: any power of two
        of draws in a row is a systematic sample.

        Parameters
        ----------
        count
            Number of draws, of which many may be one stored row.
        seed
            Of the shift.

        Returns
        -------
        pandas.DataFrame
            A row a draw, numbered from 0, a column a factor.
        """
        shift = np.random.default_rng(seed).random()
        places = (shift + qmc.Halton(1, scramble=False).random(count).ravel()) % 1.0
        upto = np.cumsum(self.weight)
        rows = np.searchsorted(upto / upto[-1], places, side="right")
        return self.table.iloc[rows].reset_index(drop=True)


def is_posterior(folder: Path) -> bool:
    """Tell whether a folder holds a posterior, spoilt or not."""
    return (folder / DRAWS_FILE).is_file() or (folder / FIT_FILE).is_file()


def read_posterior(folder: str | Path) -> StoredPosterior:
    """Read a posterior.

    Parameters
    ----------
    folder
        With `posterior.csv` and `fit.yaml`.

    Returns
    -------
    StoredPosterior

    Raises
    ------
    InputError
        If a file, a column or a key is missing, a cell is no finite number, or the weights do not add up to 1.
    """
    folder = Path(folder)
    path = folder / DRAWS_FILE
    records = records_of(_text(path))
    table = pd.DataFrame(_columns(path, records))
    weight, log_density = (table.pop(name).to_numpy(np.float64) for name in (WEIGHT, LOG_DENSITY))
    if (weight < 0).any():
        place = int(np.argmax(weight < 0))
        raise InputError(f"{path}, row {records.rows[place]}, {WEIGHT}={weight[place]:g}: must be 0 or more.")
    if abs(weight.sum() - 1.0) > ROUNDING:
        raise InputError(f"{path}: the column {WEIGHT} adds up to {weight.sum():.6g}, and must to 1.")
    return StoredPosterior(table, weight, log_density, _fit(folder / FIT_FILE))


def read_fitted(folder: str | Path) -> pd.DataFrame:
    """Read the targets of a fit beside what its posterior simulates.

    Parameters
    ----------
    folder
        Of a posterior.

    Returns
    -------
    pandas.DataFrame
        The columns of `fitted.csv`; without rows where the folder has none.

    Raises
    ------
    InputError
        If it lacks a column.
    """
    path = Path(folder) / FITTED_FILE
    if not path.is_file():
        return pd.DataFrame(columns=list(FITTED_COLUMNS))
    table = pd.read_csv(path)
    for name in FITTED_COLUMNS:
        if name not in table.columns:
            raise InputError(f"{path}: the column {name!r} is missing.")
    return table


def write_posterior(folder: str | Path, stored: StoredPosterior) -> None:
    """Write `posterior.csv` and `fit.yaml`, for `read_posterior`.

    Parameters
    ----------
    folder
        Made if it is not there.
    stored
        Read back to the same bits.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    folder = Path(folder)
    with plain_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
    table = stored.table.assign(**{WEIGHT: stored.weight, LOG_DENSITY: stored.log_density})
    write_text(folder / DRAWS_FILE, table.to_csv(index=False))
    write_text(folder / FIT_FILE, yaml.safe_dump(stored.fit, sort_keys=False, allow_unicode=True))


def check_current(stored: StoredPosterior, world_name: str, data: str, rules: str) -> None:
    """Refuse a posterior of another world, of other data, or of a model with other rules.

    Parameters
    ----------
    stored
        What is drawn from.
    world_name
        Of the study, or the path of its folder, of which the last part counts.
    data, rules
        Digests of what the study runs on.

    Raises
    ------
    InputError
        Names what the posterior was fitted with and what the study has, and what to do.
    """
    fit = stored.fit
    if Path(str(fit["world"])).name != Path(world_name).name:
        raise InputError(
            f"The posterior was fitted to the world {fit['world']}, and this study runs {world_name}: {WAY_OUT}."
        )
    for what, key, now in (("with tables, parameters or a regime", "data", data), ("by rules", "rules", rules)):
        if fit[key] != now:
            raise InputError(
                f"The posterior of the world {world_name} was fitted {what} that have changed since ({key} "
                f"{fit[key]}, version {fit['version']}; now {now}): {WAY_OUT}."
            )


def _text(path: Path) -> str:
    text, fault = text_of(path)
    if fault:
        raise InputError(f"{path} {fault}: a posterior is a folder with {DRAWS_FILE} and {FIT_FILE}.")
    return text


def _columns(path: Path, records: Records) -> dict[str, list[float]]:
    """Numbers of every column."""
    header = records.header
    for name in (WEIGHT, LOG_DENSITY):
        if name not in header:
            raise InputError(f"{path}: the column {name!r} is missing{nearest(name, header, '; did you write {!r}?')}.")
    if records.odd:
        row, cells = records.lengths[0]
        raise InputError(f"{path}, row {row}: {cells} cells where the header has {len(header)}.")
    if not records.rows or len(header) < len({WEIGHT, LOG_DENSITY}) + 1 or len(set(header)) < len(header):
        raise InputError(f"{path} needs a column for each factor, each once, and at least one row.")
    columns = zip(header, zip(*records.cells, strict=True), strict=True)
    return {name: _numbers(path, name, records.rows, cells) for name, cells in columns}


def _numbers(path: Path, name: str, rows: Sequence[int], cells: Sequence[str]) -> list[float]:
    return [
        _number(f"{path}, row {row}, {name}={cell!r}", text)
        for row, cell, text in zip(rows, cells, with_points(list(cells)), strict=True)
    ]


def _number(key: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise InputError(f"{key}: not a finite number.")
    return value


def _fit(path: Path) -> dict[str, Any]:
    """Read what `fit.yaml` says, with all that is needed."""
    try:
        fit = yaml.safe_load(_text(path))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise InputError(f"{path}{line}: the YAML is broken.") from None
    if not isinstance(fit, Mapping):
        raise InputError(f"{path}: must say {', '.join(NEEDED)}, a line each.")
    for key in NEEDED:
        if key not in fit:
            raise InputError(
                f"{path}: the key {key!r} is missing{nearest(key, map(str, fit), '; did you write {!r}?')}."
            )
    return dict(fit)
