"""Bands that say their numbers where a pointer rests: drawn by Vega-Lite in the browser, without a request to anybody.

Charts are written in the language of Vega-Lite itself. A library that writes it checks each word against its schema,
which takes longer than all else that a lever sets going.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from sim.explorer.app.telling import amount, band_told, is_change, plain

INK, ORANGE, GREY = "#005a8c", "#d55e00", "#8a8a8a"
KEY = "Band: 9 in 10 runs. Source: reroute."
SHOWN = ["value", "band"]
"""Columns of `_told` that a pointer reads, after names."""


WIDEST_NAME = 220
"""Of a label, in points: names that are longer are cut."""


def course(rows: pd.DataFrame, about: str, by: str = "slot") -> None:
    """Draw a number over years or months: a line in its band, one for each `kind` where there are several."""
    rows = _told(rows)
    _head(course_found(rows, by), about)
    kinds = ["kind"] if "kind" in rows else []
    colour = {"field": "kind", "type": "nominal", "title": None, "scale": {"range": [INK, ORANGE]}}
    if kinds:
        colour["legend"] = {"orient": "bottom"}
    across = {"field": by, "type": "nominal", "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}}
    shared = {"x": across, "color": colour if kinds else {"value": INK}, "tooltip": _pointed(*kinds, by)}
    up = {"field": "low", "type": "quantitative", "title": rows["unit"].iloc[0], "axis": {"labelFlush": False}}
    _draw(
        rows[[*kinds, by, "low", "middle", "high", *SHOWN]],
        shared,
        ({"type": "area", "opacity": 0.25}, {"y": up, "y2": {"field": "high"}}),
        ({"type": "line", "point": True}, {"y": up | {"field": "middle"}}),
        height=300,
    )


def dots(rows: pd.DataFrame, about: str, most: int = 14) -> None:
    """Draw numbers below each other, the largest first: a dot at the middle, a line over the band."""
    rows = _told(rows.loc[rows["middle"].abs().nlargest(most).index])
    if rows.empty:
        return
    _head(dots_found(rows), about)
    names = {"labelLimit": WIDEST_NAME, "labelFlush": False, "labelOverlap": False}
    down = {"field": "name", "type": "nominal", "sort": rows["name"].tolist(), "title": None, "axis": names}
    colour = {"condition": {"test": "datum.vouched", "value": INK}, "value": GREY}
    across = {"field": "low", "type": "quantitative", "title": rows["unit"].iloc[0]}
    _draw(
        rows[["name", "vouched", "low", "middle", "high", *SHOWN]],
        {"y": down, "color": colour, "tooltip": _pointed("name")},
        ({"type": "rule", "strokeWidth": 3, "opacity": 0.5}, {"x": across, "x2": {"field": "high"}}),
        ({"type": "point", "filled": True, "size": 70}, {"x": across | {"field": "middle"}}),
    )


def course_found(rows: pd.DataFrame, by: str = "slot") -> str:
    """Say from what to what the middle of the first kind goes.

    Parameters
    ----------
    rows : pandas.DataFrame
        In the order of time, with `value` and perhaps `kind`.
    by : str
        Column of the time.
    """
    mine = rows[rows["kind"] == rows["kind"].iloc[0]] if "kind" in rows else rows
    first, last = mine.iloc[0], mine.iloc[-1]
    if len(mine) == 1:
        return f"{first['value']} in {first[by]}"
    return f"From {first['value']} in {first[by]} to {last['value']} in {last[by]}"


def dots_found(rows: pd.DataFrame) -> str:
    """Say which number is the largest of those that are vouched for and clearly not nothing, and its band.

    Parameters
    ----------
    rows : pandas.DataFrame
        The largest first, with `name, value, band, low, high, vouched`.
    """
    clear = rows[rows["vouched"].astype(bool) & ((rows["low"] > 0) | (rows["high"] < 0))]
    if clear.empty:
        return "Nothing that is vouched for is clearly more or less than nothing"
    first = clear.iloc[0]
    return f"Most at {first['name']}: {first['value']} (9 in 10 runs: {first['band']})"


def _head(found: str, about: str) -> None:
    """Write the finding, what is drawn, and where it is from; a title of the chart itself would be cut on a phone."""
    st.markdown(f"**{plain(found)}**")
    st.caption(plain(f"{about}. {KEY}"))


def _draw(rows: pd.DataFrame, shared: dict[str, Any], *layers: tuple[dict, dict], **more: Any) -> None:
    """Draw layers, each a mark and where it lies, over each other."""
    drawn = [{"mark": mark, "encoding": where} for mark, where in layers]
    st.vega_lite_chart(rows, {"encoding": shared, "layer": drawn, **more}, width="stretch")


def _pointed(*names: str) -> list[dict[str, str]]:
    """Say what a pointer reads."""
    return [{"field": name, "type": "nominal"} for name in (*names, *SHOWN)]


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """Add a name, and the numbers in words."""
    rows = rows[rows["middle"].notna()].copy()
    rows["name"] = rows["words"] if "words" in rows else rows["subject"].str.replace("_", " ")
    signed = [is_change(each) for each in rows.itertuples()]
    told = list(zip(rows.itertuples(), signed, strict=True))
    rows["value"] = [amount(each.middle, each.unit, is_change=sign) for each, sign in told]
    rows["band"] = [band_told(each.low, each.high, each.unit, is_change=sign) for each, sign in told]
    return rows
