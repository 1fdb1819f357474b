"""The public index of a peer, asked through our own cluster (cross-cluster search), as a stranger asks it.

Nothing of our readers goes there: neither their tokens, nor which records were just restricted here. What comes back was
written by somebody else: its shape is checked, its texts are cut and cleaned.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from elasticsearch import Elasticsearch
from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query as Clause

from catalogue.search import french
from catalogue.search.across import KINDS, Peer, Why
from catalogue.search.answering import Listed
from catalogue.search.asked import Asked, Showing, answered
from catalogue.search.contract import Facet, Fragment, Hit, Page, Query
from catalogue.search.document import FIELD_WEIGHTS
from catalogue.search.elastic.asking import Asking, Row
from catalogue.search.elastic.queries import Lucene, terms_of

logger = logging.getLogger(__name__)

TITLE: Final = 300  # characters shown of what a peer calls its record
EXTRACT: Final = 600
VALUE: Final = 300  # characters of a value of a facet; longer ones are left out
SHOWN: Final = 5_000  # characters read of a text before what answers in it is looked for
# Controls, and the signs that turn the direction of what follows: a title must not rewrite the page around it.
UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+")


class Unheard(Exception):
    """The peer gave no answer of use; `why` says what is missing."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Afar(Asking):
    """One call to it is one search of one remote index."""

    def check(self, told: dict[str, Any]) -> None:
        """With `skip_unavailable` a cluster that is not there answers as an empty one, and says so beside."""
        clusters = told.get("_clusters", {})
        if told.get("timed_out") or told.get("_shards", {}).get("failed") or clusters.get("successful") != 1:
            raise Unheard("away")

    def shown(self, found: Listed[Row], showing: Showing) -> tuple[Hit, ...]:
        for row in found.hits:
            shown = row["_source"]
            for name in ("shown_title", "shown_description"):
                shown[name] = clean(shown[name])[:SHOWN]
        return super().shown(found, showing)


class Scaled(Lucene):
    """Words weigh in the peer's index what they weigh in ours: a score would otherwise be worth more where there is less."""

    def __init__(self, counts: Mapping[tuple[str, str], int], documents: int, ours: Lucene) -> None:
        super().__init__(counts, documents)
        self._ours = ours

    def term(self, field: str, value: str) -> Clause:
        if field not in FIELD_WEIGHTS:
            return super().term(field, value)
        return Q("term", **{field: {"value": value, "boost": self._share(field, [value])}})

    def phrase(self, field: str, terms: Sequence[str]) -> Clause:
        return Q("match_phrase", **{field: {"query": " ".join(terms), "boost": self._share(field, terms)}})

    def _share(self, field: str, terms: Sequence[str]) -> float:
        here, there = (sum(_idf(each, field, term) for term in terms) for each in (self._ours, self))
        return round(here / there, 4)


def page_of(client: Elasticsearch, peer: Peer, query: Query, ours: Lucene) -> Page:
    """What the peer has of its own that answers; `ours` has the counts of our public index. Raises Unheard."""
    indices = [f"{peer.cluster}:{peer.alias}"]

    def asked(query: Query) -> Asked[Clause, Row]:
        question = french.parse(query.text, query.thesaurus, query.typing)
        afar = Afar(client, indices, sees_all=True)
        return Asked(query, question, _counted(afar, terms_of(question), ours), afar)

    try:
        return sound(answered(query, asked), peer, query)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        logger.warning("what %s answers is not what an index of ours answers", peer.home, exc_info=True)
        raise Unheard("garbled") from error


def sound(page: Page, peer: Peer, query: Query) -> Page:
    """Without what no index of ours would answer. Raises ValueError."""
    if not 0 <= page.complete <= page.total:
        raise ValueError("a total that is none")
    facets = tuple(
        Facet(
            facet.name, tuple((value, count) for value, count in facet.values if _countable(facet.name, value, count))
        )
        for facet in page.facets
    )
    hits = tuple(_sound(hit, peer, query) for hit in page.hits)
    return replace(page, hits=hits, facets=facets, meant="")


def clean(text: str) -> str:
    return " ".join(UNSEEN.sub(" ", text).split())


def _sound(hit: Hit, peer: Peer, query: Query) -> Hit:
    """Raises ValueError."""
    if hit.kind not in KINDS or str(UUID(hit.id)) != hit.id:
        raise ValueError("a record that is none")
    numbers, title = hit.key[:-1], hit.key[-1]
    if len(hit.key) != (1 if query.sort == "title" else 2) or not isinstance(title, str):
        raise ValueError("a place in no order")
    if any(isinstance(each, str) or not math.isfinite(each) for each in numbers):
        raise ValueError("a place in no order")
    title_shown = _cut(hit.title, TITLE) or (("Sans titre", False),)
    return replace(hit, home=peer.home, title=title_shown, extract=_cut(hit.extract, EXTRACT))


def _cut(fragments: Sequence[Fragment], most: int) -> tuple[Fragment, ...]:
    kept: list[Fragment] = []
    for text, match in fragments:
        if text[:most]:
            kept.append((text[:most], match))
        most -= len(text[:most])
    return tuple(kept)


def _countable(facet: str, value: object, count: object) -> bool:
    fine = isinstance(value, str) and 0 < len(value) <= VALUE and value.isprintable() and not UNSEEN.search(value)
    return fine and isinstance(count, int) and count > 0 and (facet != "kind" or value in KINDS)


def _counted(afar: Afar, terms: Collection[str], ours: Lucene) -> Lucene:
    """How many of the peer's documents have each term: its term vectors cannot be asked from afar, its counts can."""
    pairs = [(field, term) for field in FIELD_WEIGHTS for term in sorted(terms)]
    if not pairs:
        return Lucene({}, 0)
    filters = [Q("term", **{field: {"value": term}}) for field, term in pairs]
    total, *counts = afar.counted([Q("match_all"), *filters])
    return Scaled(dict(zip(pairs, counts, strict=True)), total, ours)


def _idf(index: Lucene, field: str, term: str) -> float:
    """As BM25 counts it; never nothing, even where all documents have the word."""
    total, count = index.documents(), index.count(field, term)
    return max(0.01, math.log(1 + max(0.0, total - count + 0.5) / (count + 0.5)))
