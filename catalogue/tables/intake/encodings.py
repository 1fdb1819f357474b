"""Bytes to lines of text: which encoding, and what had to be done to read it.

A first pass over the bytes decides (it costs a tenth of a second per 100 MB); the text is then read in a stream.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from catalogue.tables.contract import Note, Options, Unreadable
from catalogue.tables.wording import agreed

PIECE = 2**20
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# One byte a character: what French programs wrote before UTF-8. Each is told by the letters it makes.
OLD = ("cp1252", "mac_roman", "cp850")
FRENCH = "éèàêçôîùâûëïœÉÈÀÊÇÔÎ€°’«»²³"
NAMES = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "CP850"}
CONTROLS = re.compile(rb"[\x01-\x08\x0b\x0e-\x19\x1c-\x1f\x7f]")
# What French letters and signs are in UTF-8: read as Windows-1252 they make « Ã© », « â€™ », which nobody writes.
ACCENTED = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xc5[\x92\x93]|\xe2\x80[\x90-\xbf]|\xe2\x82\xac")
HIGH = re.compile(rb"[\x80-\xff]")
NEWLINE = re.compile(r"\r\r\n|\r\n|\n|\r")


@dataclass(frozen=True)
class Text:
    """How the bytes of a file are read. `plain`: a program that knows UTF-8 alone reads the file as it is."""

    path: Path
    encoding: str  # a codec of Python, or "mixed"
    skipped: int  # bytes of the mark at the beginning
    plain: bool
    notes: tuple[Note, ...]

    @property
    def name(self) -> str:
        if self.encoding == "mixed":
            return "UTF-8 et Windows-1252"
        return NAMES.get(self.encoding, self.encoding.upper().removesuffix("-LE").removesuffix("-BE"))

    def characters(self) -> Iterator[str]:
        """Pieces of the text, with neither mark nor NUL."""
        codec, errors = ("utf-8", MIXED) if self.encoding == "mixed" else (self.encoding, "replace")
        decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder(codec)(errors=errors)
        with self.path.open("rb") as file:
            file.seek(self.skipped)
            while piece := file.read(PIECE):
                yield decoder.decode(piece).replace("\0", "")
        yield decoder.decode(b"", final=True).replace("\0", "")

    def lines(self) -> Iterator[str]:
        """Lines without their ends, whether these are CR, LF, CRLF or the CRCRLF of a file converted twice."""
        held: list[str] = []
        for piece in self.characters():
            if "\n" not in piece and "\r" not in piece:  # a line of many pieces is joined once
                held.append(piece)
                continue
            text = "".join([*held, piece])
            whole = text.rstrip("\r")  # what follows may make one end of them
            parts = NEWLINE.split(whole) if "\r" in whole else whole.split("\n")
            held = [parts.pop() + text[len(whole) :]]
            yield from parts
        rest = "".join(held)
        if rest:
            parts = NEWLINE.split(rest)
            yield from parts if parts[-1] else parts[:-1]


def _windows(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


def in_utf8(text: Text, into: Path) -> Text:
    """The same text in a file of UTF-8, which DuckDB reads ten times as fast as we do line by line."""
    with into.open("w", encoding="utf-8", errors="replace", newline="") as file:
        for piece in text.characters():
            file.write(piece)
    return replace(text, path=into, skipped=0, plain=_counted(into, 0, ()).plain)


MIXED = "bouture-windows-1252"
codecs.register_error(MIXED, _windows)


def opened(path: Path, options: Options) -> Text:
    """Finds the encoding out. Raises Unreadable when the bytes are not text, or not in the encoding that was chosen."""
    with path.open("rb") as file:
        head = file.read(PIECE)
    if not head.strip():
        raise Unreadable("Ce fichier est vide. Déposez celui qui contient les lignes.", "empty")
    if options.encoding:
        return _chosen(path, options.encoding, head)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            notes = _marked(encoding)
            return (
                _counted(path, len(mark), notes)
                if encoding == "utf-8"
                else Text(path, encoding, len(mark), False, notes)
            )
    if wide := _wide(head):
        note = Note("encoding", f"Le fichier est en {wide.upper()[:-3]}, sans marque au début : il a été lu ainsi.")
        return Text(path, wide, 0, False, (note,))
    if len(CONTROLS.findall(head)) * 100 > len(head) or head.count(0) * 10 > len(head):
        raise Unreadable(
            "Ce fichier n’est pas du texte : il porte l’extension d’un tableau, mais son contenu est d’une autre nature. "
            "Ouvrez-le avec le logiciel qui l’a produit, et exportez-le en CSV.",
            "binary",
        )
    return _counted(path, 0, ())


def _marked(encoding: str) -> tuple[Note, ...]:
    if encoding == "utf-8":
        return (
            Note(
                "bom",
                "Le fichier commence par une marque invisible (BOM) : elle n’est pas dans le premier nom de colonne.",
            ),
        )
    return (Note("encoding", f"Le fichier est en {encoding.upper()[:-3]} : il a été lu ainsi. Préférez UTF-8."),)


def _chosen(path: Path, encoding: str, head: bytes) -> Text:
    try:
        codec = codecs.lookup(encoding).name
        head[: len(head) // 4 * 4].decode(codec, "ignore")
    except (LookupError, UnicodeError) as error:
        raise Unreadable(
            f"L’encodage « {encoding} » n’est pas connu. Choisissez UTF-8 ou Windows-1252.", "encoding"
        ) from error
    mark = next((mark for mark, of in MARKS if head.startswith(mark) and codecs.lookup(of).name == codec), b"")
    if codec != "utf-8":
        return Text(path, codec, len(mark), False, ())
    found = _counted(path, len(mark), ())
    if found.encoding != "utf-8":
        raise Unreadable(
            f"Ce fichier n’est pas en UTF-8, il semble en {found.name}. Laissez l’encodage se trouver de lui-même.",
            "encoding",
        )
    return found


def _wide(head: bytes) -> str:
    """UTF-16 without its mark: every other byte of French text is NUL."""
    sample = head[: 2 * (min(len(head), 4096) // 2)]
    if len(sample) < 4:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


def _counted(path: Path, skipped: int, notes: tuple[Note, ...]) -> Text:
    """One pass: is all of it UTF-8? NUL, blank lines and lone CR are what a strict reader would stumble on."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, strange, nuls = True, False, 0
    held = b""  # the last byte of the piece before: an end of line may be cut in two
    with path.open("rb") as file:
        file.seek(skipped)
        while piece := file.read(PIECE):
            valid = valid and _decodes(decoder, piece)
            nuls += piece.count(0)
            joined = held + piece
            held = joined[-1:]
            looked = joined[:-1] if held == b"\r" else joined
            strange = strange or any(pair in looked for pair in (b"\n\n", b"\n\r")) or _lone(looked)
    if nuls:
        notes = (
            *notes,
            Note(
                "nul",
                agreed(nuls, "# caractère[s] nul[s] [a été retiré|ont été retirés] : il[s] ne se li[t|sent] pas."),
                count=nuls,
            ),
        )
    if valid and _decodes(decoder, b"", final=True):
        return Text(path, "utf-8", skipped, not (strange or nuls or held == b"\r"), notes)
    return _old(path, skipped, notes)


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _lone(piece: bytes) -> bool:
    return piece.count(b"\r") != piece.count(b"\r\n")


