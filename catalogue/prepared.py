"""Querysets of one record whose SQL is written once a process.

Django writes the SQL of a queryset each time that it is read: some milliseconds for the hundred columns of a dataset and of what
stands beside it, of which the base takes a tenth.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import connections
from django.db.models import Model, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


class _Bound:
    """In the place of a queryset's query: the compiler that has written it already, with the values of now."""

    values_select = ()  # instances are made, no rows of values

    def __init__(self, written: SQLCompiler, sql: str, values: tuple[Any, ...]) -> None:
        self._written, self._sql, self._values = written, sql, values

    def get_compiler(self, using: str, **_: object) -> SQLCompiler:
        compiler = copy(self._written)
        compiler.connection = connections[using]  # of this thread
        compiler.as_sql = lambda *_, **__: (self._sql, self._values)  # type: ignore[method-assign]
        return compiler

    def chain(self) -> _Bound:
        return self


class Prepared(Generic[M]):
    """A queryset, of what belongs to the record of that key: called with a key, reads it.

    `make` must say the same for all keys and all readers, at any time: what varies is the key alone. Raises ValueError, when first called, for a
    queryset that does not ask for its key.
    """

    def __init__(self, make: Callable[[UUID], QuerySet[M]]) -> None:
        self._make = make
        self._written: tuple[QuerySet[M], SQLCompiler, str, tuple[Any, ...], frozenset[int]] | None = None

    def __call__(self, key: UUID) -> list[M]:
        if self._written is None:
            self._written = self._write()
        rows, written, sql, values, places = self._written
        said = UUIDField().get_db_prep_value(key, connections[rows.db])
        bound = tuple(said if place in places else value for place, value in enumerate(values))
        again = rows._clone()  # type: ignore[attr-defined]  # noqa: SLF001 - what else a queryset carries (prefetches)
        again.query = _Bound(written, sql, bound)
        return list(again)

    def _write(self) -> tuple[QuerySet[M], SQLCompiler, str, tuple[Any, ...], frozenset[int]]:
        rows, others = self._make(uuid4()), self._make(uuid4())
        written = rows.query.get_compiler(using=rows.db)
        sql, values = written.as_sql()
        other, other_values = others.query.get_compiler(using=others.db).as_sql()
        places = {place for place, value in enumerate(values) if value != other_values[place]}
        if other != sql or not places:
            raise ValueError(f"these rows do not depend on their key alone: {sql}")
        return rows, written, sql, tuple(values), frozenset(places)
