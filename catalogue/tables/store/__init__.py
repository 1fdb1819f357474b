"""The only door to DuckDB: connections in memory that reach the files they were given and nothing else.

`connected` opens one for a piece of work of its own (intake, an export to Parquet); `asking` borrows one that is kept
open for a table that is being looked at.
"""

from catalogue.tables.store.connections import Connection, Fault, Limits, connected, quoted
from catalogue.tables.store.kept import Asking, Kept, Value, asking, put_away
from catalogue.tables.store.parquet import PARQUET, Stored

__all__ = [
    "PARQUET",
    "Asking",
    "Connection",
    "Fault",
    "Kept",
    "Limits",
    "Stored",
    "Value",
    "asking",
    "connected",
    "put_away",
    "quoted",
]
