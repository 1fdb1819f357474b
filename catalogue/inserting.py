"""Rows that are surely new, written in one prepared statement.

`bulk_create` resolves each value of each row as if it could be an expression: a third of a first harvest went there
(sixty columns a dataset, forty a file, most of them empty).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

TEXTS: Final = (models.CharField, models.TextField, models.SlugField, models.URLField, models.EmailField)


def insert(rows: Sequence[models.Model]) -> None:
    """Rows of one model, all with their keys. Raises IntegrityError when one of them is there already; call it in a transaction."""
    if not rows:
        return
    model = type(rows[0])
    alias = router.db_for_write(model)
    connection = connections[alias]
    quote, fields = connection.ops.quote_name, model._meta.concrete_fields
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    ready = [(field.pre_save, _spelled(field, connection)) for field in fields]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})",  # noqa: S608 - names of our models
            [[spelled(before(row, True)) for before, spelled in ready] for row in rows],
        )
    for row in rows:
        row._state.adding, row._state.db = False, alias  # noqa: SLF001 - as Django's own insert leaves them


def _spelled(field: models.Field[Any, Any], connection: BaseDatabaseWrapper) -> Callable[[Any], Any]:
    """How the base takes a value of this field: a text as it is, the empty JSON that most columns hold spelled once."""
    if type(field) in TEXTS:
        return lambda value: value if type(value) is str else field.get_db_prep_save(value, connection)
    if type(field) is models.JSONField:
        empty = {kind: field.get_db_prep_save(kind(), connection) for kind in (dict, list)}
        return lambda value: (
            empty[type(value)] if not value and type(value) in empty else field.get_db_prep_save(value, connection)
        )
    return lambda value: field.get_db_prep_save(value, connection)
