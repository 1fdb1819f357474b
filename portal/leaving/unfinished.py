"""An import that was not finished: a file of the instance's folder says so from before its first row until after its index.

While it is there no command starts but `import` (`portal.checks`): a portal of which half came serves nobody. Rows are all there or
none (`restoring`): so the same import, asked again, begins again or goes on with what is made after them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

NAME: Final = "import.json"


@dataclass(frozen=True)
class Unfinished:
    """`manifest`: SHA-256 of the MANIFEST of the export; `path`: where it was; `at`: when it began, ISO 8601."""

    manifest: str
    path: str
    at: str


@dataclass
class _Process:
    """Whether this one is the import itself."""

    importing: bool = False


_HERE: Final = _Process()


def pending() -> Unfinished | None:
    """One that cannot be read is one too: it was written by rename, so somebody else wrote it."""
    try:
        said = json.loads(_place().read_bytes())
        return Unfinished(str(said["manifest"]), str(said["path"]), str(said["at"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Unfinished("", "?", "?")


def stands_in_the_way() -> Unfinished | None:
    return None if _HERE.importing else pending()


@contextmanager
def importing() -> Iterator[None]:
    """The command that finishes it is not in its own way."""
    _HERE.importing = True
    try:
        yield
    finally:
        _HERE.importing = False


def begin(manifest: str, path: Path) -> None:
    """Raises OSError."""
    coming = _place().with_suffix(".part")
    said = Unfinished(manifest, str(path.absolute()), timezone.now().isoformat(timespec="seconds"))
    with coming.open("w", encoding="utf-8") as file:
        json.dump(asdict(said), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    coming.replace(_place())


def end() -> None:
    with suppress(FileNotFoundError):
        _place().unlink()


def _place() -> Path:
    return Path(settings.BOUTURE_HOME) / NAME
