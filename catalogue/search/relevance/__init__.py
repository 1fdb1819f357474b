"""How well a backend answers citizens' questions, measured on a catalogue of our own making (docs/search.md)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from uuid import NAMESPACE_URL, uuid5

from catalogue.indicators.recipe import shipped as shipped_recipes
from catalogue.search.contract import PUBLIC, Query, SearchBackend
from catalogue.search.french import Thesaurus, shipped
from catalogue.search.kinds import LISTED
from catalogue.search.kinds.indicators import described
from catalogue.search.relevance.catalogue import listed, tables
from catalogue.search.relevance.measure import (
    DEPTH,
    FURTHER,
    HALVES,
    QUERIES,
    Asked,
    Marks,
    QueriesError,
    marks,
    questions,
)
from catalogue.search.relevance.plain import Plain

__all__ = [
    "FURTHER",
    "HALVES",
    "QUERIES",
    "Asked",
    "Marks",
    "QueriesError",
    "fill",
    "measure",
    "measure_french",
    "measure_plain",
    "questions",
]


def fill(backend: SearchBackend) -> None:
    """The catalogue of the measure, in place of whatever the backend holds; beside it the indicators that are shipped and the
    tables that its files make."""
    beside = (described(uuid5(NAMESPACE_URL, key), recipe, (PUBLIC,)) for key, recipe in shipped_recipes().items())
    backend.replace(chain((each.document for each in listed()), beside, tables()))
    backend.refresh()


def measure(backend: SearchBackend, asked: Iterable[Asked], thesaurus: Thesaurus | None = None) -> Marks:
    """Each question asked from its town, as the portal asks; `fill` comes first."""
    synonyms = shipped() if thesaurus is None else thesaurus
    homes = {each.town: each.document.territory for each in listed()}

    def ask(text: str, town: str) -> list[str]:
        query = Query(text, thesaurus=synonyms, territory=homes[town], size=DEPTH, kinds=LISTED)
        return [hit.id for hit in backend.search(query).hits]

    return marks(asked, ask)


def measure_french(asked: Iterable[Asked], url: str) -> Marks:
    """By Elasticsearch's own `french` analyzer, all the text in one field: what a portal has that only switches it on."""
    from catalogue.search.elastic.french import asked_of

    with asked_of(url, (each.document for each in listed()), DEPTH) as ask:
        return marks(asked, lambda text, town: ask(text))


def measure_plain(asked: Iterable[Asked]) -> Marks:
    plain = Plain(each.document for each in listed())
    return marks(asked, lambda text, town: plain.ask(text, DEPTH))
