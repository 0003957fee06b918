"""How the background of a regime differs from that of the one it is compared with.

A comparison says more than it seems to where the background differs too. That is told before a study runs, and beside
its numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.policy.language.measures import Measure, Regime, differing, role


@dataclass(frozen=True)
class BackgroundApart:
    """How the background of a regime differs from that of the one it is compared with.

    Parameters
    ----------
    regime, against
        Their names.
    lacks, adds, alters
        Names of shocks, counter-measures and other parts of the observed background that only `against` has, that
        only the regime has, and that both have in different form.
    """

    regime: str
    against: str
    lacks: tuple[str, ...]
    adds: tuple[str, ...]
    alters: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is a difference."""
        return bool(self.lacks or self.adds or self.alters)

    @property
    def sentence(self) -> str:
        """What differs; empty if nothing does.

        Examples
        --------
        >>> print(BackgroundApart("ban", "none", ("pandemic",), (), ()).sentence)
        The background of ban is not that of none: it lacks pandemic. Differences hold what this does, too.
        """
        if not self:
            return ""
        named = (("lacks", self.lacks), ("adds", self.adds), ("alters", self.alters))
        parts = [f"{verb} {_few(names)}" for verb, names in named if names]
        differs = f"The background of {self.regime} is not that of {self.against}: it {', '.join(parts)}."
        return f"{differs} Differences hold what this does, too."


def background_apart(regime: Regime, against: Regime) -> BackgroundApart:
    """Compare what two regimes stand on: shocks, counter-measures, and all else of the observed background.

    Parameters
    ----------
    regime, against
        Loaded regimes.

    Returns
    -------
    BackgroundApart
        False where both stand on the same.
    """
    pairs = differing(background_of(regime), background_of(against))
    return BackgroundApart(
        regime.name,
        against.name,
        lacks=tuple(name for name, (mine, _) in pairs.items() if mine is None),
        adds=tuple(name for name, (_, other) in pairs.items() if other is None),
        alters=tuple(name for name, pair in pairs.items() if None not in pair),
    )


def background_of(regime: Regime) -> tuple[Measure, ...]:
    """Measures of a regime that nobody sends against the region's trade, or that the observed background has."""
    return tuple(each for each in regime.measures if role(each) != "measure" or each.name in regime.observed)


def _few(names: Sequence[str], most: int = 4) -> str:
    """List some names, and say how many more there are."""
    told = ", ".join(names[:most])
    return told if len(names) <= most else f"{told} and {len(names) - most} more"
