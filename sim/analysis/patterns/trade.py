"""Patterns of trade: how much, with whom, of what, and in whose books."""

from __future__ import annotations

from sim.analysis.claims import (
    MN_A_BN,
    MUSD_PER_BN_YUAN,
    PER_CENT,
    UNKNOWN,
    Claim,
    Figure,
    Known,
    Period,
    around,
    figure,
    total,
    within_factor,
)
from sim.analysis.indicators import share
from sim.analysis.patterns.worlds import HAPPENED, NO_SANCTIONS, TRADE, YEAR, Runs, growth, trade
from sim.analysis.reading import StoredSeries
from sim.outcomes.names import TOTAL

CENTRAL_ASIA = "central_asia"
MACHINERY = ("machinery_electronics", "vehicles_parts", "solar_polysilicon")
LABOUR_INTENSIVE = ("apparel", "cotton_textiles", "other_manufactures")
BULK = ("ores_coal", "metals", "farm_goods")
KYRGYZ_GATES = ("irkeshtam", "torugart")
TENS = ("2022-01", "2022-10")
SAME_SHARES = "all trade and the share of Central Asia in both years are targets"
DRIVERS = "levels of drivers were set by hand on trade with Kyrgyzstan and Kazakhstan"


def surge(results: StoredSeries, known: Known) -> list[Claim]:
    """P1: trade surges under the ban, with a step in the middle of 2022."""
    whole = "registered_trade_total_20220101_2022"
    first, half, tens = (figure(known, whole + day) for day in ("0331", "0630", "1031"))
    second, later = half.less(first), tens.less(half)
    spans = (("2022-01", "2022-03"), ("2022-04", "2022-06"), ("2022-07", "2022-10"))
    quarters = [trade(results, TOTAL, span) for span in spans]
    steps = (
        ("trade of the second quarter of 2022 over the first", share(quarters[1], quarters[0]), second.over(first)),
        ("monthly trade of July to October 2022 over the second quarter",
         share(quarters[2] / 4, quarters[1] / 3), later.times(1 / 4).over(second.times(1 / 3))),
    )  # fmt: skip
    return [
        *years(results, known),
        *(Claim(what, simulated, observed, *around(observed, 0.2)) for what, simulated, observed in steps),
    ]


def years(results: StoredSeries, known: Known) -> list[Claim]:
    """Growth of all trade by year, and its level in 2023."""
    level = {year: figure(known, f"registered_trade_total_{year}0101_{year}1231") for year in YEAR}
    claims = [
        Claim(f"trade of {year} over {year - 1}", growth(results, TOTAL, YEAR[year], YEAR[year - 1]), ratio, *bounds)
        for year in (2023, 2022, 2024)
        for ratio in [level[year].over(level[year - 1])]
        for bounds in [around(ratio, 0.2)]
    ]
    value = trade(results, TOTAL, YEAR[2023]) / MUSD_PER_BN_YUAN
    return [*claims, Claim("trade of 2023, bn yuan", value, level[2023], *within_factor(level[2023], 1.2))]


def neighbours(results: StoredSeries, known: Known) -> list[Claim]:
    """P2: four fifths go to Central Asia."""
    partner = {year: figure(known, f"registered_trade_central_asia_{year}0101_{year}1231") for year in (2022, 2023)}
    part = figure(known, "share_central_asia_20230101_20231231").times(1 / PER_CENT)
    simulated = share(trade(results, CENTRAL_ASIA, YEAR[2023]), trade(results, TOTAL, YEAR[2023]))
    grown = growth(results, CENTRAL_ASIA, YEAR[2023], YEAR[2022])
    return [
        Claim("share of Central Asia in 2023", simulated, part, *around(part, 0.05),
              set_on="the same share of eleven months is a target"),
        Claim("its trade of 2023 over 2022", grown, partner[2023].over(partner[2022]), 1.3, set_on=DRIVERS),
    ]  # fmt: skip


def uneven(results: StoredSeries, known: Known) -> list[Claim]:
    """P3: the surge is uneven, Kyrgyzstan first, then Kazakhstan; much of it over the gates to Kyrgyzstan."""
    grown = {
        name: figure(known, f"growth_yoy_{name}_20230101_20231231").grown() for name in ("kazakhstan", "kyrgyzstan")
    }
    leads = share(*(growth(results, name, YEAR[2023], YEAR[2022]) for name in grown))
    part = figure(known, "registered_trade_kyrgyzstan_20220101_20221031").over(
        figure(known, "registered_trade_total_20220101_20221031")
    )
    led = share(trade(results, "kyrgyzstan", TENS), trade(results, TOTAL, TENS))
    turned = figure(known, "growth_yoy_asean_20240101_20241130").grown()
    elevens = [(f"{year}-01", f"{year}-11") for year in (2024, 2023)]
    return [
        Claim("growth of Kazakhstan's trade over that of Kyrgyzstan's, 2023", leads,
              grown["kazakhstan"].over(grown["kyrgyzstan"]), 1.1, set_on=DRIVERS),
        Claim("share of Kyrgyzstan, January to October 2022", led, part, *around(part, 0.05)),
        Claim("trade with ASEAN, January to November 2024 over 2023", growth(results, "asean", *elevens), turned,
              *within_factor(turned, 1.5), set_on="a driver was set by hand on trade with South-East Asia"),
        _over_gates(results, known),
    ]  # fmt: skip


