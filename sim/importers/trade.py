"""Trade of a country from a CSV file of UN Comtrade, as the demand of a world: `demand.csv`.

Exports of the reporter are what markets buy from the region, imports what is sold to it. Values are in million dollars
of the base year; growth is the mean of a year between the first and the last one in the file.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.constants import USD_PER_MUSD
from sim.errors import InputError
from sim.importers.columns import table_of
from sim.importers.files import refuse
from sim.world.countries import country_code, english_names, iso_code, markets_by_country
from sim.world.tables.parsing import nearest
from sim.world.tables.read import Tables

NEEDED = {
    "year": ("refyear", "year", "period"),
    "flow": ("flowcode", "tradeflowcode", "flowdesc", "tradeflow"),
    "code": ("cmdcode", "commoditycode"),
    "value": ("primaryvalue", "tradevalueus", "tradevalue"),
}
"""Columns of the present and of earlier forms of the file."""

OPTIONAL = {
    "period": ("period",),
    "reporter": ("reporteriso", "reporterdesc", "reporter", "reportercode"),
    "partner_iso": ("partneriso",),
    "partner_name": ("partnerdesc", "partner"),
    "partner_code": ("partnercode",),
    "second": ("partner2code", "2ndpartnercode"),
    "procedure": ("customscode", "customsproccode"),
    "mode": ("motcode", "modeoftransportcode"),
}
WHOLE = {"second": ("0", ""), "procedure": ("C00", ""), "mode": ("0", "")}
"""Cells of the rows that hold all of a trade, where a file divides it further."""

FLOWS = {"X": "export", "2": "export", "export": "export", "M": "import", "1": "import", "import": "import"}
WORLD = ("W00", "WLD", "World", "0")
OWN_CODES = {"842": "US", "251": "FR", "381": "IT", "699": "IN", "757": "CH", "579": "NO", "490": "TW", "S19": "TW"}
"""Countries that the file numbers otherwise than ISO 3166 does, and what it calls other Asia."""

TOTAL = "TOTAL"
SOURCE = "un_comtrade"
SOURCE_ROW = (
    f"{SOURCE},UN Comtrade database,United Nations Statistics Division,,https://comtradeplus.un.org,terms of use,"
)
LEAST_MUSD = 1e-6
_BY_NAME = {name: code for code, name in english_names().items()}
FASTEST, SLOWEST = 1.0, -0.9
"""Range of growth in demand.csv, share a year."""


@dataclass(frozen=True)
class Demand:
    """Rows of demand.csv, and sentences on what was set aside or is to be done."""

    rows: pd.DataFrame
    told: tuple[str, ...]


def read_demand(
    path: str | Path, codes: str | Path, tables: Tables, year: int | None = None, reporter: str | None = None
) -> Demand:
    """Read trade as demand of a world.

    Parameters
    ----------
    path
        A CSV file of UN Comtrade with yearly values.
    codes
        CSV with the columns `code, commodity`: first digits of goods to a group of the world; the longest that fits
        holds. `TOTAL` stands for the row of all goods.
    tables
        The world, for its markets and groups of goods.
    year
        Base year; None: the first in the file.
    reporter
        Country whose trade it is; None: the only one in the file.

    Raises
    ------
    InputError
        With every column, row and code at fault.
    """
    file = Path(path).name
    frame = table_of("convert.file", path, NEEDED, OPTIONAL, ("value",))
    groups = _groups(codes, set(tables.commodities["commodity"]))
    frame = _typed(_of_reporter(_whole(frame), reporter, file), file)
    frame["commodity"] = [_group(code, groups) for code in frame["code"]]
    frame["country"] = [_country(row, file) for row in frame.to_dict("records")]
    _check_levels(frame, file)
    of_country = markets_by_country(tables.markets["market"], tables.markets["country"])
    frame["market"] = [(of_country.get(country) or ("",))[0] for country in frame["country"]]
    base = _base_year(frame, year, file)
    kept = frame[(frame["market"] != "") & (frame["commodity"] != "")]
    told = [*_told_aside(frame[frame["year"] == base]), *_told_shared(kept, of_country), *_told_growth(frame)]
    return Demand(_demand(kept, base, file), (*told, f"sources.csv needs this row: {SOURCE_ROW}"))


def _groups(path: str | Path, known: set[str]) -> Mapping[str, str]:
    names = {"code": ("code", "cmdcode", "hs"), "commodity": ("commodity", "group")}
    frame = table_of("convert.codes", path, names, {})
    file = Path(path).name
    refuse(
        f"{file} row {row}: commodity '{group}' is not in commodities.csv{nearest(group, known)}."
        for row, group in frame["commodity"].items()
        if group not in known
    )
    refuse(
        f"{file} row {row}: code '{code}' stands there twice; keep one of them."
        for row, code in frame.loc[frame["code"].duplicated(), "code"].items()
    )
    return dict(zip(frame["code"], frame["commodity"], strict=True))


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out rows that divide a trade further, and flows that are part of others, such as re-exports."""
    for column, cells in WHOLE.items():
        if column in frame:
            frame = frame[frame[column].isin(cells)]
    flow = frame["flow"].map(lambda word: FLOWS.get(word) or FLOWS.get(word.casefold(), ""))
    return frame.assign(direction=flow)[flow != ""]


