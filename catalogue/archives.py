"""ZIP archives that anybody may send us (PKWARE's APPNOTE 6.3), read in a stream: nothing is unpacked on the disk, and
nothing swells in memory.

ArchiveError
├── Damaged      cut, broken, encrypted, or packed in a way that we do not read
└── Excessive    it would take more than it may
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from catalogue.sizes import in_words

MAGIC = b"PK\x03\x04"
LISTING = 2**20  # bytes of the table of contents: some 20,000 files
SWELLING = 200  # times its packed size that a file may take; tables of transport take 5 to 20
PLAIN = 10 * 2**20  # bytes below which swelling harms nobody
LONGEST_LINE = 2**20  # characters
ENCRYPTED = 0x1
# All that reading bytes of anybody's making brings up.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
)


class ArchiveError(Exception):
    """`message` is French, for a person, and says what to do next."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Damaged(ArchiveError):
    """Another copy of it may be read."""


class Excessive(ArchiveError):
    """It is not read, ever."""


class _Careful(io.BufferedReader):
    """A file of which a table of contents that says to be huge is not read."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LISTING:
            raise Excessive(
                "L’archive ZIP dit contenir un nombre de fichiers démesuré : elle n’a pas été lue. "
                "Demandez à son gestionnaire une archive plus simple."
            )
        return super().read(LISTING if size is None or size < 0 else size)


class Archive:
    """The files of one archive, by name. To be closed by who opens it (`opened`)."""

    def __init__(self, inner: zipfile.ZipFile) -> None:
        self._inner = inner
        self._files = {each.filename: each for each in inner.infolist() if not each.is_dir()}

    @property
    def names(self) -> list[str]:
        return list(self._files)

    def modified(self, names: list[str]) -> date | None:
        """The newest day that these files bear; None when they bear none that can be (many tools write 1980)."""
        days = (_day(self._files[name].date_time) for name in names)
        return max((day for day in days if day and date(1990, 1, 1) < day <= datetime.now(UTC).date()), default=None)

    def whole(self, name: str, most: int) -> bytes:
        """A small file. Raises Excessive beyond `most` bytes, and Damaged."""
        with self._open(name, most) as file, _told():
            return file.read(most)

    def pieces(self, name: str, most: int) -> Iterator[bytes]:
        """The bytes of a file, whatever its size, a piece at a time. Raises Excessive beyond `most` bytes, and Damaged."""
        with self._open(name, most) as file, _told():
            while piece := file.read(LISTING):
                yield piece

    def size(self, name: str) -> int:
        """Bytes once unpacked, as the archive says."""
        return self._files[name].file_size

    def lines(self, name: str, most: int) -> Iterator[str]:
        """The lines of a text, whatever its size, with their ends. What is no UTF-8 comes out as the sign for it.

        Raises Excessive beyond `most` bytes and for a line without end, and Damaged.
        """
        with self._open(name, most) as file, _told():
            wide = file.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff")
            text = io.TextIOWrapper(file, "utf-16" if wide else "utf-8-sig", "replace", newline="")
            while line := text.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE:
                    raise Excessive(
                        f"Une ligne de {name} n’a pas de fin : le fichier n’a pas été lu. Signalez-le à son gestionnaire."
                    )
                yield line

    def _open(self, name: str, most: int) -> zipfile.ZipExtFile:
        info = self._files[name]
        if info.flag_bits & ENCRYPTED:
            raise Damaged(f"Dans l’archive ZIP, {name} est protégé par un mot de passe. Demandez une archive libre.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Damaged(
                f"Dans l’archive ZIP, {name} est comprimé d’une façon inhabituelle. Demandez-la en ZIP ordinaire."
            )
        # zipfile gives no more than the sizes that the archive announces.
        if info.file_size > most or info.file_size > max(PLAIN, SWELLING * info.compress_size):
            raise Excessive(
                f"Dans l’archive ZIP, {name} prend {in_words(info.file_size)} une fois décomprimé : il n’a "
                "pas été lu. Demandez à son gestionnaire de vérifier ce fichier."
            )
        with _told():
            opened = self._inner.open(info)
        assert isinstance(opened, zipfile.ZipExtFile)
        return opened


def head(path: Path) -> str:
    """What tells an archive from another: its magic bytes, then the names of its files, one a line. The bytes alone when it
    is broken.
    """
    magic = MAGIC.decode()
    try:
        with opened(path) as archive:
            return "\n".join([magic, *(" ".join(name.split()) for name in archive.names)])
    except ArchiveError:
        return magic


def _day(moment: tuple[int, ...]) -> date | None:
    try:
        return date(*moment[:3])
    except ValueError:  # 0 in place of a month
        return None


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive in a file. Raises Excessive, and Damaged for one that is cut or broken."""
    with path.open("rb", buffering=0) as raw, _Careful(raw) as file:
        with _told():
            inner = zipfile.ZipFile(file)
        with inner:
            yield Archive(inner)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise Damaged(
            "L’archive ZIP est coupée ou abîmée. Réessayez ; si cela dure, prévenez son gestionnaire."
        ) from error
