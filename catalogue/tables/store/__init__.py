"""The only door to DuckDB: connections in memory that reach the files they were given and nothing else.

`connected` opens one for a piece of work of its own (intake, an export to Parquet); `asking` borrows one that is kept
open for a table that is being looked at.
"""

from catalogue.tables.store.connections import Connection, Fault, Limits, connected, for_columns, quoted
from catalogue.tables.store.kept import Asking, Kept, Value, asking, put_away
from catalogue.tables.store.parquet import Stored, as_parquet

__all__ = [
    "Asking",
    "Connection",
    "Fault",
    "Kept",
    "Limits",
    "Stored",
    "Value",
    "as_parquet",
    "asking",
    "connected",
    "for_columns",
    "put_away",
    "quoted",
]
