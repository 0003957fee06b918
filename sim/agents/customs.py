"""Customs of a sender as an agent: where it looks, what it expects there and what it found."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.agents.row_view import RowView, when
from sim.run import Run
from sim.state import PRESUMED

CLASSES_SHOWN = 10


class CustomsAgent(RowView):
    """Customs of a sender: its classes of goods (declared origin x commodity), where it looks and what it finds."""

    @property
    def market(self) -> str:
        """Market whose border it guards."""
        return self.run.labels.authorities[self.row]

    @property
    def classes(self) -> list[tuple[str, str]]:
        """Declared origin and commodity of each class."""
        labels, authorities = self.run.labels, self.run.world.authorities
        return [
            (
                labels.declared_origins[authorities.class_declared[h]],
                labels.commodities[authorities.class_commodity[h]],
            )
            for h in range(*self._span)
        ]

    @property
    def weight(self) -> np.ndarray:
        """Share of the budget by class, a view."""
        return self.run.state.customs.weight[slice(*self._span)]

    @property
    def hit(self) -> np.ndarray:
        """Discounted hit rate by class, a view."""
        return self.run.state.customs.hit[slice(*self._span)]

    @property
    def detained_musd(self) -> float:
        """Value detained this week."""
        return float(self.run.state.customs.detained_musd[slice(*self._span)].sum())

    def explain(self) -> str:
        """Say in plain lines where it looks, what it expects there and what it found."""
        return _explain(self)

    def explain_table(self) -> pd.DataFrame:
        """Tabulate its classes of goods, as `sim.agents.customs.customs_table` says."""
        return customs_table(self)

    @property
    def _span(self) -> tuple[int, int]:
        start = self.run.world.authorities.class_start
        return int(start[self.row]), int(start[self.row + 1])


def customs_table(agent: CustomsAgent) -> pd.DataFrame:
    """Tabulate the classes of an authority, those on top where it inspects most.

    Returns
    -------
    pandas.DataFrame
        By declared origin and commodity: ``first`` (presumed to be made in the region, looked at first), ``weight`` of
        the rest of the budget, consignments a week that are ``hidden``, lawful ones of the ``same_makers`` and other
        ``legitimate`` ones, chance of inspection, ``hit`` (denied share of the decided), and of this week
        ``detained_hidden`` and ``detained_legitimate`` consignments, ``detained_musd`` and ``denied_musd``.
    """
    run = agent.run
    authorities, customs = run.world.authorities, run.state.customs
    span = slice(*map(int, authorities.class_start[agent.row : agent.row + 2]))
    names = ("weight", "hidden", "same_makers", "hit", "inspect_hidden", "inspect_legitimate", "detained_hidden")
    names += ("detained_legitimate", "detained_musd", "denied_musd")
    table = pd.DataFrame({name: getattr(customs, name)[span] for name in names})
    table.insert(3, "legitimate", authorities.legitimate[authorities.legitimate_year[_last_week(run)]][span])
    table.insert(0, "first", (authorities.class_priority[span] == PRESUMED) & (run.state.in_force.inspected[span] > 0))
    table.index = pd.MultiIndex.from_tuples(agent.classes, names=["declared_origin", "commodity"])
    looked_at = table["inspect_hidden"] * table["hidden"] + table["inspect_legitimate"] * table["legitimate"]
    seen = table["hidden"] + table["same_makers"] + table["legitimate"]
    return table.iloc[np.lexsort((-seen, -looked_at))]


def _last_week(run: Run) -> int:
    """Week that the state stands for."""
    return max(run.week - 1, 0)


def _explain(agent: CustomsAgent) -> str:
    """Say in plain lines where an authority looks, what it expects there and what it found."""
    run, table = agent.run, customs_table(agent)
    in_force, row = run.state.in_force, agent.row
    share = run.world.authorities.budget_share[row] * in_force.budget[row] * in_force.customs_budget[row]
    budget = run.parameters.inspection_budget_per_week * share
    lines = [
        f"Customs of {agent.market}, {when(run)}: a budget of {budget:.1f} inspections a week for "
        f"{len(table)} classes of goods.",
        f"It detained goods worth {table['detained_musd'].sum():.4f} million dollars this week and refused "
        f"{table['denied_musd'].sum():.4f}.",
    ]
    if budget <= 0:
        lines.append("No ban is in force: it looks at nothing.")
    table = table.assign(seen=table["hidden"] + table["same_makers"] + table["legitimate"])
    for (origin, commodity), each in table.head(CLASSES_SHOWN).iterrows():
        weight = "looked at first" if each["first"] else f"weight {each['weight']:.1%}"
        lines.append(
            f"- {commodity} declared from {origin}: {weight}; {each['hidden']:.2f} hidden among "
            f"{each['seen']:.1f} consignments a week, inspected with a chance of "
            f"{each['inspect_hidden']:.1%} if hidden and {each['inspect_legitimate']:.1%} if not; "
            f"hits {each['hit']:.0%}; this week {each['detained_hidden'] + each['detained_legitimate']:.2f} detained, "
            f"{each['denied_musd']:.4f} million dollars refused"
        )
    return "\n".join(lines)
