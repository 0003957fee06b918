"""Dates as tables and regimes have them: a year, a month or a day. It loads nothing heavy."""

import calendar
import re
from datetime import date

FIRST_DAY = date(1900, 1, 1)
"""Stands for "always" where a table leaves its first day empty."""

LAST_DAY = date(2199, 12, 31)
"""Stands for "for ever" where a table leaves its last day empty."""

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def first_day(text: str) -> date:
    """First day of a date given by year, month or day; an empty one is `FIRST_DAY`.

    Raises
    ------
    ValueError
        When the text is no date of the forms 2023, 2023-02 or 2023-02-11.

    Examples
    --------
    >>> first_day("2023-02")
    datetime.date(2023, 2, 1)
    """
    if not text:
        return FIRST_DAY
    year, month, day = _date_parts(text)
    return date(year, month or 1, day or 1)


def last_day(text: str) -> date:
    """Last day of a date given by year, month or day; an empty one is `LAST_DAY`.

    Raises
    ------
    ValueError
        When the text is no date of the forms 2024, 2024-02 or 2024-02-11.

    Examples
    --------
    >>> last_day("2024-02")
    datetime.date(2024, 2, 29)
    """
    if not text:
        return LAST_DAY
    year, month, day = _date_parts(text)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def _date_parts(text: str) -> tuple[int, int, int]:
    match = _PARTIAL_DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is not a date such as 2023, 2023-02 or 2023-02-11")
    year, month, day = (int(part or 0) for part in match.groups())
    date(year, month or 1, day or 1)
    return year, month, day
