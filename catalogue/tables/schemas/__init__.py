"""The national Table Schemas: which one a table follows, and how well.

`national` has them as values, `recognition` tells them from the columns, `validation` checks the cells.
"""

from catalogue.tables.schemas.national import schema, schemas
from catalogue.tables.schemas.recognition import recognise

__all__ = ["recognise", "schema", "schemas"]
