"""What a file is, by what it holds; by its name only where its content says nothing."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

from catalogue import archives
from catalogue.tables.contract import Unreadable
from catalogue.tables.intake import geojson, totem

HEAD: Final = 4096
# What is no table, and what to do instead.
REFUSED: Final = (
    (b"%PDF", "un PDF", "Publiez le tableau dont il est tiré (CSV, tableur)."),
    (b"\x89PNG", "une image", "Publiez le tableau dont elle est tirée (CSV, tableur)."),
    (b"\xff\xd8\xff", "une image", "Publiez le tableau dont elle est tirée (CSV, tableur)."),
    (b"GIF8", "une image", "Publiez le tableau dont elle est tirée (CSV, tableur)."),
    (b"\x7fELF", "un programme", "Déposez un tableau (CSV, tableur)."),
    (b"MZ", "un programme", "Déposez un tableau (CSV, tableur)."),
    (b"7z\xbc\xaf", "une archive 7z", "Déposez le tableau lui-même, ou une archive ZIP."),
    (b"Rar!", "une archive RAR", "Déposez le tableau lui-même, ou une archive ZIP."),
    (b"\x28\xb5\x2f\xfd", "une archive Zstandard", "Comprimez le tableau en gzip ou en ZIP."),
    (
        b"SQLite format 3",
        "une base SQLite ou un GeoPackage",
        "Exportez-en la couche ou la table, en GeoJSON ou en CSV.",
    ),
)
EMPTY: Final = b"PK\x05\x06"  # a ZIP of no file
MARKS: Final = (
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
)
# The part of an office document that tells which one it is.
PARTS: Final = {"xl/workbook.xml": "xlsx", "content.xml": "ods"}
NOT_TABLES: Final = {
    "word/document.xml": (
        "un document Word",
        "Copiez son tableau dans un tableur, et enregistrez-le en XLSX ou en CSV.",
    ),
    "ppt/presentation.xml": ("une présentation PowerPoint", "Publiez le tableau dont elle est tirée."),
    "xl/workbook.bin": ("un classeur XLSB", "Enregistrez-le en XLSX ou en CSV."),
    "doc.kml": ("un KMZ", "Exportez la couche en GeoJSON."),
}
OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument."
SPREADSHEET: Final = OPEN_DOCUMENT + b"spreadsheet"
HTML: Final = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|style|div)\b", re.I | re.S
)
XML: Final = re.compile(rb"\s*<(?:\?xml|!DOCTYPE|!--|[A-Za-z][\w.:-]*[\s>/])")


def recognised(path: Path) -> str:
    """The name of a format. Raises Unreadable for what is plainly something else."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    for mark, what, remedy in REFUSED:
        if head.startswith(mark) and (b"\0" in head or mark in {b"%PDF", b"7z\xbc\xaf", b"Rar!"}):
            raise Unreadable(f"Ce fichier est {what}, pas un tableau. {remedy}", "not-a-table")
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if head.startswith((archives.MAGIC, EMPTY)):
        return _packed(path)
    return _text(path, head)


def _packed(path: Path) -> str:
    """A ZIP: a workbook, or an archive of anything."""
    try:
        with archives.opened(path) as archive:
            names = set(archive.names)
    except archives.ArchiveError:
        return "zip"  # its reader says what is wrong
    for part, (what, remedy) in NOT_TABLES.items():
        if part in names:
            raise Unreadable(f"Ce fichier est {what}, pas un tableau. {remedy}", "not-a-table")
    if "content.xml" in names and "mimetype" in names and not _spreadsheet(path):
        raise Unreadable(
            "Ce fichier est un document LibreOffice, mais pas un classeur. Copiez son tableau dans un classeur ODS ou un CSV.",
            "not-a-table",
        )
    return next((name for part, name in PARTS.items() if part in names), "zip")


def _spreadsheet(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read("mimetype")[:200].startswith(SPREADSHEET)
    except archives.BROKEN:
        return True  # its reader says what is wrong


def _text(path: Path, head: bytes) -> str:
    start = (
        head.removeprefix(b"\xef\xbb\xbf")
        .replace(b"\0", b"")
        .removeprefix(b"\xff\xfe")
        .removeprefix(b"\xfe\xff")
        .lstrip()
    )
    if start[:1] in (b"{", b"["):
        return "geojson" if geojson.recognised(path) else "json"
    if HTML.match(start):
        raise Unreadable(
            "Ce fichier est une page HTML, même si son nom dit autre chose (certains logiciels appellent ainsi leurs exports « Excel »). "
            "Ouvrez-le dans un tableur et enregistrez-le en XLSX ou en CSV.",
            "html",
        )
    if XML.match(start):
        if totem.MARK in start or b"CompteFinancierUnique" in start:
            return "totem"
        raise Unreadable(
            "Ce fichier est du XML qui n’est pas un budget TOTEM : il n’est pas lu. Exportez le tableau en CSV, ou la couche en GeoJSON.",
            "xml",
        )
    return "csv"
