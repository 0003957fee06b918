"""Bands that say their numbers where a pointer rests: drawn by Altair in the browser, without a request to anybody."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from sim.explorer.app.telling import amount, band_told, is_change, plain

INK, ORANGE, GREY = "#005a8c", "#d55e00", "#8a8a8a"


def course(rows: pd.DataFrame, title: str, by: str = "slot") -> None:
    """Draw a number over years or months: a line in its band, one for each `kind` where there are several."""
    rows = _told(rows)
    kinds = ["kind"] if "kind" in rows else []
    scale = alt.Scale(range=[INK, ORANGE])
    colour = {"color": alt.Color("kind:N", title=None, scale=scale)} if kinds else {"color": alt.value(INK)}
    st.markdown(f"**{plain(title)}**")  # a title of the chart itself would be cut on a phone
    across = alt.X(f"{by}:N", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    chart = alt.Chart(rows).encode(x=across, tooltip=[*kinds, by, "value", "band"])
    band = chart.mark_area(opacity=0.25).encode(y=alt.Y("low:Q", title=rows["unit"].iloc[0]), y2="high:Q", **colour)
    line = chart.mark_line(point=True).encode(y="middle:Q", **colour)
    st.altair_chart(band + line, width="stretch")


def dots(rows: pd.DataFrame, title: str, most: int = 14) -> None:
    """Draw numbers below each other, the largest first: a dot at the middle, a line over the band."""
    rows = _told(rows.loc[rows["middle"].abs().nlargest(most).index])
    st.markdown(f"**{plain(title)}**")
    chart = alt.Chart(rows).encode(
        y=alt.Y("name:N", sort=rows["name"].tolist(), title=None),
        color=alt.condition("datum.vouched", alt.value(INK), alt.value(GREY)),
        tooltip=["name", "value", "band"],
    )
    band = chart.mark_rule(strokeWidth=3, opacity=0.5).encode(x=alt.X("low:Q", title=rows["unit"].iloc[0]), x2="high:Q")
    st.altair_chart(band + chart.mark_point(filled=True, size=70).encode(x="middle:Q"), width="stretch")


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """Add a name, and the numbers in words."""
    rows = rows[rows["middle"].notna()].copy()
    rows["name"] = rows["words"] if "words" in rows else rows["subject"].str.replace("_", " ")
    signed = [is_change(each) for each in rows.itertuples()]
    told = list(zip(rows.itertuples(), signed, strict=True))
    rows["value"] = [amount(each.middle, each.unit, is_change=sign) for each, sign in told]
    rows["band"] = [band_told(each.low, each.high, each.unit, is_change=sign) for each, sign in told]
    return rows
