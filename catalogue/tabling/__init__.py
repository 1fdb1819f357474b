"""The tables of the catalogue: which files become one, their versions, their queue, who may open them.

`catalogue.tables` turns a file into rows and answers questions; it knows no record. Here is what ties both together.
"""

from catalogue.tabling.opening import OpenTable, openable, table_for

__all__ = ["OpenTable", "openable", "table_for"]
