"""Whether what was answered before still holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet, Subquery

from catalogue.log import COUNTER
from catalogue.models import Counter, Cursor, SynonymTable
from catalogue.search.reader import READER


@dataclass(frozen=True)
class State:
    """Where the log and the index are, and which synonyms are in force. With the same settled state, the same question of a
    stranger has the same answer: no record, right, body or synonym changed. Names of concepts and repairs of the index are not
    in the log: keep nothing for long.
    """

    written: int = 0  # the last line of the log
    read: int | None = None  # the last one that the index holds; None: it never read any
    words: int | None = None  # the version of the synonyms; None: the shipped ones

    @property
    def settled(self) -> bool:
        """Whether the index holds all that the log says: nothing was restricted since."""
        return self.written == self.read


def state() -> State:
    """As of now, in one query. Read it before the index."""
    row = _numbers().first()
    return State() if row is None else State(*row)


@cache
def _numbers() -> QuerySet[Any, tuple[int, int | None, int | None]]:
    """Made once: to make it takes longer than to ask it."""
    read = Cursor.objects.filter(reader=READER).values("number")[:1]
    words = SynonymTable.objects.values("version")[:1]
    counter = Counter.objects.filter(name=COUNTER).order_by("name")
    return counter.annotate(read=Subquery(read), words=Subquery(words)).values_list("value", "read", "words")
