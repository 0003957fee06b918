"""What docs/validation.md prints from the committed tables: how well the fit meets, tells and holds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import yaml

from sim.analysis.patterns.fitted import unfitted_held
from sim.analysis.patterns.verdicts import claims_held, patterns_shown
from sim.calibration.identifiability import OPEN
from sim.calibration.sbc import held
from sim.calibration.targets import FAR
from sim.paths import PACKAGE
from sim.report import words
from sim.report.fit.answers import HEADLINE, PARAMETER, RULE

RESULTS = PACKAGE.parent / "results"
POSTERIOR = PACKAGE.parent / "conf" / "calibration" / "xinjiang"
LEAST_PART = 0.1
"""Part of an answer's spread from which on it is said to hang on a factor."""


def numbers(results: Path = RESULTS, posterior: Path = POSTERIOR) -> str:
    """Print the numbers of the page, as Markdown.

    Parameters
    ----------
    results : Path
        Folder of committed results.
    posterior : Path
        Folder of the stored posterior.
    """
    if not (results / "calibration" / "tables").is_dir():
        return "The study is not committed yet: `reroute experiment=calibration`."
    blocks = (
        _fit(results / "calibration" / "tables", posterior),
        _open(results / "calibration" / "tables"),
        _answers(results / "calibration" / "tables"),
        _checks(results / "calibration"),
        _patterns(results / "patterns" / "tables"),
    )
    return "\n\n".join(block for block in blocks if block)


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, comment="#", keep_default_na=False, na_values=[""])


def _fit(tables: Path, posterior: Path) -> str:
    """Say what was fitted and how well it is met, by group."""
    fit = yaml.safe_load((posterior / "fit.yaml").read_text(encoding="utf-8"))
    beside, factors = _read(tables / "targets.csv"), len(_read(tables / "widths.csv"))
    beside[["within_50", "within_90"]] = beside[["within_50", "within_90"]].astype(str) == "True"
    head = (
        f"**The fit.** {factors} factors, {len(beside)} published figures up to {fit['end']}, {fit['runs']:,} runs. "
        f"Of the posterior's runs {words.percent(float(fit['runs_that_meet_all_targets']))} meet every figure within "
        f"{FAR:.0f} errors; on average a run misses {words.percent(beside['missed'].mean())} of them. "
        f"{int(beside['within_90'].sum())} figures lie within the 90 % band of the runs with their own errors added, "
        f"{int(beside['within_50'].sum())} within the 50 % band."
    )
    rows = [
        f"| {group} | {len(part)} | {int(part['within_90'].sum())} | {int(part['within_50'].sum())} "
        f"| {words.number(part['apart'].abs().median(), digits=2)} | {_worst(part)} |"
        for group, part in beside.groupby("group", sort=False)
    ]
    table = "| figures | number | in 90 % | in 50 % | errors away (median) | farthest |\n|---|---|---|---|---|---|\n"
    return f"{head}\n\n{table}" + "\n".join(rows)


def _worst(part: pd.DataFrame) -> str:
    row = part.loc[part["apart"].abs().idxmax()]
    return f"{row['target']}: {words.number(row['median'])}, published {words.number(row['value'])}"


def _open(tables: Path) -> str:
    """Name what the figures leave open, and what hangs on it."""
    widths, pairs, hangs = (_read(tables / f"{name}.csv") for name in ("widths", "pairs", "hangs"))
    open_ = widths[widths["width"] >= OPEN]["factor"].tolist()
    known = widths[widths["width"] < OPEN]
    best = ", ".join(f"`{row.factor}` ({row.width:.2f})" for row in known[:8].itertuples())
    lines = [
        f"**What the figures tell.** They narrow {len(known)} of {len(widths)} factors below {words.percent(OPEN)} of "
        f"the prior's width, most of all {best}.",
        f"**What they leave open.** {', '.join(f'`{name}`' for name in open_)}.",
    ]
    told = [f"`{row.first}` with `{row.second}` ({row.correlation:+.2f})" for row in pairs.itertuples()]
    together = "; ".join(told) if told else "none"
    lines.append(f"**What shows only together** (correlation of 0.7 or more): {together}.")
    lines += [_hangs(hangs, answer, open_) for answer in hangs.columns[1:]]
    return "\n\n".join(lines)


