"""What lines of the log touch beside the records that they name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

from catalogue.models import Change, Organisation
from catalogue.search.contract import Query
from catalogue.search.instance import backend
from catalogue.search.kinds.base import Touched

RECORDS: Final = ("dataset", "service")  # types of the log whose documents name bodies and places
SAID: Final = frozenset({"name", "territory"})  # of a body, by the documents of its records
MANY: Final = 10_000  # bodies or places of one batch

# What of a line is looked at: `Change.objects.values_list(*COLUMNS)`.
COLUMNS: Final = ("record_type", "record", "fields")
Line = tuple[str, UUID, Collection[str]]


def touched_by(lines: Iterable[Line]) -> Touched:
    """Asks the index what it still says of the records, twice at most. Raises SearchError."""
    lines = list(lines)
    named = frozenset((kind, key) for kind, key, _ in lines)
    renamed = frozenset(
        Organisation.key_in_log(key) for kind, key, said in lines if kind == "organisation" and SAID & set(said)
    )
    publishers: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    if ids := frozenset(str(key) for kind, key in named if kind in RECORDS):
        publishers, territories = _said(only=ids)
    if renamed:
        slugs = tuple(Organisation.objects.filter(pk__in=renamed).values_list("slug", flat=True))
        territories |= _said(filters={"publisher": slugs})[1] if slugs else frozenset()
    return Touched(named, publishers, territories, renamed)


def of(change: Change) -> Line:
    return change.record_type, change.record, change.fields


def _said(**bounds: Any) -> tuple[frozenset[str], frozenset[str]]:
    """The publishers and the territories of those documents, as the index has them."""
    index = backend()
    index.refresh()
    page = index.search(Query(audience=None, facets=("publisher", "territory"), facet_size=MANY, size=0, **bounds))
    publishers, territories = (frozenset(value for value, _ in facet.values) for facet in page.facets)
    return publishers, territories
