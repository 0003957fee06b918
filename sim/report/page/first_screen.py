"""What the first screen of the page tells: what is compared, three headline numbers, what they cannot say, validity."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import NamedTuple

import pandas as pd

from sim.analysis.comparison import detectable
from sim.report.figures import who_gains
from sim.report.findings import called, is_told, loudest, name_of, range_over_runs, seen, telling, total
from sim.report.page.basis import HALF
from sim.report.page.headline import largest_cuts
from sim.report.shown import Shown
from sim.report.words import counted, interval, money, percent, with_article

NO_FORECAST = "It is not a forecast, and much of the world is assumed: read differences between regimes, not levels."
NOT_CLEAR = "no clear difference"


class Tile(NamedTuple):
    """A headline number.

    Attributes
    ----------
    name : str
        What it is.
    value : str
        The number with its sign and unit, or that there is no clear difference.
    detail : str
        Its range, or how large a difference would have been seen.
    regime : str
        Under which regime, in words.
    """

    name: str
    value: str
    detail: str
    regime: str


def compared(study: Shown) -> str:
    """Say what is compared with what, over which months.

    Parameters
    ----------
    study : Shown
        What is compared.
    """
    others = [name for name in study.regimes if name != study.against]
    if not others:
        return f"{called(study, study.against)} alone, {counted(study.runs, 'run')}"
    what = called(study, others[0]) if len(others) == 1 else f"{len(others)} regimes"
    runs = f"{counted(study.runs, 'run')} each, compared run by run"
    return f"{what} against {called(study, study.against)}, {study.windows}; {runs}"


def tiles(study: Shown) -> list[Tile]:
    """Choose the headline numbers: goods in scope that enter, the region's whole trade, who pays or gains most.

    Parameters
    ----------
    study : Shown
        What is compared.

    Returns
    -------
    list of Tile
        At most three; those without numbers are left out.
    """
    return [tile for tile in (_entering(study), _trade(study), _party(study)) if tile]


def _entering(study: Shown) -> Tile | None:
    cuts = largest_cuts(study)
    if cuts.empty:
        return None
    cut = cuts.iloc[0]
    name = f"Goods in scope that enter {with_article(name_of(study.names, cut['subject']))}"
    low, high = -cut["q95"], -cut["q05"]
    found = range_over_runs(low, high, signed=True)
    if low <= 0 <= high:
        size = detectable(cut["mean"], cut["q05"], cut["q95"])
        would = f"{percent(size)} or more would have been seen" if size > 0 else ""
        return _tile(study, name, NOT_CLEAR, (found, would), cut["regime"])
    return _tile(study, name, percent(-cut["mean"], signed=True), (found,), cut["regime"])


def _trade(study: Shown) -> Tile | None:
    row = total(study, "registered_trade", loudest(study))
    if row is None:
        return None
    value = percent(row["relative"], signed=True) if is_told(row) else study.idle.get(row["regime"], NOT_CLEAR)
    found = range_over_runs(row["relative_q05"], row["relative_q95"], signed=True)
    return _tile(study, "The region\u2019s whole trade", value, (found, seen(row)), row["regime"])


def _party(study: Shown) -> Tile | None:
    accounts = who_gains.table(study)
    if accounts.empty:
        return None
    parties = accounts[accounts["subject"].isin(set(who_gains.PARTIES) - {who_gains.USED_UP})]
    clear = telling(parties)
    if clear.empty:
        return _tile(study, "Who gains and who pays", NOT_CLEAR, (), loudest(study))
    losses = clear[clear["difference"] < 0]
    row = clear.loc[(losses if len(losses) else clear)["difference"].abs().idxmax()]
    name = f"{'Pays' if row['difference'] < 0 else 'Gains'} most: {who_gains.label(study, row['subject'])}"
    return _tile(study, name, f"{money(row['difference'], signed=True)} a year", (_range(row),), row["regime"])


def _range(row: pd.Series) -> str:
    if not isfinite(row["run_q05"]):
        return f"mean of {counted(int(row['runs']), 'run')}"
    ends = interval(row["run_q05"], row["run_q95"], lambda value: money(value, signed=True))
    return f"9 in 10 runs: {ends}"


def _tile(study: Shown, name: str, value: str, details: tuple[str, ...], regime: str) -> Tile:
    return Tile(name, value, "; ".join(each for each in details if each), study.titles[regime])


def cannot_say(facts: Mapping[str, object]) -> list[str]:
    """Tell the two limits that matter for every number.

    Parameters
    ----------
    facts : mapping
        From `facts.collect`.
    """
    return [NO_FORECAST, f"Ranges hold {facts['held']}."]


def validity(facts: Mapping[str, object]) -> str:
    """Say in a sentence how the model fares against published figures.

    Parameters
    ----------
    facts : mapping
        From `facts.collect`.
    """
    rows = facts["fitted"]
    if not rows:
        return "No posterior is used here, so nothing says how well these runs meet published figures."
    met = sum(each["missed_share"] < HALF for each in rows)
    return (
        f"Most runs of the posterior meet {met} of the {len(rows)} published figures that they are held against; below "
        "each figure stands which of them speak to it."
    )
