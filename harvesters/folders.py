"""A folder of this machine as an answer: what it holds, by name, size and date, without following links out of it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harvesters.base import Answer, Refused, Unreadable

MOST = 100_000  # files


@dataclass(frozen=True)
class Entry:
    """One file. `name` is its path inside the folder, with `/`; `modified` is an ISO 8601 date and time, UTC."""

    name: str
    size: int
    modified: str


def open_folder(path: Path) -> Answer:
    """The folder as an answer that changes when a file does. Raises Refused, Unreadable."""
    listing = "\n".join(f"{entry.name}\0{entry.size}\0{entry.modified}" for entry in entries(path))
    sha256 = hashlib.sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()
    return Answer("", path, "", "", "", sha256, len(listing))


def entries(folder: Path) -> list[Entry]:
    """Its regular files and those of its folders, sorted; hidden ones and links are left alone. Raises StopRun."""
    found: list[Entry] = []
    waiting = [folder]
    while waiting:
        for each in _scan(waiting.pop()):
            if each.name.startswith(".") or each.is_symlink():
                continue
            if each.is_dir(follow_symlinks=False):
                waiting.append(Path(each.path))
            elif each.is_file(follow_symlinks=False):
                known = each.stat(follow_symlinks=False)
                moment = datetime.fromtimestamp(int(known.st_mtime), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                found.append(Entry(Path(each.path).relative_to(folder).as_posix(), known.st_size, moment))
            if len(found) > MOST:
                raise Refused(f"Le dossier {folder} contient plus de {MOST} fichiers. Donnez un dossier plus petit.")
    return sorted(found, key=lambda entry: entry.name)


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listed:
            return list(listed)
    except OSError as error:
        raise Unreadable(
            f"Le dossier {folder} ne se lit pas ({error.strerror}). Vérifiez son chemin et ses droits."
        ) from error