def _old(path: Path, skipped: int, notes: tuple[Note, ...]) -> Text:
    """Not UTF-8 throughout: another encoding, or two of them in one file."""
    lines: list[int] = []
    accented = 0
    tally: dict[int, int] = {}
    with path.open("rb") as file:
        file.seek(skipped)
        for number, line in enumerate(_bounded(file), 1):
            if line.isascii():
                continue
            rest, made = ACCENTED.subn(b"", line)
            accented += made
            wrong = HIGH.findall(rest)
            if wrong:
                lines.append(number)
                for byte in wrong:
                    tally[byte[0]] = tally.get(byte[0], 0) + 1
    if accented:
        text = agreed(
            len(lines),
            "# ligne[s] n[’est|e sont] pas en UTF-8 comme les autres : elle[s] [a été lue|ont été lues] en Windows-1252. "
            "Vérifiez-en les accents.",
        )
        note = Note("mixed-encoding", text, line=lines[0], count=len(lines), examples=tuple(map(str, lines[:20])))
        return Text(path, "mixed", skipped, False, (*notes, note))
    best = max(OLD, key=lambda codec: _french(tally, codec))
    note = Note(
        "encoding",
        f"Le fichier est en {NAMES[best]} : il a été lu ainsi. Préférez UTF-8, que tous les logiciels lisent.",
    )
    return Text(path, best, skipped, False, (*notes, note))


def _bounded(file: BinaryIO) -> Iterator[bytes]:
    """Lines of at most one piece: a file without line ends must not fill the memory."""
    while line := file.readline(PIECE):
        yield line


def _french(tally: dict[int, int], codec: str) -> int:
    return sum(count if bytes([byte]).decode(codec, "replace") in FRENCH else -count for byte, count in tally.items())
