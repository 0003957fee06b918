"""What can be chosen: the files of each group of `conf/`, and the studies of `experiments/`, read from the folders.

Help, checks of words and the index of studies follow from here, so that a new file is known everywhere.
"""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.about import find_world, first_world, own_file, read_about
from sim.errors import InputError
from sim.parameters import TABLE
from sim.paths import shipped

DATA_FOLDERS = ("calibration", "regime")  # folders of conf/ that are no choice of Hydra's


class Question(NamedTuple):
    """A study in words; the last three are Markdown, and empty where the module says nothing.

    Attributes
    ----------
    study : str
        Name of its module, of its settings and of its results.
    text : str
        The question: the first line of the module's docstring.
    levers, read, minutes : str
        `LEVERS`, `READ` and `MINUTES` of the module: what a user turns, the outcomes to read, how long it takes.
    """

    study: str
    text: str
    levers: str
    read: str
    minutes: str


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """Find the folders of conf/ that Hydra chooses from, with their options."""
    folders = [each for each in shipped("conf").iterdir() if each.is_dir() and each.name not in DATA_FOLDERS]
    return {each.name: tuple(sorted(file.stem for file in each.glob("*.yaml"))) for each in sorted(folders)}


def regime_names(world: str) -> tuple[str, ...]:
    """List the regimes of a world; parts of the background have a folder before their name.

    Parameters
    ----------
    world
        Name or path; of one that is not there, which is told when it is read, those of the first world.
    """
    folder = own_file(_folder(world), "regime")
    return tuple(sorted(file.relative_to(folder).with_suffix("").as_posix() for file in folder.rglob("*.yaml")))


def of_world(world: str, key: str) -> str | list[str]:
    """Give what a world says of a study that names no regimes or days, or not how much a firm keeps in mind.

    Parameters
    ----------
    world
        Name or path; of one that is at fault, which is told when it is read, what the first world says.
    key
        `regimes`, `start`, `end` or `slots`.
    """
    try:
        said = getattr(read_about(_folder(world)), key)
    except InputError:
        said = getattr(read_about(find_world(first_world())), key)
    if said is None:
        said = TABLE[key].default
    return list(said) if isinstance(said, tuple) else str(said)


def _folder(world: str) -> Path:
    try:
        return find_world(world)
    except InputError:
        return find_world(first_world())


@cache
def questions() -> dict[str, Question]:
    """Find the modules of experiments/ by name; they are read, not imported."""
    files = sorted(file for file in shipped("experiments").glob("*.py") if not file.stem.startswith("_"))
    return {file.stem: _question(file) for file in files}


def _question(file: Path) -> Question:
    module = ast.parse(file.read_text(encoding="utf-8"))
    constants = [each for each in module.body if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)]
    told = {ast.unparse(each.targets[0]): str(each.value.value) for each in constants}
    text = (ast.get_docstring(module) or "").partition("\n")[0]
    return Question(file.stem, text, *(told.get(name, "") for name in ("LEVERS", "READ", "MINUTES")))


def options(group: str) -> str:
    """Print the options of a group: `fast|trace`.

    Parameters
    ----------
    group
        A folder of `conf/`.
    """
    return "|".join(groups()[group])


def studies_in_words() -> str:
    """Print a line a study: how it is chosen, and its question."""
    names = [f"experiment={name}" for name in questions()]
    width = max(map(len, names), default=0)
    return "\n".join(f"  {name:<{width}}  {each.text}" for name, each in zip(names, questions().values(), strict=True))
