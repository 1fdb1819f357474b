"""What a document is, from what it holds first: servers send RDF as text/plain, and error pages as text/turtle.

FormatError         the document cannot be read; the message is French and says what to do
├── NotRdf          it is something else: the message names what
├── Malformed       it is RDF, badly written; `line` and `column` when known
│   └── Truncated   ... and stops in the middle
├── Forbidden       reading it would be a danger: entities, contexts to fetch, bottomless nesting
└── TooSymmetric    its blank nodes cannot be told apart in a bounded time
"""

from __future__ import annotations

import re

FORMATS = ("turtle", "ntriples", "trig", "nquads", "n3", "rdfxml", "jsonld")


class FormatError(ValueError):
    """The base of all; `message` is French, for a person, and says what to do next."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotRdf(FormatError):
    """Something else than RDF."""


class Malformed(FormatError):
    """RDF that breaks its own grammar. `line` and `column` count from 1; None when the parser does not say."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Truncated(Malformed):
    """RDF that stops in the middle."""


class Forbidden(FormatError):
    """RDF that we will not follow."""


class TooSymmetric(FormatError):
    """Blank nodes that have no canonical names within the steps allowed."""


MEDIA_TYPES = {
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
    "application/n-triples": "ntriples",
    "application/trig": "trig",
    "application/n-quads": "nquads",
    "text/n3": "n3",
    "text/rdf+n3": "n3",
}
EXTENSIONS = {
    "ttl": "turtle",
    "rdf": "rdfxml",
    "owl": "rdfxml",
    "jsonld": "jsonld",
    "nt": "ntriples",
    "trig": "trig",
    "nq": "nquads",
    "n3": "n3",
}

RDF_NAMESPACE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CHECK = "Vérifiez l'adresse de la source."
ASK = "Demandez au gestionnaire de la source l'adresse de son catalogue DCAT en RDF."
LOOK = "Cherchez sur le site d'origine l'adresse du catalogue DCAT en RDF, et donnez-la."

MAGIC = (
    (b"%PDF", "un fichier PDF"),
    (b"PK\x03\x04", "une archive ZIP ou un classeur"),
    (b"\x1f\x8b", "une archive gzip"),
    (b"\xd0\xcf\x11\xe0", "un document bureautique"),
    (b"PAR1", "un fichier Parquet"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
)
# Roots of XML that is not RDF, by local name, and what to do then.
ROOTS = {
    "GetRecordsResponse": ("une réponse CSW", ASK),
    "GetRecordByIdResponse": ("une réponse CSW", ASK),
    "Capabilities": ("la description d'un service CSW", ASK),
    "ExceptionReport": ("un message d'erreur d'un service OGC", CHECK),
    "MD_Metadata": ("une fiche ISO 19139", ASK),
    "rss": ("un fil RSS", LOOK),
    "feed": ("un fil Atom", LOOK),
    "urlset": ("un plan de site", LOOK),
    "Error": ("un message d'erreur", CHECK),
}
ARCGIS = "Donnez l'adresse de son catalogue DCAT-AP, souvent « /api/feed/dcat-ap/2.1.1.json » sur le même site."
CKAN = "Donnez l'adresse de son catalogue DCAT, souvent « /catalog.ttl » sur le même site."
# JSON that is not JSON-LD, by a key of its first lines.
JSONS = (
    (r'"(conformsTo|@context)"\s*:\s*"https?://project-open-data', "un fichier data.json", ARCGIS),
    (r'"success"\s*:\s*(true|false)|"help"\s*:\s*"http', "une réponse de CKAN", CKAN),
    (r'"nhits"|"datasetid"|"total_count"', "une réponse d'Opendatasoft", LOOK),
    (r'"acronym"|"next_page"|"previous_page"', "une réponse de udata", LOOK),
    (r'"groupIds"|"orgId"|"itemExtent"', "une réponse d'ArcGIS Hub", ARCGIS),
    (r'"type"\s*:\s*"(FeatureCollection|Feature)"', "un fichier GeoJSON", LOOK),
)

HTML = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*<(!doctype\s+html|html|head|body)[\s>]", re.DOTALL | re.IGNORECASE)
XML_PROLOG = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE)
XML_TAG = re.compile(r"<(?:([^\W\d][\w.\-]*):)?([^\W\d][\w.\-]*)(\s[^>]*)?/?>")
LINKED_KEYS = re.compile(r'"@(context|id|graph|type|value)"')

