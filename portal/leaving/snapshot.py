"""All that is read inside is of one moment: people go on saving meanwhile, and nothing of it is seen.

SQLite (WAL): a transaction that only reads sees the base as at its first question. PostgreSQL: REPEATABLE READ.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """Nothing may be written inside, nor `transaction.atomic` opened. Raises RuntimeError inside a transaction."""
    if connection.in_atomic_block:
        raise RuntimeError("a moment cannot be held inside a transaction that began before it")
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        # Django's own would be IMMEDIATE, and hold up every save for as long as the export takes.
        cursor.execute("BEGIN DEFERRED")
        try:
            cursor.execute(
                "SELECT value FROM catalogue_counter"
            ).fetchall()  # the moment begins with the first question
            yield
        finally:
            cursor.execute("ROLLBACK")
