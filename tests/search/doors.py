"""The doors of search: every address that answers from the index. A new one is one line here.

`test_rights.py` asks each of them as six people, `test_strange_questions.py` with what nobody should type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote
from uuid import UUID

from catalogue.models import Audience
from catalogue.search import find, find_while_typing, similar
from catalogue.search.contract import Page
from catalogue.search.document import FACETS
from portal import asking

# Name -> address; {q} is the question, percent-encoded. An address without it is asked once.
ADDRESSES: Final = {
    "page": "/jeux-de-donnees/?q={q}",
    "page by title": "/jeux-de-donnees/?q=halle&tri=titre",
    "page by date": "/jeux-de-donnees/?tri=maj",
    "propositions": "/jeux-de-donnees/propositions/?q={q}",
    "suggestions": "/suggestions?q={q}",
    "catalogue": "/catalogue.jsonld?q={q}",
    "feed": "/jeux-de-donnees.atom?q={q}",
    "feed of a body": "/jeux-de-donnees.atom?organisme=ville-du-marche",
    "API": "/api/search?q={q}&facettes=" + ",".join(asking.FACETS),
    "API, second page": "/api/search?q={q}&taille=2&page=2",
    "api": "/api/search?q={q}&facettes=genre,organisme,sujet,format,licence,territoire,schema,frequence,qualite,hvd,provenance,instance",
    "home": "/",
}


def follow(text: str, audience: Audience) -> Page:
    """The page after a first one of one result."""
    first = find(text, audience=audience, sort="title", size=1, facets=FACETS)
    return find(text, audience=audience, sort="title", size=30, after=first.next) if first.next else first


def like_the_first(text: str, audience: Audience) -> Page:
    found = find(text, audience=audience, size=1, kinds=("dataset",))
    return similar(UUID(found.hits[0].id), audience) if found.hits else found


# Name -> what the rest of the house asks, with everything that it may ask for.
CALLS: Final[dict[str, Callable[[str, Audience], Page]]] = {
    "find": lambda text, audience: find(text, audience=audience, facets=FACETS, size=50),
    "find nothing but counts": lambda text, audience: find(text, audience=audience, facets=FACETS, size=0),
    "find by date": lambda text, audience: find(text, audience=audience, sort="modified"),
    "find while typing": find_while_typing,
    "what follows by a cursor": follow,
    "what is like the first": like_the_first,
}


def addresses(question: str, *, first: bool) -> dict[str, str]:
    """Of each door, by name; those without a question only the `first` time."""
    given = quote(question, errors="surrogatepass")
    return {name: each.format(q=given) for name, each in ADDRESSES.items() if first or "{q}" in each}
