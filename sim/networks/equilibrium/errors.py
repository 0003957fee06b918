"""The error of a solver that does not reach its tolerance."""


class ConvergenceError(Exception):
    """A solver ended above its tolerance; the sentence tells the gap it reached."""
