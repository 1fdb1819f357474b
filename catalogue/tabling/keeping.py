"""Where versions lie on the disk, and how many are kept.

    BOUTURE_HOME/tables/<two digits>/<key of the table>/<number>/original      the file as it came, byte for byte
                                                                /rows.parquet  its rows
    BOUTURE_HOME/tables/deposits/<key of the deposit>                          what was deposited and is not read yet

A version's folder is written elsewhere and renamed, so that it is there whole or not at all. A folder that no row of the
base names is what a kill left behind: the next version of that table takes its place.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery, Sum

from catalogue.models import Organisation, Replacement, Table, TableVersion

ORIGINAL: Final = "original"
ROWS: Final = "rows.parquet"
KEPT: Final = 3  # versions of a table, the current one among them
ARRIVING: Final = "arriving-"


def root() -> Path:
    return Path(settings.BOUTURE_HOME) / "tables"


def home_of(table: uuid.UUID) -> Path:
    return root() / table.hex[:2] / str(table)


def folder_of(version: TableVersion) -> Path:
    return home_of(version.table_id) / str(version.number)


def original_of(version: TableVersion) -> Path:
    return folder_of(version) / ORIGINAL


def deposit_of(deposit: uuid.UUID) -> Path:
    """What was deposited and has not been read yet."""
    return root() / "deposits" / str(deposit)


def lend(source: Path, place: Path) -> None:
    """The same bytes at another name, without a copy where the disk can."""
    try:
        os.link(source, place)
    except OSError:
        shutil.copyfile(source, place)


def clear(deposit: Path, original: Path) -> None:
    """Lets go of a deposit that is by now the original of a version, unless another has come in its place."""
    with suppress(FileNotFoundError):
        if deposit.samefile(original) or filecmp.cmp(deposit, original, shallow=False):
            deposit.unlink()


def rows_of(version: TableVersion) -> Path:
    return folder_of(version) / ROWS


@contextmanager
def arriving(table: uuid.UUID) -> Iterator[Path]:
    """A folder for what is being taken in, on the same disk; what is left in it at the end goes with it."""
    home = home_of(table)
    home.mkdir(mode=0o750, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=ARRIVING, dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle(folder: Path, version: TableVersion) -> None:
    """Gives what arrived its place. Before the version is in the base: a kill in between leaves a folder that is replaced."""
    place = folder_of(version)
    shutil.rmtree(place, ignore_errors=True)
    folder.rename(place)


def weigh(folder: Path) -> int:
    """Bytes of all its files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def prune(table: Table) -> int:
    """Leaves the current version, those just before it, the last that came from outside, if those were corrected here, and the
    one that waits to be confirmed; returns how many went, with the folders that nobody names.
    """
    was = table.versions.filter(proposed_by=None).order_by("-number")
    proposed = table.versions.exclude(proposed_by=None).first()
    numbers = {version.number for version in (*was[:KEPT], was.filter(corrected=0).first(), proposed) if version}
    gone, _ = table.versions.exclude(number__in=numbers).delete()
    for path in _versions_on_disk(table.pk):
        if int(path.name) not in numbers:
            shutil.rmtree(path, ignore_errors=True)
    return gone


def unlearn(table: Table, number: int) -> None:
    """Of the versions before this one, lets go of the rows, and of what was told of their cells: originals stay."""
    for version in table.versions.filter(number__lt=number):
        rows_of(version).unlink(missing_ok=True)
        room = weigh(folder_of(version))
        TableVersion.objects.filter(pk=version.pk).update(columns=[], notes=[], verdict={}, room=room)


def _versions_on_disk(table: uuid.UUID) -> list[Path]:
    with suppress(FileNotFoundError):
        return [path for path in home_of(table).iterdir() if path.name.isdigit()]
    return []


def remove(table: Table) -> None:
    """All that is kept of a table. Before its rows go from the base: they name what is on the disk."""
    shutil.rmtree(home_of(table.pk), ignore_errors=True)
    for waiting in Replacement.objects.filter(table=table.pk).only("pk"):
        deposit_of(waiting.pk).unlink(missing_ok=True)
    if table.deposit:
        deposit_of(table.deposit).unlink(missing_ok=True)


@dataclass(frozen=True)
class Room:
    """Bytes that the files of one body take, of those that they may."""

    taken: int
    quota: int

    @property
    def left(self) -> int:
        """0 too when the quota was made smaller than what is kept."""
        return max(0, self.quota - self.taken)


def room_of(body: Organisation) -> Room:
    """All their versions, and what was deposited and not read, or cannot be."""
    taken = Organisation.objects.filter(pk=body.pk).values_list(
        _sum(TableVersion.objects.filter(table__dataset__owner=OuterRef("pk")), "room", "table__dataset__owner"),
        _sum(Table.objects.filter(dataset__owner=OuterRef("pk"), deposit__isnull=False, current=None), "size"),
        _sum(
            Replacement.objects.filter(table__dataset__owner=OuterRef("pk"), version=None),
            "size",
            "table__dataset__owner",
        ),
    )
    quota = settings.BOUTURE_TABLES_QUOTA if body.tables_quota is None else body.tables_quota
    return Room(sum(each or 0 for row in taken for each in row), int(quota) * 2**20)


def _sum(rows: QuerySet[Any], column: str, owner: str = "dataset__owner") -> Subquery:
    """Of one body, for a question about it."""
    return Subquery(rows.order_by().values(owner).annotate(taken=Sum(column)).values("taken"))
