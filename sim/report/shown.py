"""A comparison as it is shown: with a name in words for each subject and a look for each regime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sim.analysis import reading
from sim.analysis.compared import Comparison
from sim.analysis.periods import Dates
from sim.analysis.reading import StoredSeries
from sim.analysis.scopes import scopes
from sim.config import Config
from sim.intervals import LEAST_RUNS
from sim.policy.language.measures import Regime
from sim.report import style, subjects
from sim.report.findings import ranges
from sim.report.words import quoted, span
from sim.world.tables.read import Tables


@dataclass(frozen=True, eq=False)
class Shown(Comparison):
    """What every figure of a comparison is made from.

    Attributes
    ----------
    names : mapping of str to str
        Subject to its name in words.
    held : str
        What ranges and intervals hold, as of `facts`.
    observed : str
        What published figures are that are drawn, as of `facts`.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    held: str = ""
    observed: str = ""

    @cached_property
    def looks(self) -> dict[str, style.RegimeLook]:
        """How each regime is drawn, in the order of the results."""
        purposes = {name: regime.purpose for name, regime in self.laws.items()}
        return style.looks_of(self.regimes, self.against, purposes, self.titles)

    @property
    def ranges(self) -> str:
        """What ranges and intervals hold, or why there are none: a sentence of captions."""
        return ranges(self, self.held)

    @property
    def few(self) -> bool:
        """Whether there are too few runs for ranges and intervals."""
        return self.runs < LEAST_RUNS

    @property
    def chosen(self) -> bool:
        """Whether the months compared were chosen in the settings."""
        return (self.window.start, self.window.stop) != (None, None)

    @property
    def windows(self) -> str:
        """Months compared, in words: of each regime where they differ."""
        names = list(dict.fromkeys(period.name for period in self.periods.values()))
        if len(names) < 2:
            return span(self.period.name)
        of_regimes = {
            name: [quoted(self.titles[regime]) for regime in self.periods if self.periods[regime].name == name]
            for name in names
        }
        return "; ".join(f"{span(name)} ({', '.join(regimes)})" for name, regimes in of_regimes.items())

    def window_of(self, regime: str) -> str:
        """Months over which a regime is compared, where those of others are different; else empty.

        Parameters
        ----------
        regime : str
            Its name.
        """
        several = len({period.name for period in self.periods.values()}) > 1
        return span(self.periods[regime].name) if several else ""


def shown(
    results: StoredSeries,
    against: str,
    world: Tables,
    regimes: Sequence[Regime],
    config: Config,
    held: str = "",
    observed: str = "",
) -> Shown:
    """Put a comparison together.

    Parameters
    ----------
    results : StoredSeries
        Stored results.
    against : str
        Regime that the others are compared with.
    world : Tables
        Of the world.
    regimes : sequence of Regime
        One for each of `results.regimes`, in the same order.
    config : Config
        Of the study: its days, and the months compared.
    held : str
        What ranges and intervals hold, as of `facts`.
    observed : str
        What published figures are that are drawn, as of `facts`; a study that draws none says nothing of them.
    """
    dates = Dates(results.months, config.start_date, config.end_date)
    return Shown(
        results=results,
        against=against,
        world=world,
        dates=dates,
        scopes=scopes(regimes, against, world, dates),
        window=reading.window(results.months, config.compare.first, config.compare.last),
        names=subjects.names(world),
        held=held,
        observed=observed,
        laws={regime.name: regime for regime in regimes},
    )
