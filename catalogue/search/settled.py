"""Whether what was answered before still holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Subquery

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
    with connection.cursor() as cursor:
        cursor.execute(*_numbers())
        row = cursor.fetchone()
    return State() if row is None else State(*row)


@cache
def _numbers() -> tuple[str, tuple[Any, ...]]:
    """The SQL and its values, made once: to make it takes longer than to ask it. Whole numbers, as every base gives them."""
    read = Cursor.objects.filter(reader=READER).values("number")[:1]
    words = SynonymTable.objects.values("version")[:1]
    counter = Counter.objects.filter(name=COUNTER).order_by("name").annotate(read=Subquery(read), words=Subquery(words))
    sql, values = counter.values_list("value", "read", "words")[:1].query.sql_with_params()
    return sql, tuple(values)
