"""Flows on any network: route choice sets and reference equilibria. It knows no trade."""
