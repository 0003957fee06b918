"""Text that a spreadsheet may open without running it."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def unmarked(cell: object) -> object:
    """Take away the apostrophe that `harmless` has put before a text.

    Parameters
    ----------
    cell
        Of a table that was read.

    Examples
    --------
    >>> unmarked("'=1+1"), unmarked("'tis"), unmarked(-1.0)
    ('=1+1', "'tis", -1.0)
    """
    is_marked = isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS)
    return cell[1:] if is_marked else cell


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
