"""What SQLite's planner knows of the tables.

Without figures it takes an index on `status`, which is the same of all records, before the keys of the twenty that are wanted.
PostgreSQL counts by itself (autovacuum).
"""

from __future__ import annotations

from typing import Final

from django.db import connection

MUCH: Final = 1_000  # lines of the log after which the tables are counted again
LOOKED_AT: Final = 1_000  # rows of an index at most: some 15 ms for all of them, whatever their length


def count_tables() -> None:
    """Tells the planner how many rows there are, and how many of a kind (sqlite.org, "ANALYZE"). Nothing on PostgreSQL."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit={LOOKED_AT}")
        cursor.execute("ANALYZE")
