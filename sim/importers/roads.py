"""Published road networks in the TNTP format: links, trips and best-known flows, as tables of `sim.networks`.

Travel time of a link at a flow is `time (1 + B (flow / capacity)^power)`; tolls and lengths are fixed costs beside it,
in units of time. Zones numbered below the first node for through traffic may not be passed. Trips inside a zone use no
road.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.importers.files import read, refuse

LINKS = ("init node", "term node", "capacity", "length", "free flow time", "B", "power", "speed", "toll", "link type")
"""Fields of a link, in their order; those behind the power may be missing."""

NEEDED = 7

FIRST_THROUGH, TOLL, DISTANCE = "FIRST THRU NODE", "TOLL FACTOR", "DISTANCE FACTOR"
_TAG = re.compile(r"<([A-Z ]+)>\s*(\S*)")
_MARKS = str.maketrans({";": " ", ":": " ", ",": " ", "\t": " "})


@dataclass(frozen=True)
class Roads:
    """A road network and who travels on it.

    Attributes
    ----------
    links
        `from_place, to_place, cost, capacity, alpha, beta`, as `sim.networks.equilibrium.user_equilibrium` takes them;
        the index is the line of the file.
    demand
        `from_place, to_place, volume`, without trips inside a zone.
    no_through
        Zones that trips may not pass.
    told
        Sentences on what was set aside, barred or added.
    """

    links: pd.DataFrame
    demand: pd.DataFrame
    no_through: tuple[int, ...]
    told: tuple[str, ...]


def read_roads(net: str | Path, trips: str | Path, toll: float | None = None, distance: float | None = None) -> Roads:
    """Read a network and its trips.

    Parameters
    ----------
    net, trips
        Files such as `SiouxFalls_net.tntp` and `SiouxFalls_trips.tntp`.
    toll, distance
        Time that a unit of toll, and of length, is worth; None: as the file of links says, else nothing.

    Raises
    ------
    InputError
        With every row that cannot be read: file, line, field and value.
    """
    tags, rows = _parts(net, "convert.file")
    table = _links(rows, Path(net).name)
    factors = [_factor(tags, name, given, Path(net).name) for name, given in ((TOLL, toll), (DISTANCE, distance))]
    fixed = factors[0] * table["toll"].to_numpy() + factors[1] * table["length"].to_numpy()
    demand = _demand(*_parts(trips, "convert.trips"), Path(trips).name)
    inside = (demand["from_place"] == demand["to_place"]).to_numpy()
    named = set(table["init node"]) | set(table["term node"])
    first = int(_number(tags.get(FIRST_THROUGH, "1")) or 1)
    barred = tuple(sorted(node for node in named if node < first))
    told = [*_told_barred(barred), *_told_inside(demand, inside), *_told_fixed(table, factors)]
    return Roads(_with_costs(table, fixed), demand[~inside].reset_index(drop=True), barred, tuple(told))


def read_flows(path: str | Path) -> pd.DataFrame:
    """Read best-known flows.

    Parameters
    ----------
    path
        A file such as `SiouxFalls_flow.tntp`: of each link its two nodes, the flow and (not read) its cost.

    Returns
    -------
    DataFrame
        `from_place, to_place, flow`.

    Raises
    ------
    InputError
        If it holds no such row, or one that cannot be read.
    """
    _, rows = _parts(path, "convert.flows")
    numbers = {line: [_number(word) for word in words] for line, words in rows if _number(words[0]) is not None}
    refuse(
        f"{Path(path).name} line {line}: two nodes and a flow are needed."
        for line, row in numbers.items()
        if len(row) < 3 or None in row[:3]
    )
    if not numbers:
        raise InputError(f"{Path(path).name} holds no row of two nodes and a flow.")
    found = pd.DataFrame([row[:3] for row in numbers.values()], columns=["from_place", "to_place", "flow"])
    return found.astype({"from_place": int, "to_place": int})


def farthest(flows: pd.DataFrame, known: pd.DataFrame) -> float:
    """Give the largest difference of flows, as a share of the largest known flow; links of one pair are added up.

    Parameters
    ----------
    flows, known
        `from_place, to_place, flow`.

    Raises
    ------
    InputError
        If they are not of the same links.
    """
    ours, theirs = (each.groupby(["from_place", "to_place"])["flow"].sum() for each in (flows, known))
    if other := sorted(set(ours.index) ^ set(theirs.index)):
        raise InputError(
            f"The flows are of other links: only one of both has a link from {other[0][0]} to {other[0][1]}."
        )
    return float((ours - theirs).abs().max() / theirs.max())


def _parts(path: str | Path, key: str) -> tuple[dict[str, str], list[tuple[int, list[str]]]]:
    """Divide a file into its tags, and its lines of words with their numbers; comments are left out."""
    tags: dict[str, str] = {}
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(read(key, path).splitlines(), start=1):
        if tag := _TAG.match(line.strip()):
            tags[tag[1].strip()] = tag[2]
        elif not line.lstrip().startswith("~") and (words := line.translate(_MARKS).split()):
            rows.append((number, words))
    return tags, rows


def _links(rows: list[tuple[int, list[str]]], file: str) -> pd.DataFrame:
    found, faults = {}, []
    for line, words in rows:
        numbers = [_number(word) for word in words[: len(LINKS)]]
        wrong = [place for place, each in enumerate(numbers) if each is None or each < 0]
        if len(numbers) < NEEDED:
            faults.append(f"{file} line {line}: {len(words)} fields stand there; a link has {NEEDED} to {len(LINKS)}.")
        elif wrong:
            name, word = LINKS[wrong[0]], words[wrong[0]]
            faults.append(f"{file} line {line}: {name} '{word}' is not a number of at least 0.")
        else:
            found[line] = numbers + [0.0] * (len(LINKS) - len(numbers))
    refuse(faults)
    if not found:
        raise InputError(f"{file} holds no link; a file of links in the TNTP format is needed.")
    table = pd.DataFrame.from_dict(found, orient="index", columns=list(LINKS))
    return table.astype({"init node": int, "term node": int})


def _with_costs(table: pd.DataFrame, fixed: NDArray[np.float64]) -> pd.DataFrame:
    """Write time and fixed cost as one cost that rises with flow: the same cost at every flow."""
    time, rise, power = (table[name].to_numpy(np.float64) for name in ("free flow time", "B", "power"))
    rising = np.where(power > 0, time * rise, 0.0)
    cost = time + fixed + np.where(power > 0, 0.0, time * rise)
    alpha = np.divide(rising, cost, out=np.zeros_like(cost), where=cost > 0)
    capacity = np.where(alpha > 0, table["capacity"], np.inf)
    ends = {"from_place": table["init node"], "to_place": table["term node"]}
    return pd.DataFrame(
        {**ends, "cost": cost, "capacity": capacity, "alpha": alpha, "beta": np.where(power > 0, power, 1.0)}
    )


def _demand(_: dict[str, str], rows: list[tuple[int, list[str]]], file: str) -> pd.DataFrame:
    found: list[tuple[int, int, float]] = []
    faults: list[str] = []
    origin: int | None = None
    for line, words in rows:
        if words[0].lower() == "origin":
            number = _number(words[1]) if len(words) == 2 else None
            origin = None if number is None else int(number)
            if origin is None:
                faults.append(f"{file} line {line}: '{' '.join(words[:3])}' names no origin, such as Origin 1.")
        elif origin is None:
            faults.append(f"{file} line {line}: '{' '.join(words[:3])}' stands before an origin.")
        else:
            faults += _take(found, origin, words, f"{file} line {line}")
    refuse(faults)
    if not found:
        raise InputError(f"{file} holds no trips; a file of trips in the TNTP format is needed.")
    return pd.DataFrame(found, columns=["from_place", "to_place", "volume"])


def _take(found: list[tuple[int, int, float]], origin: int, words: list[str], where: str) -> Iterator[str]:
    """Add the pairs of a line, destination and trips; tell what is none."""
    for destination, trips in zip(words[::2], [*words[1::2], ""], strict=False):
        end, volume = _number(destination), _number(trips)
        if end is None or volume is None or volume < 0:
            yield f"{where}: '{destination} : {trips}' is not a destination with its trips."
        elif volume:
            found.append((origin, int(end), volume))


def _number(word: str) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _factor(tags: dict[str, str], name: str, given: float | None, file: str) -> float:
    number = given if given is not None else _number(tags.get(name) or "0")
    if number is None or number < 0:
        raise InputError(f"{file}: <{name}> '{tags[name]}' is not a number of at least 0.")
    return number


def _told_barred(barred: tuple[int, ...]) -> Iterator[str]:
    if barred:
        yield f"Zones {barred[0]} to {barred[-1]} are barred to through traffic."


def _told_inside(demand: pd.DataFrame, inside: NDArray[np.bool_]) -> Iterator[str]:
    if inside.any():
        within, every = demand.loc[inside, "volume"].sum(), demand["volume"].sum()
        yield (
            f"{within:,.0f} trips inside {inside.sum():,} zones ({100 * within / every:.1f} % of all) use no road and "
            "are set aside."
        )


def _told_fixed(table: pd.DataFrame, factors: list[float]) -> Iterator[str]:
    tolls = int((table["toll"] > 0).sum())
    if factors[0] and tolls:
        yield f"Tolls of {tolls:,} links are fixed costs, {factors[0]:g} units of time for one of toll."
    elif tolls:
        yield f"{tolls:,} links have tolls, which count nothing: say with convert.toll= how much time one is worth."
    if factors[1]:
        yield f"Lengths are fixed costs, {factors[1]:g} units of time for one of length."
