"""Bodies that publish. One is found by whoever may see something of it, and by all when it works here: as its page is.

A harvest makes a body with the first record that names it: the line of that record tells of the body too. Other changes of
a body have lines of their own (`catalogue.publishing.change_body`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from django.db.models import Q, QuerySet

from catalogue import permissions
from catalogue.models import Audience, DataService, Dataset, Organisation
from catalogue.search import places
from catalogue.search.document import Document
from catalogue.search.kinds.base import BATCH, Kind, Touched
from catalogue.spoken import gettext_noop as _

PREFIX: Final = "organisation:"  # of the ids


class Organisations(Kind):
    name = "organisation"
    one = _("organisation")
    several = _("organisations")

    def everything(self, beat: Callable[[], None]) -> Iterator[Document]:
        last = 0
        while batch := list(_read().filter(pk__gt=last).order_by("pk")[:BATCH]):
            beat()
            yield from _documents(batch)
            last = batch[-1].pk

    def documents(self, ids: Collection[str]) -> list[Document]:
        return _documents(_read().filter(pk__in=_keys(ids)))

    def touched(self, touched: Touched) -> set[str]:
        """Also the publishers of the records that the lines name, as they are now and as the index knew them."""
        named = Q(pk__in=_changed(touched)) | Q(slug__in=touched.publishers)
        for model in (Dataset, DataService):
            keys = touched.keys(model.kind)
            named |= Q(pk__in=set(model.objects.filter(pk__in=keys).values_list("published_by", flat=True)))
        return set(map(identifier, Organisation.objects.filter(named).values_list("pk", flat=True)))

    def hidden(self, restricted: Touched, audience: Audience) -> set[str]:
        named = Organisation.objects.filter(Q(pk__in=_changed(restricted)) | Q(slug__in=restricted.publishers))
        keys = set(named.values_list("pk", flat=True))
        seen = named.visible_to(audience).values_list("pk", flat=True) if keys else ()
        return set(map(identifier, keys.difference(seen)))


def identifier(key: int) -> str:
    """The id of a body's document."""
    return f"{PREFIX}{key}"


def _keys(ids: Iterable[str]) -> list[int]:
    """Of bodies, whatever the ids are."""
    named = (each.removeprefix(PREFIX) for each in ids if each.startswith(PREFIX))
    return [int(each) for each in named if each.isascii() and each.isdecimal() and len(each) < 19]


def _changed(touched: Touched) -> list[int]:
    return [Organisation.key_in_log(key) for key in touched.keys(Organisations.name)]


def _read() -> QuerySet[Organisation]:
    return Organisation.objects.select_related("territory").prefetch_related("territory__parents")


def _documents(bodies: Iterable[Organisation]) -> list[Document]:
    """Without those that nobody may find."""
    rows = list(bodies)
    tokens = permissions.tokens_for_bodies(rows)
    return [_document(row, tokens[row.pk]) for row in rows if tokens[row.pk]]


def _document(row: Organisation, audience: tuple[str, ...]) -> Document:
    place = row.territory
    return Document(
        id=identifier(row.pk),
        kind=Organisations.name,
        titles=(row.name,),
        description=row.description,
        texts=tuple(filter(None, [row.siren])),
        territory=places.lineage(place) if place else (),
        places=places.names(place) if place else (),
        around=tuple(each.name for each in places.around(place)) if place else (),
        audience=audience,
    )
