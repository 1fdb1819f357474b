"""The heads of the columns that are shown, and the choice of which are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext as _

from catalogue.tables.query import TableQuery
from catalogue.tabling import OpenTable
from portal.pages import table_views
from portal.pages.chart_builder import Choice
from portal.pages.table_profiles import Profile, profiles
from portal.pages.table_views import COLUMNS, View

OFFERED: Final = 500  # boxes to tick
LONG: Final = 16  # characters of a column's longest text, that one line of a narrow column does not hold


@dataclass(frozen=True)
class Head:
    """`sort`: as `aria-sort` says it, "" when it does not order the rows; `address`: of the next way of sorting by it."""

    name: str
    right: bool
    sort: str
    next: str
    address: str
    profile: Profile
    long: bool = False  # whether its texts want room


def shown_names(found: OpenTable, query: TableQuery) -> tuple[str, ...]:
    return query.select or tuple(column.name for column in found.columns[:COLUMNS])


def chosen(found: OpenTable, query: TableQuery) -> TableQuery:
    """With the columns that are shown when nobody chose: a table of a thousand would fill no screen."""
    return query if len(found.columns) <= COLUMNS else replace(query, select=shown_names(found, query))


def heads(found: OpenTable, view: View) -> list[Head]:
    by_name = {column.name: column for column in found.columns}
    names = dict.fromkeys(shown_names(found, view.query))
    told = profiles([by_name[name] for name in names], found.rows, view)
    return [replace(_head(one, view), long=by_name[one.name].longest > LONG and not one.right) for one in told]


def _head(profile: Profile, view: View) -> Head:
    now = next((one for one in view.query.sort[:1] if one.column == profile.name), None)
    sort = "" if now is None else "descending" if now.descending else "ascending"
    following = {"": _("trier dans l’ordre croissant"), "ascending": _("trier dans l’ordre décroissant")}
    return Head(
        profile.name,
        profile.right,
        sort,
        following.get(sort) or _("remettre dans l’ordre du fichier"),
        view.sorted_by(profile.name).address(anchor="lignes"),
        profile,
    )


def columns_form(found: OpenTable, view: View) -> dict[str, Any]:
    names = set(shown_names(found, view.query))
    return {
        "columns": [Choice(one.name, one.name, one.name in names) for one in found.columns[:OFFERED]],
        "shown": len(names),
        "left_out": max(0, len(found.columns) - OFFERED),
        "all": view.asking(select=()).address(anchor="lignes"),
        "kept": table_views.hidden(view, "select"),
    }
