"""The tiny world, and how a copy of it is changed."""

from pathlib import Path

TINY = Path(__file__).parent / "tiny"


def change(folder: Path, table: str, old: str, new: str) -> None:
    """Replace a text that stands once in a table."""
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} must stand once in {table}.csv"
    path.write_text(text.replace(old, new), encoding="utf-8")
