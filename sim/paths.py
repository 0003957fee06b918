"""Where the shipped folders lie: inside the package once installed, beside it in a checkout."""

from pathlib import Path

from sim.errors import InputError

PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Find the folder `conf` or `experiments` that belongs to this copy of the program.

    The packaged copy comes first. A checkout is known by its `pyproject.toml`, so a folder of the same name that
    happens to lie beside an installed package is never taken for it.

    Parameters
    ----------
    name
        `"conf"` or `"experiments"`; each carries a README.md.

    Returns
    -------
    Path
        The absolute path of the folder.

    Raises
    ------
    InputError
        If neither place has the folder.
    """
    packaged, checkout = PACKAGE / name, PACKAGE.parent
    if (packaged / "README.md").is_file():
        return packaged
    if (checkout / "pyproject.toml").is_file() and (checkout / name / "README.md").is_file():
        return checkout / name
    raise InputError(f"reroute is installed without its folder {name!r}: install it again.")


def data(name: str = "") -> Path:
    """Return the path of a file or folder under `sim/data`, or of `sim/data` itself."""
    return PACKAGE / "data" / name
