"""The rows behind a figure, as the page of their table shows them: of its territory and its period, where a filter can say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.urls import reverse

from catalogue.indicators.contract import Binding, Recipe
from catalogue.indicators.language.nodes import Call, Name, Node
from catalogue.models import TableVersion, Territory
from catalogue.tables.contract import Type
from catalogue.tables.query import Filter, Op, TableQuery
from portal.pages.indicators.seen import Seen
from portal.pages.table_views import View

YEARS: Final = frozenset({Type.YEAR, Type.INTEGER, Type.TEXT})
WORDS: Final = frozenset({Type.TEXT, Type.SIREN, Type.SIRET, Type.COMMUNE, Type.DEPARTMENT})
Columns = Mapping[str, tuple[str, Type]]  # of the file, by field of the schema


def rows_behind(seen: Seen) -> tuple[str, bool]:
    """Their address, and whether it says all that it should: both the territory and the period. One query."""
    value, place = seen.value, seen.place
    if value is None or place is None:
        return "", False
    table = reverse("table", args=[value.table])
    rows = TableVersion.objects.filter(table=value.table, number=value.table_version)
    version = rows.only("columns", "verdict").first()
    if version is None or value.current.number != value.table_version:
        return table, False
    filters = (
        _of_period(seen.recipe, value.period, columns_of(version)),
        _of_place(seen.recipe, place, columns_of(version)),
    )
    query = TableQuery(filters=tuple(one for some in filters for one in some))
    return View(query).address(table, "lignes") if query.filters else table, all(filters)


def columns_of(version: TableVersion) -> Columns:
    named = version.verdict.get("fields", {})
    return {named[one["name"]]: (one["name"], Type(one["type"])) for one in version.columns if one["name"] in named}


def _of_period(recipe: Recipe, period: str, columns: Columns) -> tuple[Filter, ...]:
    """The rows of a year: a column of years, or the year of a column of dates."""
    node = recipe.expressions.period if recipe.expressions else None
    column, kind = _column(node, columns)
    if column and kind in YEARS and isinstance(node, Name):
        return (Filter(column, Op.EQ, (period,)),)
    if column and kind is Type.DATE and period.isdigit():
        return Filter(column, Op.GE, (f"{period}-01-01",)), Filter(column, Op.LE, (f"{period}-12-31",))
    return ()


def _of_place(recipe: Recipe, place: Territory, columns: Columns) -> tuple[Filter, ...]:
    given = recipe.expressions.place if recipe.expressions else ()
    if len(given) != 1:
        return ()
    binding, node = given[0]
    column, kind = _column(node, columns)
    if not column or kind not in WORDS or not isinstance(node, Name):
        return ()
    if binding is Binding.SIREN:
        return (Filter(column, Op.STARTS, (place.siren,)),) if place.siren else ()
    return (Filter(column, Op.EQ, (place.code,)),)


def _column(node: Node | None, columns: Columns) -> tuple[str, Type | None]:
    """The one column of an expression that is no more than it, or its year."""
    if isinstance(node, Call) and node.function == "year" and len(node.given) == 1:
        node = node.given[0]
    return columns.get(node.name, ("", None)) if isinstance(node, Name) else ("", None)
