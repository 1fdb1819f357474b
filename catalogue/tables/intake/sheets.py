"""How large the sheets of a workbook are, told before a library takes them into memory.

A file of two kilobytes may hold one cell at the far end of a sheet of seventeen thousand million, or say that a cell
is repeated a thousand million times. The XML is read in a stream, without entities (ECMA-376 §18.3, OpenDocument 1.3 §9.1).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Final
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from catalogue.tables.contract import TooMuch, Unreadable

CHUNK: Final = 2**18  # bytes
ROWS, COLUMNS = 2**20, 2**14  # what a sheet can hold
SMALL: Final = 2**23  # bytes of the parts that tell how a workbook is made
DIGITS: Final = "0123456789"
ZEROS: Final = re.compile(r"0{2,20}")  # a number format that fills up with zeros: 00000 for a postcode
Attributes = dict[str, str]


@dataclass
class Extent:
    """Of one sheet: the box of its cells that hold something, from A1, and what else must be known before its rows."""

    rows: int = 0
    columns: int = 0
    errors: int = 0  # cells such as #N/A
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(
        default_factory=list
    )  # ODS: the library has no word of it
    styles: dict[int, set[str]] = field(default_factory=dict)  # XLSX: of the numbers of each column

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    @property
    def tabular(self) -> bool:
        return self.rows > 1 and self.columns > 1

    def holds(self, row: int, column: int) -> None:
        if row > self.rows:
            self.rows = row
        if column > self.columns:
            self.columns = column


class _Excel:
    """Listens to a worksheet of XLSX. Called for each element: what is usual is met first, and costs least."""

    def __init__(self) -> None:
        self.extent = Extent()
        self._letters: dict[str, int] = {}
        self._row = self._column = 0
        self._said = ""  # the row, as the file writes it
        self._style: str | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v" or name == "is":
            self.extent.holds(self._row, self._column)
            if self._style is not None:
                self.extent.styles.setdefault(self._column, set()).add(self._style)
        elif name == "c":
            self._cell(attributes)
        elif name == "row":
            self._said = attributes.get("r", "")
            self._row = _number(self._said, self._row + 1)
            self._column = 0

    def _cell(self, attributes: Attributes) -> None:
        if reference := attributes.get("r"):
            letters = reference.rstrip(DIGITS)
            column = self._letters.get(letters)
            if column is None:
                column = self._letters[letters] = _position(letters)
            self._column = column
            if (row := reference[len(letters) :]) != self._said:
                self._row, self._said = _number(row, self._row), row
        else:
            self._column += 1
        kind = attributes.get("t")
        self._style = attributes.get("s", "0") if kind is None or kind == "n" else None
        if kind == "e":
            self.extent.errors += 1


class _OpenDocument:
    """Listens to content.xml of an ODS: one extent per table, in order."""

    def __init__(self) -> None:
        self.extents: list[Extent] = []
        self._row = self._column = 0

    def start(self, name: str, attributes: Attributes) -> None:
        match name.rpartition(":")[2]:
            case "table-cell" | "covered-table-cell":
                self._cell({key.rpartition(":")[2]: value for key, value in attributes.items()})
            case "p" if self.extents:
                self.extents[-1].holds(self._row, self._column)
            case "table-row":
                self._row += _number(_local(attributes, "number-rows-repeated"), 1)
                self._column = 0
            case "table":
                self.extents.append(Extent())
                self._row = self._column = 0

    def _cell(self, attributes: Attributes) -> None:
        if not self.extents:
            return
        first = self._column
        self._column += _number(attributes.get("number-columns-repeated"), 1)
        if "value-type" in attributes:
            self.extents[-1].holds(self._row, self._column)
        wide = _number(attributes.get("number-columns-spanned"), 1)
        high = _number(attributes.get("number-rows-spanned"), 1)
        if wide > 1 or high > 1:
            self.extents[-1].merged.append(((self._row - 1, first), (self._row + high - 2, first + wide - 1)))


def excel(archive: zipfile.ZipFile, part: str) -> Extent:
    """The extent of the worksheet in `part`. Raises Unreadable."""
    listener = _Excel()
    with archive.open(part) as file:
        _listen(file, listener.start)
    return listener.extent


def opendocument(archive: zipfile.ZipFile) -> list[Extent]:
    """The extents of all tables. Raises Unreadable."""
    listener = _OpenDocument()
    with archive.open("content.xml") as file:
        _listen(file, listener.start)
    return listener.extents


def parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The worksheets of an XLSX: where each name is kept. Raises Unreadable."""
    targets = {
        each.get("Id"): posixpath.normpath(posixpath.join("/xl", each.get("Target", ""))).lstrip("/")
        for each in _small(archive, "xl/_rels/workbook.xml.rels")
    }
    found = {}
    for each in _small(archive, "xl/workbook.xml").iter():
        if each.tag.endswith("}sheet"):
            key = next((value for name, value in each.attrib.items() if name.endswith("}id")), None)
            found[each.get("name", "")] = targets.get(key, "")
    return {name: part for name, part in found.items() if part in archive.namelist()}


def widths(archive: zipfile.ZipFile, extent: Extent) -> dict[int, int]:
    """The columns (from 1) of which every number is shown filled up with zeros, and to how many digits."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = _small(archive, "xl/styles.xml")
    formats = {each.get("numFmtId"): each.get("formatCode", "") for each in _tagged(styles, "numFmt")}
    cells = [
        formats.get(each.get("numFmtId"), "") for group in _tagged(styles, "cellXfs") for each in _tagged(group, "xf")
    ]
    found = {}
    for column, used in extent.styles.items():
        codes = {cells[int(style)] for style in used if style.isdigit() and int(style) < len(cells)}
        if len(codes) == 1 and ZEROS.fullmatch(code := codes.pop()):
            found[column] = len(code)
    return found


def _tagged(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if each.tag.endswith("}" + name))


def _small(archive: zipfile.ZipFile, part: str) -> Element:
    with archive.open(part) as file:
        content = file.read(SMALL + 1)
    if len(content) > SMALL:
        raise TooMuch(f"Ce classeur décrit plus que ce qu’il peut contenir ({part}). Exportez la feuille utile en CSV.")
    try:
        root: Element = ElementTree.fromstring(content)
    except (ParseError, DefusedXmlException) as error:
        raise damaged() from error
    return root


def _listen(file: IO[bytes], start: Callable[[str, Attributes], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged() from error


def _no_doctype(*_: object) -> None:
    # An entity needs a document type, and neither Excel nor LibreOffice writes one.
    raise Unreadable(
        "Ce classeur contient des définitions XML (DOCTYPE) qu’un tableur n’écrit jamais : il n’est pas lu. "
        "Rouvrez-le dans un tableur et enregistrez-le de nouveau, ou exportez-le en CSV."
    )


def damaged() -> Unreadable:
    return Unreadable(
        "Ce classeur est coupé ou abîmé. Rouvrez-le dans un tableur, enregistrez-le de nouveau et déposez le nouveau fichier."
    )


def _local(attributes: Attributes, name: str) -> str | None:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), None)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else otherwise


def _position(letters: str) -> int:
    """Of a column from its letters: A is 1, XFD 16,384; beyond, what is too many."""
    position = 0
    for letter in letters[:4].upper():
        position = position * 26 + max(0, ord(letter) - 64)
    return position
