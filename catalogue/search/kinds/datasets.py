"""Datasets, with the names of their files."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC

from django.db.models import QuerySet

from catalogue import permissions
from catalogue.models import Audience, Concept, Dataset, Score, in_french
from catalogue.search import places
from catalogue.search.document import Document
from catalogue.search.kinds.base import BATCH, Kind, Touched, keys_of

BEST_SCORE = 7.5  # of the MQA, version 2


class Datasets(Kind):
    name = "dataset"
    one = "jeu de données"
    several = "jeux de données"

    def everything(self, beat: Callable[[], None]) -> Iterator[Document]:
        last = uuid.UUID(int=0)
        while batch := list(published().filter(pk__gt=last).order_by("pk")[:BATCH]):
            beat()
            yield from documents(batch)
            last = batch[-1].pk

    def documents(self, ids: Collection[str]) -> list[Document]:
        return documents(list(published().filter(pk__in=keys_of(ids))))

    def touched(self, touched: Touched) -> set[str]:
        return {str(key) for key in touched.keys("dataset")}

    def hidden(self, restricted: Touched, audience: Audience) -> set[str]:
        """All of them until the index has read why: whoever may still see one waits as long as that."""
        return self.touched(restricted)


def published() -> QuerySet[Dataset]:
    wanted: QuerySet[Dataset] = Dataset.objects.published().select_related(
        "published_by__territory", "owner", "territory"
    )
    return wanted.prefetch_related("distributions", "territory__parents", "published_by__territory__parents")


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
