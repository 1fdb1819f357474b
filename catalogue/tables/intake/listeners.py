"""What a sheet is, heard while its XML is read in a stream: how far it goes, what it weighs (ECMA-376 §18.3, OpenDocument 1.3 §9.1).

Nothing is kept but counts. A workbook is a way to make a few bytes many: a cell far away, a cell repeated a thousand million
times, a long text that a million cells refer to; each is counted as what it would become.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Final, Protocol
from xml.parsers import expat

from catalogue.tables.contract import Unreadable

CHUNK: Final = 2**18  # bytes
LONGEST: Final = 2**23  # bytes of one tag: beyond, nobody's
DIGITS: Final = "0123456789"
Attributes = dict[str, str]


@dataclass
class Extent:
    """Of one sheet: the box of its cells that hold something, from A1, and what else must be known before its rows."""

    rows: int = 0
    columns: int = 0
    errors: int = 0  # cells such as #N/A
    characters: int = 0  # of texts that cells repeat or refer to, once each has its own
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


class Excel:
    """Listens to a worksheet of XLSX. Called for each element: what is usual is met first, and costs least.

    `lengths`: of the shared texts, by their numbers.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self.extent = Extent()
        self._lengths = lengths
        self._refers = self._counting = False
        self._letters: dict[str, int] = {}
        self._row = self._column = 0
        self._said = ""  # the row, as the file writes it
        self._style: str | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v" or name == "is":
            self.extent.holds(self._row, self._column)
            self._counting = self._refers
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
        self._refers = kind == "s"
        if kind == "e":
            self.extent.errors += 1

    def text(self, data: str) -> None:
        if self._counting:
            self._counting = False
            number = _number(data.strip(), -1)
            if 0 <= number < len(self._lengths):
                self.extent.characters += self._lengths[number]


class OpenDocument:
    """Listens to content.xml of an ODS: one extent per table, in order."""

    def __init__(self) -> None:
        self.extents: list[Extent] = []
        self._rows = self._times = 1  # how often the row, and the cell, stand there
        self._row = self._column = 0

    def start(self, name: str, attributes: Attributes) -> None:
        match name.rpartition(":")[2]:
            case "table-cell" | "covered-table-cell":
                self._cell({key.rpartition(":")[2]: value for key, value in attributes.items()})
            case "p" if self.extents:
                self.extents[-1].holds(self._row, self._column)
            case "s" if self.extents:  # spaces, by their number
                self.extents[-1].characters += _number(_local(attributes, "c"), 1) * self._times
            case "table-row":
                self._rows = _number(_local(attributes, "number-rows-repeated"), 1)
                self._row += self._rows
                self._column = 0
            case "table":
                self.extents.append(Extent())
                self._row = self._column = 0

    def _cell(self, attributes: Attributes) -> None:
        if not self.extents:
            return
        first = self._column
        repeated = _number(attributes.get("number-columns-repeated"), 1)
        self._column += repeated
        self._times = self._rows * repeated
        if "value-type" in attributes:
            self.extents[-1].holds(self._row, self._column)
        wide = _number(attributes.get("number-columns-spanned"), 1)
        high = _number(attributes.get("number-rows-spanned"), 1)
        if wide > 1 or high > 1:
            self.extents[-1].merged.append(((self._row - 1, first), (self._row + high - 2, first + wide - 1)))

    def text(self, data: str) -> None:
        if self.extents:
            self.extents[-1].characters += len(data) * self._times


class SharedTexts:
    """Listens to sharedStrings.xml: the length of each text that cells refer to."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, name: str, _: Attributes) -> None:
        if name.rpartition(":")[2] == "si":
            self.lengths.append(0)

    def text(self, data: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(data)


class Listener(Protocol):
    def start(self, name: str, attributes: Attributes, /) -> None: ...

    def text(self, data: str, /) -> None: ...


def listen(file: IO[bytes], listener: Listener, texts: bool = True) -> None:
    """`texts`: whether what stands between the tags is heard too. Raises Unreadable."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = listener.start
    parser.StartDoctypeDeclHandler = _no_doctype
    if texts:
        parser.CharacterDataHandler = listener.text
    fed = 0
    try:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST:  # a tag without end, that the parser would keep whole
                raise damaged()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged() from error


def _no_doctype(*_: object) -> None:
    # An entity needs a document type, and neither Excel nor LibreOffice writes one.
    raise Unreadable(
        "Ce classeur contient des définitions XML (DOCTYPE) qu’un tableur n’écrit jamais : il n’est pas lu. "
        "Rouvrez-le dans un tableur et enregistrez-le de nouveau, ou exportez-le en CSV.",
        "entities",
    )


def damaged() -> Unreadable:
    return Unreadable(
        "Ce classeur est coupé ou abîmé. Rouvrez-le dans un tableur, enregistrez-le de nouveau et déposez le nouveau fichier.",
        "damaged",
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
