"""The alphabet of a profile: what a property is, and how one value crosses the RDF border, both ways.

Values in Python are plain and fit JSON: a text is `{language: text}` (`{language: [texts]}` when a property holds many),
an address is a `str`, a date is its ISO 8601 lexical form, a nested node is a `dict` with its `uri` when it has one.
Nothing here knows Django, HTTP, HTML, or the faults of real catalogues: those are a `Mender`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Protocol

import pyoxigraph as ox

from catalogue.dcat import tokens
from catalogue.dcat.canon import is_iri
from catalogue.dcat.contexts import RELATIVE
from catalogue.dcat.jsons import writer
from catalogue.dcat.lines import SURE, TYPE
from catalogue.dcat.statements import Statements
from catalogue.dcat.tokens import LANG_STRING
from catalogue.dcat.vocabularies import known_to

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

Values = dict[str, Any]

# RFC 3987 §2.2 in short: a scheme, then none of the characters that Turtle and N-Triples forbid in an IRIREF.
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]*\Z")
HOSTLESS = re.compile(r"https?:(?!//[^/?#])", re.I)
# What a language tag looks like once in lower case (BCP 47, in short).
LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*\Z")


@lru_cache(maxsize=5_000)
def is_address(text: str) -> bool:
    """Whether RDF can say it as an IRI: absolute, and without a character that must be escaped."""
    if SURE.match(text):
        return True
    return bool(ADDRESS.match(text)) and not text.startswith(RELATIVE) and not HOSTLESS.match(text) and is_iri(text)


class Unreadable(ValueError):
    """A node that this kind cannot turn into a value."""


@dataclass(frozen=True)
class Problem:
    """What could not be taken in as it came. `fault` names it; `mended` tells whether a value was saved."""

    path: str
    fault: str
    said: str
    mended: bool = False

    def inside(self, name: str) -> Problem:
        return Problem(f"{name}.{self.path}", self.fault, self.said, self.mended)


class Mender(Protocol):
    """Saves what came in a wrong form; each remedy has a name. `harvesters.repairs` holds the real one.

    `met`: what was made of (term, node), where nothing but those two and the mender tells (`classes`).
    """

    met: dict[Any, tuple[tuple[Any, ...], tuple[Problem, ...]]]

    def unreadable(self, kind: Kind, node: Any) -> tuple[Any, str] | None:
        """The value meant by a node that `kind` could not read, and the name of the repair; None if nobody can tell."""

    def tidy(self, kind: Kind, value: Any) -> tuple[Any, str] | None:
        """A better form of a value that was read, and the name of the repair; None when it is fine."""


class NoMending:
    """Takes everything as it is."""

    def __init__(self) -> None:
        self.met: dict[Any, tuple[tuple[Any, ...], tuple[Problem, ...]]] = {}

    def unreadable(self, kind: Kind, node: Any) -> tuple[Any, str] | None:
        return None

    def tidy(self, kind: Kind, value: Any) -> tuple[Any, str] | None:
        return None


AS_IT_IS = NoMending()


class Kind:
    """One value, both ways: `write` gives its token, and appends what must be said beside."""

    looks: ClassVar[bool] = False  # whether a value is read from what is said of the node too

    def read(self, said: Statements, node: Any, mender: Mender) -> tuple[Any, list[Problem]]:
        raise Unreadable(str(node))

    def write(self, value: Any, owner: str, out: list[tokens.Said]) -> str:
        raise TypeError(value)

    def said_by(self, value: Any, predicate: str) -> str:
        """The predicate under which this value is written, that of its term unless the kind knows better; "" for none."""
        return predicate

    def gather(self, values: list[Any], many: bool) -> tuple[Any, bool]:
        """The property's value from the values of its nodes, and whether some had to be left aside."""
        if len(values) == 1:
            return (values if many else values[0]), False
        unique = sorted({order_key(value): value for value in values}.items())
        ordered = [value for _, value in unique]
        return (ordered, False) if many else (ordered[0], len(ordered) > 1)

    def besides(self, known: list[Any], others: list[Any]) -> list[Any]:
        """Which of the other values may stand beside those known, where the property has room for one."""
        return []

    def scatter(self, value: Any, many: bool) -> list[Any]:
        """`gather` undone: one value for each node to write."""
        return list(value) if many else [value]


def _address(value: Any) -> str:
    return str(value.get("uri", "")) if isinstance(value, dict) else str(value)


def order_key(value: Any) -> str:
    return value if isinstance(value, str) else IN_ORDER(value)


IN_ORDER = writer(in_order=True, ascii_alone=False)


LARGEST = 2**63  # what both databases hold; no file has more bytes
# Lexical forms, XML Schema 1.1 part 2: §3.3.3, §3.3.6, §3.3.15.
DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
DURATION = r"-?P(?!\Z)([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
HEXADECIMAL = r"([0-9a-fA-F]{2})+"


@dataclass(frozen=True)
class Plain(Kind):
    """A literal of one datatype: a size, an identifier. `type` is its type in Python (`str` or `int`).

    `form`: the regular expression of its lexical forms, where the datatype does not take every text.
    """

    datatype: str = XSD + "string"
    type: type = str
    form: str = ""

    def read(self, said: Statements, node: Any, mender: Mender) -> tuple[Any, list[Problem]]:
        if isinstance(node, ox.Literal) and node.value.strip():
            try:
                value = self.type(node.value.strip())
            except ValueError as error:
                raise Unreadable(node.value) from error
            if isinstance(value, int) and not 0 <= value < LARGEST:
                raise Unreadable(node.value)
            if self.form and not re.fullmatch(self.form, value):
                raise Unreadable(node.value)
            return value, []
        raise Unreadable(str(node))

    def write(self, value: Any, owner: str, out: list[tokens.Said]) -> str:
        return tokens.literal(str(value), datatype=self.datatype)


