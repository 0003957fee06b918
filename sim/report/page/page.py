"""The page: one self-contained HTML file that can be sent to somebody who does not program."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from math import isfinite

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from sim.outcomes import outcomes
from sim.outcomes.names import TOTAL
from sim.policy.describe import difference, sentence
from sim.policy.language.measures import Regime, role
from sim.report import findings, style, words
from sim.report.figures import who_gains
from sim.report.figures.picture import Drawn
from sim.report.page import first_screen
from sim.report.page.assumptions import measures_apart
from sim.report.page.basis import verdict
from sim.report.page.csv import csv_text
from sim.report.page.headline import answer, asides, of_ranges
from sim.report.shown import Shown
from sim.results.labels import Words, with_words, words_for

Names = Mapping[str, str]


def data_link(content: bytes | str, mime: str) -> str:
    """Put a file into a link, so that the page needs no other file.

    Parameters
    ----------
    content : bytes or str
        Of the file.
    mime : str
        Its type, for example `text/csv`.

    Examples
    --------
    >>> data_link("a,b", "text/csv")
    'data:text/csv;base64,YSxi'
    """
    raw = content.encode() if isinstance(content, str) else content
    return f"data:{mime};base64,{base64.b64encode(raw).decode('ascii')}"


def render(study: Shown, figures: Sequence[Drawn], regimes: Sequence[Regime], facts: Mapping[str, object]) -> str:
    """Fill the page.

    Parameters
    ----------
    study : Shown
        What is compared.
    figures : sequence of Drawn
        With their PNG files, in the order of the page.
    regimes : sequence of Regime
        In the order they were asked for.
    facts : mapping
        What `sim.report.page.facts` collected: signature, versions, command, sources, assumptions, limits.

    Returns
    -------
    str
        HTML; everything that comes from files or names is escaped.
    """
    headline, *sentences = answer(study)
    environment = Environment(loader=PackageLoader("sim.report.page"), autoescape=True, undefined=StrictUndefined)
    called = words_for(study.titles, study.world)
    environment.filters |= {"span": words.span, "percent": words.percent}
    return environment.get_template("page.html.jinja").render(
        study=study,
        against=findings.called(study, study.against),
        headline=headline,
        runs=words.counted(study.runs, "run"),
        of_ranges=of_ranges(study),
        asides=[*asides(study), *facts["lost"]],
        several=len(study.regimes) > 2,
        compared=first_screen.compared(study),
        tiles=first_screen.tiles(study),
        cannot_say=first_screen.cannot_say(facts),
        validity=first_screen.validity(facts),
        measures=measures_apart(study, regimes),
        sentences=sentences,
        figures=[_figure(each, facts, called) for each in figures],
        regimes=[_regime(regime, regimes, study) for regime in regimes],
        totals=_rows(study.totals, study),
        markets=_rows(_moving(study.by_market), study),
        paired_csv=csv_link(pd.concat([study.totals, study.by_market, study.by_crossing]), called),
        cut_csv=csv_link(study.cut, called),
        mirror_gaps=_mirror_rows(study),
        definitions=list(outcomes.OUTCOMES.values()),
        facts=facts,
    )


def csv_link(table: pd.DataFrame, called: Words) -> str:
    """Put a table into a link, with words beside codes.

    Parameters
    ----------
    table : DataFrame
        Any.
    called : Words
        What codes are called.
    """
    return data_link(csv_text(with_words(table, called)), "text/csv")


def _figure(figure: Drawn, facts: Mapping[str, object], called: Words) -> dict[str, str]:
    return {
        "verdict": verdict(facts["fitted"], figure.targets),
        "name": figure.name,
        "title": figure.title,
        "caption": figure.caption,
        "on_paper": figure.on_paper,
        "image": data_link(style.without_title(figure.png, figure.title), "image/png"),
        "narrow": data_link(figure.narrow, "image/png") if figure.narrow else "",
        "csv": csv_link(figure.table, called),
    }


def _regime(regime: Regime, regimes: Sequence[Regime], study: Shown) -> dict:
    """Collect what the page says of a regime: purpose, its senders' measures beyond the background, what differs."""
    base = next(each for each in regimes if each.name == study.against)
    others = [each for each in regimes if each is not regime] if regime is base else [base]
    return {
        "name": regime.name,
        "title": study.titles[regime.name],
        "purpose": regime.purpose,
        "colour": study.looks[regime.name].colour,
        "measures": [
            {"text": sentence(measure), "source": measure.source}
            for measure in regime.measures
            if role(measure) == "measure" and not any(measure in other.measures for other in others)
        ],
        "differences": difference(regime, base) if regime.name != study.against else [],
    }


def _moving(markets: pd.DataFrame, number: int = 12) -> pd.DataFrame:
    """Keep the markets that move most under each regime."""
    if markets.empty:
        return markets
    size = markets["difference"].abs()
    kept = markets.assign(size=size).groupby("regime", sort=False)["size"].nlargest(number).index.get_level_values(1)
    return markets.loc[sorted(kept)].sort_values(["regime", "difference"], ascending=[True, False], kind="stable")


def _rows(differences: pd.DataFrame, study: Shown) -> list[dict[str, str]]:
    """Print rows of differences."""
    rows, names = [], study.names
    windows = {regime: study.window_of(regime) for regime in study.periods}
    for _, row in differences.iterrows():
        outcome = outcomes.OUTCOMES[row["outcome"]]
        subject = findings.name_of(names, row["subject"])
        show = words.money if row["unit"].startswith("musd") else words.number
        mean_ends = words.interval(row["mean_low"], row["mean_high"], lambda value, show=show: show(value, signed=True))
        rows.append(
            {
                "regime": study.titles[row["regime"]],
                "window": windows.get(row["regime"], ""),
                "outcome": outcome.title if row["subject"] == TOTAL else f"{outcome.title}: {subject}",
                "subject": subject,
                "base": show(row["mean_against"]),
                "difference": findings.verdict_words(row),
                "mean": mean_ends,
                "relative": words.percent(row["relative"], signed=True),
                "verdict": row["verdict"],
                "seen": findings.seen(row),
                "is_unclear": not findings.is_told(row),
                "independent": words.number(row["independent_runs"]),
            }
        )
    return rows


def _mirror_rows(study: Shown) -> list[dict[str, object]]:
    """Print the mirror gap of each hub, a row a hub and a cell a regime: mean and range over runs."""
    gaps = who_gains.mirror_gaps(study)
    if gaps.empty:
        return []
    return [
        {"hub": findings.name_of(study.names, str(hub)), "gaps": [_gap(row) for row in rows.itertuples()]}
        for hub, rows in gaps.groupby("subject", sort=False)
    ]


def _gap(row: tuple) -> str:
    if not row.runs:
        return words.NONE
    found = f"{row.q05:.2f} to {row.q95:.2f}" if isfinite(row.q05) else ""
    return f"{row.mean:.2f}{findings.brackets(found)}"
