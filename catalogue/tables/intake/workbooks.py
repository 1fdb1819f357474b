"""Workbooks: XLSX, ODS and the old XLS, sheet by sheet, as the texts that a spreadsheet shows.

calamine reads them (Rust, no entity is followed) but takes a sheet whole: its extent is told first, by `sheets`.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from catalogue.archives import BROKEN, PLAIN, SWELLING
from catalogue.sizes import in_words
from catalogue.tables.contract import BadQuestion, Note, Options, TooMuch, Unreadable
from catalogue.tables.intake import sheets
from catalogue.tables.intake.cells import EXACT, written
from catalogue.tables.intake.listeners import CHUNK, Extent, damaged
from catalogue.tables.intake.merges import Merges, Ranges
from catalogue.tables.intake.reading import Found, Row, aside

CELLS: Final = 4_000_000  # of a sheet's box: some 350 MiB once in memory
SWOLLEN: Final = 400 * 2**20  # bytes of all parts: what an XLSX of four million cells takes
CHARACTERS: Final = 150 * 2**20  # of texts, once each cell has its own
OLD: Final = 64 * 2**20  # bytes of an XLS: 65,536 rows of 256 columns at most, by its format
ENCRYPTED: Final = "EncryptedPackage".encode(
    "utf-16-le"
)  # how an XLSX with a password is wrapped ([MS-OFFCRYPTO] §2.3.4)


def read(path: Path, options: Options) -> Found:
    """Raises Unreadable (damaged, protected, no table), TooMuch, and BadQuestion for a sheet that is not there."""
    if not zipfile.is_zipfile(path):
        return _old(path, options)
    try:
        with zipfile.ZipFile(path) as archive:
            _bounded(archive)
            if "content.xml" in archive.namelist():
                return _opendocument(path, archive, options)
            return _excel(path, archive, options)
    except BROKEN as error:
        raise damaged() from error


def _bounded(archive: zipfile.ZipFile) -> None:
    """Reads each part once: what the archive says of their sizes is held against what they are (a part that lies fails)."""
    members = archive.infolist()
    swelling = any(member.file_size > max(PLAIN, SWELLING * member.compress_size) for member in members)
    if swelling or sum(member.file_size for member in members) > SWOLLEN:
        raise TooMuch(
            "Ce classeur est trop grand une fois décomprimé pour être ouvert sans risque. "
            "Exportez la feuille utile en CSV et déposez ce fichier."
        )
    for member in members:
        if member.flag_bits & 0x1:
            raise protected()
        with archive.open(member) as file:
            while file.read(CHUNK):
                pass


def _excel(path: Path, archive: zipfile.ZipFile, options: Options) -> Found:
    parts = sheets.parts(archive)
    book = _opened(path, "xlsx")
    names = _worksheets(book)
    if missing := [name for name in names if name not in parts]:
        raise Unreadable(
            f"Ce classeur annonce une feuille qu’il ne contient pas : « {missing[0]} ». Enregistrez-le de nouveau."
        )
    lengths = sheets.shared(archive)
    extents = ((name, sheets.excel(archive, parts[name], lengths)) for name in names)
    name, extent = _chosen(names, _visible(book), extents, options.sheet)
    _small_enough(extent, name)
    sheet = _taken(book, name)
    found = _found("xlsx", name, names, sheet)
    found.notes.extend(_errors(extent))
    found.rows = _rows(sheet, sheet.merged_cell_ranges or (), sheets.widths(archive, extent), found.notes)
    return found


def _opendocument(path: Path, archive: zipfile.ZipFile, options: Options) -> Found:
    if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise protected()
    extents = sheets.opendocument(archive)
    for extent in extents:  # the library takes them all at once
        _small_enough(extent, "")
    book = _opened(path, "ods")
    names = tuple(book.sheet_names)
    name, extent = _chosen(names, _visible(book), zip(names, extents, strict=False), options.sheet)
    sheet = _taken(book, name)
    found = _found("ods", name, names, sheet)
    found.rows = _rows(sheet, extent.merged, {}, found.notes)
    return found


def _old(path: Path, options: Options) -> Found:
    if path.stat().st_size > OLD:
        raise TooMuch("Ce classeur XLS est trop grand. Enregistrez-le en XLSX ou en CSV et déposez ce fichier.")
    if ENCRYPTED in path.read_bytes():
        raise protected()
    book = _opened(path, "xls")
    names = _worksheets(book)
    extents = ((name, _measured(_taken(book, name))) for name in names)
    name, extent = _chosen(names, _visible(book), extents, options.sheet)
    _small_enough(extent, name)
    sheet = _taken(book, name)
    found = _found("xls", name, names, sheet)
    found.rows = _rows(sheet, sheet.merged_cell_ranges or (), {}, found.notes)
    return found


def _found(format: str, name: str, names: tuple[str, ...], sheet: CalamineSheet) -> Found:
    first = (sheet.start or (0, 0))[0] + 1
    return Found(iter(()), format, first_line=first, sheet=name, sheets=names, notes=[*_others(name, names)])


def _taken(book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except CalamineError as error:
        raise damaged() from error


def _opened(path: Path, kind: str) -> CalamineWorkbook:
    """The library goes by the name of the file alone: it gets one."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            named = Path(folder, "classeur").with_suffix(f".{kind}")
            named.symlink_to(path)
            return CalamineWorkbook.from_path(named)
    except PasswordError as error:
        raise protected() from error
    except (CalamineError, OSError) as error:
        raise damaged() from error


