"""What lines of the log touch beside the records that they name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from catalogue.search.contract import Query
from catalogue.search.instance import backend
from catalogue.search.kinds.base import Touched

RECORDS: Final = ("dataset", "service")  # types of the log whose documents name bodies and places
MANY: Final = 10_000  # bodies or places of one batch


def touched_by(records: Iterable[tuple[str, UUID]]) -> Touched:
    """Asks the index once what it still says of them. Raises SearchError."""
    named = frozenset(records)
    ids = frozenset(str(key) for kind, key in named if kind in RECORDS)
    if not ids:
        return Touched(named)
    index = backend()
    index.refresh()
    page = index.search(Query(audience=None, only=ids, facets=("publisher", "territory"), facet_size=MANY, size=0))
    said = {facet.name: frozenset(value for value, _ in facet.values) for facet in page.facets}
    return Touched(named, said["publisher"], said["territory"])