def _of_reporter(frame: pd.DataFrame, reporter: str | None, file: str) -> pd.DataFrame:
    if "reporter" not in frame:
        return frame
    found = {word: _code(word) or country_code(word) or word for word in frame["reporter"].unique()}
    wanted = country_code(reporter) if reporter else None
    if reporter and wanted not in found.values():
        raise InputError(
            f"convert.reporter={reporter}: {file} holds the trade of {', '.join(sorted(set(found.values())))}."
        )
    if not reporter and len(set(found.values())) > 1:
        names = ", ".join(sorted(set(found.values()))[:10])
        raise InputError(f"{file} holds the trade of several reporters ({names}): name one as convert.reporter.")
    return frame[frame["reporter"].map(found) == wanted] if wanted else frame


def _typed(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    faults, years, values = [], [], []
    for row, year, text in zip(frame.index, frame["year"], frame["value"], strict=True):
        years.append(int(year) if year.isdecimal() and len(year) == 4 else 0)
        values.append(_money(text))
        if not years[-1]:
            what = "a month; take yearly figures" if len(year) == 6 and year.isdecimal() else "no year"
            faults.append(f"{file} row {row}: year '{year}' is {what}.")
        if values[-1] is None:
            faults.append(f"{file} row {row}: value '{text}' is not a number of dollars; nothing may part thousands.")
    if "period" in frame:
        faults += [
            f"{file} row {row}: period '{period}' is a month; take yearly figures."
            for row, period in frame["period"].items()
            if len(period) == 6
        ][:1]
    refuse(faults)
    if frame.empty:
        raise InputError(f"{file} holds no exports or imports as a whole.")
    return frame.assign(year=years, musd=[value / USD_PER_MUSD for value in values])


def _money(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _group(code: str, groups: Mapping[str, str]) -> str:
    if code.upper() == TOTAL:
        return groups.get(TOTAL, "")
    return next((groups[code[:digits]] for digits in range(len(code), 0, -1) if code[:digits] in groups), "")


def _code(word: str) -> str:
    """Find a country by its code, or by its English name, where the file has codes."""
    return OWN_CODES.get(word) or iso_code(word.zfill(3) if word.isdecimal() else word) or _BY_NAME.get(word, "")


def _country(row: Mapping[str, str], file: str) -> str:
    """Find the partner's country; `World` for the row of all, empty for areas that are no country."""
    words = [row[name] for name in ("partner_iso", "partner_code", "partner_name") if row.get(name)]
    if not words:
        raise InputError(f"{file} row 1: there is no column 'partnerISO' that tells partners apart.")
    if any(word in WORLD for word in words):
        return WORLD[2]
    is_coded = bool(row.get("partner_iso") or row.get("partner_code"))
    return next(filter(None, map(_code, words)), "") if is_coded else country_code(words[0])


def _check_levels(frame: pd.DataFrame, file: str) -> None:
    """Refuse goods of several levels of the classification, since the coarse rows hold the fine ones."""
    used = frame.loc[frame["commodity"] != "", "code"]
    levels = sorted({len(code) if code.upper() != TOTAL else 0 for code in used})
    if len(levels) > 1:
        words = " and ".join("of all goods" if not each else f"of {each} digits" for each in levels)
        raise InputError(f"{file} row {used.index[0]}: codes {words} would count goods twice; keep one level.")
    if not levels:
        raise InputError(f"{file}: no code of goods begins as one of convert.codes does.")


def _base_year(frame: pd.DataFrame, year: int | None, file: str) -> int:
    years = sorted(set(frame["year"]))
    if year is not None and year not in years:
        raise InputError(f"convert.year={year}: {file} holds {', '.join(map(str, years))}.")
    return years[0] if year is None else year


def _demand(kept: pd.DataFrame, base: int, file: str) -> pd.DataFrame:
    years = sorted(set(kept["year"]))
    table = kept.groupby(["market", "commodity", "direction", "year"], sort=True)["musd"].sum().unstack("year")
    table = table[table[base] >= LEAST_MUSD] if base in table else table.head(0)
    if table.empty:
        raise InputError(f"{file}: no market of the world has trade in {base}.")
    first, last = table[years[0]], table[years[-1]]
    span = max(years[-1] - years[0], 1)
    growth = ((last / first) ** (1 / span) - 1).where((first > 0) & last.notna(), 0.0)
    rows = table.index.to_frame(index=False)
    rows["value_musd"] = [f"{value:.6g}" for value in table[base]]
    rows[["low", "high"]] = ""
    rows["trend_per_year"] = [f"{value:.4g}" for value in growth.clip(SLOWEST, FASTEST)]
    rows[["trend_low", "trend_high"]] = ""
    rows["source"], rows["confidence"] = SOURCE, "high"
    rows["note"] = f"{base}" if len(years) == 1 else f"{base}; growth {years[0]} to {years[-1]}"
    return rows


def _told_aside(frame: pd.DataFrame) -> Iterator[str]:
    partners = frame[frame["country"] != WORLD[2]]
    every = partners.loc[partners["commodity"] != "", "musd"].sum()
    for what, part in (
        (
            "countries that are no market of the world",
            partners[(partners["market"] == "") & (partners["country"] != "")],
        ),
        ("areas that are no country", partners[partners["country"] == ""]),
    ):
        lost = part.loc[part["commodity"] != "", "musd"].sum()
        if lost and every:
            names = sorted({english_names().get(code, "") for code in part["country"]} - {""})
            told = f", such as {', '.join(names[:3])}," if names else ""
            share = f"{lost:,.0f} m USD, {100 * lost / every:.1f} % of the base year"
            yield f"Trade with {what}{told} is set aside: {share}."
    other = partners.loc[partners["commodity"] == "", "code"].unique()
    if len(other):
        yield f"Goods of {len(other):,} codes belong to no group of convert.codes and are set aside."


def _told_shared(kept: pd.DataFrame, of_country: Mapping[str, Iterable[str]]) -> Iterator[str]:
    for country in dict.fromkeys(kept["country"]):
        first, *others = of_country[country]
        if others:
            yield f"All trade with {english_names()[country]} goes to market '{first}', none to {', '.join(others)}."


def _told_growth(frame: pd.DataFrame) -> Iterator[str]:
    if frame["year"].nunique() == 1:
        yield "The file holds one year, so trend_per_year is 0: take several years, or write growth by hand."
