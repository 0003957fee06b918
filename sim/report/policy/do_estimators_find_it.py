"""The answer of the study `do_estimators_find_it`: what published estimators say where the truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.analysis.rerouted import CAUSED, CLAIMS, DIFFERENCE, PRODUCTS, Case, bias_table, case_of, estimated
from sim.config import Config
from sim.ensemble import Results
from sim.policy.language.measures import Regime
from sim.report import words
from sim.report.figures import estimators
from sim.report.figures.estimators import Estimated, money_range, ranged
from sim.report.findings import called, name_of
from sim.report.page.writing import WorldWithTables
from sim.report.policy.writing import Answer, write_answer
from sim.report.shown import Shown, shown

LIMITS = (
    "It judges estimators on the model's world: where the model is wrong about how goods are rerouted, so is the bias.",
    "A few groups of goods stand for thousands of products of customs, and a hub's own goods do not react: with finer "
    "goods a bound by product is narrower.",
    "Of hubs' firms the model keeps no books, so matched shipments are those that one firm relabels or passes on, "
    "found "
    "without error: no bound by firm does better.",
    "Content inside goods of a hub was sold inland, so it is in no record of the region's exports: estimators that "
    "begin there are blind to it, however large it is.",
)


def write_estimators(results: Results, built_world: WorldWithTables, regimes: Sequence[Regime], config: Config) -> Path:
    """Run estimators on the books of every run, and write answer, tables and figures into the folder of a study.

    Takes and returns what every report does (`sim.report.studies.Report`). The stored study holds all series
    (`observe=full`).

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    study = shown(results, results.against, built_world.tables, regimes, config)
    frames, cases = [], {}
    for regime in (each for each in study.regimes if each != study.against):
        case = case_of(study, regime, built_world)
        if case is None:
            continue
        cases[regime] = case
        if len(cases) == 1:
            frames.append(estimated(study, case, built_world, study.against).assign(regime=study.against))
        frames.append(estimated(study, case, built_world, regime).assign(regime=regime))
    bias = bias_table(pd.concat(frames, ignore_index=True)) if frames else pd.DataFrame()
    case = list(cases.values())[-1] if cases else None
    subject = Estimated(
        bias,
        name_of(study.names, case.sender) if case else "",
        words.span(case.after.name) if case else "",
        study.few,
        study.titles,
    )
    answer = Answer(
        title="Do published estimators find rerouted trade?",
        sentences=sentences(subject, study, case),
        limits=LIMITS,
        tables={},
        pictures=(estimators.PICTURE,),
        subject=subject,
        titles=study.titles,
    )
    return write_answer(results, built_world, config, answer)


def sentences(subject: Estimated, study: Shown, case: Case | None) -> tuple[str, ...]:
    """Say what is true, what estimators say, and what they say where nothing was caused.

    Parameters
    ----------
    subject : Estimated
    study : Shown
    case : Case or None
        What was looked at; None where there is nothing to look at.
    """
    if case is None:
        named = ", ".join(called(study, each) for each in study.regimes if each != study.against)
        return (
            f"No ban of all goods under {named} begins in the months of this study with half a year before and after "
            "it, so there is nothing to estimate.",
            "Estimators want the months of the study to hold such a ban, for example by end=2024-12-31.",
            f"Under {called(study, study.against)} nothing is caused by measures, whatever an estimator would say.",
        )
    last = subject.bias["regime"].iloc[-1]
    return (_truth(subject, last, case), _said(subject, last), _false(subject, study.against))


def _rows(subject: Estimated, regime: str) -> pd.DataFrame:
    return subject.bias[subject.bias["regime"] == regime].set_index("estimator")


def _truth(subject: Estimated, regime: str, case: Case) -> str:
    rows = _rows(subject, regime)
    passing, caused = money_range(rows.loc[PRODUCTS], "true"), rows.loc[DIFFERENCE]
    low, middle, high = (caused[f"true_{end}"] for end in ("q05", "median", "q95"))
    apart = f"{ranged(low, middle, high)} more" if middle >= 0 else f"{ranged(-high, -middle, -low)} less"
    goods = ", ".join(each.replace("_", " ") for each in case.goods) or "none"
    return (
        f"Under {words.quoted(subject.titles[regime])} goods of the region worth {passing} a year truly enter "
        f"{words.with_article(subject.sender)} through hubs, {apart} than without the measures; estimators see "
        f"the books of {words.counted(len(case.hubs), 'hub')}, and as named goods {goods}."
    )


def _said(subject: Estimated, regime: str) -> str:
    said = []
    for name, row in _rows(subject, regime).iterrows():
        if not np.isfinite(row["estimate_median"]):
            said.append(f"the {name} cannot be made")
            continue
        what = "were caused by measures" if CLAIMS[str(name)] == CAUSED else "pass through hubs"
        most = "at most " if name == PRODUCTS else ""
        part = f"the {name} says that {most}{money_range(row, 'estimate')} {what}"
        if np.isfinite(row["ratio_median"]):
            ends = words.interval(row["ratio_q05"], row["ratio_q95"], words.number)
            ranged = f" ({ends})" if np.isfinite(row["ratio_q05"]) else ""
            part += f", {words.number(row['ratio_median'])} times the truth{ranged}"
        else:
            part += f", off by {money_range(row, 'bias')}"
        if np.isfinite(row["coverage"]):
            part += f", and its own 90 % interval holds the truth in {words.percent(row['coverage'])} of runs"
        said.append(part)
    return f"From the books under {words.quoted(subject.titles[regime])}: {'; '.join(said)}."


def _false(subject: Estimated, against: str) -> str:
    rows = _rows(subject, against)
    claims = rows[(rows["claims"] == CAUSED) & np.isfinite(rows["estimate_median"])]
    named = words.quoted(subject.titles[against])
    if claims.empty:
        return f"From the books under {named} no estimator of what measures cause can be made."
    said = "; ".join(f"the {name} {money_range(row, 'estimate')}" for name, row in claims.iterrows())
    return (
        f"Under {named}, where no measure caused anything and the truth is 0, estimators of what "
        f"measures cause say: {said} a year."
    )
