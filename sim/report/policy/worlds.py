"""Regimes that a study makes: a regime of the library with measures left out, changed, moved or added, and their runs.

The language of regimes can say all of this already (`include`, `without`, `change`, `shift_start`, `measures`), and
`regimes=` takes files. So a made regime is a file in that language, written before it is run: into
`results/<slug>/runs/regimes/<digest>/NAME.yaml`, where the digest is that of all regimes made together. Nothing else is
new: such a regime is read, checked, compiled, named by what it says, stored and taken up again as any other, and
`reroute show` tells it in words. Its path is no part of the signature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import yaml

from sim.config import Config, check
from sim.ensemble import Results, executor_of, run_study, study_of
from sim.report.page import swap
from sim.report.page.facts import short
from sim.store.digest import digest
from sim.world.build import BuiltWorld


@dataclass(frozen=True)
class MadeRegime:
    """A regime in the words of a regime's file (`docs/regimes.md`), with a name.

    Attributes
    ----------
    name : str
        File stem; results are kept under it.
    purpose : str
        One sentence for legends.
    include : tuple of str
        Regimes of the library on which it is built.
    background : str
        `adds` or `replaces`.
    without : tuple of str
        Measures left out, those of the background too.
    change : mapping of str to mapping
        Measure to keys that are set, such as `{"us_import_ban": {"end": "2025-12-31"}}`.
    shift_start : mapping of str to str
        Measure to how far its start and announcement move, such as `-26 weeks`.
    measures : mapping of str to mapping
        Measures of its own; truth values are the words `yes` and `no`.
    """

    name: str
    purpose: str
    include: tuple[str, ...] = ("observed",)
    background: str = "adds"
    without: tuple[str, ...] = ()
    change: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    shift_start: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The file, in YAML; keys without content are left out.

        Examples
        --------
        >>> print(MadeRegime("late", "The ban a year later.", ("uflpa",), shift_start={"us_import_ban": "1 year"}).text)
        purpose: The ban a year later.
        include:
        - uflpa
        background: adds
        shift_start:
          us_import_ban: 1 year
        <BLANKLINE>
        """
        said = {each.name: _plain(getattr(self, each.name)) for each in fields(self)[1:]}
        return yaml.safe_dump({key: value for key, value in said.items() if value}, sort_keys=False, width=1_000)


def write_regimes(made: Sequence[MadeRegime], config: Config, parts: Sequence[MadeRegime] = ()) -> list[str]:
    """Write made regimes as files.

    Parameters
    ----------
    made : sequence of MadeRegime
        With different names.
    config : Config
        Says where the results of the study are.
    parts : sequence of MadeRegime
        Written beside them for those that include `<name>.yaml`; with other names.

    Returns
    -------
    list of str
        Paths, as `regimes=` takes them, in the order of `made`.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    files = {f"{each.name}.yaml": each.text.encode() for each in (*made, *parts)}
    together = short(digest([*files], [*files.values()]))
    folder = Path(config.results_dir) / config.slug / "runs" / "regimes" / together
    if any(not (folder / name).is_file() or (folder / name).read_bytes() != said for name, said in files.items()):
        swap.replace_files(folder, files)
    return [str(folder / f"{each.name}.yaml") for each in made]


def run_made(
    made: Sequence[MadeRegime],
    config: Config,
    built_world: BuiltWorld,
    beside: Sequence[str] = (),
    against: str | None = None,
    parts: Sequence[MadeRegime] = (),
) -> Results:
    """Run regimes that a study makes; runs that are stored already are kept.

    Runs are paired within what is returned: compare only regimes of one call, and name among `beside` those of the
    library to compare with. (Draws of another call are the same only where its regimes have the same uncertain levels.)

    Parameters
    ----------
    made : sequence of MadeRegime
        With different names, which are also not among `beside`.
    config : Config
        Settings; change its span, runs or series with `dataclasses.replace`, and build the world anew where needed.
    built_world : BuiltWorld
        Of these settings.
    beside : sequence of str
        Regimes of the library that are run with them, before them.
    against : str, optional
        Name of the regime that others are compared with; by default the first.
    parts : sequence of MadeRegime
        What the made regimes include besides those of the library.

    Returns
    -------
    Results
        Stored below the study's own `runs`; `signature` names them.

    Raises
    ------
    InputError
        If a regime is at fault, with file and line; nothing was run then. Or if no run ended well.
    """
    names = [*beside, *write_regimes(made, config, parts)]
    by_stem = {Path(name).stem: name for name in names}
    mine = replace(config, regimes=names, against=by_stem[against] if against else None)
    check(mine)
    results = run_study(study_of(mine, built_world), executor_of(mine))
    results.check_runs()
    return results


def _plain(value: object) -> object:
    """Turn tuples and mappings of any kind into those that YAML writes without tags."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value
