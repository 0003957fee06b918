"""Runs of choices of targeting: a regime and rows of parameters each, stored one by one, so that a search goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.analysis.decisions.fronts import Choice
from sim.analysis.decisions.where_to_look import (
    BUDGET,
    SECTORS,
    SENDER,
    Outcome,
    entering,
    inspections_of,
    outcome_of,
    rows_of,
    sectors_of,
)
from sim.config import Config
from sim.ensemble import Results, Study, executor_of, run_study, study_of
from sim.ensemble.assemble import scenarios
from sim.report.policy.worlds import MadeRegime, write_regimes
from sim.world.build import BuiltWorld

BAN, NO_BAN = "uflpa", "none"
ACT, BEFORE = "2022-06-21", "2022-06-20"
FIRST = ("us_priority_cotton_and_tomatoes", "us_priority_silica")
LATER = ("us_priority_vehicle_parts", "us_priority_plastics_and_metals")


@dataclass
class Trials:
    """Runs choices on draws of the posterior.

    Attributes
    ----------
    results : Results
        Stored study of `NO_BAN` and `BAN`, a draw each run.
    config : Config
        Its settings.
    world : BuiltWorld
        Of these settings.
    """

    results: Results
    config: Config
    world: BuiltWorld
    study: Study = field(init=False)
    without: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.study = study_of(self.config, self.world)
        self.without = entering(self.results, NO_BAN)

    def aims(self, choices: Sequence[Choice], draws: int) -> NDArray[np.float64]:
        """Give the aims of some choices on the first draws [choices, aims]."""
        return np.array([self.outcome(each, draws).aims for each in choices])

    def outcome(self, choice: Choice, draws: int) -> Outcome:
        """Run a choice on the first draws, or read what is stored of it.

        Parameters
        ----------
        choice : mapping of str to float or bool
            Of `sim.analysis.decisions.where_to_look.LEVERS`; one without sectors keeps budget and sectors as they were.
        draws : int
            How many.
        """
        design = self.study.design.upto(draws)
        rows = rows_of(choice, design.draws)
        names = [BAN] if not SECTORS.keys() & choice.keys() else write_regimes([announcing(choice)], self.config)
        found = scenarios(names, self.world)
        (regime,) = found
        folder = Path(self.config.results_dir) / self.config.slug / "runs" / "search"
        mine = replace(self.study, scenarios=found, against=regime, design=design._replace(draws=rows), folder=folder)
        results = run_study(mine, executor_of(self.config), progress=False)
        results.check_runs()
        return outcome_of(results, regime, self.without[:draws], inspections_of(choice, rows))


def announcing(choice: Choice) -> MadeRegime:
    """Make the ban with another budget and other priority sectors from the day of the act on.

    Parameters
    ----------
    choice : mapping of str to float or bool
        Of the levers.
    """
    sectors, multiple = sectors_of(choice), round(float(choice[BUDGET]), 4)
    goods = tuple(name for sector in sectors for name in SECTORS[sector])
    common = {"sender": SENDER, "start": ACT, "source": "assumed"}
    looked_at = common | {"instrument": "inspection_priority", "scope": {"commodities": goods}}
    measures = {"searched_budget": common | {"instrument": "customs_budget", "level": multiple}}
    number = sum(1 << place for place, name in enumerate(SECTORS) if name in sectors)
    return MadeRegime(
        f"{BAN}_sectors_{number}_budget_{multiple:.4f}".replace(".", "_"),
        f"The ban of the United States, from the act on with {multiple:g} times the budget and these priority sectors: "
        f"{'; '.join(sectors) or 'none'}.",
        (BAN,),
        without=LATER,
        change={name: {"end": BEFORE} for name in FIRST},
        measures=measures | ({"searched_sectors": looked_at} if goods else {}),
    )
