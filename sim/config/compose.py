"""From a command line to settings: the only place, with `sim.__main__`, that knows Hydra.

Words are held against the names that exist before Hydra composes anything, so that a misspelt one is answered with the
nearest. Whatever Hydra, OmegaConf or the YAML reader find wrong afterwards is said in one sentence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass, replace
from functools import cache, lru_cache
from math import ceil, isfinite
from pathlib import Path
from typing import Any, get_origin, get_type_hints

import yaml
from hydra import compose, initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Glob, Override
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.config.choices import groups, options, regime_names, studies_in_words
from sim.config.ranges import check, check_effect
from sim.config.schema import COMMANDS, Config
from sim.errors import InputError, folded, nearest, unknown
from sim.paths import shipped
from sim.terminal import for_shell, in_quotes, unseen

PATHS = (
    "world",
    "regimes",
    "results_dir",
    "design.sampler",
    "history.load",
    "replay.store",
    "export.store",
    "export.to",
)
"""Settings that may be paths."""

EXAMPLES = {"regimes": "none,uflpa", "design.uncertain": "lift,kappa"}
MOST_WORDS, LONGEST_WORD, MOST_JOBS = 1_000, 20_000, 10_000
LONGEST_TOLD, LONGEST_LIST = 60, 500
SWEEP_FAULTS = (HydraException, OmegaConfBaseException, ValueError, TypeError, ArithmeticError, RecursionError)
OPTIONAL_GROUPS = ("experiment", "debug")
MEANS_SOMETHING = re.compile(r"[=,\[\]{}()'\"\\$]")  # to the grammar of the command line
LISTED = "`reroute --help` lists what can be set."
NEAR_PART = 0.8  # least likeness of the last part of a setting's name
FUNCTION = re.compile(r"\w\(.*\)")  # of the grammar of the command line
IN_WORDS = {"Float": "a number", "Integer": "a whole number", "bool": "true or false"}


def load(words: Iterable[str] = ()) -> Config:
    """Compose and check the settings that `words` (`key=value`) ask for.

    Parameters
    ----------
    words
        Hydra overrides, for example `["debug=fast", "regimes=[none,uflpa]"]`.

    Returns
    -------
    Config
        Typed settings; no attribute can be set again.

    Raises
    ------
    InputError
        If a name, a type or a range is wrong.
    """
    with _hydra():
        words = quoted(words)
        _check_words(words, several=False)
        return _load_one(words)


def check_letters(words: Iterable[str]) -> None:
    """Refuse words that cannot be shown in a sentence: too long, or with letters that are not seen.

    Raises
    ------
    InputError
        For the first of them.
    """
    for word in words:
        if len(word) > LONGEST_WORD:
            raise InputError(f"{word[:LONGEST_TOLD]}...: a word has at most {LONGEST_WORD:,} letters.")
        if hidden := unseen(word):
            raise InputError(f"{word.encode('unicode_escape').decode()}: holds {hidden!a}, which is not seen.")


def check_sweep(words: Sequence[str]) -> None:
    """Compose and check every job of a `--multirun` before the first of them starts.

    Raises
    ------
    InputError
        If a name, a type or a range is wrong in any job.
    """
    words = quoted(words)
    with _hydra():
        _check_jobs(_check_words(words, several=True))
        try:
            parser = OverridesParser.create(config_loader=GlobalHydra.instance().config_loader())
            (jobs,) = BasicSweeper.split_arguments(parser.parse_overrides(words), max_batch_size=None)
        except SWEEP_FAULTS as error:
            raise InputError(_sentence(error)) from error
        for job in jobs:
            _load_one(job)


def typed(node: DictConfig) -> Config:
    """Turn what Hydra composed into checked settings.

    Raises
    ------
    InputError
        If a value has the wrong type, is missing or is out of its range.
    """
    try:
        config = OmegaConf.to_object(node)
    except OmegaConfBaseException as error:
        raise InputError(_sentence(error)) from error
    if not isinstance(config, Config):
        raise InputError("The settings are not those of conf/config.yaml: do not choose another with --config-name.")
    names = regime_names()
    config = replace(
        config,
        regimes=[folded(name, names) for name in config.regimes],
        against=config.against and folded(config.against, names),
    )
    check(config)
    return config


def quoted(words: Iterable[str]) -> list[str]:
    """Put quotes round values with letters that the grammar of the command line does not know, such as those of a path.

    Parameters
    ----------
    words
        `key=value`; what means something to the grammar (lists, quotes, commas) is left to it, unless it is the path of
        something that exists.

    Returns
    -------
    list of str

    Examples
    --------
    >>> quoted(["world=dünya", "world=a;b", "regimes=[none,dünya.yaml]", "design.runs=5"])
    ["world='dünya'", "world='a;b'", "regimes=[none,'dünya.yaml']", 'design.runs=5']
    """
    return [_quoted(word) for word in words]


def _quoted(word: str) -> str:
    key, equals, value = word.partition("=")
    if not equals or len(word) > LONGEST_WORD or unseen(word) or not (_is_path(key, value) or not _is_read(word)):
        return word
    if _is_list(key) and value.startswith("[") and value.endswith("]"):
        parts = [part.strip() for part in value[1:-1].split(",")]
        return f"{key}=[{','.join(_in_quotes(key, part) for part in parts)}]"
    return f"{key}={_in_quotes(key, value)}"


def _in_quotes(key: str, value: str) -> str:
    """Quote a value that cannot be read as it is, unless it means something to the grammar and is no path."""
    is_path = _is_path(key, value)
    if not is_path and (MEANS_SOMETHING.search(value) or _is_read(f"{key}={value}")):
        return value
    return in_quotes(value)


def _is_path(key: str, value: str) -> bool:
    """Tell whether a value with letters of the grammar is the path of something that exists."""
    try:
        return key in PATHS and bool(MEANS_SOMETHING.search(value)) and Path(value).exists()
    except (OSError, ValueError):
        return False


def _is_read(word: str) -> bool:
    try:
        _parsed([word])
    except InputError:
        return False
    return True


def _parsed(words: Sequence[str]) -> list[Override]:
    """Read words by Hydra's grammar.

    Raises
    ------
    InputError
        If one cannot be read; the grammar's own functions, and lists in lists without end, fail in many ways.
    """
    return [_read(word) for word in words]


@lru_cache(maxsize=4 * MOST_WORDS)
def _read(word: str) -> Override:
    """Read one word; a command line is looked at several times before it is composed, and read once."""
    try:
        return OverridesParser.create().parse_override(word)
    except RecursionError as error:
        raise InputError(f"{word[:LONGEST_TOLD]}...: lists within lists go too deep to be read.") from error
    except (HydraException, ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise InputError(_unread(word, error)) from error


def _unread(word: str, error: Exception) -> str:
    """Say why a word cannot be read, and of a path how it can be typed."""
    key, _, value = word.partition("=")
    if key in PATHS and not _is_list(key):
        so = f", as in {for_shell(f'{key}={in_quotes(value)}')}" if len(value) <= LONGEST_TOLD else ""
        return f"{word}: cannot be read; put quotes round a value that holds one of = , [ ] {{ }} ( ) ~{so}."
    if not FUNCTION.search(value):
        return f"{word}: cannot be read; close every bracket, quote a value that holds one of = , [ {{ ~."
    return f"{word}: {_sentence(error)}"


def register() -> None:
    """Make known to Hydra the types, by the name that `conf/config.yaml` starts from, and what fills its help."""
    ConfigStore.instance().store(name="schema", node=Config)
    OmegaConf.register_new_resolver("options", options, replace=True)
    OmegaConf.register_new_resolver("studies", studies_in_words, replace=True)


@contextmanager
def _hydra() -> Iterator[None]:
    """Compose beside a job of Hydra that may be under way."""
    register()
    instance = GlobalHydra.instance()
    under_way, instance.hydra = instance.hydra, None
    try:
        with initialize_config_dir(config_dir=str(shipped("conf")), version_base="1.3"):
            yield
    finally:
        GlobalHydra.instance().hydra = under_way


def _load_one(words: list[str]) -> Config:
    try:
        node = compose(config_name="config", overrides=words)
    except (HydraException, OmegaConfBaseException, ValueError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise InputError(_sentence(error)) from error
    config = typed(node)
    check_effect(config, {word.partition("=")[0] for word in words})
    return config


def _check_words(words: list[str], several: bool) -> list[Override]:
    """Refuse unknown keys and options by name before Hydra composes anything; return what was read."""
    if len(words) > MOST_WORDS:
        raise InputError(f"{len(words):,} words were given: a command has at most {MOST_WORDS:,}.")
    check_letters(words)
    for place, word in enumerate(words):
        if "=" in word and word.count("[") > word.count("]") and len(words) > place + 1:
            raise InputError(f"{word}: the list ends here, before its bracket{_whole(words[place:])}.")
        if "=" not in word and not word.startswith("~"):
            raise _loose_word(word)
        if "${" in word:
            raise InputError(f"{word}: ${{...}} is not filled in here; write the value itself.")
    overrides = _parsed(words)
    for override in overrides:
        _check_override(override, several)
    return overrides


def _check_jobs(overrides: Sequence[Override]) -> None:
    """Refuse a sweep of more jobs than anybody can want, before they are listed."""
    jobs = 1.0
    for override in overrides:
        jobs *= _number_of_values(override)
        if not 1 <= jobs <= MOST_JOBS:
            raise InputError(f"{override.input_line}: a sweep has 1 to {MOST_JOBS:,} jobs; this one has {jobs:,.0f}.")


def _number_of_values(override: Override) -> float:
    value = override.value()
    if override.is_range_sweep():
        numbers = (value.start, value.stop, value.step)
        if not all(isfinite(each) for each in numbers) or value.step == 0:
            raise InputError(f"{override.input_line}: a range has finite ends and a step that is not 0.")
        return max(ceil((value.stop - value.start) / value.step), 0)
    if isinstance(value, ChoiceSweep):
        return len(value.list)
    if override.is_interval_sweep():
        raise InputError(f"{override.input_line}: an interval has no values to run one by one; take range(1,10).")
    return 1


def _whole(words: list[str]) -> str:
    """Say how the words of a list that blanks have parted are typed as one, in quotes for the shell."""
    ends = next((place for place, word in enumerate(words) if word.endswith("]")), len(words) - 1)
    so = for_shell("".join(words[: ends + 1]))
    return f"; put quotes round it: {so}" if len(so) <= LONGEST_LIST else "; put quotes round all of it"


def _check_override(override: Override, several: bool) -> None:
    key, line, found = override.key_or_group, override.input_line, groups()
    if override.is_add() or override.is_force_add() or override.is_delete():
        raise InputError(f"{line}: settings are changed, not added or taken away; write key=value without + or ~.")
    if override.package is not None:
        raise InputError(f"{line}: @ has no meaning here; write {key}=value.")
    if key not in found and key not in _keys(Config):
        raise _unknown_key(line, key)
    if override.is_sweep_override() and not several:
        raise InputError(_unbracketed(line, key))
    if isinstance(override.value(), Glob) and key not in found:
        raise InputError(f"{line}: glob(...) stands for the files of a choice ({', '.join(found)}); name the values.")
    if key in found:
        _check_option(override, found[key])
    elif _is_list(key) and not override.is_sweep_override():
        _check_list(line, key, override.value())
    elif is_dataclass(_keys(Config)[key]):
        inside = ", ".join(name for name in _keys(Config) if name.startswith(f"{key}."))
        raise InputError(f"{line}: {key} is a group of settings; set one of {inside}.")


def _check_option(override: Override, options: Sequence[str]) -> None:
    if override.is_sweep_override():
        if not override.is_discrete_sweep() or "glob(" in override.input_line:
            return  # Hydra expands these itself, from the files that exist
        picked = list(override.sweep_string_iterator())
    else:
        picked = [override.value()]
    for option in picked:
        nothing = option is None or str(option) == "null"
        if nothing and override.key_or_group in OPTIONAL_GROUPS:
            continue
        if nothing or str(option) not in options:
            raise unknown(override.key_or_group, "null" if nothing else option, options)


def _check_list(line: str, key: str, value: object) -> None:
    if not isinstance(value, list):
        raise InputError(_unbracketed(line, key))
    for each in value:
        if each is None or isinstance(each, list | dict):
            raise InputError(f"{line}: a list of names is expected, such as '{key}=[{EXAMPLES[key]}]'.")


def _unbracketed(line: str, key: str) -> str:
    value = line.partition("=")[2]
    if key in PATHS and not _is_list(key):
        typed_so = for_shell(f"{key}={in_quotes(value)}")
        return (
            f"{line}: {key} takes one value; a path with such letters goes in quotes twice, {typed_so}; to run once "
            "for each of several, add --multirun."
        )
    if _is_list(key):
        return f"{line}: a list goes in brackets and quotes, '{key}=[{value}]'."
    return f"{line}: {key} takes one value; to run once for each of several, add --multirun."


def _is_list(key: str) -> bool:
    return get_origin(_keys(Config).get(key)) is list


def _loose_word(word: str) -> InputError:
    if word in COMMANDS:
        return InputError(f"{word}: the command comes first, as in `reroute {word} key=value`.")
    hint = nearest(word, [*groups(), *_keys(Config)], "did you mean {}=...?", LISTED)
    return InputError(f"{word} is not of the form key=value: {hint}")


def _unknown_key(line: str, key: str) -> InputError:
    if key.partition(".")[0].partition("/")[0] == "hydra":
        return InputError(f"{line}: how Hydra works is not a setting; {LISTED}")
    known = [*groups(), *_keys(Config)]
    last_parts = {name.rpartition(".")[2]: name for name in known}
    found = nearest(key, known, "{}") or nearest(key, last_parts, "{}", near=NEAR_PART)
    hint = f"did you mean {last_parts.get(found, found)!r}?" if found else LISTED
    return InputError(f"{line}: there is no setting {key!r}; {hint}")


@cache
def _keys(schema: type, prefix: str = "") -> dict[str, Any]:
    """Every setting with its type; a section's own name comes before those of its settings."""
    found: dict[str, Any] = {}
    for name, kind in get_type_hints(schema).items():
        found[prefix + name] = kind
        if is_dataclass(kind):
            found |= _keys(kind, f"{prefix}{name}.")
    return found


def setting_names() -> tuple[str, ...]:
    """List all settings, those of groups by their full names; a group's own name comes before those of its settings."""
    return tuple(_keys(Config))


def _sentence(error: Exception) -> str:
    """Say in one sentence what Hydra, OmegaConf or the YAML reader found wrong."""
    cause = _deepest(error)
    if isinstance(cause, yaml.MarkedYAMLError) and cause.problem_mark is not None:
        mark = cause.problem_mark
        return f"{mark.name}, line {mark.line + 1}: the YAML is broken, {cause.problem}."
    message = str(getattr(cause, "msg", None) or cause).partition("\n")[0]
    key = str(getattr(cause, "full_key", None) or "")
    wrong = re.search(r"Value '(.*?)'.*(Float|Integer|bool)", message)
    if wrong and key:
        return f"{key}={wrong[1]}: is not {IN_WORDS[wrong[2]]}."
    if "is not Optional" in message:
        return f"{key}=null: needs a value."
    return (f"{key}: " if key and key not in message else "") + message.rstrip(".") + "."


def _deepest(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error
