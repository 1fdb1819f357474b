"""Sources that answer in JSON: bytes to objects, objects to records, one page after the other.

A source of this family declares how its answer is cut (`numbering`), where the objects are (`sheet`), and what each one
says (`describe`). Everything else is here, once.
"""

from __future__ import annotations

import hashlib
import json
import math
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import pyoxigraph as ox

from catalogue.dcat import sniffing
from catalogue.dcat.cleaning import MAX_JSON, check_json
from catalogue.dcat.closures import renamed
from catalogue.dcat.profile import DCAT, DCT
from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import RDF_TYPE, is_address
from harvesters.base import Answer, Fetched, Found, Harvester, Page, Refused, Unreadable
from harvesters.describing import About, Said, sound
from harvesters.options import Paged
from harvesters.paging import Numbering, with_query
from harvesters.recognition import identifier, key, keys, texts

Kind = Literal["dataset", "service"]
CLASSES: dict[Kind, ox.NamedNode] = {
    "dataset": ox.NamedNode(DCAT + "Dataset"),
    "service": ox.NamedNode(DCAT + "DataService"),
}
NOT_AN_OBJECT = (
    "La source donne à la place de cette fiche autre chose qu’un objet JSON. Signalez-le à son gestionnaire."
)


@dataclass(frozen=True)
class Sheet:
    """The objects of one page. `total`: how many the source announces in all; `size`: how many it puts on a page, when
    it says so; `whole`: there is no other page; `end`: the source says that this is the last one (udata
    answers 404 to who asks for the next).
    """

    items: list[Any]
    total: int | None = None
    size: int = 0
    whole: bool = False
    end: bool = False


class JsonHarvester(Harvester):
    """A source of JSON objects. `numbering` is None for one that gives all in one answer."""

    numbering: Numbering | None = None

    @abstractmethod
    def sheet(self, said: Any) -> Sheet:
        """The objects of an answer. Raises Unreadable when they are not where they should be."""

    @abstractmethod
    def name(self, item: dict[str, Any]) -> str:
        """The source's own identifier of an object, "" without one."""

    def uri(self, item: dict[str, Any]) -> str:
        """The object's address as RDF, "" without one."""
        return ""

    def wanted(self, item: dict[str, Any]) -> bool:
        """False for what is nobody's business: private, deleted, not a dataset."""
        return True

    def kind_of(self, item: dict[str, Any]) -> Kind:
        """What the object describes."""
        return "dataset"

    @abstractmethod
    def describe(self, said: Said, about: About) -> None:
        """Says of the record what the object says."""

    def first(self) -> str:
        """The address of the interface, made from what its owner typed."""
        return self.address

    def load(self, answer: Answer) -> tuple[Any, tuple[str, ...]]:
        """What an answer holds, and the repairs it needed. Raises HarvestError."""
        return read_json(answer)

    def order(self) -> dict[str, str]:
        """The parameters that ask for an order which does not change while pages are read; {} where there is none."""
        return {}

    def start(self) -> str:
        first = self._begin()
        return with_query(first, **self.order()) if "://" in first and self.order() else first

    def otherwise(self, url: str) -> str:
        """The first page in whatever order, for an interface that does not know the one that is asked for."""
        return self._begin() if self.order() and url == self.start() else ""

    def _begin(self) -> str:
        if "://" not in self.address:
            return self.address
        if self.numbering is None or not isinstance(self.options, Paged):
            return self.first()
        return self.numbering.begin(self.first(), self.options.page_size)

    @property
    def site(self) -> str:
        """The root of the source's site, without a final slash."""
        parts = urlsplit(self.base or self.address)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    def read(self, fetched: Fetched) -> Iterator[Page]:
        said, notes = self.load(fetched.answer)
        sheet = self.sheet(said)
        del said
        content = hashlib.sha256(json.dumps(sheet.items, sort_keys=True).encode()).hexdigest() if sheet.items else ""
        next_url = self._next(fetched.requested, sheet)
        total = sheet.total if isinstance(self.options, Paged) and self.options.trust_total else None
        yield Page(
            fetched,
            self.found(sheet.items),
            next_url,
            notes=notes,
            content=content,
            total=total,
            given=len(sheet.items),
        )

    def _next(self, url: str, sheet: Sheet) -> str:
        """The next page's address, "" after the last. A short page is not the last one while some are missing: servers
        give fewer than asked.
        """
        here = len(sheet.items)
        if self.numbering is None or sheet.whole or "://" not in url:
            return ""
        asked = sheet.size or self.numbering.asked(url) or here
        met = self.numbering.offset(url, asked) + here
        total = sheet.total if isinstance(self.options, Paged) and self.options.trust_total else None
        more = here > 0 and not sheet.end and (total is None or met < total or here >= asked)
        return self.numbering.after(url, met) if more else ""

    def found(self, items: list[Any]) -> Iterator[Found]:
        """The records of one page."""
        items = _sound_items(items)
        objects = [item for item in items if isinstance(item, dict)]
        counts = Counter(name for item in objects if (name := self.name(item)))
        for item in items:
            if not isinstance(item, dict):
                yield _set_aside(item)
            elif self.wanted(item):
                yield self._one(item, alone=counts[self.name(item)] == 1)

    def _one(self, item: dict[str, Any], *, alone: bool) -> Found:
        """`alone`: no other object of the page has its identifier, which then names it."""
        uri = sound(self.uri(item)) if alone else ""
        uri, kind = uri if is_address(uri) else "", self.kind_of(item)
        about = About(ox.NamedNode(uri) if uri else ox.BlankNode(), self.kind, self.site)
        about.triples.append(ox.Triple(about.node, RDF_TYPE, CLASSES[kind]))
        name = sound(self.name(item))
        about.text(DCT + "identifier", name)
        self.describe(Said(item), about)
        triples = tuple(dict.fromkeys(about.triples))
        said = Statements(triples)
        titles = texts(said, about.node, DCT + "title")
        named = (key("id", name),) if name and alone else ()
        candidates = tuple(dict.fromkeys((*named, *keys(said, about.node, uri, (), twin=bool(name) and not alone))))
        identity = identifier(self.address, kind, candidates[0]) if candidates and not uri and self.space else None
        if identity:
            names = {about.node: ox.NamedNode(f"{self.space}/id/{identity}")}
            triples = tuple(renamed(triple, names) for triple in triples)
        return Found(kind, candidates, uri, triples, titles[0] if titles else name or uri, id=identity)


