"""Text that a spreadsheet may open without running it."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: object) -> object:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Parameters
    ----------
    cell
        Of a table.

    Returns
    -------
    object
        The text, marked; all else as it is.

    Examples
    --------
    >>> harmless("=1+1"), harmless(-1.0)
    ("'=1+1", -1.0)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
