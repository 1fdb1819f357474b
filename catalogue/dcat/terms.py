"""The alphabet of a profile: what a property is, and how one value crosses the RDF border, both ways.

Values in Python are plain and fit JSON: a text is `{language: text}` (`{language: [texts]}` when a property holds many),
an address is a `str`, a date is its ISO 8601 lexical form, a nested node is a `dict` with its `uri` when it has one.
Nothing here knows Django, HTTP, HTML, or the faults of real catalogues: those are a `Mender`'s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pyoxigraph as ox

from catalogue.dcat import tokens
from catalogue.dcat.canon import is_iri
from catalogue.dcat.contexts import RELATIVE
from catalogue.dcat.jsons import order_key, sorted_values
from catalogue.dcat.lines import SURE, TYPE
from catalogue.dcat.statements import Statements
from catalogue.dcat.tokens import LANG_STRING, LONG, iri_of, parts, text_of
from catalogue.dcat.vocabularies import known_to

if TYPE_CHECKING:
    from catalogue.dcat.mending import Mender

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

Values = dict[str, Any]

# RFC 3987 §2.2 in short: a scheme, then none of the characters that Turtle and N-Triples forbid in an IRIREF.
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]*\Z")
HOSTLESS = re.compile(r"https?:(?!//[^/?#])", re.I)
# What a language tag looks like once in lower case (BCP 47, in short).
LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*\Z")
NO_PROBLEM: Final[tuple[Problem, ...]] = ()


@lru_cache(maxsize=5_000)
def is_address(text: str) -> bool:
    """Whether RDF can say it as an IRI: absolute, and without a character that must be escaped."""
    if SURE.match(text):
        return True
    return bool(ADDRESS.match(text)) and not text.startswith(RELATIVE) and not HOSTLESS.match(text) and is_iri(text)


@lru_cache(maxsize=1_000)
def language_of(tag: str) -> str:
    """The language of a tag, without its direction (RDF 1.2); "" for one that names none."""
    language = tag.partition("--")[0].lower()
    return language if LANGUAGE.match(language) else ""


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


class Kind:
    """One value, both ways: `read` takes its token, `write` gives it, and appends what must be said beside."""

    looks: ClassVar[bool] = False  # whether a value is read from what is said of the node too
    common: ClassVar[bool] = True  # whether many records say the same value

    def read(self, said: Statements, node: str, mender: Mender) -> tuple[Any, Sequence[Problem]]:
        raise Unreadable(str(said.node(node)))

    def write(self, value: Any, owner: str, out: tokens.Nodes) -> str:
        raise TypeError(value)

    def said_by(self, value: Any, predicate: str) -> str:
        """The predicate under which this value is written, that of its term unless the kind knows better; "" for none."""
        return predicate

    def gather(self, values: list[Any], many: bool) -> tuple[Any, bool]:
        """The property's value from the values of its nodes, and whether some had to be left aside."""
        if len(values) == 1:
            return (values if many else values[0]), False
        ordered = sorted_values(values)
        return (ordered, False) if many else (ordered[0], len(ordered) > 1)

    def besides(self, known: list[Any], others: list[Any]) -> list[Any]:
        """Which of the other values may stand beside those known, where the property has room for one."""
        return []

    def scatter(self, value: Any, many: bool) -> list[Any]:
        """`gather` undone: one value for each node to write."""
        return value if many else [value]


def address_of(node: str) -> str:
    """The address of the token of a node, "" without one that RDF can say."""
    if node[0] != "<" or node[1] == "<":  # a triple begins with two
        return ""
    address = iri_of(node)
    return address if is_address(address) else ""


def _address(value: Any) -> str:
    return str(value.get("uri", "")) if isinstance(value, dict) else str(value)


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

    def read(self, said: Statements, node: str, mender: Mender) -> tuple[Any, Sequence[Problem]]:
        lexical = text_of(node)
        text = lexical.strip()
        if not text:
            return super().read(said, node, mender)
        if self.form and not re.fullmatch(self.form, text):
            raise Unreadable(lexical)
        if self.type is str:
            return text, NO_PROBLEM
        try:
            value = self.type(text)
        except ValueError as error:
            raise Unreadable(lexical) from error
        if not 0 <= value < LARGEST:
            raise Unreadable(lexical)
        return value, NO_PROBLEM

    def write(self, value: Any, owner: str, out: tokens.Nodes) -> str:
        return tokens.literal(str(value), datatype=self.datatype)


MOMENTS = (
    (re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?\Z"), XSD + "dateTime"),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z"), XSD + "date"),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z"), XSD + "gYearMonth"),
    (re.compile(r"\d{4}\Z"), XSD + "gYear"),
)


