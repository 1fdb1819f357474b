"""The national Table Schemas: which one a table follows, and how well.

`national` has them as values, `recognition` tells them from the columns; `validation.check` asks DuckDB about the cells,
which is heavy to load: it is imported by its own name.
"""

from catalogue.tables.schemas.national import schema, schemas
from catalogue.tables.schemas.recognition import recognise

__all__ = ["recognise", "schema", "schemas"]
