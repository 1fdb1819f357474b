"""The national Table Schemas: which one a table follows, and how well.

`national` has them as values, `recognition` tells them from the columns, `validation` checks the cells.
"""

from catalogue.tables.schemas.national import schema, schemas
from catalogue.tables.schemas.recognition import recognise
from catalogue.tables.schemas.validation import check

__all__ = ["check", "recognise", "schema", "schemas"]
