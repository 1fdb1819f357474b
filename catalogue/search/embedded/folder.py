"""The folder that an index lives in: which of its sub-folders is current, and who may write.

`current` holds the name of the sub-folder in use, which is the index's identity: its format and a random part. A new
index is made beside the old one, then `current` is renamed over: a process killed at any moment leaves either whole.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from catalogue.search.contract import REBUILD, IndexBroken, IndexBusy

Stamp = tuple[int, int, int]


class IndexFolder:
    """Each method reads the disk: another process may have changed it."""

    def __init__(self, path: Path, written_as: str) -> None:
        self._path = path
        self._written_as = written_as

    def identity(self) -> str:
        """Raises IndexBroken when there is none, or one of another format."""
        try:
            identity = (self._path / "current").read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise IndexBroken(f"L'index de recherche n'existe pas ou n'est pas lisible. {REBUILD}") from error
        if not identity.startswith(f"{self._written_as}-") or not self.inside(identity).is_dir():
            raise IndexBroken(f"L'index de recherche est incomplet ou d'une autre version de Bouture. {REBUILD}")
        return identity

    def inside(self, identity: str) -> Path:
        return self._path / identity

    def stamp(self, identity: str) -> Stamp:
        """Changes with each commit, which renames a new meta.json into place."""
        try:
            found = (self.inside(identity) / "meta.json").stat()
        except OSError as error:
            raise IndexBroken(f"L'index de recherche est incomplet. {REBUILD}") from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    def begin(self, make: Callable[[Path], object]) -> None:
        """Have `make` fill a new sub-folder, use it, forget the others. Call it `alone`."""
        identity = f"{self._written_as}-{uuid4().hex}"
        self.inside(identity).mkdir()
        make(self.inside(identity))
        pointer = self._path / "current.new"
        pointer.write_text(identity, "utf-8")
        pointer.replace(self._path / "current")
        for old in self._path.iterdir():
            if old.is_dir() and old.name != identity:
                shutil.rmtree(old, ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Raises IndexBusy while another has it. The kernel frees the lock of a killed process."""
        self._path.mkdir(parents=True, exist_ok=True)
        with (self._path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexBusy("L'index de recherche est en cours d'écriture. Réessayez dans un instant.") from error
            yield
