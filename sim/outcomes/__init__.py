"""What is observed: each outcome, and the series that are kept of it."""
