"""Mesa agents as views: a row number, and properties that read and write the row of the model's arrays.

Nothing is copied, so nothing can disagree: what an agent shows is what the kernels compute with, and what is written
to it is what they go on with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import pandas as pd

from sim.explain import channel_name, customs_table, explain_customs, explain_firm, firm_table, used_slots
from sim.state import DIRECTIONS, OWNERSHIPS

if TYPE_CHECKING:
    from sim.model import TradeModel


class Column:
    """One number of an agent: an element of a column of the state.

    Parameters
    ----------
    part : str
        Named tuple of `sim.state.State` that holds the column.
    name : str, optional
        Its field; by default the name of the attribute.
    """

    def __init__(self, part: str, name: str = "") -> None:
        self.part, self.name = part, name

    def __set_name__(self, owner: type, attribute: str) -> None:
        """Take the field's name from the attribute."""
        self.name = self.name or attribute

    def _array(self, agent: View) -> np.ndarray:
        return getattr(getattr(agent.model.state, self.part), self.name)

    def __get__(self, agent: View | None, owner: type) -> Any:
        """Read the agent's element; of a table of slots its column, as a view."""
        if agent is None:
            return self
        array = self._array(agent)
        return array[agent.row].item() if array.ndim == 1 else array[:, agent.row]

    def __set__(self, agent: View, value: Any) -> None:
        """Write the agent's element."""
        array = self._array(agent)
        array[..., agent.row] = value


class View(mesa.Agent):
    """An agent that is a row of the model's arrays.

    Attributes
    ----------
    row : int
        Row in the arrays of its kind.
    """

    model: TradeModel

    def __init__(self, model: TradeModel, row: int) -> None:
        super().__init__(model)
        self.row = row


class FirmAgent(View):
    """A firm: where it is, what it trades, its channels with beliefs and shares."""

    capacity_musd = Column("firms", "capacity")
    stock_musd = Column("firms", "stock")
    shipped_musd = Column("firms", "shipped")
    margin = Column("firms")
    unit_cost = Column("firms")
    born_week = Column("firms")
    generation = Column("firms")
    channel = Column("firms")
    share = Column("firms")
    price_belief = Column("firms")
    detention_belief = Column("firms")
    risk = Column("firms")
    consignments = Column("firms")
    relation = Column("firms")

    @property
    def active(self) -> bool:
        """Whether the row holds a firm."""
        return bool(self.model.state.firms.active[self.row])

    @property
    def made_here(self) -> bool:
        """Whether the firm's goods are made in the region."""
        return bool(self.model.state.firms.made_here[self.row])

    @property
    def place(self) -> str:
        """Place where the firm works."""
        return self.model.built.places[self.model.state.firms.place[self.row]]

    @property
    def commodity(self) -> str:
        """Commodity that the firm trades."""
        return self.model.built.commodities[self.model.state.firms.commodity[self.row]]

    @property
    def direction(self) -> str:
        """`export` or `import`."""
        return DIRECTIONS[self.model.state.firms.direction[self.row]]

    @property
    def ownership(self) -> str:
        """`private`, `state` or `foreign`."""
        return OWNERSHIPS[self.model.state.firms.ownership[self.row]]

    @property
    def markets(self) -> list[str]:
        """Markets of the firm's slots, with the kind of channel and the hub where it is not direct."""
        return [channel_name(self.model, self.channel[slot]) for slot in used_slots(self.model, self.row)]

    def explain(self) -> str:
        """Say in plain lines what its channels promise, part by part, and why its shares changed last."""
        return explain_firm(self)

    def explain_table(self) -> pd.DataFrame:
        """Tabulate its channels: shares, margins and their parts, as `sim.explain.firm_table` says."""
        return firm_table(self.model, self.row)


class PortAgent(View):
    """A crossing in one direction: what it can pass, what waits, what it publishes."""

    queue_t = Column("ports")
    under_way_t = Column("ports")
    capacity_t = Column("ports")
    passed_t = Column("ports")
    passed_musd = Column("ports")
    wait_days = Column("ports")
    own_factor = Column("ports")

    @property
    def crossing(self) -> str:
        """Name of the crossing."""
        return self.model.built.crossings[self.row // 2]

    @property
    def direction(self) -> str:
        """`export` or `import`."""
        return DIRECTIONS[self.row % 2]

    @property
    def load(self) -> float:
        """Share of this week's capacity that is used; 0 when shut."""
        return self.passed_t / self.capacity_t if self.capacity_t > 0 else 0.0


class CustomsAgent(View):
    """Customs of a sender: its classes of goods (declared origin x commodity), where it looks and what it finds."""

    @property
    def market(self) -> str:
        """Market whose border it guards."""
        return self.model.built.authorities[self.row]

    @property
    def classes(self) -> list[tuple[str, str]]:
        """Declared origin and commodity of each class."""
        built, authorities = self.model.built, self.model.built.arrays.authorities
        return [
            (built.declared_origins[authorities.class_declared[h]], built.commodities[authorities.class_commodity[h]])
            for h in range(*self._span)
        ]

    @property
    def weight(self) -> np.ndarray:
        """Share of the budget by class, a view."""
        return self.model.state.customs.weight[slice(*self._span)]

    @property
    def hit(self) -> np.ndarray:
        """Discounted hit rate by class, a view."""
        return self.model.state.customs.hit[slice(*self._span)]

    @property
    def detained_musd(self) -> float:
        """Value detained this week."""
        return float(self.model.state.customs.detained_musd[slice(*self._span)].sum())

    def explain(self) -> str:
        """Say in plain lines where it looks, what it expects there and what it found."""
        return explain_customs(self)

    def explain_table(self) -> pd.DataFrame:
        """Tabulate its classes of goods, as `sim.explain.customs_table` says."""
        return customs_table(self)

    @property
    def _span(self) -> tuple[int, int]:
        start = self.model.built.arrays.authorities.class_start
        return int(start[self.row]), int(start[self.row + 1])
