"""What a command cannot do without, and which settings belong to it alone."""

from collections.abc import Collection
from datetime import date

from sim.config.schema import ENTITIES, KINDS_OF_FILES, ROADS, TRADE, Config
from sim.errors import InputError, unknown

NEEDED = {
    "export": (("export.store",), "export.store=FOLDER"),
    "verify": (("verify.store",), "verify.store=FOLDER"),
    "replay": (("replay.store", "replay.run"), "replay.store=FOLDER replay.run=uflpa/0/3"),
    "reproduce": (("reproduce.signature",), "reproduce.signature=74c1e68a"),
    "convert": (("convert.kind", "convert.file", "convert.to"), "convert.kind=trade convert.file=FILE convert.to=FILE"),
}
"""Command to the settings without which it does nothing, and how they are typed."""

NEEDED_BY_KIND = {
    TRADE: (("convert.codes",), "convert.kind=trade convert.codes=FILE"),
    ENTITIES: (("convert.sender",), "convert.kind=entities convert.sender=MARKET"),
    ROADS: (("convert.trips",), "convert.kind=roads convert.trips=FILE"),
}
OF_KIND = {
    TRADE: ("codes", "year", "reporter"),
    ENTITIES: ("day", "program", "sender"),
    ROADS: ("trips", "flows", "toll", "distance"),
}
"""Kind of file to the settings of `convert` that mean something for it."""


def check_needs(config: Config) -> None:
    """Refuse a command that lacks what it needs.

    Parameters
    ----------
    config
        Settings.

    Raises
    ------
    InputError
        For the first setting that is missing, with a command that has it.
    """
    needed, example = NEEDED.get(config.command, ((), ""))
    _check_given(config, needed, example)
    if config.command != "convert":
        return
    if config.convert.kind not in KINDS_OF_FILES:
        raise unknown("convert.kind", config.convert.kind, KINDS_OF_FILES)
    _check_given(config, *NEEDED_BY_KIND[config.convert.kind])
    _check_conversion(config)


def check_kind(config: Config, given: Collection[str]) -> None:
    """Refuse settings of `convert` that were given and mean nothing for the kind of file.

    Parameters
    ----------
    config
        Checked settings.
    given
        Keys of the command line.

    Raises
    ------
    InputError
        For the first of them.
    """
    for kind, names in OF_KIND.items():
        for name in names:
            if f"convert.{name}" in given and (config.command, config.convert.kind) != ("convert", kind):
                raise InputError(f"convert.{name} does nothing here: it takes `reroute convert convert.kind={kind}`.")


def _check_given(config: Config, needed: tuple[str, ...], example: str) -> None:
    for key in needed:
        section, _, name = key.partition(".")
        if getattr(getattr(config, section), name) is None:
            raise InputError(f"{key}: needs a value, as in `reroute {config.command} {example}`.")


def _check_conversion(config: Config) -> None:
    asked = config.convert
    if asked.day is not None:
        try:
            date.fromisoformat(asked.day)
        except ValueError:
            raise InputError(f"convert.day={asked.day} is not a date: write year-month-day.") from None
    for name, value in (("toll", asked.toll), ("distance", asked.distance)):
        if value is not None and not 0 <= value < float("inf"):
            raise InputError(f"convert.{name}={value:g}: must be 0 or more.")
