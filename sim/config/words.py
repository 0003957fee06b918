"""Words of a command line held against the names that exist, before Hydra composes anything."""

from collections.abc import Iterable, Sequence
from dataclasses import is_dataclass
from math import ceil, isfinite

from hydra.core.override_parser.types import ChoiceSweep, Glob, Override

from sim.config.choices import groups
from sim.config.grammar import LONGEST_TOLD, LONGEST_WORD, MOST_WORDS, PATHS, parsed
from sim.config.schema import COMMANDS, is_list, setting_types
from sim.errors import InputError, nearest, unknown
from sim.terminal import for_shell, in_quotes, unseen

EXAMPLES = {"regimes": "none,uflpa", "design.uncertain": "lift,kappa", "design.held": "lift,kappa"}
MOST_JOBS, LONGEST_LIST = 10_000, 500
OPTIONAL_GROUPS = ("experiment", "debug")
LISTED = "`reroute --help` lists what can be set."
NEAR_PART = 0.8  # least likeness of the last part of a setting's name


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


def check_words(words: list[str], several: bool) -> list[Override]:
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
    overrides = parsed(words)
    for override in overrides:
        _check_override(override, several)
    return overrides


def check_jobs(overrides: Sequence[Override]) -> None:
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
    if key not in found and key not in setting_types():
        raise _unknown_key(line, key)
    if override.is_sweep_override() and not several:
        raise InputError(_unbracketed(line, key))
    if isinstance(override.value(), Glob) and key not in found:
        raise InputError(f"{line}: glob(...) stands for the files of a choice ({', '.join(found)}); name the values.")
    if key in found:
        _check_option(override, found[key])
    elif is_list(key) and not override.is_sweep_override():
        _check_list(line, key, override.value())
    elif is_dataclass(setting_types()[key]):
        inside = ", ".join(name for name in setting_types() if name.startswith(f"{key}."))
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
    if key in PATHS and not is_list(key):
        typed_so = for_shell(f"{key}={in_quotes(value)}")
        return (
            f"{line}: {key} takes one value; a path with such letters goes in quotes twice, {typed_so}; to run once "
            "for each of several, add --multirun."
        )
    if is_list(key):
        return f"{line}: a list goes in brackets and quotes, '{key}=[{value}]'."
    return f"{line}: {key} takes one value; to run once for each of several, add --multirun."


def _loose_word(word: str) -> InputError:
    if word in COMMANDS:
        return InputError(f"{word}: the command comes first, as in `reroute {word} key=value`.")
    hint = nearest(word, [*groups(), *setting_types()], "did you mean {}=...?", LISTED)
    return InputError(f"{word} is not of the form key=value: {hint}")


def _unknown_key(line: str, key: str) -> InputError:
    if key.partition(".")[0].partition("/")[0] == "hydra":
        return InputError(f"{line}: how Hydra works is not a setting; {LISTED}")
    known = [*groups(), *setting_types()]
    last_parts = {name.rpartition(".")[2]: name for name in known}
    found = nearest(key, known, "{}") or nearest(key, last_parts, "{}", near=NEAR_PART)
    hint = f"did you mean {last_parts.get(found, found)!r}?" if found else LISTED
    return InputError(f"{line}: there is no setting {key!r}; {hint}")
