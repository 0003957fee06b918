"""Agents as views of a run's arrays; each kind says of itself what it does and why."""

from sim.agents.customs import CustomsAgent
from sim.agents.firm import FirmAgent
from sim.agents.intermediary import IntermediaryAgent
from sim.agents.port import PortAgent

__all__ = ["CustomsAgent", "FirmAgent", "IntermediaryAgent", "PortAgent"]