NODE = r"(?:<[^<>\"{}|^`\\\s]*>|_:[^\s<>\"]+)"
LITERAL = r'"(?:[^"\\\n]|\\.)*"(?:\^\^<[^>\s]*>|@[A-Za-z0-9\-]+)?'
FULL = r"(?:<[A-Za-z][A-Za-z0-9+.\-]*:[^<>\"{}|^`\\\s]*>|_:[^\s<>\"]+)"
LINE = re.compile(rf"{FULL}\s+<[^<>\s]*:[^<>\s]*>\s+(?:{FULL}|{LITERAL})\s*(?P<graph>{FULL})?\s*\.\s*(?:#.*)?")
TURTLE = re.compile(
    rf"@?(prefix|base)\s|\[|\(|(?:{NODE}|[^\W\d]?[\w.\-]*:[\w.\-]*)\s+(?:a|<[^<>\s]*>|[\w.\-]*:[\w.\-]*)\s",
    re.IGNORECASE,
)
TRIG = re.compile(rf"^\s*(?:GRAPH\s+)?(?:{NODE}|[\w.\-]*:[\w.\-]*)?\s*\{{", re.MULTILINE | re.IGNORECASE)


def text_of(head: bytes) -> str:
    """The first bytes as text, whatever their encoding: enough to recognise, not to read."""
    if head.startswith((b"\xff\xfe", b"<\0")):
        return head.decode("utf-16-le", "replace").lstrip("\ufeff")
    if head.startswith((b"\xfe\xff", b"\0<")):
        return head.decode("utf-16-be", "replace").lstrip("\ufeff")
    return head.decode("utf-8", "replace").lstrip("\ufeff")


def sniff(head: bytes, content_type: str = "", name: str = "") -> str:
    """The format of a document by its first bytes (64 KiB do), then by its announced type, then by its name.

    Raises NotRdf.
    """
    for magic, what in MAGIC:
        if head.startswith(magic):
            raise not_rdf(what, LOOK)
    text = text_of(head).lstrip().lstrip("\ufeff").lstrip()
    if not text:
        raise NotRdf("La source a répondu par un document vide. Vérifiez son adresse, ou réessayez plus tard.")
    announced = MEDIA_TYPES.get(content_type.partition(";")[0].strip().lower()) or EXTENSIONS.get(_extension(name), "")
    if HTML.match(text):
        raise not_rdf("une page web", LOOK)
    found = _json(text, announced) if text[0] in "{[" and not _bracketed_turtle(text) else _xml(text)
    found = found or _lines(text, announced)
    if not found:
        raise not_rdf("un texte ordinaire", LOOK)
    return found


def not_rdf(what: str, remedy: str) -> NotRdf:
    return NotRdf(f"La source a répondu par {what}, pas par du RDF. {remedy}")


def _extension(name: str) -> str:
    return name.partition("?")[0].partition("#")[0].rpartition(".")[2].lower()


def _bracketed_turtle(text: str) -> bool:
    """`[ a dcat:Dataset ]` opens like a JSON array; in JSON a value, a bracket or a quote follows. `{` opens TriG too."""
    return bool(re.match(r"\[\s*(?:a\s|<|[\w\-]*:|\]\s*(?:a\s|<|[\w\-]+:))|\{\s*(?:<|_:|[\w\-]*:|\[)", text))


def _json(text: str, announced: str) -> str:
    for pattern, what, remedy in JSONS:
        if re.search(pattern, text[:20_000]) and not re.search(r'"@graph"', text[:2000]):
            raise not_rdf(what, remedy)
    if LINKED_KEYS.search(text) or announced == "jsonld":
        return "jsonld"
    raise not_rdf("du JSON ordinaire", LOOK)


def _xml(text: str) -> str:
    """ "rdfxml", or "" when the text is not XML at all."""
    prolog = XML_PROLOG.match(text)
    rest = text[prolog.end() if prolog else 0 :]
    tag = XML_TAG.match(rest)
    declared = text.startswith("<?xml") or "xmlns" in rest[:5000]
    if not (tag and (declared or tag[1] is None or tag[3])) or re.match(r"<[^>\s]+>\s+(<|a\s|[\w.\-]*:)", rest):
        if text.startswith("<?xml"):
            raise not_rdf("du XML illisible", CHECK)
        return ""
    if tag[2] == "RDF" or (RDF_NAMESPACE in (tag[3] or "") and tag[2] not in ROOTS):
        return "rdfxml"
    what, remedy = ROOTS.get(tag[2], (f"du XML ordinaire (élément « {tag[2][:40]} »)", CHECK))
    raise not_rdf(what, remedy)


def _lines(text: str, announced: str) -> str:
    """One of the formats of the Turtle family, or "" when it is none."""
    body = re.sub(r"^\s*(?:#.*\n\s*)*", "", text)
    lines = [line for line in body.splitlines()[:-1][:50] or body.splitlines() if line.strip() and line[0] != "#"]
    matches = [LINE.fullmatch(line.strip()) for line in lines]
    if lines and all(matches):
        return "nquads" if any(match["graph"] for match in matches if match) else "ntriples"
    turtle = bool(TURTLE.match(body)) or bool(TRIG.match(body))
    if turtle and announced in ("n3", "trig"):
        return announced
    if turtle:
        return "trig" if TRIG.search(body) else "turtle"
    # Nothing but comments: an empty graph, if somebody says that it is RDF.
    return announced if not body and announced not in ("rdfxml", "jsonld") else ""