MOMENTS = (
    (re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?\Z"), XSD + "dateTime"),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z"), XSD + "date"),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z"), XSD + "gYearMonth"),
    (re.compile(r"\d{4}\Z"), XSD + "gYear"),
)


@dataclass(frozen=True)
class Moment(Kind):
    """A date of any precision (DCAT-AP: xsd:gYear, gYearMonth, date, dateTime); the lexical form tells which."""

    def read(self, said: Statements, node: Any, mender: Mender) -> tuple[Any, list[Problem]]:
        if isinstance(node, ox.Literal) and self.datatype(node.value.strip()):
            return node.value.strip(), []
        raise Unreadable(str(node))

    def write(self, value: Any, owner: str, out: list[tokens.Said]) -> str:
        return tokens.literal(value, datatype=self.datatype(value))

    @staticmethod
    def datatype(lexical: str) -> str:
        return next((datatype for form, datatype in MOMENTS if form.match(lexical)), "")


@dataclass(frozen=True)
class Text(Kind):
    """Text by language; "" is the key of a text without one."""

    form: str = ""  # "line" for a name, which has no line break; "words" for a keyword, which holds no other

    def read(self, said: Statements, node: Any, mender: Mender) -> tuple[Any, list[Problem]]:
        if isinstance(node, ox.Literal) and node.value.strip():
            language = (node.language or "").lower()
            return (language if LANGUAGE.match(language) else "", node.value.strip()), []
        raise Unreadable(str(node))

    def write(self, value: Any, owner: str, out: list[tokens.Said]) -> str:
        language, text = value
        return tokens.literal(text, language)

    def gather(self, values: list[Any], many: bool) -> tuple[Any, bool]:
        if len(values) == 1:
            language, text = values[0]
            return {language: [text] if many else text}, False
        by_language: dict[str, list[str]] = {}
        for language, text in sorted(set(values)):
            by_language.setdefault(language, []).append(text)
        if many:
            return by_language, False
        return {k: texts[0] for k, texts in by_language.items()}, any(len(texts) > 1 for texts in by_language.values())

    def besides(self, known: list[Any], others: list[Any]) -> list[Any]:
        languages = {language for language, _ in known}
        return [value for value in others if value[0] not in languages]

    def scatter(self, value: Any, many: bool) -> list[Any]:
        return [(k, text) for k, texts in sorted(value.items()) for text in (texts if many else [texts])]


@dataclass(frozen=True)
class Iri(Kind):
    """A link by address. `node_type`: what the address is declared to be, so that the official range shapes hold.

    `scheme`: what its addresses begin with, where people do not say it ("mailto:").
    """

    node_type: str = ""
    scheme: str = ""

    def read(self, said: Statements, node: Any, mender: Mender) -> tuple[Any, list[Problem]]:
        if isinstance(node, ox.NamedNode) and is_address(node.value):
            return node.value, []
        raise Unreadable(str(node))

    def write(self, value: Any, owner: str, out: list[tokens.Said]) -> str:
        node = tokens.address(value)
        if self.node_type:
            out.append((node, TYPE, tokens.address(self.node_type)))
        return node


@dataclass(frozen=True)
class Class(Iri):
    """A class that the record is of besides its own, one of `among`: any other is not ours to say again."""

    among: tuple[str, ...] = ()

    def read(self, said: Statements, node: Any, mender: Mender) -> tuple[Any, list[Problem]]:
        if isinstance(node, ox.NamedNode) and node.value in self.among:
            return node.value, []
        raise Unreadable("")


@dataclass(frozen=True)
class Concept(Iri):
    """A concept of a controlled vocabulary, by its address; `vocabulary` is the code of `catalogue.models.Vocabulary`."""

    vocabulary: str = ""

    def gather(self, values: list[Any], many: bool) -> tuple[Any, bool]:
        """A term of the vocabulary is never put aside for a value that nobody knows."""
        if many or len(values) == 1:
            return super().gather(values, many)
        known = known_to(self.vocabulary)
        first = min(values, key=lambda value: (_address(value) not in known, order_key(value)))
        return first, len({order_key(value) for value in values}) > 1


@dataclass(frozen=True)
class Typed(Kind):
    """A literal whose datatype is part of the value (GeoSPARQL: WKT or GeoJSON): `{"value": …, "datatype": …}`."""

    def read(self, said: Statements, node: Any, mender: Mender) -> tuple[Any, list[Problem]]:
        if isinstance(node, ox.Literal) and node.value.strip():
            return {"value": node.value.strip(), "datatype": node.datatype.value}, []
        raise Unreadable(str(node))

    def write(self, value: Any, owner: str, out: list[tokens.Said]) -> str:
        return tokens.literal(value["value"], datatype="" if value["datatype"] == LANG_STRING else value["datatype"])

    def gather(self, values: list[Any], many: bool) -> tuple[Any, bool]:
        """Of one outline in several spellings (GeoNetwork gives three), GML last: few programs read it."""
        ordered, _ = super().gather(values, True)
        best = sorted(ordered, key=lambda value: "gml" in value["datatype"].lower())
        return (best, False) if many else (best[0], len(best) > 1)
