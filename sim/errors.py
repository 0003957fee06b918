"""Errors that the user can mend."""


class InputError(Exception):
    """Bad input, told in one plain sentence; the command ends with exit code 2."""
