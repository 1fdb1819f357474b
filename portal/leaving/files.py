"""The files of the instance's folder that go with it: versions of tables, deposits, recipes. The rest of the folder stays.

What stays: `keys` and the secret key (secret), the index and `static` (made again), counts in memory.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from catalogue.models import Replacement, Table, TableVersion
from catalogue.observing import recipes
from catalogue.tabling import keeping

FOLDER: Final = "fichiers"
TABLES, RECIPES = f"{FOLDER}/tables", f"{FOLDER}/recipes"
HOLD: Final = "leaving-"


class Busy(Exception):
    """Another export of this instance is being written."""


@contextmanager
def alone() -> Iterator[None]:
    """One export of an instance at a time; what a killed one held on to is let go. Raises Busy."""
    home = Path(settings.BOUTURE_HOME)
    with (home / "leaving.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy from None
        for left in home.glob(f"{HOLD}*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
        yield


@contextmanager
def held() -> Iterator[tuple[dict[str, Path], list[str]]]:
    """Every file that goes, by its name in the export, at a place where no new version takes it away; and those that are missing.

    Second names of the same bytes, on the disk of the instance: some microseconds each, so that what the base says at the
    moment of the export is caught before the worker goes on.
    """
    hold = Path(tempfile.mkdtemp(prefix=HOLD, dir=settings.BOUTURE_HOME))
    found: dict[str, Path] = {}
    missing: list[str] = []
    try:
        for number, (name, source) in enumerate(_named()):
            place = hold / str(number)
            try:
                keeping.lend(source, place)
                found[name] = place
            except FileNotFoundError:
                missing.append(name)
        yield found, missing
    finally:
        shutil.rmtree(hold, ignore_errors=True)


def _named() -> Iterator[tuple[str, Path]]:
    root = keeping.root()
    for version in TableVersion.objects.order_by("pk").only("table_id", "number").iterator(chunk_size=1_000):
        folder = keeping.folder_of(version)
        for path in (keeping.original_of(version), keeping.rows_of(version)):
            yield f"{TABLES}/{folder.relative_to(root).as_posix()}/{path.name}", path
    waiting = [
        *filter(None, Table.objects.order_by("pk").values_list("deposit", flat=True).iterator(chunk_size=1_000)),
        *Replacement.objects.order_by("pk").values_list("pk", flat=True),
    ]
    for key in waiting:
        path = keeping.deposit_of(key)
        if path.is_file():  # once read, it is the original of a version
            yield f"{TABLES}/{path.relative_to(root).as_posix()}", path
    own = recipes.folder()
    for path in sorted(own.rglob("*")) if own.is_dir() else ():
        if path.is_file() and not path.is_symlink() and path.name.isprintable():
            yield f"{RECIPES}/{path.relative_to(own).as_posix()}", path


def place_of(name: str) -> Path | None:
    """Where a file of an export belongs in this instance; None for one that is only read by people."""
    for prefix, folder in ((TABLES, keeping.root()), (RECIPES, recipes.folder())):
        if name.startswith(prefix + "/"):
            return folder / name.removeprefix(prefix + "/")
    return None


def put(name: str, pieces: Iterator[bytes]) -> bool:
    """Writes a file of an export at its place, whole or not at all; False for one that has none."""
    place = place_of(name)
    if place is None:
        return False
    place.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle, coming = tempfile.mkstemp(prefix=".coming-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            os.fchmod(file.fileno(), 0o640)
        Path(coming).replace(place)
    finally:
        Path(coming).unlink(missing_ok=True)
    return True
