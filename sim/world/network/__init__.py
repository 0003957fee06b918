"""The network of a world: gates by week, routes of every lane, and their layout as arrays."""
