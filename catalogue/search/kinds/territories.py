"""Places that have records here. One is found by whoever may see one of them, and leads to the search inside of it.

The log does not tell what a reference says of a place: what it changes there is seen by the nightly comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext

from catalogue import permissions
from catalogue.models import PUBLIC, Audience, DataService, Dataset, Territory
from catalogue.models.datasets import RecordQuerySet
from catalogue.models.territories import Level
from catalogue.search import places
from catalogue.search.document import Document
from catalogue.search.kinds.base import BATCH, Kind, Touched
from catalogue.spoken import gettext_noop as _

PREFIX: Final = "territory:"  # of the ids; the place's token follows


class Territories(Kind):
    name = "territory"
    one = _("territoire")
    several = _("territoires")

    def everything(self, beat: Callable[[], None]) -> Iterator[Document]:
        tokens = sorted(_lineages(Dataset.objects.published(), DataService.objects.published()))
        for start in range(0, len(tokens), BATCH):
            beat()
            yield from _documents(read(tokens[start : start + BATCH]))

    def documents(self, ids: Collection[str]) -> list[Document]:
        return _documents(read(token_of(each) for each in ids if each.startswith(PREFIX)))

    def touched(self, touched: Touched) -> set[str]:
        """The places of the records that the lines name, as they are now and as the index knew them, and what contains them."""
        rows = [
            model.objects.filter(Q(pk__in=touched.keys(model.kind)) | Q(published_by__in=touched.renamed))
            for model in (Dataset, DataService)
        ]
        return {PREFIX + token for token in touched.territories | _lineages(*rows)}

    def hidden(self, restricted: Touched, audience: Audience) -> set[str]:
        named = read(restricted.territories)
        seen = seen_in(named, audience)
        return {PREFIX + place.token for place in named if place.pk not in seen}


def token_of(identifier: str) -> str:
    """Of a place, by the id of its document."""
    return identifier.removeprefix(PREFIX)


def seen_in(found: Sequence[Territory], audience: Audience) -> set[int]:
    """The keys of those where this audience sees a record, their own or of a place inside."""
    rows = [model.objects.visible_to(audience) for model in (Dataset, DataService)]
    seen: set[int] = set()
    for wanted in _placed(rows, Q(own__in=[place.pk for place in found])):
        seen |= set(wanted.values_list("own", flat=True).distinct())
    return seen | {
        place.pk
        for place in found
        if place.pk not in seen and place.level in places.CONTAINERS and any(_holds(each, place) for each in rows)
    }


def _holds(rows: RecordQuerySet, place: Territory) -> bool:
    """Whether one of them is of a place inside: by a join, since a région's thousands of communes make a long list."""
    if rows.model is Dataset:
        if rows.order_by().filter(territory__parents=place.pk).exists():
            return True
        rows = rows.filter(territory=None)
    return rows.order_by().filter(published_by__territory__parents=place.pk).exists()


def _placed(rows: Iterable[RecordQuerySet], wanted: Q) -> Iterator[QuerySet[Any]]:
    """Records whose place (`own`) is wanted: a dataset's own, else its publisher's."""
    for each in rows:
        if each.model is Dataset:
            yield each.order_by().annotate(own=F("territory")).filter(wanted)
        others = each.filter(territory=None) if each.model is Dataset else each
        yield others.order_by().annotate(own=F("published_by__territory")).filter(wanted)


def _inside(place: Territory) -> QuerySet[Territory, int]:
    """The keys of a place and of what it contains, as documents of records name it (`places.lineage`)."""
    return Territory.objects.filter(Q(pk=place.pk) | Q(parents=place.pk)).values_list("pk", flat=True)


def _lineages(*rows: RecordQuerySet) -> set[str]:
    """The tokens of the places of these records, and of what contains them."""
    keys: set[int] = set()
    for placed in _placed(rows, Q(own__isnull=False)):
        keys |= set(placed.values_list("own", flat=True).distinct())
    tokens: set[str] = set()
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        some = Territory.objects.filter(pk__in=ordered[start : start + BATCH]).prefetch_related("parents")
        tokens.update(token for place in some for token in places.lineage(place))
    return tokens


def read(tokens: Iterable[str]) -> list[Territory]:
    """Those that there are of these tokens, whatever they are."""
    wanted = Q(pk__in=[])
    for token in tokens:
        level, _, code = token.partition(":")
        wanted |= Q(level=level, code=code)
    return list(Territory.objects.filter(wanted).prefetch_related("parents"))


def _documents(found: Sequence[Territory]) -> list[Document]:
    """Without those where nobody may see a record."""
    public = seen_in(found, PUBLIC)
    tokens = {place.pk: ("public",) if place.pk in public else _readers(place) for place in found}
    return [_document(place, tokens[place.pk]) for place in found if tokens[place.pk]]


def _readers(place: Territory) -> tuple[str, ...]:
    inside = _inside(place) if place.level in places.CONTAINERS else [place.pk]
    rows = (model.objects.published() for model in (Dataset, DataService))
    return permissions.readers_of(*_placed(rows, Q(own__in=inside)))


def described(place: Territory) -> str:
    """In the reader's words: what it is, and what contains it, the nearest first. Reads `parents` as prefetched."""
    level = gettext(Level(place.level).label)
    return ", ".join([capfirst(level), *(each.name for each in places.around(place))])


# Without what contains it: a question for a département would give each of its communes before what they publish.
def _document(place: Territory, audience: tuple[str, ...]) -> Document:
    return Document(
        id=PREFIX + place.token,
        kind=Territories.name,
        titles=(place.name,),
        keywords=(place.name,),  # it comes before what is there, when nothing else is asked
        territory=places.lineage(place),
        places=places.names(place)[1:],  # its name is the title
        box=places.outline(place),
        audience=audience,
    )
