"""Datasets, with the names of their files."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC

from django.db.models import QuerySet

from catalogue import permissions
from catalogue.dcat.boxes import around, box_of
from catalogue.dcat.rules import HVD_LAW
from catalogue.models import Audience, Concept, Dataset, Distribution, Score, Territory, in_french
from catalogue.quality.metrics import V2
from catalogue.search import places
from catalogue.search.bounds import Box
from catalogue.search.document import Document
from catalogue.search.kinds.base import BATCH, Kind, Touched, keys_of
from catalogue.search.origins import origins


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
    keys = [row.pk for row in rows]
    scores = dict(Score.objects.filter(pk__in=keys).values_list("pk", "v2"))
    sources = origins(keys)
    return [
        replace(
            _document(row, tokens[row.pk], labels),
            quality=scores[row.pk] / V2.most if row.pk in scores else None,
            source=tuple(filter(None, [sources.get(row.pk)])),
        )
        for row in rows
    ]


def _document(row: Dataset, audience: tuple[str, ...], labels: Mapping[str, str]) -> Document:
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
        schema=_addresses(row.conforms_to, *(file.conforms_to for file in files)),
        frequency=_addresses([row.frequency]),
        hvd=_high_value(row, files),
        modified=row.modified or row.updated_at.astimezone(UTC).isoformat(),
        created=row.created_at.astimezone(UTC).isoformat(),
        box=_outline(row, place),
        audience=audience,
    )


def _addresses(*lists: Sequence[str]) -> tuple[str, ...]:
    """Each once; a name of nothing on the web is no value that two catalogues have in common."""
    every = (value for values in lists for value in values if value.startswith(("http://", "https://")))
    return tuple(dict.fromkeys(every))


def _high_value(row: Dataset, files: Sequence[Distribution]) -> tuple[str, ...]:
    """Its categories; the law itself where it is cited without any."""
    laws = {*row.applicable_legislation, *(law for file in files for law in file.applicable_legislation)}
    return _addresses(row.hvd_category) or ((HVD_LAW.value,) if HVD_LAW.value in laws else ())


def _outline(row: Dataset, place: Territory | None) -> Box | None:
    """As the record says it, else about where its territory is."""
    said = around(box for where in row.spatial if isinstance(where, dict) and (box := box_of(where)))
    if said:
        return said.west, said.south, said.east, said.north
    return places.outline(place) if place else None
