"""Packed files: gzip, bzip2, xz, and ZIP archives that hold one table or several. What is inside is read like any file."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from catalogue.archives import PLAIN, SWELLING, Archive, ArchiveError, Excessive, opened
from catalogue.tables.contract import BadQuestion, Note, Options, Raw, TooMuch, Unreadable
from catalogue.tables.intake import shapefiles
from catalogue.tables.intake.reading import MOST_BYTES, aside
from catalogue.tables.intake.shaping import shaped

Taker = Callable[[Path, Path, Options], Raw]
TABLES: Final = frozenset(
    ".csv .tsv .txt .tab .json .ndjson .jsonl .geojson .xlsx .xlsm .ods .xls .parquet .xml .shp".split()
)
PACKED: Final = frozenset(".zip .gz .bz2 .xz .zst .7z .rar .tar .tgz".split())
WITHIN: Final = "#"  # between the name of a file of an archive and that of one of its sheets
Stream = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
STREAMS: Final[dict[str, Callable[[Path], Stream]]] = {"gzip": gzip.GzipFile, "bzip2": bz2.BZ2File, "xz": lzma.LZMAFile}


def stream(kind: str, path: Path, into: Path, options: Options, inner: Taker) -> Raw:
    """A file packed alone. `inner` reads what was packed. Raises TooMuch for one that swells beyond reason, and Unreadable."""
    name = PurePosixPath(options.name)
    name = name.with_suffix("") if name.suffix.lower() in PACKED else name
    with _folder(into) as folder:
        unpacked = folder / "packed"
        _copied(_swelling(kind, path), unpacked)
        return inner(unpacked, into, replace(options, name=str(name), media_type=""))


def archive(path: Path, into: Path, options: Options, inner: Taker) -> Raw:
    """One table of a ZIP: the one that `options.sheet` names, else the largest. Raises TooMuch, Unreadable and BadQuestion."""
    with _told(), opened(path) as found, _folder(into) as folder:
        names = _tables(found)
        name, sheet = _chosen(names, options.sheet)
        if PurePosixPath(name).suffix.lower() == ".shp":
            raw = shaped(shapefiles.read(_layer(found, name, folder)), into)
        else:
            unpacked = folder / "packed"
            _copied(found.pieces(name, MOST_BYTES), unpacked)
            raw = inner(unpacked, into, replace(options, name=name, media_type="", sheet=sheet))
    if len(names) == 1:
        return raw
    sheets = [*names, *(f"{name}{WITHIN}{each}" for each in raw.sheets if len(raw.sheets) > 1)]
    note = Note(
        "archive",
        f"Cette archive contient {len(names)} tableaux ; seul « {name} » est lu. Choisissez-en un autre, ou publiez-les un par un.",
        count=len(names) - 1,
        examples=tuple(each for each in names if each != name)[:20],
    )
    chosen = f"{name}{WITHIN}{raw.sheet}" if len(raw.sheets) > 1 else name
    return replace(raw, sheet=chosen, sheets=tuple(sheets), notes=(note, *raw.notes))


def _tables(found: Archive) -> list[str]:
    """The names of the files that may be tables, the largest first. Raises Unreadable when there is none."""
    seen = [name for name in found.names if not _hidden(PurePosixPath(name))]
    kinds = {PurePosixPath(name).suffix.lower() for name in seen}
    names = [name for name in seen if PurePosixPath(name).suffix.lower() in TABLES]
    told = [name for name in names if not aside(PurePosixPath(name).stem)] or names
    if told:
        return sorted(told, key=found.size, reverse=True)
    if kinds & PACKED:
        raise Unreadable(
            "Cette archive en contient une autre : elle n’est pas ouverte. Déposez le tableau lui-même, ou une archive simple.",
            "nested",
        )
    listed = ", ".join(seen[:5]) or "rien"
    raise Unreadable(
        f"Cette archive ne contient pas de tableau que nous sachions lire (elle contient : {listed}). "
        "Mettez-y un CSV, un classeur ou un GeoJSON.",
        "no-table",
    )


def _layer(found: Archive, name: str, folder: Path) -> dict[str, Path]:
    """The files of a shapefile, unpacked: those of the same name, by their extensions."""
    files: dict[str, Path] = {}
    for each in found.names:
        path, suffix = PurePosixPath(each), PurePosixPath(each).suffix.lower()
        if path.with_suffix("") == PurePosixPath(name).with_suffix("") and suffix in shapefiles.PARTS:
            files[suffix] = folder / f"layer{suffix}"
            _copied(found.pieces(each, MOST_BYTES), files[suffix])
    return files


def _hidden(path: PurePosixPath) -> bool:
    """What systems add: the resource forks of a Mac, files that begin with a dot."""
    return "__MACOSX" in path.parts or path.name.startswith(".") or path.name.lower() in {"thumbs.db", "desktop.ini"}


def _chosen(names: list[str], asked: str) -> tuple[str, str]:
    """The file to read, and which of its sheets was asked."""
    if len(names) == 1:
        return names[0], asked.removeprefix(names[0]).removeprefix(WITHIN)
    if not asked:
        return names[0], ""
    for name in names:
        if asked == name or asked.startswith(name + WITHIN):
            return name, asked[len(name) + 1 :]
    raise BadQuestion(f"Cette archive n’a pas de tableau « {asked} ». Choisissez parmi : {', '.join(names[:20])}.")


def _swelling(kind: str, path: Path) -> Iterator[bytes]:
    """The bytes of a packed file, as long as they stay in proportion."""
    packed = path.stat().st_size
    most = min(MOST_BYTES, max(PLAIN, SWELLING * packed))
    size = 0
    try:
        with STREAMS[kind](path) as file:
            while piece := file.read(2**20):
                size += len(piece)
                if size > most:
                    raise TooMuch(
                        "Ce fichier comprimé enfle hors de proportion une fois ouvert : il n’est pas lu. "
                        "Vérifiez-le, et déposez-le sans compression.",
                        "bomb",
                    )
                yield piece
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise Unreadable(
            "Ce fichier comprimé est coupé ou abîmé. Comprimez-le de nouveau, ou déposez-le sans compression.",
            "damaged",
        ) from error


def _copied(pieces: Iterator[bytes], into: Path) -> None:
    with into.open("wb") as file:
        for piece in pieces:
            file.write(piece)


@contextmanager
def _folder(into: Path) -> Iterator[Path]:
    """A folder beside what is written, gone afterwards. No name from an archive becomes the name of a file."""
    with tempfile.TemporaryDirectory(prefix=into.name, dir=into.parent) as folder:
        yield Path(folder)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except Excessive as error:
        raise TooMuch(error.message, "bomb") from error
    except ArchiveError as error:
        raise Unreadable(error.message, "damaged") from error
