"""Countries by code and by name: the territories of the Unicode CLDR, which Babel carries in three hundred languages.

Tables and regimes may write KZ, KAZ or 398, Türkiye, Turkey or Türkei; within the model a country is its ISO 3166 code
of two letters (XK for Kosovo).
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from babel import Locale, localedata
from babel.core import get_global

ENGLISH = "en"
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
"""Codes of two letters that the CLDR names and that are no country: unions, test locales, the unknown region."""


def country_code(word: str) -> str:
    """Give the country that a code or a name stands for.

    Parameters
    ----------
    word
        Code of two or three letters (in capitals) or of three digits, or a name in any language; capitals, accents,
        stops and underscores in names do not matter.

    Returns
    -------
    str
        ISO 3166 code of two letters; empty where the word is no country, or could be several.
    """
    if code := iso_code(word):
        return code
    plain = _plain(word)
    return _codes_by_name((ENGLISH,)).get(plain) or _codes_by_name(_languages()).get(plain, "")


def iso_code(word: str) -> str:
    """Give the country that a code of two or three letters, or three digits, stands for; empty where there is none."""
    if word in english_names():
        return word
    codes = get_global("territory_aliases").get(word, ())
    return codes[0] if len(codes) == 1 and codes[0] in english_names() else ""


@cache
def english_names() -> Mapping[str, str]:
    """Give the English name of each country by its code of two letters."""
    names = Locale(ENGLISH).territories
    return MappingProxyType({code: name for code, name in names.items() if len(code) == 2 and code not in NO_COUNTRIES})


@cache
def _codes_by_name(languages: tuple[str, ...]) -> Mapping[str, str]:
    """Codes by plain name; a name that two languages give to two countries is left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for language in languages:
        names = Locale(language).territories
        for code in english_names().keys() & names.keys():
            found[_plain(names[code])].add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if name and len(codes) == 1}


@cache
def _languages() -> tuple[str, ...]:
    return tuple(name for name in localedata.locale_identifiers() if "_" not in name)


def _plain(name: str) -> str:
    """Letters and digits of a name without accents and capitals, its words parted by one blank."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", " and ").replace(".", ""))
    kept = (each if each.isalnum() else " " for each in letters if not unicodedata.combining(each))
    return " ".join("".join(kept).split())


def markets_by_country(markets: Iterable[str], countries: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Give the markets of each country, in their order.

    Parameters
    ----------
    markets, countries
        Of the table of markets, a row each.
    """
    found: dict[str, tuple[str, ...]] = {}
    for market, country in zip(markets, countries, strict=True):
        found[country] = (*found.get(country, ()), market)
    return found
