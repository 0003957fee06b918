"""Made-up findings of studies, with known numbers: what their sentences and figures are held to."""

import numpy as np
import pandas as pd

from sim.analysis import comparison
from sim.analysis.decisions import shut_crossings
from sim.analysis.decisions.kinks import kink
from sim.analysis.decisions.queues import CAPACITY, TONNES, WAIT, Case, Queues
from sim.analysis.decisions.seasons import PARTS
from sim.analysis.decisions.thresholds import passing
from sim.analysis.decisions.where_to_look import SECTORS, Outcome, differences, summary
from sim.analysis.decisions.winter import AT_GATE, TRADE, Opening
from sim.report.figures.open_winter import Opened
from sim.report.figures.queues import Waited
from sim.report.figures.shut_crossings import Closed
from sim.report.figures.where_to_look import Targeted
from sim.report.policy.enforcement_frontier import MODES, NOW, levers, tried

CROSSINGS = {
    "khorgos_road": 900.0,
    "khorgos_rail": 700.0,
    "alashankou_rail": 650.0,
    "torugart": 400.0,
    "irkeshtam": 380.0,
    "bakhty": 120.0,
    "takeshken": 60.0,
    "khunjerab": 40.0,
    "karasu": 20.0,
}
NAMES = {"khorgos_road": "Khorgos (road)", "khorgos_rail": "Khorgos (rail)", "alashankou_rail": "Alashankou (rail)"}
MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]
DAYS = (5, 10, 20, 30, 45, 60, 90, 120)
RUNS = 24


def losses(made: list[shut_crossings.Closure], means: list[float], random: np.random.Generator) -> pd.DataFrame:
    """A table of losses, whose runs lie a tenth and 15 around what is given."""
    values = np.array(means) * random.normal(1, 0.1, (RUNS, len(means))) + random.normal(0, 15, (RUNS, len(means)))
    frame = comparison.paired_difference(values, np.zeros_like(values), [each.name for each in made])
    second = [each.crossings[1] if len(each.crossings) > 1 else "" for each in made]
    labels = {"crossing": [each.crossings[0] for each in made], "second": second}
    return frame.assign(**labels, month=[each.month for each in made], days=[each.days for each in made])


def closed() -> Closed:
    """Khorgos costs most in all months but three, its loss bends at day 30; pairs cost a tenth more than both."""
    random = np.random.default_rng(1)
    singles = [shut_crossings.Closure((name,), month, 30) for name in CROSSINGS for month in MONTHS]
    season = {month: 1 + 0.4 * np.sin(place) for place, month in enumerate(MONTHS)}
    means = [
        CROSSINGS[each.crossings[0]] * (season[each.month] if each.crossings[0] != "khunjerab" else 1.0)
        for each in singles
    ]
    table = shut_crossings.ranked(losses(singles, means, random))
    worst = shut_crossings.worst_months(table, 10)
    names = list(worst)
    pairs = [
        shut_crossings.Closure((one, other), worst[one], 30) for i, one in enumerate(names) for other in names[i + 1 :]
    ]
    alone = [sum(CROSSINGS[name] for name in each.crossings) for each in pairs]
    together = losses(pairs, [1.1 * each for each in alone], random)
    together = together.assign(
        alone=alone,
        extra=together["difference"] - alone,
        extra_q05=together["run_q05"] - alone,
        extra_q95=together["run_q95"] - alone,
        extra_verdict=comparison.UNCLEAR,
        extra_detectable=100.0,
    )
    days = np.array(DAYS, float)
    lengths, kinks = [], {}
    for name in names[:4]:
        pace = CROSSINGS[name] / 30
        mean = pace * (np.minimum(days, 30) + 2.5 * np.maximum(days - 30, 0)) if name == names[0] else pace * days
        runs = mean * random.normal(1, 0.1, (RUNS, 1)) + random.normal(0, 15, (RUNS, len(days)))
        made = [shut_crossings.Closure((name,), worst[name], length) for length in DAYS]
        frame = comparison.paired_difference(runs, np.zeros_like(runs), [each.name for each in made])
        lengths.append(frame.assign(crossing=name, month=worst[name], days=DAYS))
        kinks[name] = kink(days, runs)
    return Closed(table, together, pd.concat(lengths), shut_crossings.kink_table(kinks, worst), NAMES)


