"""Tables of a few rows, or none, that one transaction changes at a time: before the first row there is none to lock."""

from __future__ import annotations

from django.db import connection, models


def lock(model: type[models.Model]) -> None:
    """Until the transaction ends no other passes here for this model; who only reads goes on. Call it in a transaction.

    PostgreSQL's SHARE ROW EXCLUSIVE; SQLite has one writer at a time, from the beginning of its transaction.
    """
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
