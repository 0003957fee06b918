"""The answer to what share of lost trade came back through hubs: published figures beside the same ones of the runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from sim.analysis import roundabout
from sim.analysis.by_place import PlaceFlows, flows_by_place, flows_of_draws
from sim.analysis.last_growth import continued, yearly_flows
from sim.calibration.halves import FILE, verdict
from sim.config import Config
from sim.ensemble.plan.posterior import is_posterior, read_fitted, read_posterior
from sim.errors import InputError
from sim.parameters import BEHAVIOUR, names_of
from sim.policy.language.load import HAPPENED
from sim.policy.language.measures import Regime
from sim.report.figures.roundabout import PICTURES, HeldAgainst
from sim.report.page.writing import StoredResults
from sim.report.policy.writing import Answer, write_answer
from sim.world.build import BuiltWorld

REFIT = "refitted"
"""Folder, in that of the world, of the fit to its own figures: `posterior.csv` and `fit.yaml`."""

RETURNED = "returned"
"""Count of the figures of which the first with a test speaks in the second sentence."""

PER_CENT = 100.0
REFITTED_INSIDE = f"{roundabout.REFITTED}inside"

TRANSFERRED = (
    "No figure of the list was used to fit behaviour: it is that of a fit to another world, or drawn from its ranges."
)
LIMITS = (
    "Within a group of goods those beside a ban take the place of those under it, so that direct trade falls less and "
    "recovers sooner than what is published.",
    "Which share of a group of goods each package forbids, and what firms gave up of their own will, is assumed, with "
    "a range; so is what went round in the base year, which shapes what goes round later.",
    "Goods booked to a hub and sold beyond it are led over the hub's place, also where they never see it.",
    "Sellers that are no sender of the world are not followed.",
    "Whole groups of goods are counted where the sources count single codes.",
)


def write_eurasian_roundabout(
    results: StoredResults, built_world: BuiltWorld, regimes: Sequence[Regime], config: Config
) -> Path:
    """Hold the published figures of the world against the runs of what happened, by the count of each.

    Parameters
    ----------
    results : Results
        Stored study with the regime `observed`.
    built_world : BuiltWorld
        With its tables.
    regimes : sequence of Regime
        Of the study.
    config : Config
        All settings.

    Returns
    -------
    Path
        Of `answer.md`.

    Raises
    ------
    InputError
        If the study lacks the regime `observed`, or the world its list of figures.
    """
    happened = next((each for each in regimes if each.name == HAPPENED), None)
    if happened is None:
        raise InputError(f"regimes: this study holds published figures against what happened; add {HAPPENED}.")
    table = _held_against(results, built_world, happened, config)
    said = sentences(table)
    answer = Answer(
        "What share of lost trade came back through hubs?",
        said,
        (_of_the_fit(built_world.tables.folder / REFIT), *LIMITS),
        {},
        PICTURES,
        HeldAgainst(table, said[0].partition(";")[0]),
    )
    return write_answer(results, built_world, config, answer)


def _of_the_fit(folder: Path) -> str:
    """Say what behaviour rests on: of a fit to the same figures, also what fits to halves of them say."""
    if not is_posterior(folder):
        return TRANSFERRED
    fit, path = read_posterior(folder).fit, folder / FILE
    told = (
        "Of the transferred bands no figure of the list was used to fit behaviour; the refitted ones were fitted to "
        f"{fit['targets'] - len(fit['out_of_reach'])} of these figures, so that to hold them is no test"
    )
    if not path.is_file():
        return f"{told}."
    found = verdict(pd.read_csv(path), read_fitted(folder))
    return (
        f"{told}: fits to random halves hold {found.unseen:.0f} of {found.asked} figures in the band of the half that "
        f"had not seen them, and {PER_CENT * found.seen:.0f} % of those that they were fitted to; the bands of the "
        f"whole fit are {found.width:.2f} times as wide as those of the unseeing half."
    )


def _held_against(results: StoredResults, built: BuiltWorld, happened: Regime, config: Config) -> pd.DataFrame:
    """Count the figures in the stored runs, in as many with behaviour fitted to the world, and by the rivals."""
    folder = built.tables.folder
    figures = roundabout.read_figures(folder)
    target = roundabout.target_of(figures)
    growth = continued(figures, yearly_flows(built.tables.observed), roundabout.read_books(folder), target)

    def held(stepped: PlaceFlows) -> pd.DataFrame:
        flows = roundabout.flows_of(stepped, HAPPENED, target)
        return roundabout.compared(figures, roundabout.simulated(flows, figures), growth)

    table = held(flows_by_place(results, built, happened))
    if not is_posterior(folder / REFIT):
        return table
    runs = len(results.runs)
    draws = _refitted_draws(folder / REFIT, runs, config)
    stepped, _ = flows_of_draws(built, happened, draws, config.design.seed, range(runs))
    return roundabout.with_refit(table, held(stepped))


def _refitted_draws(folder: Path, count: int, config: Config) -> pd.DataFrame:
    """Draw parameters and levels from the fit to the world; what it did not fit keeps its value."""
    drawn = read_posterior(folder).drawn(count, config.design.seed)
    kept = dict(zip(names_of(BEHAVIOUR), config.behaviour.values(), strict=True))
    return pd.DataFrame(kept, index=drawn.index).assign(**{name: drawn[name] for name in drawn})


def sentences(table: pd.DataFrame) -> tuple[str, str, str]:
    """Say how many figures are met, what came back, and what is missed.

    Parameters
    ----------
    table : DataFrame
        From `sim.analysis.roundabout.compared`.

    Returns
    -------
    tuple of str
        Three.
    """
    asked = table[table["is_input"] == "no"]
    tests = asked[asked["median"].notna()]
    counted = tests[tests["kind"] == RETURNED]
    if counted.empty:
        return (
            f"Of {len(asked)} published figures {len(tests)} lie in the months of this study.",
            "What part of lost trade came back is not among them.",
            "A later end holds more of them.",
        )
    return _held(tests), _came_back(counted.iloc[0]), _missed(tests)


def _held(tests: pd.DataFrame) -> str:
    transferred = f"with behaviour of another world {int(tests['inside'].sum())} do"
    if REFITTED_INSIDE not in tests:
        return f"{_within(tests, '')}. {_rivals(tests, '')}"
    return f"{_within(tests, roundabout.REFITTED)} of a fit to such figures; {transferred}. " + _rivals(
        tests, roundabout.REFITTED
    )


def _within(tests: pd.DataFrame, which: str) -> str:
    inside = int(tests[f"{which}inside"].sum())
    return f"Of {len(tests)} published figures {inside} lie within the band of 90 % of the runs"


def _rivals(tests: pd.DataFrame, which: str) -> str:
    """Say what each rival meets, beside the medians on the same figures."""
    said = []
    for name, words in (("no_change", "nothing changes"), ("growth_goes_on", "last growth continues")):
        told = tests[tests[name].notna()]
        rival, own, first = (int(told[each].sum()) for each in (f"met_by_{name}", f"{which}met", "met"))
        medians = f"the median {own}" if own == first and not which else f"the refitted median {own}, the first {first}"
        said.append(f"where {words} it meets {rival} of {len(told)}, {medians}")
    return f"A rival says one number: {'; '.join(said)}."


def _came_back(row: pd.Series) -> str:
    which = roundabout.REFITTED if REFITTED_INSIDE in row else ""
    low, middle, high = (row[f"{which}{name}"] for name in ("q05", "median", "q95"))
    return (
        f"By the first count, {row['figure']}, {middle:.0f} % of the lost trade came back (90 % of runs: "
        f"{low:.0f} to {high:.0f}); published are {row['low']:g} to {row['high']:g}."
    )


def _missed(tests: pd.DataFrame) -> str:
    near = f"{roundabout.REFITTED}near" if REFITTED_INSIDE in tests else "near"
    away = tests[~tests[near]]["figure"].tolist()
    if not away:
        return "None is missed by its range."
    return f"Missed are {len(away)}: {'; '.join(away[:6])}{' ...' if len(away) > 6 else ''}."
