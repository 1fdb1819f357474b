"""Records that were foreseen, surely new, taken in at once: their rows, their records and their marks in one transaction.

Killed anywhere, nothing of them is there, and the next run takes them in as new: no key must be remembered beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import DatabaseError, transaction

from catalogue.errors import CatalogueError
from catalogue.inserting import insert
from catalogue.publishing.foreseen import publish_foreseen, to_prepare
from harvesters.routes import Routes
from harvesters.tallies import Item


def arrive(items: Sequence[Item], routes: Routes) -> list[Item]:
    """Those that were taken in; the others must go the way of all, which says what is wrong with each."""
    new = [item for item in items if item.foreseen and item.row.pk is None]
    left = to_prepare([item.foreseen for item in new if item.foreseen])
    new = [item for item in new if item.foreseen and item.foreseen.id not in left]
    if not new:
        return []
    signs = [routes.sign(item.found) for item in new]
    for item, sign in zip(new, signs, strict=True):
        item.row.stamp, item.row.page = item.stamp, sign.page
    try:
        with transaction.atomic():
            insert([item.row for item in new])
            routes.keep_new({item.row.pk: sign for item, sign in zip(new, signs, strict=True)})
            publish_foreseen([item.foreseen for item in new if item.foreseen])
    except (CatalogueError, DatabaseError, ValueError):
        for item in new:  # nothing of it is there
            item.row.pk, item.row.stamp, item.row.page = None, "", ""
            item.row._state.adding = True  # noqa: SLF001 - as before `insert`
        return []
    return new
