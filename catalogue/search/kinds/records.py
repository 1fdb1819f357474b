"""What the kinds of records share: their ids are their keys, the log names each of them."""

from __future__ import annotations

import uuid
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from django.db.models import QuerySet

from catalogue.dcat.rules import HVD_LAW
from catalogue.models import Audience, Concept, Record, Territory, in_french
from catalogue.search import licences, places
from catalogue.search.document import Document
from catalogue.search.kinds.base import BATCH, Kind, Touched, keys_of

# What `described` reads of a record: each other value would be taken out of its JSON for nothing, half of a rebuild.
READ: Final = (
    "uri", "private", "owner__slug", "published_by__name", "published_by__slug", "published_by__territory", "created_at",
    "updated_at", "modified", "title", "description", "keyword", "theme", "license", "conforms_to", "hvd_category",
    "applicable_legislation",
)  # fmt: skip


class Records(Kind):
    """A kind named as its record is in the log."""

    @abstractmethod
    def published(self) -> QuerySet[Any]:
        """Those to be found, with all that their documents read."""

    @abstractmethod
    def made(self, rows: Sequence[Any]) -> list[Document]:
        """The documents of these rows."""

    def everything(self, beat: Callable[[], None]) -> Iterator[Document]:
        last = uuid.UUID(int=0)
        while batch := list(self.published().filter(pk__gt=last).order_by("pk")[:BATCH]):
            beat()
            yield from self.made(batch)
            last = batch[-1].pk

    def documents(self, ids: Collection[str]) -> list[Document]:
        return self.made(list(self.published().filter(pk__in=keys_of(ids))))

    def touched(self, touched: Touched) -> set[str]:
        """Also what says the name of a body that changed it."""
        of_bodies = self.published().order_by().filter(published_by__in=touched.renamed)
        more = of_bodies.values_list("pk", flat=True) if touched.renamed else ()
        return {str(key) for key in (*touched.keys(self.name), *more)}

    def hidden(self, restricted: Touched, audience: Audience) -> set[str]:
        """All of them until the index has read why: whoever may still see one waits as long as that."""
        return {str(key) for key in restricted.keys(self.name)}


def described(
    row: Record,
    place: Territory | None,
    licensed: tuple[str, ...],
    audience: tuple[str, ...],
    labels: Mapping[str, str],
) -> Document:
    """What both kinds of records say. `labels`: names of themes and licences, by address."""
    themes = tuple(labels[uri] for uri in row.theme if uri in labels)
    return Document(
        id=str(row.pk),
        kind=row.kind,
        titles=tuple(dict.fromkeys([in_french(row.title) or row.label, *row.title.values()])),
        description=in_french(row.description),
        texts=(*(text for text in row.description.values() if text != in_french(row.description)), *themes),
        keywords=tuple(dict.fromkeys(word for words in row.keyword.values() for word in words)),
        publisher_label=row.published_by.name,
        theme=tuple(row.theme),
        licence=licensed,
        publisher=(row.published_by.slug,),
        territory=places.lineage(place) if place else (),
        organisation=(row.owner.slug,),
        places=places.names(place) if place else (),
        around=tuple(each.name for each in places.around(place)) if place else (),
        labels={"theme": themes, "licence": tuple(labels.get(uri, uri) for uri in licensed)},
        schema=addresses(row.conforms_to),
        hvd=high_value(row),
        modified=row.modified or row.updated_at.astimezone(UTC).isoformat(),
        created=row.created_at.astimezone(UTC).isoformat(),
        audience=audience,
    )


def names_of(rows: Sequence[Record]) -> dict[str, str]:
    """Of their themes and licences, by address."""
    return Concept.objects.labels({uri for row in rows for uri in (*row.theme, *licences.listed([row.license]))})


def addresses(*lists: Iterable[str]) -> tuple[str, ...]:
    """Each once; a name of nothing on the web is no value that two catalogues have in common."""
    every = (value for values in lists for value in values if value.startswith(("http://", "https://")))
    return tuple(dict.fromkeys(every))


def high_value(row: Record, *laws: Iterable[str]) -> tuple[str, ...]:
    """Its categories; the law itself where it is cited without any, by the record or among `laws`."""
    cited = {*row.applicable_legislation, *(law for some in laws for law in some)}
    return addresses(row.hvd_category) or ((HVD_LAW.value,) if HVD_LAW.value in cited else ())
