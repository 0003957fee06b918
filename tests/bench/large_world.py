"""A made-up world as large as wanted: the tiny world of the tests, its rail gate, near market and goods repeated."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import yaml

TINY = Path(__file__).parents[1] / "world" / "tiny"
OF_COMMODITIES = ("commodities", "commodity_figures", "demand", "inspection_classes", "seasons")
FLOW, LOW, HIGH = "3", "2", "4"
EVEN = "3"
TRAINS = {"value": "60", "low": "40", "high": "80"}
DEARER = 0.001


def write_world(folder: Path, crossings: int, markets: int, commodities: int) -> Path:
    """Write a world with so many crossings, markets and commodities.

    Parameters
    ----------
    folder
        Where its tables go; made.
    crossings, markets, commodities
        How many; at least those of the tiny world: 3, 4 and 2.

    Returns
    -------
    Path
        The folder. Each flow of trade is of three million dollars a year, and each rail gate has room for 60 trains a
        day; crossing `i` leads to market `i`, in turn, a thousandth dearer than the one before.
    """
    tables = {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in TINY.glob("*.csv")}
    tables["demand"] = tables["demand"].assign(value_musd=FLOW, low=LOW, high=HIGH)
    tables["firms"] = tables["firms"].assign(size_tail=EVEN)
    wide = (tables["crossings"]["quantity"] == "capacity") & (tables["crossings"]["crossing"] == "rail_gate")
    tables["crossings"].loc[wide, list(TRAINS)] = list(TRAINS.values())
    _add_goods(tables, commodities - len(tables["commodities"]))
    cities = _add_markets(tables, markets - len(tables["markets"]))
    _add_gates(tables, crossings - tables["crossings"]["crossing"].nunique(), ["near_city", *cities])
    folder.mkdir(parents=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    about = yaml.safe_load((TINY / "world.yaml").read_text(encoding="utf-8"))
    (folder / "world.yaml").write_text(yaml.safe_dump(about), encoding="utf-8")
    (folder / "README.md").write_text("# A large made-up world\n", encoding="utf-8")
    return folder


def _copies(table: pd.DataFrame, column: str, old: str, new: Sequence[str]) -> pd.DataFrame:
    """Repeat the rows that have a value in a column, under each of some new values."""
    rows = table[table[column] == old]
    return pd.concat([rows.assign(**{column: each}) for each in new]) if len(new) else rows[:0]


def _add(tables: dict[str, pd.DataFrame], name: str, rows: pd.DataFrame) -> None:
    tables[name] = pd.concat([tables[name], rows], ignore_index=True)


def _add_goods(tables: dict[str, pd.DataFrame], count: int) -> None:
    """Add copies of machinery."""
    new = [f"machinery_{i}" for i in range(count)]
    for name in OF_COMMODITIES:
        _add(tables, name, _copies(tables[name], "commodity", "machinery", new))


def _add_markets(tables: dict[str, pd.DataFrame], count: int) -> list[str]:
    """Add copies of the near market, each in a city of its own by a road from the near one; return the cities."""
    cities = [f"city_{i}" for i in range(count)]
    _add(tables, "places", _copies(tables["places"], "place", "near_city", cities).assign(kinds="market"))
    markets = [f"market_{i}" for i in range(count)]
    _add(tables, "markets", _copies(tables["markets"], "market", "nearland", markets).assign(place=cities))
    _add(tables, "demand", _copies(tables["demand"], "market", "nearland", markets))
    roads = _copies(tables["legs"], "leg", "near_middle", [f"road_{i}" for i in range(count)])
    _add(tables, "legs", roads.assign(to_place=cities))
    return cities


def _add_gates(tables: dict[str, pd.DataFrame], count: int, cities: Sequence[str]) -> None:
    """Add copies of the rail gate, each with a railway to it and one on to a city."""
    gates = [f"gate_{i}" for i in range(count)]
    _add(tables, "places", _copies(tables["places"], "place", "rail_gate", gates))
    for name in ("crossings", "background"):
        _add(tables, name, _copies(tables[name], "crossing", "rail_gate", gates))
    for leg, ends in (
        ("north_rail", {"to_place": gates}),
        ("gate_near", {"from_place": gates, "to_place": [cities[i % len(cities)] for i in range(count)]}),
    ):
        rows = _copies(tables["legs"], "leg", leg, [f"{leg}_{i}" for i in range(count)]).assign(**ends)
        cost = [float(old) * (1 + DEARER * (i + 1)) for i, old in enumerate(rows["cost_usd_per_t"])]
        _add(tables, "legs", rows.assign(cost_usd_per_t=[f"{each:.3f}" for each in cost]))