def _over_gates(results: StoredSeries, known: Known) -> Claim:
    """Value over both gates to Kyrgyzstan: published for all provinces, so the region may have half but not more."""
    values = [figure(known, f"port_trade_{gate}_20220101_20221031") for gate in KYRGYZ_GATES]
    both = values[0].and_also(values[1]).times(1 / MN_A_BN)
    simulated = total(results, HAPPENED, "port_trade", KYRGYZ_GATES, TENS) / MUSD_PER_BN_YUAN
    bounds = round(0.5 * both.value, 1), round(1.1 * both.value, 1)
    return Claim("value over Irkeshtam and Torugart, January to October 2022, bn yuan", simulated, both, *bounds,
                 set_on="the wait at the inner border before Bishkek was set by hand on it")  # fmt: skip


def united_states(results: StoredSeries, known: Known) -> list[Claim]:
    """P4: exports to the United States fall, then rise; so do those to a market without a ban."""
    sent = trade(results, "united_states", YEAR[2023], "export")
    without = total(results, NO_SANCTIONS, TRADE, "united_states", YEAR[2023], direction="export")
    autumn = ("2022-11", "2022-11")
    part = figure(known, "share_of_goods_to_partner_united_states_apparel_export_20221101_20221130").times(1 / PER_CENT)
    clothes = total(results, HAPPENED, TRADE, "united_states", autumn, commodities="apparel", direction="export")
    return [
        exports_over_2019(results, known),
        Claim("exports of 2023 over those without sanctions", share(sent, without), UNKNOWN, high=0.75),
        _rises(results, known, "united_states"),
        _rises(results, known, "united_kingdom"),
        Claim("share of apparel in exports to the United States, November 2022",
              share(clothes, trade(results, "united_states", autumn, "export")), part,
              high=around(part, 0.05)[1]),
    ]  # fmt: skip


def exports_over_2019(results: StoredSeries, known: Known) -> Claim:
    """Compare exports to the United States in 2023 with published ones of 2019, a year without a ban or a one-off."""
    name = "registered_trade_united_states_export_"
    base = figure(known, f"{name}20190101_20191231").times(MUSD_PER_BN_YUAN)
    level = figure(known, f"{name}20230101_20231130").times(12 / 11).over(base)
    sent = trade(results, "united_states", YEAR[2023], "export")
    return Claim("exports of 2023 over the published ones of 2019", sent / base.value, level, 0.35, 0.65)


def _rises(results: StoredSeries, known: Known, market: str) -> Claim:
    grown = figure(known, f"growth_yoy_{market}_export_20240101_20241130").grown()
    later, earlier = (trade(results, market, (f"{year}-01", f"{year}-11"), "export") for year in (2024, 2023))
    name = market.replace("_", " ").title()
    return Claim(f"exports to the {name}, January to November 2024 over 2023", share(later, earlier), grown, 3,
                 set_on="levels or growth of the same months are targets")  # fmt: skip


def goods(results: StoredSeries, known: Known, bulk: tuple[str, ...] = BULK) -> list[Claim]:
    """P10: manufactures leave, minerals, metals and farm goods come."""
    elevens, half, nines = ("2023-01", "2023-11"), ("2022-01", "2022-06"), ("2023-01", "2023-09")
    least, made = (
        figure(known, f"share_labour_and_machinery_total_export_{days}").times(1 / PER_CENT)
        for days in ("20220101_20220630", "20230101_20231130")
    )
    raw = figure(known, "share_minerals_and_farm_total_import_20220101_20220630").times(1 / PER_CENT)
    sent, bought = (figure(known, f"registered_trade_total_{way}_20230101_20230930") for way in ("export", "import"))
    ratio, bounds = sent.over(bought), (around(least, 0.05)[0], around(made, 0.05)[1])
    named = "minerals, metals and farm goods" if "metals" in bulk else "minerals and farm goods"
    return [
        Claim("share of machinery and labour-intensive goods in exports, 2023",
              _goods_share(results, MACHINERY + LABOUR_INTENSIVE, elevens, "export"), made, *bounds, weak=True),
        Claim(f"share of {named} in imports, 2022",
              _goods_share(results, bulk, half, "import"), raw, *around(raw, 0.05), weak=True),
        Claim("exports over imports, 2023",
              share(trade(results, TOTAL, nines, "export"), trade(results, TOTAL, nines, "import")), ratio,
              *within_factor(ratio, 1.5)),
    ]  # fmt: skip


