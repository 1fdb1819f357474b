"""The filters of a table's page: those that hold, in words, and the form that adds one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.tables.contract import Column, Type
from catalogue.tables.query import Filter, Op
from portal.charts.figures import figure
from portal.pages import table_views
from portal.pages.chart_builder import Choice
from portal.pages.table_views import View

OFFERED: Final = 500  # columns in the list; an address may name any
LONGEST: Final = 40  # characters of a value
WORDS: Final = {
    Op.EQ: gettext_lazy("est"),
    Op.NE: gettext_lazy("n’est pas"),
    Op.CONTAINS: gettext_lazy("contient"),
    Op.STARTS: gettext_lazy("commence par"),
    Op.GE: gettext_lazy("au moins"),
    Op.LE: gettext_lazy("au plus"),
    Op.GT: gettext_lazy("plus de"),
    Op.LT: gettext_lazy("moins de"),
    Op.IN: gettext_lazy("est l’un de (séparés par des virgules)"),
    Op.OUT: gettext_lazy("n’est aucun de (séparés par des virgules)"),
    Op.EMPTY: gettext_lazy("est vide"),
    Op.FILLED: gettext_lazy("n’est pas vide"),
}
SHORT: Final = WORDS | {Op.IN: gettext_lazy("est l’un de"), Op.OUT: gettext_lazy("n’est aucun de")}
MOMENTS: Final = {
    Op.GE: gettext_lazy("à partir du"),
    Op.LE: gettext_lazy("jusqu’au"),
    Op.GT: gettext_lazy("après le"),
    Op.LT: gettext_lazy("avant le"),
}


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the address without it."""

    text: str
    address: str


def chips(view: View, columns: Sequence[Column]) -> list[Chip]:
    types = {column.name: column.type for column in columns}
    found = [
        Chip(_said(one, types.get(one.column, Type.TEXT)), view.without(one).address(anchor="lignes"))
        for one in view.query.filters
    ]
    if near := view.query.near:
        away = figure(near.metres, 0, "m") if near.metres < 1000 else figure(near.metres / 1000, 1, "km")
        there = {"away": away, "latitude": figure(near.latitude, 4), "longitude": figure(near.longitude, 4)}
        found.append(
            Chip(
                _("à moins de %(away)s de %(latitude)s ; %(longitude)s") % there,
                view.asking(near=None).address(anchor="lignes"),
            )
        )
    if view.query.box:
        found.append(Chip(_("dans un cadre de la carte"), view.asking(box=None).address(anchor="lignes")))
    return found


def _said(one: Filter, type_: Type) -> str:
    verb = MOMENTS.get(one.op, SHORT[one.op]) if type_.moment else SHORT[one.op]
    values = [_value(value) for value in one.values[:3]]
    told = ", ".join(values)
    if len(one.values) > 3:
        told = _("%(values)s et %(count)s de plus") % {"values": told, "count": len(one.values) - 3}
    return f"{one.column[:LONGEST]} {verb} {told}".strip()


def _value(said: str) -> str:
    return _("«\u00a0%(value)s\u00a0»") % {"value": said if len(said) <= LONGEST else f"{said[:LONGEST]}…"}


def conditions(data: QueryDict, columns: Sequence[Column]) -> dict[str, Any]:
    """The form, with what was typed when it could not be used."""
    column, condition = data.get(table_views.COLUMN, ""), data.get(table_views.CONDITION, "")
    return {
        "columns": [Choice(one.name, one.name, one.name == column) for one in columns[:OFFERED]],
        "conditions": [Choice(op.value, str(word), op.value == condition) for op, word in WORDS.items()],
        "value": data.get(table_views.VALUE, ""),
    }
