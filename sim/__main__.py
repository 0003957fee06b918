"""The command line: `reroute [run|list|show|estimate|...] key=value ...`, or `python -m sim`.

The first bare word is the command; all else is Hydra's. Settings are composed and checked before anything runs, and
what a command needs is imported only when it starts, so help and bad words are answered at once.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import hydra
from hydra._internal.utils import get_args_parser
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from sim.config import COMMANDS, Config, check_letters, check_sweep, load, quoted, register, typed
from sim.config.schema import HUB, XLSX
from sim.errors import InputError, unknown
from sim.paths import shipped
from sim.terminal import leave_quietly, open_streams, say, setting, shown, tell

if TYPE_CHECKING:
    from sim.policy.language.measures import Regime
    from sim.world.tables.read import Tables

SPOILT, BAD_INPUT = 1, 2
INTERRUPTED, TERMINATED = 130, 143
OTHER_SOURCES = ("config_path", "config_name", "config_dir", "experimental_rerun")  # Hydra's, past our checks


def main() -> None:
    """Run the command of `sys.argv`.

    It ends with 0, 2 (bad input), 130 (Ctrl-C), 143 (asked to end), 1 (stored files are spoilt) or 1 with a traceback
    (a fault of ours).

    Raises
    ------
    SystemExit
        With the exit code, unless it is 0.
    """
    words = sys.argv[1:]
    signal.signal(signal.SIGTERM, _terminate)
    open_streams()
    try:
        sys.argv[1:] = words = checked(words)
        _run_hydra()
    except InputError as error:
        sys.exit(_tell(error, "debug=trace" in words))
    except BrokenPipeError:
        leave_quietly()
    except MemoryError as error:
        sys.exit(_tell_no_memory(error))
    except OSError as error:
        sys.exit(_tell_unwritten(error))
    except Terminated:
        tell("stopped, since it was asked to end.")
        sys.exit(TERMINATED)
    except KeyboardInterrupt:
        tell("stopped.")
        sys.exit(INTERRUPTED)


class Terminated(KeyboardInterrupt):
    """The system or a queue asked the process to end: what Ctrl-C does, with a name of its own."""


def _terminate(*_: object) -> None:
    raise Terminated


def _tell(error: InputError, trace: bool) -> int:
    if trace:
        sys.stderr.write(shown("".join(traceback.format_exception(error))))
    tell(str(error))
    return BAD_INPUT


def _tell_unwritten(error: OSError) -> int:
    """Say that an answer could not be written, as on a full disk."""
    leave_quietly()
    name = "the answer" if error.filename is None else error.filename
    tell(f"{name} cannot be read or written ({error.strerror or error}).")
    leave_quietly()
    return BAD_INPUT


def _tell_no_memory(error: MemoryError) -> int:
    tell(
        "there is not enough memory for this, also where less was thought to do"
        f"{f' ({error})' if str(error) else ''}: take fewer firms, threads (machine.threads) or months. Runs that were "
        "computed are stored."
    )
    return BAD_INPUT


def checked(words: list[str]) -> list[str]:
    """Compose and check what a command line asks for.

    Parameters
    ----------
    words
        As typed, without the name of the program.

    Returns
    -------
    list of str
        As Hydra reads them.

    Raises
    ------
    InputError
        If a command, name, type or range is wrong in any job.
    SystemExit
        After the answer to `--version`.
    """
    words = quoted(_with_command(words))
    _check(words)
    return words


def _with_command(words: list[str]) -> list[str]:
    """Write a bare first word as `command=word`."""
    if not words or words[0].startswith("-") or not words[0].isalpha():
        return words
    if words[0] not in COMMANDS:
        raise unknown("command", words[0], COMMANDS)
    command, *rest = words
    if command == "list" and rest and rest[0].isalpha():
        rest = [f"list.what={rest[0]}", *rest[1:]]
    return [f"command={command}", *rest]


def _check(words: list[str]) -> None:
    """Compose and check what `words` ask for, every job of a sweep included."""
    if "--version" in words:
        say(f"reroute {import_module('sim.store.provenance').version()}")
        sys.exit(0)
    check_letters(words)
    parser = get_args_parser()
    parser.error = _refuse_flag
    arguments = parser.parse_args(words)
    for flag in OTHER_SOURCES:
        if getattr(arguments, flag):
            raise InputError(
                f"--{flag.replace('_', '-')}: all settings come from conf/; own files go into world= and regimes=."
            )
    if arguments.shell_completion:
        return
    if arguments.multirun:
        check_sweep(arguments.overrides)
    else:
        load(arguments.overrides)


def _refuse_flag(message: str) -> None:
    if message.startswith("unrecognized") and "=" in message:
        raise InputError(f"{message}; write all settings beside each other, before flags such as --multirun.")
    raise InputError(f"{message}; `reroute --help` lists what can be given.")


def _run_hydra() -> None:
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra raises, instead of printing and ending with 1
    register()
    exit_codes = [0]

    def job(node: DictConfig) -> None:
        hydra_itself = HydraConfig.get()
        config = typed(node, (word.partition("=")[0] for word in hydra_itself.overrides.task))
        if hydra_itself.mode == RunMode.MULTIRUN:
            tell(" ".join(hydra_itself.overrides.task))
        try:
            exit_codes.append(COMMAND[config.command](config) or 0)
        except InputError as error:  # told here: Hydra would add lines of its own to an error that leaves a job
            exit_codes.append(_tell(error, config.trace))
        except BrokenPipeError:
            leave_quietly()
        except MemoryError as error:
            exit_codes.append(_tell_no_memory(error))
        except OSError as error:
            exit_codes.append(_tell_unwritten(error))

    hydra.main(version_base="1.3", config_path=str(shipped("conf")), config_name="config")(job)()
    if any(exit_codes):
        sys.exit(max(exit_codes))


def _run(config: Config) -> None:
    study = import_module(f"sim.experiments.{config.slug}")
    import_module("sim.report.studies").run(config, study.REPORT)


def _estimate(config: Config) -> None:
    import_module("sim.report.studies").estimate(config)


def _list(config: Config) -> None:
    lists = import_module("sim.listing.lists")
    say("\n".join(lists.lines_of(config)))


def _studies(config: Config) -> None:
    studies = import_module("sim.listing.studies")
    folder = Path(config.results_dir)
    say("\n".join(studies.lines_of(studies.studies_in(folder), folder)))


def _new(config: Config) -> None:
    folder = import_module("sim.own_world").start_world(config.world)
    say(f"{folder}: a small made-up world. Put your own figures into its tables, and after each:")
    world = setting("world", folder)
    say(f"  reroute check {world}\n  reroute {world} design=stated design.runs=20")


def _check_world(config: Config) -> None:
    read = import_module("sim.world.tables.read")
    folder = read.find_world(config.world)
    faults = read.check_tables(folder)
    if faults:
        raise InputError("\n".join(faults))
    say(f"{folder}: every table is in order.")
    draw = import_module("sim.report.figures.network").write_network
    say(f"Its network: {draw(read.read_tables(folder), Path(config.results_dir) / 'check')}")


def _show(config: Config) -> None:
    load = import_module("sim.policy.language.load")
    words = import_module("sim.policy.describe")
    tables = _tables(config)
    regimes = dict(zip(config.regimes, load.load_regimes(config.regimes, config.world).values(), strict=True))
    against = regimes.get(config.reference) or load.load_regime(config.reference, config.world)
    _check_regimes([*regimes.values(), against], tables)
    parts = [words.describe(regime) for regime in regimes.values()]
    for name, regime in regimes.items():
        if name != config.reference:
            lines = words.difference(regime, against)
            parts.append("\n".join((f"{name} against {config.reference}:", *(f"  {line}" for line in lines))))
    parts += [f"The timeline of {name}: {path}" for name, path in _timelines(config, regimes, tables).items()]
    say("\n\n".join(parts))


def _tables(config: Config) -> Tables:
    read = import_module("sim.world.tables.read")
    return read.read_tables(read.find_world(config.world))


def _check_regimes(regimes: Sequence[Regime], tables: Tables) -> None:
    """Refuse what a run would refuse."""
    names = import_module("sim.policy.language.names").names_in(tables)
    check = import_module("sim.policy.compile.regime").check_regime
    for regime in regimes:
        check(regime, names)


def _timelines(config: Config, regimes: Mapping[str, Regime], tables: Tables) -> dict[str, Path]:
    """Draw each regime into `<results_dir>/show/<regime>.png`."""
    draw = import_module("sim.report.figures.timeline").write_timeline
    folder = Path(config.results_dir) / "show"
    return {name: draw(regime, tables, config.start_date, config.end_date, folder) for name, regime in regimes.items()}


def _replay(config: Config) -> None:
    import_module("sim.ensemble").replay(config)


def _export(config: Config) -> None:
    asked = config.export
    results = import_module("sim.results.opening").open_results(asked.store)
    folder = Path(asked.to or results.folder / "export")
    if asked.format == XLSX:
        say(str(results.to_excel(folder / import_module("sim.results.workbook").WORKBOOK, asked.unit)))
        return
    is_hub = asked.format == HUB
    paths = results.to_hub(folder, asked.outcome) if is_hub else results.to_csv(folder, asked.outcome, asked.unit)
    for path in paths:
        say(str(path))
    if results.quantile_error and not is_hub:
        say(f"Quantiles are within {100 * results.quantile_error:g} % of their value.")


def _verify(config: Config) -> int:
    checks = import_module("sim.results.verify")
    spoilt = 0
    for store in checks.stores_in(Path(config.verify.store)):
        lines, found = checks.told(checks.verify(store))
        say("\n".join([f"{store}:", *lines]))
        spoilt += found
    return SPOILT if spoilt else 0


def _calibrate(config: Config) -> None:
    import_module("sim.calibration.command").run(config)


def _explore(config: Config) -> None:
    app = import_module("sim.explorer.app.serve")
    if app.is_asked(config):  # without what only the page needs: it opens two seconds sooner
        app.serve(config)
    else:
        import_module("sim.explorer.command").run(config)


def _reproduce(config: Config) -> int:
    return import_module("sim.reproduce").run(config)


def _convert(config: Config) -> None:
    import_module("sim.importers.command").run(config)


COMMAND = {
    "run": _run,
    "list": _list,
    "estimate": _estimate,
    "studies": _studies,
    "new": _new,
    "check": _check_world,
    "convert": _convert,
    "show": _show,
    "calibrate": _calibrate,
    "explore": _explore,
    "replay": _replay,
    "export": _export,
    "verify": _verify,
    "reproduce": _reproduce,
}

if __name__ == "__main__":
    main()
