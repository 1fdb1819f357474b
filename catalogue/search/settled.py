"""Whether what was answered before still holds."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import QuerySet, Subquery

from catalogue.log import COUNTER
from catalogue.models import Counter, Cursor, SynonymTable
from catalogue.search.reader import READER


def settled() -> str:
    """A name of all that answers to strangers depend on, "" while the index is behind the log. One query.

    With the same name, the same question has the same answer: no record, right, body or synonym changed. Names of concepts
    and repairs of the index are not in the log: keep nothing for long.
    """
    row = _numbers().first()
    if row is None or row[0] != row[1]:
        return ""
    return f"{row[0]}-{row[2]}"


@cache
def _numbers() -> QuerySet[Any, tuple[int, int | None, int | None]]:
    """Made once: to make it takes longer than to ask it."""
    read = Cursor.objects.filter(reader=READER).values("number")[:1]
    words = SynonymTable.objects.values("version")[:1]
    counter = Counter.objects.filter(name=COUNTER).order_by("name")
    return counter.annotate(read=Subquery(read), words=Subquery(words)).values_list("value", "read", "words")
