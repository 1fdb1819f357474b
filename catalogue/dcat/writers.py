"""N-Triples out in each form, block by block, so that a catalogue of any size is never held.

What comes in is text: what the base holds of each record, converted without making an object of each of its triples,
which would take three times as long. Lines of one subject should come one after the other: they are then written
together. Blank nodes of different records must bear different labels (`own_labels`).
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import pyoxigraph as ox

from catalogue.dcat.canon import Sound, is_iri
from catalogue.dcat.contexts import PREFIXES
from catalogue.dcat.sniffing import RDF_NAMESPACE

log = logging.getLogger(__name__)

BLOCK: Final = 64 * 1024  # characters converted at once, then up to the end of the line
CHUNK: Final = 500  # triples

RDF_TYPE = RDF_NAMESPACE + "type"

XML_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What such a character is written with in N-Triples, or looks like. Looked for one by one: a tenth of the time of a
# regular expression.
MAYBE_ILLEGAL = ("\\b", "\\f", "\\u", "\\U", "\ufffe", "\uffff")
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
# RDF/XML writes a predicate as an element: its address must end in an XML name (RDF 1.1 XML Syntax §4) ...
XML_NAME = re.compile(r"[A-Za-z_][\w.\-]*\Z", re.ASCII)
# ... and not be one of the names that mean something else there (§5.1).
RESERVED = frozenset(
    RDF_NAMESPACE + name
    for name in "RDF ID about parseType resource nodeID datatype Description li bagID aboutEach aboutEachPrefix".split()
)
TURTLE_HEADER = re.compile(rb"(?:@prefix [^\n]*\n)*")
XML_TAIL = b"\n</rdf:RDF>"
PREDICATE = re.compile(r"^\S+ <([^>]*)>", re.MULTILINE)
_ADDRESS = r"<([^>\n]*+)>"
# One line as pyoxigraph writes it: subject (address or label), predicate, object (address, label or literal). What it
# escapes in a literal, it escapes as JSON does. No choice fails within what takes nothing back (`plain`).
LINE: Final = re.compile(
    rf"^(?:{_ADDRESS}|(_:\S++)) {_ADDRESS} "
    rf'(?:{_ADDRESS}|(_:\S++)|"((?:[^"\\\x00-\x1f]++|\\[btnfr"\\]|\\u00[0-9A-F][0-9A-F]|\\uFFF[0-9A-F])*+)"'
    rf"(?:@([A-Za-z]{{1,8}}(?:-+[A-Za-z0-9]{{1,8}})*)|\^\^{_ADDRESS})?) \.$",
    re.MULTILINE,
)
# An address such as <dcat:Dataset>, which real catalogues hold: JSON-LD would take it for a prefixed name.
AMBIGUOUS: Final = re.compile(rf"<(?:{'|'.join(PREFIXES)}):(?!//)")


# Where a label begins: as a subject, or as the object of a line, which no literal ends like. Its two characters come first: they
# are looked for as fast as in any text.
LABEL: Final = re.compile(r'_:(?:(?<=^_:)|(?<=> _:)(?=[^\s"<>]+ \.$))', re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """Lines of N-Triples, and whose they are, for the log. They should be sound; what is not is mended or left out."""

    said: str
    of: str = ""


@dataclass(frozen=True)
class Form:
    """A format: what comes first, each block, what stands between two of them, what comes last."""

    head: bytes
    convert: Callable[[str, Counter[str]], bytes]
    between: bytes = b""
    tail: bytes = b""


def own_labels(text: str, name: str) -> str:
    """The text with `name`, letters and digits, before the label of each blank node."""
    return LABEL.sub(f"_:{name}", text) if "_:" in text else text


def write(triples: Iterable[ox.Triple], format: str, counts: Counter[str] | None = None) -> Iterator[bytes]:
    """The graph in "turtle", "ntriples", "rdfxml" or "jsonld", in UTF-8.

    What the format cannot carry is escaped or left out, and counted in `counts`: iri-escaped, language-dropped,
    datatype-dropped, character-dropped, triple-dropped. Raises KeyError for another format.
    """
    sound = Sound()
    if counts is not None:
        sound.counts = counts
    return write_texts(_as_text(sound(triples)), format, sound.counts)


def _as_text(triples: Iterable[ox.Triple]) -> Iterator[Text]:
    held: list[ox.Triple] = []
    for triple in triples:
        held.append(triple)
        if len(held) >= CHUNK:
            yield Text(ntriples_of(held))
            held = []
    yield Text(ntriples_of(held))


def ntriples_of(triples: Iterable[Any]) -> str:
    """Triples, or quads of the default graph, as text."""
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def write_texts(texts: Iterable[Text], format: str, counts: Counter[str] | None = None) -> Iterator[bytes]:
    """The texts as one document; `format` and `counts` as in `write`."""
    form = FORMS[format]
    return _document(texts, form, Counter() if counts is None else counts)


def _document(texts: Iterable[Text], form: Form, counts: Counter[str]) -> Iterator[bytes]:
    yield form.head
    between = b""
    for block in blocks(texts):
        try:
            piece = form.convert("".join(text.said for text in block), counts)
        except (SyntaxError, UnicodeError):
            piece = form.convert("".join(map(mended, block)), counts)
        if piece:
            yield between + piece
            between = form.between
    yield form.tail


def blocks(texts: Iterable[Text]) -> Iterator[list[Text]]:
    """Texts together up to BLOCK; a longer one in several parts."""
    held: list[Text] = []
    size = 0
    for text in texts:
        start = 0
        while start < len(text.said):
            end = (text.said.find("\n", start + BLOCK) + 1) or len(text.said)
            held.append(text if end - start == len(text.said) else Text(text.said[start:end], text.of))
            size += end - start
            start = end
            if size >= BLOCK:
                yield held
                held, size = [], 0
    if held:
        yield held


def mended(text: Text) -> str:
    """The lines that can be read, in a form that strict parsers take."""
    try:
        return _strict(text.said)
    except (SyntaxError, UnicodeError):
        log.warning("Fiche %s : une ligne de son RDF est illisible ; le reste est exporté.", text.of)
    kept = "\n".join(line for line in text.said.split("\n") if _readable(line))
    return _strict(ntriples_of(Sound()(quad.triple for quad in _lenient(kept))))


def _readable(line: str) -> bool:
    try:
        for _ in _lenient(line):
            pass
    except SyntaxError:
        return False
    return True


def _lenient(text: str) -> Iterable[ox.Quad]:
    return ox.parse(text.encode("utf-8", "replace"), ox.RdfFormat.N_TRIPLES, lenient=True)


def _parsed(text: str) -> Iterable[ox.Quad]:
    return ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES)


def _strict(text: str) -> str:
    """The same lines, each as pyoxigraph writes it. Raises SyntaxError."""
    return ntriples_of(_parsed(text))


def ntriples(text: str, _: Counter[str]) -> bytes:
    return _strict(text).encode()


def turtle(text: str, _: Counter[str]) -> bytes:
    written = ox.serialize(_parsed(text), format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    header = TURTLE_HEADER.match(written)
    return written[header.end() if header else 0 :]


def rdfxml(text: str, counts: Counter[str]) -> bytes:
    said: Any = _parsed(own_labels(text, "b"))  # rdf:nodeID is an XML name, which no digit begins
    raw = text.encode()
    doubt = any(mark in text for mark in MAYBE_ILLEGAL) or len(raw.translate(None, CONTROLS)) < len(raw)
    if doubt or not all(map(_is_element, set(PREDICATE.findall(text)))):
        said = _for_xml((quad.triple for quad in said), counts)
    written = ox.serialize(said, format=ox.RdfFormat.RDF_XML, prefixes=PREFIXES) or b""
    return written.removeprefix(XML_HEAD).removesuffix(XML_TAIL)


def _for_xml(triples: Iterable[ox.Triple], counts: Counter[str]) -> Iterator[ox.Triple]:
    """Without the characters and the predicates that XML cannot hold."""
    for triple in triples:
        value = triple.object
        if not _is_element(triple.predicate.value):
            counts["triple-dropped"] += 1
        elif isinstance(value, ox.Literal) and XML_ILLEGAL.search(value.value):
            counts["character-dropped"] += 1
            text = XML_ILLEGAL.sub("", value.value)
            kept = {"language": value.language} if value.language else {"datatype": value.datatype}
            yield ox.Triple(triple.subject, triple.predicate, ox.Literal(text, **kept))
        else:
            yield triple


@lru_cache(maxsize=10_000)
def _is_element(predicate: str) -> bool:
    return bool(XML_NAME.search(predicate)) and predicate not in RESERVED


def jsonld(text: str, counts: Counter[str]) -> bytes:
    """JSON-LD 1.1, compact over our prefixes, one node an entry of @graph. Strings stay as they are."""
    lines = LINE.findall(text)
    if len(lines) != text.count("\n") or not all(map(is_iri, _addresses(lines))):
        text = _strict(text)
        lines = LINE.findall(text)
        # A triple about a triple (RDF 1.2) has no place in DCAT.
        counts["triple-dropped"] += text.count("\n") - len(lines)
    doubt = bool(AMBIGUOUS.search(text))
    nodes = [_node(subject, list(said), doubt) for subject, said in groupby(lines, key=itemgetter(0, 1))]
    return ",\n".join(nodes).encode()


def _addresses(lines: list[tuple[str, ...]]) -> set[str]:
    found = {line[column] for column in (0, 2, 3, 7) for line in lines}
    return found - {""}


def _node(subject: tuple[str, str], lines: list[tuple[str, ...]], doubt: bool) -> str:
    about = subject[0] or subject[1]
    if doubt and any(map(ambiguous_name, _addresses(lines))):
        return _written(about, lines, str, '"@context":null,')
    return _written(about, lines, prefixed, "")


def _written(subject: str, lines: list[tuple[str, ...]], name: Callable[[str], str], context: str) -> str:
    said: dict[str, list[str]] = {}
    for _, _, predicate, address, label, text, language, datatype in lines:
        node = address or label
        if not node:
            said.setdefault(name(predicate), []).append(_literal(text, language, datatype, name))
        elif predicate == RDF_TYPE:
            said.setdefault("@type", []).append(f'"{name(node)}"')
        else:
            said.setdefault(name(predicate), []).append(f'{{"@id":"{node}"}}')
    entries = [
        f'"{key}":{values[0]}' if len(values) == 1 else f'"{key}":[{",".join(values)}]' for key, values in said.items()
    ]
    return f'{{{context}"@id":"{subject}",{",".join(entries)}}}'


def _literal(text: str, language: str, datatype: str, name: Callable[[str], str]) -> str:
    if language:
        tag, _, direction = language.partition("--")
        more = f',"@direction":"{direction}"' if direction else ""
        return f'{{"@language":"{tag}"{more},"@value":"{text}"}}'
    return f'{{"@type":"{name(datatype)}","@value":"{text}"}}' if datatype else f'"{text}"'


def ambiguous_name(iri: str) -> bool:
    return "://" not in iri and iri.partition(":")[0] in PREFIXES


@lru_cache(maxsize=10_000)
def prefixed(iri: str) -> str:
    """An address by our prefixes, itself when none fits."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = BY_NAMESPACE.get(iri[:cut])
    return f"{prefix}:{iri[cut:]}" if prefix and cut < len(iri) else iri


BY_NAMESPACE = {address: prefix for prefix, address in PREFIXES.items()}
XML_HEAD = (ox.serialize([], format=ox.RdfFormat.RDF_XML, prefixes=PREFIXES) or b"").removesuffix(XML_TAIL)
FORMS = {
    "turtle": Form("".join(f"@prefix {prefix}: <{said}> .\n" for prefix, said in PREFIXES.items()).encode(), turtle),
    "ntriples": Form(b"", ntriples),
    "rdfxml": Form(XML_HEAD, rdfxml, tail=XML_TAIL + b"\n"),
    "jsonld": Form(
        b'{"@context":' + json.dumps(PREFIXES, separators=(",", ":")).encode() + b',"@graph":[\n',
        jsonld,
        b",\n",
        b"\n]}\n",
    ),
}
