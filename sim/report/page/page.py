"""The page: one self-contained HTML file that can be sent to somebody who does not program."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from sim.analysis.reading import TOTAL
from sim.analysis.study import Comparison
from sim.outcomes import outcomes
from sim.policy.describe import difference, sentence
from sim.policy.language.measures import Regime, role
from sim.report import findings, gains, style, words
from sim.report.drawing import Picture
from sim.report.page.csv import csv_text

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


def render(
    study: Comparison,
    pictures: Sequence[tuple[Picture, Path]],
    regimes: Sequence[Regime],
    looks: Mapping[str, style.Look],
    names: Names,
    facts: Mapping[str, object],
) -> str:
    """Fill the page.

    Parameters
    ----------
    study : Comparison
        All tables.
    pictures : sequence of (Picture, Path)
        With their PNG files.
    regimes : sequence of Regime
        In the order they were asked for.
    looks : mapping of str to Look
        How each regime is drawn.
    names : mapping of str to str
        Subject to its name in words.
    facts : mapping
        What `sim.report.page.facts` collected: signature, versions, command, sources, assumptions, limits.

    Returns
    -------
    str
        HTML; everything that comes from files or names is escaped.
    """
    first, *sentences = findings.answer(study, names)
    headline, _, rest = first.partition("; ")
    environment = Environment(loader=PackageLoader("sim.report.page"), autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"quoted": words.quoted, "span": words.span, "percent": words.percent}
    return environment.get_template("page.html.jinja").render(
        study=study,
        headline=headline,
        rest=rest,
        sentences=sentences,
        figures=[_figure(*each) for each in pictures],
        regimes=[_regime(regime, regimes, study.against, looks) for regime in regimes],
        totals=_rows(study.totals, names),
        markets=_rows(_moving(study.markets), names),
        paired_csv=data_link(csv_text(pd.concat([study.totals, study.markets, study.crossings])), "text/csv"),
        cut_csv=data_link(csv_text(study.cut), "text/csv"),
        mirror_gaps=gains.mirror_rows(study, names),
        definitions=list(outcomes.OUTCOMES.values()),
        facts=facts,
    )


def _figure(picture: Picture, path: Path) -> dict[str, str]:
    return {
        "name": picture.name,
        "title": picture.title,
        "caption": picture.caption,
        "image": data_link(path.read_bytes(), "image/png"),
        "csv": data_link(picture.csv, "text/csv"),
    }


def _regime(regime: Regime, regimes: Sequence[Regime], against: str, looks: Mapping[str, style.Look]) -> dict:
    """Collect what the page says of a regime: purpose, its senders' measures beyond the background, what differs."""
    base = next(each for each in regimes if each.name == against)
    others = [each for each in regimes if each is not regime] if regime is base else [base]
    return {
        "name": regime.name,
        "purpose": regime.purpose,
        "colour": looks[regime.name].colour,
        "measures": [
            {"text": sentence(measure), "source": measure.source}
            for measure in regime.measures
            if role(measure) == "measure" and not any(measure in other.measures for other in others)
        ],
        "differences": difference(regime, base) if regime.name != against else [],
    }


def _moving(markets: pd.DataFrame, number: int = 12) -> pd.DataFrame:
    """Keep the markets that move most under each regime."""
    if markets.empty:
        return markets
    size = markets["difference"].abs()
    kept = markets.assign(size=size).groupby("regime", sort=False)["size"].nlargest(number).index.get_level_values(1)
    return markets.loc[sorted(kept)].sort_values(["regime", "difference"], ascending=[True, False], kind="stable")


def _rows(differences: pd.DataFrame, names: Names) -> list[dict[str, str]]:
    """Print rows of differences."""
    rows = []
    for _, row in differences.iterrows():
        outcome = outcomes.OUTCOMES[row["outcome"]]
        subject = findings.name_of(names, row["subject"])
        show = words.money if row["unit"].startswith("musd") else words.number
        mean_ends = words.interval(row["mean_low"], row["mean_high"], lambda value, show=show: show(value, signed=True))
        rows.append(
            {
                "regime": row["regime"],
                "outcome": outcome.title if row["subject"] == TOTAL else f"{outcome.title}: {subject}",
                "subject": subject,
                "base": show(row["mean_against"]),
                "difference": findings.verdict_words(row),
                "mean": mean_ends,
                "relative": words.percent(row["relative"], signed=True),
                "verdict": row["verdict"],
                "independent": words.number(row["independent_runs"]),
            }
        )
    return rows
