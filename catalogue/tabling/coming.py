"""A file on its way in: written beside its place, within what its body may hold, then given that place or let go."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.errors import NoRoom, Refused, TooLarge
from catalogue.models import Organisation
from catalogue.tabling import keeping

COMING: Final = ".coming"  # what is being written
BEFORE: Final = ".before"  # what waited at its place, until the end is sure
SUFFIXES: Final = (COMING, BEFORE)
EMPTY: Final = gettext_noop("Ce fichier est vide. Choisissez-en un autre.")


@dataclass(frozen=True)
class Came:
    """A file that came whole. `size`: bytes; `checksum`: SHA-256, hexadecimal."""

    path: Path
    size: int
    checksum: str
    _undo: ExitStack = field(default_factory=ExitStack, repr=False, compare=False)

    def settle(self, place: Path) -> None:
        """Takes this place, from what waits there too; until the end of `coming`, `take_back` undoes it."""
        before = _before(self.path)
        if place.is_file():
            keeping.lend(place, before)
            self._undo.callback(before.replace, place)
        else:
            self._undo.callback(place.unlink, missing_ok=True)
        self.path.replace(place)

    def take_back(self) -> None:
        self._undo.close()


@contextmanager
def coming(pieces: Iterable[bytes], body: Organisation) -> Iterator[Came]:
    """Writes the file. What fails before the end leaves the disk as it was.

    Raises TooLarge, NoRoom, and Refused for an empty one.
    """
    path = keeping.deposit_of(uuid.uuid4()).with_suffix(COMING)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    try:
        size, checksum = _write(pieces, path, body)
        with ExitStack() as undo:
            yield Came(path, size, checksum, undo)
            undo.pop_all()
    finally:
        for left in (path, _before(path)):
            left.unlink(missing_ok=True)


def forget(now: datetime) -> int:
    """Lets go of what a kill left half-way; returns how many files. What is on its way in takes minutes, not a day."""
    old = now.timestamp() - timedelta(days=1).total_seconds()
    places = (path for suffix in SUFFIXES for path in keeping.deposit_of(uuid.UUID(int=0)).parent.glob(f"*{suffix}"))
    left = [path for path in places if path.stat().st_mtime < old]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def check(size: int, body: Organisation, left: int | None = None) -> None:
    """Whether this body may have so many bytes more. `left`: of its room, when it was asked before.

    Raises TooLarge, NoRoom.
    """
    if size > settings.BOUTURE_TABLE_SIZE * 2**20:
        raise TooLarge(
            _("Ce fichier dépasse %(bouture_table_size)s Mio. Découpez-le, ou donnez l’adresse où il se télécharge.")
            % {"bouture_table_size": settings.BOUTURE_TABLE_SIZE}
        )
    if size > (keeping.room_of(body).left if left is None else left):
        raise NoRoom(
            _(
                "%(body)s a rempli la place de ses fichiers. Retirez-en dont personne ne se sert, ou demandez plus de place à qui tient le portail."
            )
            % {"body": body}
        )


def _before(path: Path) -> Path:
    return path.with_suffix(BEFORE)


def _write(pieces: Iterable[bytes], path: Path, body: Organisation) -> tuple[int, str]:
    left = keeping.room_of(body).left
    size, digest = 0, hashlib.sha256()
    with path.open("wb") as file:
        for piece in pieces:
            size += len(piece)
            check(size, body, left)
            digest.update(piece)
            file.write(piece)
    if not size:
        raise Refused(_(EMPTY))
    return size, digest.hexdigest()
