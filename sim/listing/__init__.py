"""What there is to choose from, in words: regimes, names of the world, outcomes, and the studies of a folder."""