def _goods_share(results: StoredSeries, commodities: tuple[str, ...], period: Period, direction: str) -> Runs:
    part = total(results, HAPPENED, TRADE, TOTAL, period, commodities=commodities, direction=direction)
    return share(part, trade(results, TOTAL, period, direction))


def phases(results: StoredSeries, known: Known) -> list[Claim]:
    """P12: growth has two phases."""
    late, early = (("2024-01", "2024-11"), ("2023-01", "2023-11"))
    name = "registered_trade_central_asia_"
    first = (
        figure(known, f"{name}20230101_20231231")
        .less(figure(known, f"{name}20220101_20221231"))
        .over(figure(known, "registered_trade_total_20230101_20231231").less(
            figure(known, "registered_trade_total_20220101_20221231")))
    )  # fmt: skip
    flat = figure(known, "growth_yoy_central_asia_20240101_20241130").grown()
    second = _published_part_of_growth_2024(known, flat)
    modes = [figure(known, f"growth_yoy_by_mode_{mode}_20240101_20240630") for mode in ("sea", "road")]
    by_sea, by_road = (each.grown() for each in modes)
    carried = [_by_mode_growth(results, known, mode) for mode in ("sea", "road")]
    return [
        Claim("share of Central Asia in the growth of 2023", _part_of_growth(results, YEAR[2023], YEAR[2022]), first,
              0.5),
        Claim("Central Asia's trade of January to November 2024 over 2023",
              growth(results, CENTRAL_ASIA, late, early), flat, *around(flat, 0.1), set_on=SAME_SHARES),
        Claim("share of Central Asia in the growth of 2024", _part_of_growth(results, late, early), second,
              high=0.5, set_on=SAME_SHARES),
        Claim("growth by sea over growth by road, first half of 2024", share(*carried), by_sea.over(by_road), 1),
    ]  # fmt: skip


def _published_part_of_growth_2024(known: Known, grown: Figure) -> Figure:
    """Central Asia's share of the growth of January to November, out of levels of 2024 and growth rates."""
    days = "20240101_20241130"
    later = [figure(known, f"registered_trade_{name}_{days}") for name in (CENTRAL_ASIA, TOTAL)]
    factors = grown, figure(known, f"growth_yoy_{TOTAL}_{days}").grown()
    gains = [level.less(level.over(factor)) for level, factor in zip(later, factors, strict=True)]
    return gains[0].over(gains[1])


def _part_of_growth(results: StoredSeries, later: Period, earlier: Period) -> Runs:
    """Central Asia's share of the growth; undefined where trade does not grow."""
    part, whole = (trade(results, name, later) - trade(results, name, earlier) for name in (CENTRAL_ASIA, TOTAL))
    return share(part, whole)


def _by_mode_growth(results: StoredSeries, known: Known, mode: str) -> Runs:
    stored = set(results.series.loc[results.series["outcome"] == "port_trade", "subject"])
    used = [crossing for crossing in known.by_mode[mode] if crossing in stored]
    periods = (("2024-01", "2024-06"), ("2023-01", "2023-06"))
    return share(*(total(results, HAPPENED, "port_trade", used, period) for period in periods))


def mirror(results: StoredSeries, known: Known) -> list[Claim]:
    """P13: Kyrgyzstan books a third of what China books."""
    spring = ("2024-01", "2024-03")
    gap = figure(known, "china_trade_kyrgyzstan_20240101_20240331").over(
        figure(known, "mirror_trade_kyrgyzstan_20240101_20240331")
    )
    seen = total(results, HAPPENED, "partner_imports", "kyrgyzstan", spring)
    simulated = share(trade(results, "kyrgyzstan", spring, "export"), seen)
    return [Claim("exports to Kyrgyzstan over its own imports, first quarter of 2024", simulated, gap,
                  *within_factor(gap, 1.5),
                  set_on="what it buys for itself was set by hand on its own books")]  # fmt: skip


def against_the_tide(results: StoredSeries, known: Known) -> list[Claim]:
    """P14: exports rise while China's fall."""
    summer = [(f"{year}-05", f"{year}-10") for year in (2023, 2022)]
    observed = figure(known, "growth_yoy_total_export_20230101_20230930").grown()
    simulated = share(*(trade(results, TOTAL, period, "export") for period in summer))
    return [Claim("exports of May to October 2023 over 2022", simulated, observed, 1,
                  set_on="all trade and imports of most of these months are targets")]  # fmt: skip
