"""A statement being written: values go beside it under a name, never into it."""

from __future__ import annotations

from catalogue.spoken import gettext as _
from catalogue.tables.contract import BadQuestion, Column
from catalogue.tables.query.question import Readable
from catalogue.tables.store import Stored, Value


class Bound:
    """The values of one statement, by the names that stand for them."""

    def __init__(self, values: dict[str, Value]) -> None:
        """`values`: what is bound already; they are added to."""
        self.values = values

    def __call__(self, value: Value) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


class Columns:
    """The columns that a question may name, and where they stand in the file."""

    def __init__(self, table: Readable, stored: Stored) -> None:
        self.all = table.columns
        self._stored = stored
        self._places = {column.name: place for place, column in enumerate(table.columns)}

    @property
    def source(self) -> str:
        return self._stored.source

    def named(self, name: str) -> Column:
        """Raises BadQuestion for a column that is not there."""
        if name not in self._places:
            shown = name if len(name) <= 60 else f"{name[:60]}…"
            those = ", ".join(column.name[:60] for column in self.all[:20]) + ("…" if len(self.all) > 20 else "")
            raise BadQuestion(
                _("Il n’y a pas de colonne « %(column)s » dans cette table. Ses colonnes : %(those)s.")
                % {"column": shown, "those": those}
            )
        return self.all[self._places[name]]

    def sql(self, column: Column) -> str:
        """Its name in a statement, from its place: c0, c1…"""
        return f"c{self._places[column.name]}"

    def stored(self, column: Column) -> str:
        """DuckDB's type of it."""
        return self._stored.types[self._places[column.name]]
