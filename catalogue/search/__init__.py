"""Search, as the rest of the house sees it: `find` for readers, `IndexReader` for the log.

The index lags by design. What was restricted after the index's cursor is therefore left out of every query, so that a
record made private a second ago is in no hit, no total and no facet, even with the worker stopped.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from catalogue import permissions
from catalogue.log import BATCH, LogReader, cursor_of, last_number
from catalogue.models import Audience, Change, Concept, Dataset, Score, in_french
from catalogue.search import places, synonyms
from catalogue.search.contract import IndexBroken, Page, Query, SearchBackend, Sort
from catalogue.search.document import Document
from catalogue.search.embedded import EmbeddedBackend
from catalogue.search.french import NOTHING

READER = "search"
BEST_SCORE = 7.5  # of the MQA, version 2


def backend() -> SearchBackend:
    """The instance's index, on Elasticsearch where ELASTICSEARCH_URL names a server; one object per process."""
    if settings.ELASTICSEARCH_URL:
        return _elastic(settings.ELASTICSEARCH_URL, _prefix())
    return _embedded(Path(settings.BOUTURE_HOME) / "index")


def _prefix() -> str:
    """Of the names of this instance's indices: several instances may share a server."""
    return "bouture-" + re.sub(r"[^a-z0-9]+", "-", urlsplit(settings.BOUTURE_URL).netloc.lower()).strip("-")


@cache
def _embedded(folder: Path) -> SearchBackend:
    return EmbeddedBackend(folder)


@cache
def _elastic(url: str, prefix: str) -> SearchBackend:
    # Imported where it is used: an embedded instance stays small without it.
    from catalogue.search.elastic import ElasticBackend

    return ElasticBackend(url, prefix)


def find(
    text: str = "",
    filters: Mapping[str, tuple[str, ...]] | None = None,
    audience: Audience = Audience(),  # noqa: B008 - frozen
    facets: tuple[str, ...] = (),
    sort: Sort = "relevance",
    page: int = 1,
    size: int = 20,
) -> Page:
    """One page of the datasets that this audience may see. A few short queries to the base, then the index alone.

    The instance's own territory comes first at equal merit. Raises IndexBroken while the index is being made, ValueError
    for an unknown facet or sort.
    """
    return _ask(text, audience, filters=filters or {}, facets=facets, sort=sort, page=page, size=size)


def find_while_typing(text: str, audience: Audience, size: int = 8) -> Page:
    """The first datasets for a question that somebody is still writing: its last word may go on."""
    return _ask(text, audience, typing=True, size=size)


def _ask(text: str, audience: Audience, **more: Any) -> Page:
    # The cursor first, the index after: what the cursor covers was committed to the index before it moved.
    excluded = frozenset(map(str, restricted_since(cursor_of(READER))))
    index = backend()
    index.refresh()
    words, near = places.read_nearness(text)
    return index.search(
        Query(
            text=words,
            thesaurus=synonyms.thesaurus() if words.strip() else NOTHING,
            territory=places.of_the_reader(),
            near=near,
            audience=None if audience.everything else audience.tokens,
            excluded=excluded,
            kinds=("dataset",),
            **more,
        )
    )


def restricted_since(number: int) -> Iterable[object]:
    """Ids of the records that a restricting change touched after that line of the log."""
    return Change.objects.filter(number__gt=number, restricts=True).values_list("record", flat=True)


class IndexReader(LogReader):
    """Keeps the index in step with the log."""

    # Records alone: no derived fact is in a document, and to index again for each score would double the work.
    name = READER

    def state(self) -> str:
        try:
            return backend().identity()
        except IndexBroken:
            return "lost"  # differs from any cursor's state, so that the reader starts over

    def start_over(self, beat: Callable[[], None]) -> int:
        """A new index beside the old one, from the records as they are now: searches go on meanwhile."""
        number = last_number()  # first: what changes while the records are read is read again from the log
        backend().replace(_everything(beat))
        return number

    def handle(self, changes: Sequence[Change]) -> None:
        touched = {change.record for change in changes if change.record_type == "dataset"}
        rows = list(_rows().filter(pk__in=touched))
        gone = touched - {row.pk for row in rows}
        backend().write(documents(rows), map(str, gone))


def _rows() -> QuerySet[Dataset]:
    wanted: QuerySet[Dataset] = Dataset.objects.published().select_related(
        "published_by__territory", "owner", "territory"
    )
    return wanted.prefetch_related("distributions", "territory__parents", "published_by__territory__parents")


def _everything(beat: Callable[[], None]) -> Iterator[Document]:
    """Batches by key, never one long cursor."""
    last = uuid.UUID(int=0)
    while batch := list(_rows().filter(pk__gt=last).order_by("pk")[:BATCH]):
        beat()
        yield from documents(batch)
        last = batch[-1].pk


def documents(rows: Sequence[Dataset]) -> list[Document]:
    """What is indexed of these datasets."""
    tokens = permissions.tokens_for(rows)
    addresses = {uri for row in rows for uri in row.theme} | {row.license for row in rows if row.license}
    labels = Concept.objects.labels(addresses)
    scores = dict(Score.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "v2"))
    return [_document(row, tokens[row.pk], labels, scores.get(row.pk, 0.0)) for row in rows]


def _document(row: Dataset, audience: tuple[str, ...], labels: Mapping[str, str], score: float) -> Document:
    files = list(row.distributions.all())
    titles = [in_french(row.title) or row.label, *row.title.values()]
    keywords = [word for words in row.keyword.values() for word in words]
    others = [text for language, text in row.description.items() if text != in_french(row.description)]
    themes = tuple(labels[uri] for uri in row.theme if uri in labels)
    licences = tuple(dict.fromkeys(uri for uri in (row.license, *(file.license for file in files)) if uri))
    place = row.territory or row.published_by.territory  # a body that says no more speaks of its own
    return Document(
        id=str(row.pk),
        kind="dataset",
        titles=tuple(dict.fromkeys(titles)),
        description=in_french(row.description),
        texts=(*others, *themes, *(file.label for file in files[:50])),
        keywords=tuple(dict.fromkeys(keywords)),
        publisher_label=row.published_by.name,
        theme=tuple(row.theme),
        format=tuple(dict.fromkeys(file.format_code for file in files if file.format_code)),
        licence=licences,
        publisher=(row.published_by.slug,),
        territory=places.lineage(place) if place else (),
        organisation=(row.owner.slug,),
        places=places.names(place) if place else (),
        around=tuple(each.name for each in places.around(place)) if place else (),
        labels={"theme": themes, "licence": tuple(labels.get(uri, uri) for uri in licences)},
        quality=score / BEST_SCORE,
        modified=row.modified or row.updated_at.astimezone(UTC).isoformat(),
        audience=audience,
    )
