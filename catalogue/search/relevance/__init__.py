"""How well a backend answers citizens' questions, measured on a catalogue of our own making (docs/search.md)."""

from __future__ import annotations

from collections.abc import Iterable

from catalogue.search.contract import Query, SearchBackend
from catalogue.search.french import Thesaurus, shipped
from catalogue.search.relevance.catalogue import listed
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
    """The catalogue of the measure, in place of whatever the backend holds."""
    backend.replace(each.document for each in listed())
    backend.refresh()


def measure(backend: SearchBackend, asked: Iterable[Asked], thesaurus: Thesaurus | None = None) -> Marks:
    """Each question asked from its town, as the portal asks; `fill` comes first."""
    synonyms = shipped() if thesaurus is None else thesaurus
    homes = {each.town: each.document.territory for each in listed()}

    def ask(text: str, town: str) -> list[str]:
        query = Query(text, thesaurus=synonyms, territory=homes[town], size=DEPTH)
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
