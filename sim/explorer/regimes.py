"""From a setting of the levers to a regime in the language of regimes, built on measures of the library."""

from __future__ import annotations

import math
from functools import cache

from sim.explorer.levers import LEVERS, Setting, base_of, month_of
from sim.policy.language.load import load_regime
from sim.policy.language.measures import differing
from sim.report.policy.worlds import MadeRegime

BASE = "no_ban"
"""Name of what a setting is held against."""

BANS = {"us": "us_import_ban", "eu": "eu_product_ban", "others": "coalition_ban"}
BANNING = {
    "us": ("united_states",),
    "eu": ("european_union",),
    "others": ("united_kingdom", "canada", "mexico", "japan"),
}
"""Lever to the measure of the library that it switches, and to its senders."""

TRACING, PRESSURE = "us_isotope_tests", "us_third_countries"
REPLACED = ("us_cotton_tomato_order",)
"""Measures that go in any case: what the levers say of goods and months takes their place."""

CAUSES = {"hours": "hours_24", "winter": "khunjerab_year_round"}

_COTTON = ("cotton_textiles", "apparel", "farm_goods")
GOODS = {
    "all": (),
    "priority": (*_COTTON, "solar_polysilicon", "chemicals_plastics", "metals", "vehicles_parts"),
    "cotton": _COTTON,
}
"""Goods that a ban reaches; all where none is named."""

NEAR_RUSSIA = (
    "russia", "belarus", "kazakhstan", "kyrgyzstan", "bazaars", "uzbekistan", "tajikistan", "georgia"
)  # fmt: skip
DEMAND_FROM = "2022-02-24"


def regime_of(setting: Setting, name: str) -> MadeRegime:
    """Make the regime of a setting.

    Parameters
    ----------
    setting
        A value for every lever.
    name
        File stem.

    Returns
    -------
    MadeRegime
        Bans are announced on the day they start, so that nothing differs before.
    """
    banning = [each for each in BANS if setting[each]]
    said = {"name": name, "purpose": "A setting of the explorer.", "without": _closed(setting)}
    if not banning:
        return MadeRegime(include=("none",), measures=_demand(setting), **said)
    included = ["coalition", *(["tracing"] if setting["tracing"] > 1 else [])]
    included += ["secondary"] if setting["pressure"] > 0 else []
    gone = [*REPLACED, *(BANS[each] for each in BANS if each not in banning and each != "us")]
    gone += [each for each in _own_of_us() if each not in REPLACED] if "us" not in banning else []
    return MadeRegime(
        include=tuple(included),
        change=_bans(setting, banning) | _changed(setting, banning),
        measures=_inspections(setting, banning) | _demand(setting),
        **(said | {"without": (*gone, *said["without"])}),
    )


def base_regime(setting: Setting, name: str = BASE) -> MadeRegime:
    """Make the regime that a setting is held against."""
    return regime_of(base_of(setting), name)


def first_day(setting: Setting, sender: str) -> str:
    """First day of the ban of a sender, where it bans."""
    return f"{month_of(setting['us_from' if sender == 'us' else 'allies_from'])}-01"


def goods_in_scope(setting: Setting) -> tuple[str, ...]:
    """Name the goods that bans reach; none named: all."""
    return GOODS[LEVERS["goods"].words[int(setting["goods"])][0]]


@cache
def _own_of_us() -> tuple[str, ...]:
    """Measures of the United States in the library's ban of theirs."""
    return tuple(differing(load_regime("uflpa").measures, load_regime("none").measures))


def _closed(setting: Setting) -> tuple[str, ...]:
    return tuple(cause for lever, cause in CAUSES.items() if not setting[lever])


def _bans(setting: Setting, banning: list[str]) -> dict[str, dict]:
    """Start and goods of each ban."""
    goods = goods_in_scope(setting)
    scope = {"scope": {"commodities": goods}} if goods else {}
    days = {each: first_day(setting, each) for each in banning}
    return {BANS[each]: {"announced": days[each], "start": days[each], **scope} for each in banning}


def _changed(setting: Setting, banning: list[str]) -> dict[str, dict]:
    """Tracing and pressure on hubs, of all who ban, from the first ban on."""
    day = min(first_day(setting, each) for each in banning)
    same = {"sender": _senders(banning), "announced": day, "start": day}
    levels = {TRACING: setting["tracing"], PRESSURE: setting["pressure"]}
    none = {TRACING: 1.0, PRESSURE: 0.0}
    return {
        name: {**same, "level": level, "low": level, "high": level}
        for name, level in levels.items()
        if level > none[name]
    }


def _inspections(setting: Setting, banning: list[str]) -> dict[str, dict]:
    if math.isclose(setting["inspections"], 1.0):
        return {}
    measure = {
        "sender": _senders(banning),
        "instrument": "customs_budget",
        "start": min(first_day(setting, each) for each in banning),
        "level": setting["inspections"],
        "source": "assumed",
    }
    return {"explorer_inspections": measure}


def _demand(setting: Setting) -> dict[str, dict]:
    if math.isclose(setting["russia"], 1.0):
        return {}
    measure = {
        "sender": "events",
        "instrument": "demand",
        "start": DEMAND_FROM,
        "phase_in": {"shape": "s_curve", "weeks": 26},
        "scope": {"directions": "export", "markets": NEAR_RUSSIA},
        "level": round(math.log(setting["russia"]), 6),
        "source": "assumed",
    }
    return {"explorer_demand": measure}


def _senders(banning: list[str]) -> tuple[str, ...]:
    return tuple(name for each in banning for name in BANNING[each])