@lru_cache(maxsize=5_000)  # of what is no longer than a date: what a source says in its place may be a book
def _moment(lexical: str) -> str:
    return next((datatype for form, datatype in MOMENTS if form.match(lexical)), "")


@dataclass(frozen=True)
class Moment(Kind):
    """A date of any precision (DCAT-AP: xsd:gYear, gYearMonth, date, dateTime); the lexical form tells which."""

    def read(self, said: Statements, node: str, mender: Mender) -> tuple[Any, Sequence[Problem]]:
        text = text_of(node).strip()
        return (text, NO_PROBLEM) if self.datatype(text) else super().read(said, node, mender)

    def write(self, value: Any, owner: str, out: tokens.Nodes) -> str:
        return tokens.literal(value, datatype=self.datatype(value))

    @staticmethod
    def datatype(lexical: str) -> str:
        return _moment(lexical) if len(lexical) < LONG else _moment.__wrapped__(lexical)


@dataclass(frozen=True)
class Text(Kind):
    """Text by language; "" is the key of a text without one."""

    form: str = ""  # "line" for a name, which has no line break; "words" for a keyword, which holds no other

    def read(self, said: Statements, node: str, mender: Mender) -> tuple[Any, Sequence[Problem]]:
        if node[0] == '"':
            text, tag, _ = parts(node)
            if text := text.strip():
                return (language_of(tag) if tag else "", text), NO_PROBLEM
        return super().read(said, node, mender)

    def write(self, value: Any, owner: str, out: tokens.Nodes) -> str:
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
        by_language = sorted(value.items())
        return [(language, text) for language, texts in by_language for text in texts] if many else by_language


@dataclass(frozen=True)
class Iri(Kind):
    """A link by address. `node_type`: what the address is declared to be, so that the official range shapes hold.

    `scheme`: what its addresses begin with, where people do not say it ("mailto:").
    """

    common: ClassVar[bool] = False

    node_type: str = ""
    scheme: str = ""

    def read(self, said: Statements, node: str, mender: Mender) -> tuple[Any, Sequence[Problem]]:
        address = address_of(node)
        return (address, NO_PROBLEM) if address else super().read(said, node, mender)

    def write(self, value: Any, owner: str, out: tokens.Nodes) -> str:
        node = tokens.address(value)
        if self.node_type:
            tokens.tell(out, node, TYPE, tokens.address(self.node_type))
        return node


@dataclass(frozen=True)
class Class(Iri):
    """A class that the record is of besides its own, one of `among`: any other is not ours to say again."""

    common: ClassVar[bool] = True

    among: tuple[str, ...] = ()

    def read(self, said: Statements, node: str, mender: Mender) -> tuple[Any, Sequence[Problem]]:
        address = address_of(node)
        if address not in self.among:
            raise Unreadable("")
        return address, NO_PROBLEM


@dataclass(frozen=True)
class Concept(Iri):
    """A concept of a controlled vocabulary, by its address; `vocabulary` is the code of `catalogue.models.Vocabulary`."""

    common: ClassVar[bool] = True

    vocabulary: str = ""

    def gather(self, values: list[Any], many: bool) -> tuple[Any, bool]:
        """A term of the vocabulary is never put aside for a value that nobody knows."""
        if many or len(values) == 1:
            return Kind.gather(self, values, many)
        known = known_to(self.vocabulary)
        first = min(values, key=lambda value: (_address(value) not in known, order_key(value)))
        return first, len({order_key(value) for value in values}) > 1


@dataclass(frozen=True)
class Typed(Kind):
    """A literal whose datatype is part of the value (GeoSPARQL: WKT or GeoJSON): `{"value": …, "datatype": …}`."""

    def read(self, said: Statements, node: str, mender: Mender) -> tuple[Any, Sequence[Problem]]:
        literal = said.node(node)
        if isinstance(literal, ox.Literal) and (text := literal.value.strip()):
            return {"value": text, "datatype": literal.datatype.value}, NO_PROBLEM
        return super().read(said, node, mender)

    def write(self, value: Any, owner: str, out: tokens.Nodes) -> str:
        return tokens.literal(value["value"], datatype="" if value["datatype"] == LANG_STRING else value["datatype"])

    def gather(self, values: list[Any], many: bool) -> tuple[Any, bool]:
        """Of one outline in several spellings (GeoNetwork gives three), GML last: few programs read it."""
        ordered, _ = super().gather(values, True)
        best = sorted(ordered, key=lambda value: "gml" in value["datatype"].lower())
        return (best, False) if many else (best[0], len(best) > 1)
