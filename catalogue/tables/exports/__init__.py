"""All the rows that a question finds, in one file, written while it is sent: memory does not grow with the rows.

Text is written by DuckDB itself, a million rows in a second or two. XLSX and Parquet are made in a temporary file, then
sent: neither can be read before its end is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.spoken import gettext_noop as _
from catalogue.tables.exports import columnar, text, workbook
from catalogue.tables.exports.style import PLAIN, Pieces, Style
from catalogue.tables.query import Readable, TableQuery

Writer = Callable[[Readable, TableQuery, Style, Callable[[], bool] | None], Pieces]


@dataclass(frozen=True)
class Form:
    """One form of export. `media_type`: as IANA registers it."""

    media_type: str
    write: Writer
    label: str


FORMS: Final[Mapping[str, Form]] = {
    "json": Form("application/json", text.json_array, "JSON"),
    "ndjson": Form("application/x-ndjson", text.json_lines, "JSON, une ligne par objet"),
    "csv": Form("text/csv; charset=utf-8", text.csv, "CSV"),
    "xlsx": Form(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook.xlsx, _("classeur XLSX")
    ),
    "parquet": Form("application/vnd.apache.parquet", columnar.parquet, "Parquet"),
    "geojson": Form("application/geo+json", text.geojson, "GeoJSON"),
}


class Stream:
    """The bytes of an export, of which the first piece is ready: what is wrong with the question was said before."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._first: bytes | None = next(pieces, b"")

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        first, self._first = self._first, None
        return next(self._pieces) if first is None else first

    def close(self) -> None:
        """Whoever stops reading says so: the question stops, and its temporary file goes."""
        self._pieces.close()


def export(
    table: Readable, query: TableQuery, form: str, style: Style = PLAIN, gone: Callable[[], bool] | None = None
) -> Stream:
    """All that `query` finds, whatever its limit and its cursor. `form`: one of FORMS.

    Raises BadQuestion, TooMuch and Unreadable. An error while it is sent raises out of the stream, so that what was
    received is seen to be cut short.
    """
    return Stream(FORMS[form].write(table, query, style, gone))


__all__ = ["FORMS", "Form", "Stream", "Style", "export"]