def _hangs(hangs: pd.DataFrame, answer: str, open_: list[str]) -> str:
    """Say on which factors an answer hangs."""
    parts = hangs.set_index("factor")[answer].sort_values(ascending=False)
    strong = parts[parts >= LEAST_PART]
    told = [
        f"`{name}` ({words.percent(part)} of its spread{', left open' if name in open_ else ''})"
        for name, part in strong.items()
    ]
    return f"*{answer[0].upper()}{answer[1:]}* hangs on {', '.join(told) or 'no factor for a tenth of its spread'}."


def _answers(tables: Path) -> str:
    """Say how far answers move: without groups of figures, over a parameter, and between rules of choice."""
    shifts, answers = _read(tables / "influence.csv"), _read(tables / "answers.csv")
    mine = shifts[shifts["kind"] == "answer"]
    rows = [f"| {name} | {_shift(part)} |" for name, part in mine.groupby("name", sort=False)]
    moved = "| answer | largest shift where a group of figures is left out |\n|---|---|\n" + "\n".join(rows)
    headline = answers[answers["quantity"] == HEADLINE]
    tests = [name for name in dict.fromkeys(answers["quantity"]) if name != HEADLINE]
    lines = [
        f"| {row.over if row.over == RULE else PARAMETER} {row.at} | {words.percent(row.median)} "
        f"({words.percent(row.q05)} to {words.percent(row.q95)}) | "
        + " | ".join(_test(answers, row.over, row.at, name) for name in tests)
        + " |"
        for row in headline.itertuples()
    ]
    head = f"| setting | cut of sanctioned goods | {' | '.join(tests)} |\n|---{'|---' * (1 + len(tests))}|\n"
    published = [answers[answers["quantity"] == name].iloc[0]["observed"] for name in tests]
    lines.append(f"| published | {words.NONE} | {' | '.join(words.number(value) for value in published)} |")
    return f"{moved}\n\n{head}" + "\n".join(lines)


def _shift(part: pd.DataFrame) -> str:
    row = part.loc[part["shift"].abs().idxmax()]
    return f"{row['shift']:+.1f} standard deviations, without {row['left_out']}"


def _test(answers: pd.DataFrame, over: str, at: object, name: str) -> str:
    rows = answers[(answers["over"] == over) & (answers["at"] == at) & (answers["quantity"] == name)]
    row = rows.iloc[0]
    inside = row["low"] <= row["median"] <= row["high"] if row["low"] == row["low"] else row["median"] <= row["high"]
    return f"{words.number(row['median'])}{'' if inside else ' (missed)'}"


def _checks(calibration: Path) -> str:
    """Say how often intervals of made-up fits hold the truth, and what the second opinion is."""
    ranks = _read(calibration / "sbc" / "tables" / "ranks.csv").drop(columns=["run", "largest_rhat"])
    half, nine = (words.percent(float(held(ranks, level).to_numpy().mean())) for level in (0.5, 0.9))
    opinions = _read(calibration / "tables" / "opinions.csv")
    apart = opinions["apart"].abs()
    ratio = (opinions["smoothed_width"] / opinions["width"]).median()
    return (
        f"**Do its intervals hold?** In {len(ranks)} fits to made-up figures whose truth is known, intervals of 90 % "
        f"hold {nine} of the true values and those of 50 % hold {half}.\n\n"
        f"**A second opinion.** An ensemble smoother puts half of the factors within {apart.median():.2f} and nine "
        f"in ten within {apart.quantile(0.9):.2f} standard deviations of the posterior's means; its widths are "
        f"{ratio:.2f} times as large (median)."
    )


def _patterns(tables: Path) -> str:
    """Count patterns, claims, and the claims that are tests."""
    claims = _read(tables / "patterns.csv")
    every, strict = (unfitted_held(claims, weak=weak) for weak in (True, False))
    return (
        f"**Patterns.** {patterns_shown(claims)} of {claims['pattern'].nunique()} are shown whole and "
        f"{claims_held(claims)} of {len(claims)} claims hold. {every.of} claims are tests, as nothing was fitted to "
        f"them: {every.held} of these hold ({words.percent(every.share)}); of those that do not follow from inputs "
        f"{strict.held} of {strict.of}."
    )
