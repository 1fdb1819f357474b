"""The tables of the catalogue: which files become one, their versions, their queue, who may open them.

`catalogue.tables` turns a file into rows and answers questions; it knows no record. Here is what ties both together.
"""

from catalogue.tabling.opening import OpenTable, Wait, openable, table_for, waits

__all__ = ["OpenTable", "Wait", "openable", "table_for", "waits"]
