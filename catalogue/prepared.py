"""Querysets of a few keys whose SQL is written once a process.

Django writes the SQL of a queryset each time that it is read: some milliseconds for the hundred columns of a dataset and of what
stands beside it, of which the base takes a tenth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from secrets import randbits
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import connections
from django.db.models import Field, IntegerField, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler

R = TypeVar("R")
# How a key of this type is given to the base, and one that stands nowhere else while the SQL is written.
KEYS: Final[dict[type, tuple[Field[Any, Any], Callable[[], Any]]]] = {
    UUID: (UUIDField(), lambda: UUID(int=randbits(128))),
    int: (IntegerField(), lambda: randbits(30)),
}


class _Written(NamedTuple, Generic[R]):
    """`places`: by the place of a value in the SQL, which of the keys it is."""

    rows: QuerySet[Any, R]
    compiler: SQLCompiler
    sql: str
    values: tuple[Any, ...]
    places: dict[int, int]


class _Bound:
    """In the place of a queryset's query: the compiler that has written it already, with the values of now."""

    def __init__(self, written: _Written[Any], values: tuple[Any, ...]) -> None:
        self._written, self._values = written, values

    def __getattr__(self, name: str) -> Any:
        return getattr(self._written.compiler.query, name)

    def get_compiler(self, using: str, **_: object) -> SQLCompiler:
        compiler = copy(self._written.compiler)
        compiler.connection = connections[using]  # of this thread
        compiler.as_sql = lambda *_, **__: (self._written.sql, self._values)  # type: ignore[method-assign]
        return compiler

    def chain(self) -> _Bound:
        return self


class Prepared(Generic[R]):
    """A queryset, of what belongs to some keys: called with these, reads it. Several are filled up to 2, 4, 8… with the last one.

    `make` must say the same for all keys and all readers, at any time: what varies are the keys alone. Raises ValueError, when first
    called, for a queryset that does not ask for its keys.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, R]], kind: type = UUID) -> None:
        self._make, self._kind = make, kind
        self._written: dict[int, _Written[R]] = {}

    def __call__(self, *keys: Any) -> list[R]:
        if not keys:
            return []
        count = 1 << (len(keys) - 1).bit_length()
        if count not in self._written:
            self._written[count] = self._write(count)
        written = self._written[count]
        said = self._said(keys, written.rows.db)
        values = tuple(
            said[min(written.places[place], len(said) - 1)] if place in written.places else value
            for place, value in enumerate(written.values)
        )
        again: Any = written.rows._clone()  # type: ignore[attr-defined]  # noqa: SLF001 - what else it carries (prefetches, form of rows)
        again._query = _Bound(written, values)  # noqa: SLF001 - its setter would make other rows
        return list(again)

    def _write(self, count: int) -> _Written[R]:
        keys = [KEYS[self._kind][1]() for _ in range(count)]
        rows = self._make(*keys)
        compiler = rows.query.get_compiler(using=rows.db)
        sql, values = compiler.as_sql()
        said = self._said(keys, rows.db)
        places = {place: said.index(value) for place, value in enumerate(values) if value in said}
        if set(places.values()) != set(range(count)):
            raise ValueError(f"these rows do not depend on their keys: {sql}")
        return _Written(rows, compiler, sql, tuple(values), places)

    def _said(self, keys: Sequence[Any], base: str) -> list[Any]:
        field = KEYS[self._kind][0]
        return [field.get_db_prep_value(key, connections[base]) for key in keys]
