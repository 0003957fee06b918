"""The link `latest` in a folder of results: it leads to the page that was written last."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

LATEST = "latest"
LEADS_ON = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={0}"><a href="{0}">{0}</a>'


def link_latest(page: Path, folder: Path) -> Path | None:
    """Let `latest` in a folder of results lead to a page.

    A symbolic link where the system allows one, else a small file that leads on. A folder of that name stays.

    Parameters
    ----------
    page
        That was just written.
    folder
        Of results.

    Returns
    -------
    Path or None
        The link; None where it could not be made, which harms nothing.
    """
    link, aside = folder / f"{LATEST}{page.suffix}", folder / f".{LATEST}.new"
    if link.is_dir():
        return None
    aim = Path(os.path.relpath(page.resolve(), folder.resolve()))
    with suppress(OSError):
        aside.unlink(missing_ok=True)
        try:
            aside.symlink_to(aim)
        except OSError:  # not allowed here, as on Windows without the right to
            text = LEADS_ON.format(aim.as_posix()) if page.suffix == ".html" else aim.as_posix()
            aside.write_text(f"{text}\n", encoding="utf-8")
        aside.replace(link)
        return link
    return None
