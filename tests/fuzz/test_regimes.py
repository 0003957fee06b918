"""Regimes at random: read, told in words, held against another, and compiled against a small world."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sim.config import load
from sim.policy.apart import days_apart
from sim.policy.backgrounds import background_apart
from sim.policy.compile.regime import compile_policy
from sim.policy.describe import describe, difference, timeline_rows
from sim.policy.instruments import Instrument
from sim.policy.language.load import FILE_KEYS, library, load_regime
from sim.policy.language.read import MEASURE_KEYS, SCOPE_KEYS
from sim.world.open import world_of

pytestmark = pytest.mark.slow

TINY = Path(__file__).parents[1] / "world" / "tiny"
TEXTS = [path.read_bytes() for path in library().values()]
NAMES = [
    *(
        "overseas",
        "farland",
        "united_states",
        "european_union",
        "china",
        "events",
        "region",
        "any",
        "all",
        "kazakhstan",
    ),
    *(
        "cotton_textiles",
        "direct",
        "relabelled",
        "parcel",
        "export",
        "import",
        "private",
        "state",
        "rail_gate",
        "urumqi",
    ),
    *(
        "North Rail",
        "USA",
        "KZ",
        "UFLPA",
        "uflpa",
        "none",
        "observed",
        "pandemic",
        "us_import_ban",
        "hours_24",
        "own.yaml",
    ),
]
ODD = [
    *(
        "",
        "null",
        "~",
        "true",
        "no",
        "0",
        "-1",
        "1e999",
        "nan",
        "1_0",
        "0x1",
        "25%",
        "0,5",
        "2022",
        "2022-02-30",
        "soon",
    ),
    *(
        "9999-12-31",
        "0001-01-01",
        "10000-01-01",
        "21.06.2022",
        "-9999 years",
        "1 week",
        "99999 months",
        "[]",
        "{}",
        "[[]]",
    ),
    *(
        "[a, a]",
        "{a: 1, a: 2}",
        "a: b: c",
        "[a",
        "{a",
        "'a",
        '"\\e[31m"',
        '"\\0"',
        '"\\ud800"',
        '"\\u202E"',
        "&a b",
        "*a",
    ),
    *(
        "!!python/object:os.system x",
        "!t x",
        "<<",
        "? a",
        "- a",
        "%a",
        "@a",
        "`a",
        "| a",
        "> a",
        "${a}",
        "#",
        "\t",
        "a" * 3000,
    ),
    *(
        "[" * 40,
        "{a: " * 40,
        "\ufeff",
        "../../etc/passwd",
        "/dev/zero",
        "...",
        "---",
        "中文",
        "a\x00b",
        "\x1b[31m",
        "\ud800",
    ),
]


def _scalar(chance: random.Random) -> str:
    kinds = (
        lambda: chance.choice(ODD),
        lambda: f"{chance.randint(2015, 2035)}-{chance.randint(1, 13):02d}-{chance.randint(1, 31):02d}",
        lambda: f"{chance.uniform(-1, 5):.3g}",
        lambda: str(chance.randint(-3, 3000)),
        lambda: f"[{', '.join(chance.choices(NAMES, k=chance.randint(0, 3)))}]",
        lambda: chance.choice(list(Instrument.__members__)),
        lambda: chance.choice(NAMES),
    )
    return chance.choice(kinds)()


def _mapping(chance: random.Random, keys: tuple[str, ...]) -> str:
    chosen = chance.sample(keys, chance.randint(0, min(4, len(keys))))
    return "{" + ", ".join(f"{key}: {_scalar(chance)}" for key in chosen) + "}"


def _value(chance: random.Random, key: str) -> str:
    """Give a value of the kind that a key takes, most of the time."""
    if chance.random() < 0.05:
        return chance.choice(ODD)
    day = f"{chance.randint(2019, 2023)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    level, name = f"{chance.uniform(-0.1, 1.1):.3g}", chance.choice(NAMES)
    fitting = {
        "scope": _mapping(chance, SCOPE_KEYS),
        "exemptions": f"[{_mapping(chance, (*SCOPE_KEYS, 'start', 'end'))}]",
        "phase_in": _mapping(chance, ("shape", "weeks", "days")),
        "enforcement": _mapping(chance, ("budget", "sensitivity", "detention_days", "tracing")),
        "schedule": f"[{{from: {chance.randint(2015, 2030)}-03-01, entities: {chance.randint(-1, 99)}}}]",
        "instrument": chance.choice(list(Instrument.__members__)),
        "source": "assumed",
    }
    fitting |= dict.fromkeys(("start", "end", "announced"), day) | dict.fromkeys(("level", "low", "high"), level)
    fitting |= dict.fromkeys(("sender", "cause"), name)
    return fitting.get(key) or _scalar(chance)


def _measure(chance: random.Random) -> str:
    keys = ["sender", "instrument", "start", "source"] if chance.random() < 0.9 else []
    keys += chance.sample(MEASURE_KEYS, chance.randint(0, 4))
    return "{" + ", ".join(f"{key}: {_value(chance, key)}" for key in dict.fromkeys(keys)) + "}"


def written(chance: random.Random) -> bytes:
    """Write a regime key by key."""
    lines = ["purpose: A test.", f"background: {chance.choice(['adds', 'adds', 'replaces', _scalar(chance)])}"]
    for key in chance.sample(FILE_KEYS[2:-1], chance.randint(0, 2)):
        edited = "{" + f"{chance.choice(NAMES)}: {_measure(chance) if key == 'change' else _scalar(chance)}" + "}"
        lines.append(f"{key}: {edited if key in ('change', 'shift_start') else _scalar(chance)}")
    lines.append("measures:")
    lines += [f"  m{number}: {_measure(chance)}" for number in range(chance.randint(1, 3))]
    if chance.random() < 0.05:
        chance.shuffle(lines)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def damaged(chance: random.Random) -> bytes:
    """Take a regime of the library, and change some of its bytes, words or lines."""
    text = bytearray(chance.choice(TEXTS))
    for _ in range(chance.randint(1, 4)):
        place, kind = chance.randrange(len(text) or 1), chance.randrange(6)
        if kind == 0:
            text[place : place + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del text[place : place + chance.randint(1, 40)]
        elif kind == 2:
            text[place:place] = chance.choice(ODD).encode("utf-8", "surrogatepass")
        elif kind == 3:
            text[place:place] = text[place : place + chance.randint(1, 60)]
        elif kind == 4:
            text[place:place] = chance.choice(
                [b"\n", b"  ", b": ", b"[", b"]", b"{", b"}", b"'", b'"', b"- ", b"#", b","]
            )
        else:
            words = bytes(text).split(b" ")
            words[chance.randrange(len(words))] = _scalar(chance).encode("utf-8", "surrogatepass")
            text = bytearray(b" ".join(words))
    return bytes(text)


@pytest.fixture(scope="module")
def world():
    return world_of(load([f"world={TINY}", "firms=48", "end=2021-06-30"]))


@pytest.fixture
def take(world, tmp_path: Path) -> Callable[[object], None]:
    """Write a regime to a file, and do with it all that is done before a study runs."""
    path, base = tmp_path / "own.yaml", load_regime("none")
    first, last = date(2021, 1, 1), date(2021, 6, 30)

    def read(text: object) -> None:
        path.write_bytes(text)
        regime = load_regime(path)
        policy = compile_policy(regime, world)
        assert policy.intensity.shape[1] == world.arrays.sizes.weeks
        told = [describe(regime), *difference(regime, base), background_apart(regime, base).sentence]
        told += [each.sentence for each in days_apart(regime, base, first, last, world.tables)]
        assert all(each.isprintable() for each in "".join(told).replace("\n", " ").split(" "))
        timeline_rows(regime, world.tables)

    return read


@pytest.mark.slow
@pytest.mark.parametrize("make", [written, damaged])
def test_each_regime_is_read_or_refused_in_one_sentence(make: Callable, take: Callable, hold: Callable) -> None:
    hold(make, take, 0.5)
