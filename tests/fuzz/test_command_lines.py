"""Command lines at random: composed and checked as `reroute` does before anything runs."""

import random
import string
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sim.__main__ import checked
from sim.config import COMMANDS
from sim.config.choices import groups, regime_names
from sim.config.schema import setting_types
from sim.parameters import TABLE

pytestmark = pytest.mark.slow

FLAGS = [
    "--multirun",
    "-m",
    "--cfg",
    "job",
    "--help",
    "--version",
    "--config-name=x",
    "--info",
    "-c",
    "--package",
    "--run",
]
VALUES = [
    *(
        "1",
        "0",
        "-1",
        "1e9",
        "1e400",
        "nan",
        "inf",
        "1.5",
        "007",
        "1_000",
        "true",
        "null",
        "",
        " ",
        "x",
        "[]",
        "[x]",
        "{}",
    ),
    *(
        "{a:1}",
        "[[x]]",
        "[null]",
        "1,2",
        "a,b,c",
        "range(1,4)",
        "range(1,1000000000)",
        "interval(0,1)",
        "glob(*)",
        "sort(3,1)",
    ),
    *(
        "shuffle(1,2)",
        "tag(a,b)",
        "choice(a,b)",
        "int(x)",
        "str([1])",
        "extend_list(x)",
        "${firms}",
        "${oc.env:HOME}",
        "$x",
    ),
    *(
        "2021-01-01",
        "2024-02-30",
        "2022",
        "0001-01-01",
        "9999-12-31",
        "dünya",
        "日本",
        "a b",
        "a(b)",
        "'a",
        '"',
        "'a,b'",
        "\\",
    ),
    *(
        "\x00",
        "\x1b[31m",
        "\u202e",
        "a\nb",
        "a\tb",
        "\ud800",
        "~",
        "~/x",
        "/dev/zero",
        "/dev/null",
        "..",
        "[" * 400,
        "(" * 400,
    ),
    *(
        "a" * 5000,
        "[" + "a," * 2000 + "a]",
        "none/0/1",
        "uflpa/x/y",
        "k:v",
        "@x",
        "!x",
        "&x",
        "*",
        "?",
        "#",
        ";",
        "|",
        "`id`",
    ),
]
NAMES = regime_names("xinjiang")
LETTERS = string.ascii_letters + string.digits + "=,.[]{}()'\"\\$~+-_/@:;!?#%&*|<> \t" + "üж中\u202e\x00"


def _value(chance: random.Random) -> str:
    named = [*NAMES, *(option for each in groups().values() for option in each), *COMMANDS]
    kind = chance.randrange(6)
    if kind == 0:
        return chance.choice(named)
    if kind == 1:
        return f"[{','.join(chance.choice(named) for _ in range(chance.randint(0, 4)))}]"
    if kind == 2:
        return "".join(chance.choice(LETTERS) for _ in range(chance.randint(0, 30)))
    if kind == 3:
        return str(
            chance.choice([chance.randint(-10, 10**12), chance.uniform(-10, 10), 10.0 ** chance.randint(-300, 300)])
        )
    if kind == 4:
        return f"'{chance.choice(VALUES)}'"
    return chance.choice(VALUES)


def _key(chance: random.Random) -> str:
    known = [
        *setting_types(),
        *groups(),
        "hydra.run.dir",
        "hydra/launcher",
        "hydra.sweeper._target_",
        "defaults",
        "_self_",
    ]
    key = chance.choice(known)
    kind = chance.randrange(12)
    if kind == 0:
        place = chance.randrange(len(key) + 1)
        return key[:place] + chance.choice(LETTERS) + key[place + chance.randint(0, 1) :]
    if kind == 1:
        return chance.choice(["+", "++", "~", "@", "."]) + key
    if kind == 2:
        return key + chance.choice(["@x", ".x", "/x", "[0]", " ", "."])
    return key


def command_line(chance: random.Random) -> list[str]:
    words = [chance.choice([*COMMANDS, "rum", "Run", ""])] if chance.random() < 0.3 else []
    for _ in range(chance.randint(0, 5)):
        kind = chance.random()
        if kind < 0.08:
            words.append(chance.choice(FLAGS))
        elif kind < 0.14:
            words.append("".join(chance.choice(LETTERS) for _ in range(chance.randint(0, 30))))
        else:
            words.append(f"{_key(chance)}={_value(chance)}")
    return words


def likely(chance: random.Random) -> list[str]:
    """Words near those that people type: known keys, values of about the right kind."""
    words = [chance.choice(COMMANDS)]
    for _ in range(chance.randint(1, 4)):
        name = chance.choice(list(TABLE))
        words.append(
            chance.choice(
                [
                    f"behaviour.{name}={chance.uniform(-1, 2) * TABLE[name].high:.3g}",
                    f"regimes=[{','.join(chance.sample(regime_names('xinjiang'), chance.randint(1, 3)))}]",
                    f"start={chance.randint(1900, 2200)}-{chance.randint(1, 13):02d}-{chance.randint(1, 31):02d}",
                    f"end={chance.randint(1900, 2200)}-{chance.randint(1, 13):02d}-{chance.randint(1, 31):02d}",
                    f"design.runs={10 ** chance.randint(-1, 12)}",
                    f"firms={chance.choice(['null', str(chance.randint(-5, 10**8))])}",
                    f"design.sampler={chance.choice(['sobol', 'morris', 'null', 'draws.csv', 'Factorial'])}",
                    f"design.uncertain=[{','.join(chance.choices(list(TABLE), k=chance.randint(0, 3)))}]",
                    f"{chance.choice(list(groups()))}={chance.choice(['fast', 'cluster', 'logit', 'null'])}",
                    f"against={chance.choice(regime_names('xinjiang'))}",
                    f"history.save={chance.randint(2020, 2028)}-06-30",
                    f"replay.run={chance.choice(['uflpa/0/3', 'uflpa', '/0/3', 'a/b/c', 'x/-1/2'])}",
                    f"world={chance.choice(['my world', 'dünya', 'a,b', 'a(b)', 'tests/world/tiny'])}",
                ]
            )
        )
    return words


def take(words: object) -> None:
    with suppress(SystemExit):  # after --version
        checked(list(words))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(("make", "part"), [(command_line, 0.9), (likely, 0.1)])  # likely ones take three times as long
def test_each_command_line_ends_in_settings_or_one_sentence(
    make: Callable, part: float, hold: Callable, here: Path
) -> None:
    hold(make, take, part)
    assert list(here.iterdir()) == []
