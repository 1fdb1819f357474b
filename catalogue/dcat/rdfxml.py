"""RDF/XML before the parser: whole, shallow, without entities; and the text that some catalogues leave where none may be.

pyoxigraph takes a document that stops in the middle for a whole one, and needs minutes for 100,000 nested elements:
expat reads every document first (50 MB/s).
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.parsers import expat

from catalogue.dcat.sniffing import RDF_NAMESPACE, Forbidden, Malformed, Truncated

CHUNK = 2**20
MAX_DEPTH = 256

# Characters that XML 1.0 forbids (§2.2), as bytes of UTF-8 and as references to them.
ILLEGAL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]"
    rb"|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]|d[89a-f][0-9a-f]{2}));",
    re.IGNORECASE,
)
CUT = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
BAD_CHARACTER = frozenset(
    expat.errors.codes[message]
    for message in (expat.errors.XML_ERROR_INVALID_TOKEN, expat.errors.XML_ERROR_BAD_CHAR_REF)
)


class IllegalCharacter(Malformed):
    """A character that XML forbids: dropping it saves the document."""


def check(path: Path) -> None:
    """Raises Forbidden, Truncated, IllegalCharacter or Malformed. The file is UTF-8, whatever it declares."""
    parser = expat.ParserCreate("utf-8")
    depth = 0

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Forbidden(
                f"Le XML de la source emboîte plus de {MAX_DEPTH} éléments : il n'a pas été lu. "
                "Demandez à son gestionnaire un catalogue ordinaire."
            )

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(*_: object) -> None:
        raise Forbidden(
            "Le XML de la source déclare des entités (<!ENTITY…>) : il n'a pas été lu, car elles peuvent lire ou "
            "saturer le serveur. Demandez à son gestionnaire un catalogue sans DTD."
        )

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = entity
    _feed(parser, path)


def _feed(parser: expat.XMLParserType, path: Path) -> None:
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        line, column = error.lineno, error.offset + 1
        where = f"ligne {line}, colonne {column}"
        if error.code in CUT:
            raise Truncated(
                f"Le XML de la source s'arrête au milieu ({where}). Réessayez ; si cela dure, prévenez son gestionnaire.",
                line,
                column,
            ) from error
        kind = IllegalCharacter if error.code in BAD_CHARACTER else Malformed
        raise kind(
            f"Le XML de la source est mal formé ({where} : {expat.ErrorString(error.code)}). Prévenez son gestionnaire.",
            line,
            column,
        ) from error


def drop_illegal(source: Path, target: Path) -> None:
    """A copy without the characters that XML forbids, nor references to them."""
    with source.open("rb") as file, target.open("wb") as out:
        kept = b""
        while chunk := file.read(CHUNK):
            data = kept + chunk
            # A reference may lie across two chunks: the last bytes wait for the next one.
            cut = max(len(data) - 32, 0)
            cut = max(data.rfind(b"&", cut), data.rfind(b"\xef", cut))
            kept = data[cut:] if cut >= 0 else b""
            out.write(ILLEGAL.sub(b"", data[: len(data) - len(kept)]))
        out.write(ILLEGAL.sub(b"", kept))


class _Element:
    """One open element. A node holds properties, a property holds one text or nodes (RDF 1.1 XML Syntax §6)."""

    def __init__(self, name: str, attributes: dict[str, str], parent: _Element | None) -> None:
        self.is_root = parent is None and name == f"{RDF_NAMESPACE} RDF"
        self.parse_type = attributes.get(f"{RDF_NAMESPACE} parseType", "")
        if parent is None or parent.is_root:
            self.is_property = False
        else:
            self.is_property = not parent.is_property or parent.parse_type == "Resource"
        points = not attributes.keys().isdisjoint((f"{RDF_NAMESPACE} resource", f"{RDF_NAMESPACE} nodeID"))
        self.takes_text = self.is_property and not points and self.parse_type in ("", "Literal")
        self.texts: list[tuple[int, int]] = []  # allowed, unless a nested node follows


class _StrayText:
    """Listens to expat, and keeps where text stands that RDF/XML does not allow."""

    def __init__(self) -> None:
        self.found: list[tuple[int, int]] = []
        self._open: list[_Element] = []
        self._began: int | None = None
        self._literal = 0  # depth inside rdf:parseType="Literal", where all is allowed
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.CommentHandler = self.parser.ProcessingInstructionHandler = self._other
        self.parser.StartCdataSectionHandler = self.parser.EndCdataSectionHandler = self._other

    def _other(self, *_: str) -> None:
        """A run of text ends where anything else begins."""
        if self._began is not None:
            run = (self._began, self.parser.CurrentByteIndex)
            self._began = None
            (self._open[-1].texts if self._open[-1].takes_text else self.found).append(run)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._other()
        parent = self._open[-1] if self._open else None
        if parent and parent.parse_type == "Literal":
            self._literal += 1
            return
        if parent:
            self.found += parent.texts
            parent.texts, parent.takes_text = [], False
        self._open.append(_Element(name, attributes, parent))

    def _end(self, _: str) -> None:
        self._other()
        if self._literal:
            self._literal -= 1
        else:
            self._open.pop()

    def _text(self, data: str) -> None:
        self._other()
        if not (self._literal or data.isspace()):
            self._began = self.parser.CurrentByteIndex


def stray_text(path: Path) -> list[tuple[int, int]]:
    """Where text stands that RDF/XML does not allow, in bytes from the start: between the properties of a node, beside
    an rdf:resource, around a nested node. The document must have passed `check`.
    """
    listener = _StrayText()
    _feed(listener.parser, path)
    return listener.found


def without(source: Path, target: Path, ranges: list[tuple[int, int]]) -> None:
    """A copy without some ranges of bytes, given in order of appearance or not."""
    data = source.read_bytes()
    with target.open("wb") as out:
        at = 0
        for begin, end in sorted(ranges):
            out.write(data[at:begin])
            at = end
        out.write(data[at:])
