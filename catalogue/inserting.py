"""Rows that are surely new, written in one prepared statement.

`bulk_create` resolves each value of each row as if it could be an expression: a third of a first harvest went there
(sixty columns a dataset, forty a file, most of them empty).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

PLAIN: Final = (models.BooleanField, models.IntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField)
TEXTS: Final = (models.CharField, models.TextField, models.SlugField, models.URLField, models.EmailField)


def insert(rows: Sequence[models.Model]) -> None:
    """Rows of one model, all with their keys. Raises IntegrityError when one of them is there already; call it in a transaction."""
    if not rows:
        return
    model = type(rows[0])
    write(model, spelled(rows))
    alias = router.db_for_write(model)
    for row in rows:
        row._state.adding, row._state.db = False, alias  # noqa: SLF001 - as Django's own insert leaves them


def spelled(rows: Sequence[models.Model]) -> list[list[Any]]:
    """The values of rows of one model as the base takes them, in the order of its columns. Asks nothing of the base."""
    if not rows:
        return []
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    ready = [(_given(field), _spelled(field, connection)) for field in model._meta.concrete_fields]
    return [[spell(given(row)) for given, spell in ready] for row in rows]


def write(model: type[models.Model], values: Sequence[Sequence[Any]]) -> None:
    """Rows that `spelled` gave. Raises IntegrityError; call it in a transaction."""
    if not values:
        return
    connection = connections[router.db_for_write(model)]
    quote, fields = connection.ops.quote_name, model._meta.concrete_fields
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})",  # noqa: S608 - names of our models
            values,
        )


def place_of(model: type[models.Model], name: str) -> int:
    """Where a column, by its name in Python, is among the values that `spelled` gives."""
    return [field.attname for field in model._meta.concrete_fields].index(name)


def _given(field: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    """What a row holds for this field, but where the field itself says what that is at the moment of writing."""
    if type(field).pre_save is models.Field.pre_save:
        return attrgetter(field.attname)
    return lambda row: field.pre_save(row, True)


def _spelled(field: models.Field[Any, Any], connection: BaseDatabaseWrapper) -> Callable[[Any], Any]:
    """How the base takes a value of this field: a text as it is, the empty JSON that most columns hold spelled once."""

    def prepared(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    if type(field) in TEXTS:
        return lambda value: value if type(value) is str else prepared(value)
    if type(field) is models.JSONField:
        empty = {kind: field.get_db_prep_save(kind(), connection) for kind in (dict, list)}
        return lambda value: empty[type(value)] if not value and type(value) in empty else prepared(value)
    if type(field) in PLAIN:
        return lambda value: value if value is None or type(value) in (int, bool) else prepared(value)
    return prepared
