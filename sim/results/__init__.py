"""Reading what a study stored; it needs no engine."""
