"""Numbers in words: one way to print money and shares."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable

NONE = "\N{EN DASH}"  # stands where there is no finite number
BILLION_MUSD = 1000.0
WHOLE_PERCENT_FROM = 10
LEAST_SHARE = 0.0005  # below it, one decimal of a per cent shows nothing
MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


def number(value: float, *, signed: bool = False, digits: int = 3) -> str:
    """Print a number to three significant digits with thousands separators.

    Parameters
    ----------
    value : float
        The number.
    signed : bool
        With a plus sign if positive.
    digits : int
        Significant digits.

    Examples
    --------
    >>> number(1234.5), number(-0.04567), number(12.0, signed=True), number(0.0)
    ('1,230', '−0.0457', '+12', '0')
    """
    if not math.isfinite(value):
        return NONE
    if value == 0:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, decimals)
    text = f"{abs(rounded):,.{max(decimals, 0)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    sign = MINUS if rounded < 0 else "+" if signed else ""
    return sign + text


def money(value_musd: float, *, signed: bool = False) -> str:
    """Print money in million or billion dollars.

    Parameters
    ----------
    value_musd : float
        Million dollars.
    signed : bool
        With a plus sign if positive.

    Examples
    --------
    >>> print(money(12345.0), money(-34.2, signed=True), sep=", ")
    12.3 bn USD, −34.2 m USD
    """
    if value_musd == 0 or not math.isfinite(value_musd):
        return number(value_musd)
    if abs(value_musd) >= BILLION_MUSD:
        return f"{number(value_musd / BILLION_MUSD, signed=signed)}{NO_BREAK}bn{NO_BREAK}USD"
    return f"{number(value_musd, signed=signed)}{NO_BREAK}m{NO_BREAK}USD"


def percent(share: float, *, signed: bool = False) -> str:
    """Print a share in per cent: whole from 10 %, one decimal below, and `<0.1 %` where that leaves nothing.

    Parameters
    ----------
    share : float
        1 = 100 %.
    signed : bool
        With a plus sign if positive.

    Examples
    --------
    >>> print(percent(0.4267), percent(-0.0123, signed=True), percent(0.0), percent(-0.0004), sep=", ")
    43 %, −1.2 %, 0 %, <0.1 %
    """
    if not math.isfinite(share):
        return number(share)
    if share == 0:
        return f"0{NO_BREAK}%"
    if vanishes(share):
        return f"<0.1{NO_BREAK}%"
    return _percent(share, 0 if abs(share) * 100 >= WHOLE_PERCENT_FROM else 1, signed=signed)


def _percent(share: float, decimals: int, *, signed: bool) -> str:
    rounded = round(share * 100, decimals)
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):.{decimals}f}{NO_BREAK}%"


def vanishes(share: float) -> bool:
    """Say whether nothing of a share is left at one decimal of a per cent.

    Parameters
    ----------
    share : float
        1 = 100 %.
    """
    return abs(share) < LEAST_SHARE


def percent_range(low: float, high: float, *, signed: bool = False) -> str:
    """Print a range of shares, with one decimal where whole per cents would hide how wide it is.

    Parameters
    ----------
    low, high : float
        Its ends; 1 = 100 %.
    signed : bool
        With plus signs.

    Examples
    --------
    >>> print(percent_range(-0.12, 0.034), percent_range(0.376, 0.381), percent_range(0.3801, 0.3802), sep="; ")
    from −12 % to 3.4 %; from 37.6 % to 38.1 %; 38.0 %
    >>> print(percent_range(-0.0001, 0.0004))
    less than 0.1 %
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    if vanishes(low) and vanishes(high):
        return f"less than 0.1{NO_BREAK}%"
    ends = [percent(end, signed=signed) for end in (low, high)]
    if ends[0] == ends[1]:
        ends = [_percent(end, 1, signed=signed) for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"from {ends[0]} to {ends[1]}"


def tonnes(mass_t: float) -> str:
    """Print a mass in tonnes, thousand or million tonnes.

    Parameters
    ----------
    mass_t : float
        Tonnes.

    Examples
    --------
    >>> print(tonnes(950.0), tonnes(12345.0), tonnes(4.56e6), sep=", ")
    950 t, 12.3 kt, 4.56 Mt
    """
    for unit, size in (("Mt", 1e6), ("kt", 1e3)):
        if abs(mass_t) >= size:
            return f"{number(mass_t / size)}{NO_BREAK}{unit}"
    return f"{number(mass_t)}{NO_BREAK}t"


def interval(low: float, high: float, print_value: Callable[[float], str]) -> str:
    """Print an interval.

    Parameters
    ----------
    low, high : float
        Its ends.
    print_value : callable
        `money`, `percent`, ...

    Examples
    --------
    >>> print(interval(-0.12, 0.034, percent))
    from −12 % to 3.4 %
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    return f"from {print_value(low)} to {print_value(high)}"


def with_article(name: str) -> str:
    """Put the article before names of countries that have one.

    Parameters
    ----------
    name : str
        In a sentence.

    Examples
    --------
    >>> with_article("United States"), with_article("Vietnam")
    ('the United States', 'Vietnam')
    """
    return f"the {name}" if name.startswith(("United ", "Netherlands", "Philippines")) else name


def quoted(regime: str) -> str:
    """Name a regime inside a sentence.

    Parameters
    ----------
    regime : str
        Its name.
    """
    return f"\N{LEFT DOUBLE QUOTATION MARK}{regime}\N{RIGHT DOUBLE QUOTATION MARK}"


def sentence(text: str) -> str:
    """End a sentence with a full stop, if it has none.

    Parameters
    ----------
    text : str
        Of one or several sentences.

    Examples
    --------
    >>> sentence("Trade falls"), sentence("Trade falls.")
    ('Trade falls.', 'Trade falls.')
    """
    return text if text.endswith((".", "!", "?")) else f"{text}."


def counted(number_of: int, noun: str) -> str:
    """Print a count with its noun.

    Parameters
    ----------
    number_of : int
        How many.
    noun : str
        Of one; an s makes it several.

    Examples
    --------
    >>> counted(1, "run"), counted(1200, "run")
    ('1 run', '1,200 runs')
    """
    return f"{number_of:,} {noun}{'' if number_of == 1 else 's'}"


def span(period: str) -> str:
    """Print a period of months, or of days, in words.

    Parameters
    ----------
    period : str
        `2022-06 to 2027-12` or `2021-01-25 to 2021-06-06`.

    Examples
    --------
    >>> span("2022-06 to 2027-12"), span("2027-01 to 2027-12"), span("2021-01-25 to 2021-06-06")
    ('June 2022 to December 2027', '2027', '25 January 2021 to 6 June 2021')
    """
    first, last = period.split(" to ")
    if first[:4] == last[:4] and (first[5:], last[5:]) == ("01", "12"):
        return first[:4]
    if first == last:
        return _in_words(first)
    return f"{_in_words(first)} to {_in_words(last)}"


def during(period: str) -> str:
    """Print a period with the word before it.

    Parameters
    ----------
    period : str
        As of `span`.

    Examples
    --------
    >>> during("2027-01 to 2027-12"), during("2021-01 to 2021-06")
    ('in 2027', 'from January 2021 to June 2021')
    """
    words = span(period)
    return f"from {words}" if " to " in words else f"in {words}"


def _in_words(day: str) -> str:
    """Print `YYYY-MM` or `YYYY-MM-DD`."""
    year, month, *rest = day.split("-")
    return " ".join([*(str(int(each)) for each in rest), calendar.month_name[int(month)], year])
