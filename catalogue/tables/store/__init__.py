"""The only door to DuckDB: connections in memory that reach the files they were given and nothing else.

`connected` opens one for a piece of work of its own (intake, an export to Parquet); `asking` borrows one that is kept
open for a table that is being looked at.
"""

from catalogue.tables.store.connections import Connection, Fault, Limits, connected, folded, for_columns, quoted
from catalogue.tables.store.copies import Copied
from catalogue.tables.store.kept import Asking, Kept, asking, put_away
from catalogue.tables.store.parquet import Stored, Value, as_parquet
from catalogue.tables.store.ranks import RANKED

__all__ = [
    "RANKED",
    "Asking",
    "Connection",
    "Copied",
    "Fault",
    "Kept",
    "Limits",
    "Stored",
    "Value",
    "as_parquet",
    "asking",
    "connected",
    "folded",
    "for_columns",
    "put_away",
    "quoted",
]
