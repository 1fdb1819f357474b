"""Bytes as they came, made fit for the parser: one encoding, no bottomless nesting, no context to fetch.

A document that needs nothing is read where it is; else a clean copy is made. Each remedy has a code, for the report:
encoding-converted, encoding-guessed, control-characters, context-inlined, and those of `formats.read`.
"""

from __future__ import annotations

import codecs
import json
import mmap
import re
from pathlib import Path

from catalogue.dcat import contexts, rdfxml
from catalogue.dcat.sniffing import Forbidden, Malformed

CHUNK = 2**20
MAX_JSON_DEPTH = 100  # pyoxigraph's time grows with its square
MAX_JSON = 48 * 2**20  # bytes: its parser holds eleven times as much

Notes = tuple[str, ...]

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
NAKED_UTF16 = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
DECLARED = re.compile(r"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._\-]+)["'][^>]*\?>""")
# Those that text is written in; Python knows others, that unpack or execute.
ENCODING = re.compile(r"(utf-?(8|16)|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?\d|(windows|cp)-?125\d|macintosh)", re.I)

BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+[\[\]{}]', re.DOTALL)
CONTEXT = re.compile(r'(?<!\\)"@context"\s*:\s*(?=["\[])')


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """What is no UTF-8 is nearly always Windows' Latin alphabet, pasted; browsers take it so too."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    said = error.object[error.start : error.end]
    return "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in said), error.end


codecs.register_error("bouture-windows", _as_windows)


def prepare(path: Path, format: str, folder: Path) -> tuple[Path, Notes]:
    """A document that the parser can be given, and what was done to it; copies go to `folder`.

    Raises Forbidden, Malformed, Truncated.
    """
    path, notes = as_utf8(path, format, folder)
    if format == "rdfxml":
        try:
            rdfxml.check(path)
        except rdfxml.IllegalCharacter:
            copy = folder / "legal.xml"
            rdfxml.drop_illegal(path, copy)
            rdfxml.check(copy)
            return copy, (*notes, "control-characters")
    if format == "jsonld":
        check_json(path)
        path, more = inline_contexts(path, folder)
        notes += more
    return path, notes


def as_utf8(path: Path, format: str, folder: Path) -> tuple[Path, Notes]:
    """The document in UTF-8 without a mark; a copy when it is not so already."""
    with path.open("rb") as file:
        head = file.read(1024)
    encoding, skip = _encoding(head, format)
    if encoding == "utf-8" and not skip and _is_utf8(path):
        return path, ()
    if not encoding.startswith("utf") and _is_utf8(path):
        encoding = "utf-8"  # it says Latin and is not: accents would come out in pairs
    copy = folder / "utf8"
    decode = codecs.getincrementaldecoder(encoding)("bouture-windows" if encoding == "utf-8" else "replace").decode
    with path.open("rb") as file, copy.open("w", encoding="utf-8", newline="", errors="replace") as out:
        file.seek(skip)
        text = decode(file.read(CHUNK))
        if format == "rdfxml":
            text = re.sub(r"<\?xml\s[^>]*\?>", '<?xml version="1.0"?>', text, count=1)
        while text:
            out.write(text)
            text = decode(file.read(CHUNK))
        out.write(decode(b"", True))
    guessed = encoding == "utf-8" and not _is_utf8(path)
    return copy, ("encoding-guessed" if guessed else "encoding-converted",)


def _encoding(head: bytes, format: str) -> tuple[str, int]:
    """The encoding of a document, and the length of the mark that says so."""
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding, len(mark)
    for start, encoding in NAKED_UTF16:
        if head.startswith(start):
            return encoding, 0
    said = DECLARED.match(head.decode("latin-1").lstrip()) if format == "rdfxml" else None
    if said is None:
        return "utf-8", 0
    name = said[1].lower()
    if not ENCODING.fullmatch(name):
        raise Malformed(
            f"Le XML de la source se dit écrit en « {name[:40]} », que nous ne lisons pas. "
            "Demandez à son gestionnaire de l'écrire en UTF-8."
        )
    if name.startswith("utf"):  # a document in UTF-16 was seen at its first bytes: whatever it says, this one is not
        return "utf-8", 0
    # As on the web, Latin-1 means Windows' superset of it: € and œ are there.
    latin = codecs.lookup(name).name in ("iso8859-1", "ascii")
    return ("cp1252" if latin else name), 0


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def check_json(path: Path) -> None:
    """Raises Forbidden when JSON is nested deeper, or is larger, than its parser can bear."""
    size = path.stat().st_size
    if not size:
        return
    if size > MAX_JSON:
        raise Forbidden(
            f"Le JSON de la source dépasse {MAX_JSON // 2**20} Mio en une seule page. Demandez à son gestionnaire un "
            "catalogue en plusieurs pages, ou en Turtle, en RDF/XML ou en N-Triples."
        )
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        depth = at = 0
        while found := BRACKET.match(data, at):
            at = found.end()
            depth += 1 if data[at - 1] in b"[{" else -1
            if depth > MAX_JSON_DEPTH:
                raise Forbidden(
                    f"Le JSON de la source emboîte plus de {MAX_JSON_DEPTH} niveaux : il n'a pas été lu. "
                    "Demandez à son gestionnaire un catalogue ordinaire."
                )


def inline_contexts(path: Path, folder: Path) -> tuple[Path, Notes]:
    """The document with the contexts that we know by heart in the place of their addresses. Raises Forbidden."""
    raw = path.read_bytes()
    text = _inlined(raw.decode()) if b'"@context"' in raw else None
    if text is None:
        return path, ()
    copy = folder / "inlined.json"
    copy.write_text(text, "utf-8")
    return copy, ("context-inlined",)


def _inlined(text: str) -> str | None:
    """None when no context has an address."""
    pieces: list[str] = []
    at = 0
    for found in CONTEXT.finditer(text):
        try:
            value, end = json.JSONDecoder().raw_decode(text, found.end())
        except (json.JSONDecodeError, RecursionError):
            continue  # the parser will say where the JSON breaks
        values = value if isinstance(value, list) else [value]
        if found.start() >= at and any(isinstance(entry, str) for entry in values):
            local = [_local(entry) if isinstance(entry, str) else entry for entry in values]
            pieces += [text[at : found.end()], json.dumps(local)]
            at = end
    return "".join([*pieces, text[at:]]) if pieces else None


def _local(url: str) -> contexts.Context:
    context = contexts.known(url)
    if context is None:
        raise unknown_context(url)
    return context


def unknown_context(url: str = "") -> Forbidden:
    address = f" ({url[:200]})" if url else ""
    return Forbidden(
        f"Le JSON-LD de la source renvoie à un contexte extérieur{address} : il n'a pas été lu, car rien n'est "
        "téléchargé pendant la lecture. Demandez à son gestionnaire un contexte écrit dans le document, ou du Turtle."
    )