def _sound_items(items: list[Any]) -> list[Any]:
    """The same without halves of characters, which JSON lets through and no base holds."""
    text = json.dumps(items, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return list(json.loads(sound(text)))
    return items


def _set_aside(item: Any) -> Found:
    """What is no object at all: kept in the quarantine under what it is."""
    node = ox.BlankNode()
    text = json.dumps(item)[:1_000]
    return Found(
        "dataset",
        (),
        "",
        (ox.Triple(node, ox.NamedNode(DCT + "description"), ox.Literal(text)),),
        text[:60],
        refused=NOT_AN_OBJECT,
    )


def items_at(said: Any, *path: str, of: str) -> list[Any]:
    """The list at the end of a path of keys. Raises Unreadable, naming the kind of answer that was expected."""
    value = said
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise Unreadable(
            f"Cette réponse n’est pas {of} : la liste « {'.'.join(path)} » y manque. Vérifiez l’adresse de la source, "
            "ou donnez sa sorte avec --kind."
        )
    return value


def count_at(said: Any, *path: str) -> int | None:
    """The number at the end of a path of keys, None when there is none."""
    value = said
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_json(answer: Answer) -> tuple[Any, tuple[str, ...]]:
    """The value of a JSON document, and the repairs it needed. Raises Refused and Unreadable."""
    try:
        check_json(answer.path)
    except sniffing.Forbidden as error:
        raise Refused(error.message) from error
    data = answer.path.read_bytes()
    check_kind(data[:65_536], "du JSON")
    text, notes = decoded(data)
    try:
        return json.loads(text, parse_constant=_nothing, parse_float=_number), notes
    except (ValueError, RecursionError) as error:
        where = f" (ligne {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(
            f"Le JSON de la source est coupé ou mal formé{where}. Réessayez ; si cela dure, prévenez son gestionnaire."
        ) from error


def bytes_of(answer: Answer) -> bytes:
    """A document that is read at once. Raises Refused when memory would not bear what is made of it."""
    if answer.path.stat().st_size > MAX_JSON:
        raise Refused(
            f"La source donne plus de {MAX_JSON // 2**20} Mio en une seule page : elle n’a pas été lue. Demandez à son "
            "gestionnaire un catalogue en plusieurs documents, ou en Turtle ou en N-Triples."
        )
    return answer.path.read_bytes()


def _nothing(constant: str) -> None:
    """NaN and Infinity, which JSON does not have (RFC 8259 §6), are what programs write where they have no number."""


def _number(text: str) -> float | str:
    """A number beyond what a double holds stays the text that it was: infinity could not be written again."""
    value = float(text)
    return value if math.isfinite(value) else text


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text in UTF-8, in UTF-16 with its mark, else as Windows wrote it; and the repair's name."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), ("encoding-converted",)
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), ("encoding-guessed",)


def check_kind(head: bytes, wanted: str) -> None:
    """Raises Unreadable for what is plainly something else."""
    text = sniffing.text_of(head).lstrip()
    magic = next((what for start, what in sniffing.MAGIC if head.startswith(start)), "")
    if not text:
        raise Unreadable("La source a répondu par un document vide. Vérifiez son adresse, ou réessayez plus tard.")
    if magic or text[0] == "<":
        what = magic or ("une page web" if sniffing.HTML.match(text) else "du XML")
        raise Unreadable(
            f"La source a répondu par {what}, pas par {wanted} : page de connexion, d’erreur ou de maintenance ? "
            "Ouvrez cette adresse et vérifiez ce qu’elle répond."
        )
