"""What the search box proposes while somebody types, for the box's own list and for browsers (OpenSearch Suggestions).

The index proposes, the base decides: titles are read again from the base with the reader's rights.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from catalogue.models import Audience, Dataset
from catalogue.search import find_while_typing
from catalogue.search.contract import Fragment

LEAST: Final = 2  # characters: one letter begins everything
MOST: Final = 300  # characters: as the search page reads them
KINDS: Final = {"dataset": "Jeu de données"}


@dataclass(frozen=True)
class Suggestion:
    """`address` is a path on this portal; `marked` joins to `title`."""

    title: str
    marked: tuple[Fragment, ...]
    kind: str
    publisher: str
    address: str


def asked(given: str) -> str:
    """The question as it is looked for, "" when it is too short; a space at the end says that its last word is finished."""
    text = " ".join(given[:MOST].replace("\x00", " ").split())
    return "" if len(text) < LEAST else text + " " * given[:MOST].endswith(" ")


def suggestions(text: str, audience: Audience) -> tuple[Suggestion, ...]:
    """At most eight, the best first; five short queries. Raises SearchError when the index cannot answer."""
    hits = find_while_typing(text, audience, kinds=tuple(KINDS)).hits if text else ()
    if not hits:
        return ()
    visible = Dataset.objects.visible_to(audience).filter(pk__in=[uuid.UUID(hit.id) for hit in hits])
    rows = {
        str(row.pk): row for row in visible.select_related("published_by").only("title", "uri", "published_by__name")
    }
    return tuple(_suggestion(rows[hit.id], hit.kind, hit.title) for hit in hits if hit.id in rows)


def _suggestion(row: Dataset, kind: str, marked: tuple[Fragment, ...]) -> Suggestion:
    title = row.label
    if "".join(text for text, _ in marked) != title:  # the index has an older one
        marked = ((title, False),)
    return Suggestion(title, marked, KINDS[kind], row.published_by.name, row.get_absolute_url())
