"""One call of a few runs, and where calls are worked off: threads, processes, clusters."""
