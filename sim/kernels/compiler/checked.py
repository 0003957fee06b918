"""Machine code is checked before it is trusted: every file of the cache begins with the SHA-256 of the rest of it.

numba would run what a disk spoilt, or end in a traceback at every command. A file that is not as it was written is as
good as none: the function is compiled again and the file replaced. This finds damage, not malice: whoever can write
the folder can run code.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path

from numba.core import caching

BYTES = hashlib.sha256().digest_size


class CheckedFiles(caching.IndexDataCacheFile):
    """The files in which numba keeps a function, each with its checksum."""

    def save(self, key: object, data: object) -> None:
        """Keep compiled code; where that cannot be, it is compiled again by the next process."""
        try:
            super().save(key, data)
        except OSError:
            return

    def _load_index(self) -> dict:
        data = _checked(Path(self._index_path))
        version, stamp, overloads = pickle.loads(data) if data is not None else (None, None, {})
        return overloads if (version, stamp) == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: dict) -> None:
        self._write(self._index_path, self._dump((self._version, self._source_stamp, overloads)))

    def _load_data(self, name: str) -> object:
        data = _checked(Path(self._data_path(name)))
        if data is None:
            raise OSError(f"{name} is spoilt")  # which numba takes for a file that is not there
        return pickle.loads(data)

    def _save_data(self, name: str, data: object) -> None:
        self._write(self._data_path(name), self._dump(data))

    def _write(self, path: str, data: bytes) -> None:
        with self._open_for_write(path) as file:
            file.write(hashlib.sha256(data).digest() + data)


def _checked(path: Path) -> bytes | None:
    """Read a file of the cache; None if it is missing or not as it was written."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data[BYTES:] if hashlib.sha256(data[BYTES:]).digest() == data[:BYTES] else None


def checked(compiled: Callable) -> Callable:
    """Let a compiled function check what it reads from the cache; without compilation it stays what it is."""
    cache = getattr(compiled, "_cache", None)
    if isinstance(cache, caching.Cache):
        stamp = cache._impl.locator.get_source_stamp()
        cache._cache_file = CheckedFiles(cache.cache_path, cache._impl.filename_base, stamp)
    return compiled