def _worksheets(book: CalamineWorkbook) -> tuple[str, ...]:
    return tuple(each.name for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet)


def _visible(book: CalamineWorkbook) -> set[str]:
    return {each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible}


def _measured(sheet: CalamineSheet) -> Extent:
    rows, columns = sheet.end or (-1, -1)
    return Extent(rows + 1, columns + 1)


def _chosen(
    names: Sequence[str], visible: set[str], extents: Iterable[tuple[str, Extent]], asked: str
) -> tuple[str, Extent]:
    """The sheet that was asked; else the first that is shown, holds a table and does not tell of others; else the fullest."""
    if asked and asked not in names:
        raise BadQuestion(f"Ce classeur n’a pas de feuille « {asked} ». Choisissez parmi : {', '.join(names)}.")
    told = []
    for name, extent in extents:
        merits = (extent.tabular, name in visible, not aside(name))
        if name == asked or (not asked and all(merits)):
            return name, extent
        told.append((*merits, extent.cells, name, extent))
    *_, cells, name, extent = max(told, key=lambda each: each[:4], default=(0, "", Extent()))
    if not cells:
        raise Unreadable("Ce classeur est vide : aucune de ses feuilles ne contient de données.", "empty")
    return name, extent


def _small_enough(extent: Extent, name: str) -> None:
    if extent.cells > CELLS:
        where = f"La feuille « {name} »" if name else "Une feuille de ce classeur"
        raise TooMuch(
            f"{where} s’étend sur {extent.rows} lignes et {extent.columns} colonnes : c’est trop pour un classeur. "
            "Supprimez ce qui est loin du tableau, ou exportez la feuille en CSV.",
            "cells",
        )
    if extent.characters > CHARACTERS:
        raise TooMuch(
            f"Les textes de ce classeur prennent {in_words(extent.characters)} une fois répétés dans chaque cellule : "
            "il n’est pas ouvert. Exportez la feuille utile en CSV.",
            "bomb",
        )


def _rows(sheet: CalamineSheet, merged: Ranges, widths: dict[int, int], notes: list[Note]) -> Iterator[Row]:
    """`widths`: of the columns, from 1, of which numbers are filled up with zeros. Notes are added at the end."""
    top, left = sheet.start or (0, 0)
    spread = Merges(merged, top, (sheet.end or (0, 0))[1] - left)
    padded = {column - 1 - left: width for column, width in widths.items() if column > left}
    rounded = 0
    for number, cells in enumerate(sheet.iter_rows(), top):
        row = [written(cell) for cell in cells]
        for column, width in padded.items():
            if isinstance(cells[column], float) and (text := row[column]):
                row[column] = text.zfill(width)
        rounded += sum(isinstance(cell, float) and abs(cell) >= EXACT for cell in cells)
        yield spread.applied(number, left, row)
    notes.extend([*spread.notes(), *_rounded(rounded), *_padded(len(padded))])


def _others(name: str, names: Sequence[str]) -> Iterator[Note]:
    if len(names) > 1:
        yield Note(
            "sheets",
            f"Ce classeur a {len(names)} feuilles ; seule « {name} » est lue. Choisissez-en une autre si le tableau est ailleurs.",
            count=len(names) - 1,
            examples=tuple(each for each in names if each != name)[:20],
        )


def _errors(extent: Extent) -> Iterator[Note]:
    if extent.errors:
        yield Note(
            "formula-errors",
            "Des cellules portent une erreur de calcul (#N/A, #REF!…) : elles comptent comme vides. "
            "Corrigez leurs formules dans le tableur.",
            count=extent.errors,
        )


def _rounded(count: int) -> Iterator[Note]:
    if count:
        yield Note(
            "rounded",
            "Des nombres ont plus de 15 chiffres : le tableur en a perdu les derniers. Si ce sont des identifiants, "
            "mettez ces cellules au format Texte et saisissez-les de nouveau.",
            count=count,
        )


def _padded(count: int) -> Iterator[Note]:
    if count:
        yield Note(
            "zeros",
            "Des codes sont des nombres que le tableur complète par des zéros : ils ont été lus avec leurs zéros.",
            count=count,
        )


def protected() -> Unreadable:
    return Unreadable(
        "Ce fichier est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis déposez-le de nouveau.",
        "protected",
    )