def waited() -> Waited:
    """Long hours halve the waits; with demand that grows faster they pass a day, in 2029 and in 2027."""
    random, years = np.random.default_rng(7), list(range(2024, 2033))
    rows, passed, effects = [], [], []
    for growth in (0.0, 0.04, 0.08):
        values = {}
        for long_hours in (False, True):
            mean = (0.5 + 3 * growth * (np.array(years) - 2024)) * (0.5 if long_hours else 1.0)
            values[long_hours] = mean * random.normal(1, 0.08, (RUNS, 1))
            low, median, high = comparison.bands(values[long_hours])
            case = Case(long_hours, growth)._asdict()
            rows.append(pd.DataFrame({"year": years, "q05": low, "median": median, "q95": high}).assign(**case))
            for threshold in (1.0, 2.0):
                each = passing(values[long_hours], years, threshold)
                ends = {"median": each.median, "q05": each.low, "q95": each.high, "share": each.share}
                passed.append(case | {"threshold": threshold} | ends)
        frame = comparison.paired_difference(values[True], values[False], years).rename(columns={"subject": "year"})
        effects += [frame.assign(outcome=outcome, growth=growth) for outcome in (WAIT, TONNES, CAPACITY)]
    by_year = pd.concat(rows).assign(outcome=WAIT)
    return Waited(Queues(by_year, pd.concat(effects), pd.DataFrame(passed), tuple(years)), "Khorgos (road)", 1.0)


def outcome(budget: float, sectors: int, random: np.random.Generator, bonus: float = 0.0) -> Outcome:
    """A cut that rises with budget and sectors and falls short of seven tenths, on 24 draws."""
    cut = 0.7 * (1 - np.exp(-0.7 * budget * (0.5 + 0.1 * sectors))) + bonus + random.normal(0, 0.03, RUNS)
    alarms = 200 * budget * (0.6 + 0.1 * sectors) * random.normal(1, 0.1, RUNS)
    return Outcome(cut, np.full(RUNS, 190.0 * budget), alarms)


def targeted() -> Targeted:
    """Polysilicon is looked at by every point; spreading at random cuts five points more than fixed sectors."""
    random = np.random.default_rng(9)
    choices = []
    for number in range(80):
        picked = {name: bool(random.integers(2)) for name in SECTORS} | {"polysilicon": True, "vehicle parts": False}
        spread = {"even_share": random.uniform(), "kappa": 10 * random.uniform(), "exploration": 0.3 * random.uniform()}
        choices.append({"budget_multiple": 0.25 * 16 ** (number / 79), **spread, **picked})
    every = [outcome(each["budget_multiple"], sum(each[name] for name in SECTORS), random) for each in choices]
    named = {letter: choices[place] for letter, place in zip("ABCDEFGH", range(5, 80, 10), strict=True)}
    held = {letter: every[choices.index(choice)] for letter, choice in named.items()}
    table = summary({NOW: outcome(1.0, 2, random), **held}).merge(levers(named), on="choice", how="left")
    bonus = dict(zip((*MODES, NOW), (0.0, 0.01, 0.05, 0.0), strict=True))
    base = outcome(1.0, 2, random)
    modes = {name: base._replace(cut=base.cut + each + random.normal(0, 0.005, RUNS)) for name, each in bonus.items()}
    rows = tried(choices, np.array([each.aims for each in every]))
    return Targeted(rows, table, differences(modes, next(iter(MODES))), NOW, RUNS)


def opened(kinds: dict[str, float]) -> Opened:
    """An opening whose parts, parties and months are as large as `kinds` says for each kind of shocks."""
    random = np.random.default_rng(4)

    def frame(means: dict[str, float]) -> pd.DataFrame:
        around = random.normal(0, 1, (RUNS, len(means)))
        values = np.array([*means.values()]) + around - around.mean(axis=0)
        return comparison.paired_difference(values, np.zeros_like(values), [*means])

    months, parts, parties = [], [], []
    shut = np.isin(range(1, 13), [12, 1, 2, 3])
    for kind, size in kinds.items():
        for outcome in (AT_GATE, TRADE):
            each = frame({str(month): size * (10.0 if shut[month - 1] else -1.0) for month in range(1, 13)})
            months.append(each.assign(outcome=outcome, month=range(1, 13), shut=shut, shocks=kind))
        means = {"in_shut_months": 40.0, PARTS[0]: 8.0, PARTS[1]: 32.0, PARTS[2]: 0.0, PARTS[3]: 0.0}
        parts.append(frame({name: size * mean for name, mean in means.items()}).assign(shocks=kind, share=0.5))
        told = {"total": 0.0, "pakistan": 9.0, "producers": 12.0, "gates": -7.0, "spoilage": 50.0}
        where = [TRADE, TRADE, *["incidence"] * 3]
        parties.append(frame({name: size * mean for name, mean in told.items()}).assign(shocks=kind, where=where))
    first, second = kinds.values()
    taken = frame({"in_shut_months": 40.0 * (first - second)})
    found = Opening(pd.concat(months), pd.concat(parts), pd.concat(parties), taken, (2025, 2026, 2027))
    words = {(TRADE, "total"): "trade of the region", (TRADE, "pakistan"): "trade with Pakistan"}
    words |= {("incidence", name): name for name in ("producers", "gates", "spoilage")}
    return Opened(found, "khunjerab", "pakistan", {"khunjerab": "Khunjerab", "pakistan": "Pakistan"}, words)
