"""Where the rows that a page shows are taken away: files of the selection, its address in the API, the original."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from catalogue.tables.contract import Type
from catalogue.tables.query import TableQuery
from catalogue.tabling import OpenTable
from portal import tabular
from portal.pages.chart_builder import Plan
from portal.pages.table_charts import question
from portal.pages.table_views import View

FORMS: Final = (("csv", "CSV"), ("xlsx", "Excel"), ("geojson", "GeoJSON"), ("parquet", "Parquet"), ("json", "JSON"))
# In French, spreadsheets open a file by itself only so.
FRENCH: Final = {"csv": (("sep", ";"), ("decimal", ","), ("bom", "1"))}


@dataclass(frozen=True)
class Taking:
    label: str
    address: str


def placed(found: OpenTable) -> bool:
    """Whether its rows say where they are."""
    types = {column.type for column in found.columns}
    return bool(types & {Type.POINT, Type.GEOMETRY}) or {Type.LATITUDE, Type.LONGITUDE} <= types


def links(found: OpenTable, view: View) -> dict[str, Any]:
    query = replace(view.query, cursor="")
    pairs = tabular.written(query)
    return {
        "forms": [
            Taking(label, _address(found, "rows_as", [*pairs, *FRENCH.get(form, ())], form))
            for form, label in FORMS
            if form != "geojson" or placed(found)
        ],
        "api": settings.BOUTURE_URL + _address(found, "rows", pairs),
        "described": reverse("table_api", args=[found.key]),
        "openapi": reverse("table_openapi", args=[found.key]),
    }


def figures_link(found: OpenTable, view: View, plan: Plan) -> str:
    """The figures of a chart as CSV: the same question, or the rows themselves for what counts nothing."""
    query: TableQuery = question(view, plan)
    if plan.kind in ("nuage", "histogramme"):
        names = (plan.column.name, *((plan.measured.name,) if plan.measured else ()))
        query = replace(view.selection, select=names)
    return _address(found, "rows_as", [*tabular.written(query), *FRENCH["csv"]], "csv")


def _address(found: OpenTable, name: str, pairs: list[tuple[str, str]], *more: str) -> str:
    return reverse(name, args=[found.key, *more]) + (f"?{urlencode(pairs)}" if pairs else "")
