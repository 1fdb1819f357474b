"""The filters of a table's page: those that hold, in words, and the form that adds one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from catalogue.tables.contract import Column, Type
from catalogue.tables.query import Filter, Op
from portal.charts.figures import figure
from portal.pages import table_views
from portal.pages.chart_builder import Choice
from portal.pages.table_views import View

OFFERED: Final = 500  # columns in the list; an address may name any
LONGEST: Final = 40  # characters of a value
WORDS: Final = {
    Op.EQ: "est",
    Op.NE: "n’est pas",
    Op.CONTAINS: "contient",
    Op.STARTS: "commence par",
    Op.GE: "au moins",
    Op.LE: "au plus",
    Op.GT: "plus de",
    Op.LT: "moins de",
    Op.IN: "est l’un de (séparés par des virgules)",
    Op.OUT: "n’est aucun de (séparés par des virgules)",
    Op.EMPTY: "est vide",
    Op.FILLED: "n’est pas vide",
}
SHORT: Final = WORDS | {Op.IN: "est l’un de", Op.OUT: "n’est aucun de"}
MOMENTS: Final = {Op.GE: "à partir du", Op.LE: "jusqu’au", Op.GT: "après le", Op.LT: "avant le"}


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
        away = f"{figure(near.metres, 0)}\u202fm" if near.metres < 1000 else f"{figure(near.metres / 1000, 1)}\u202fkm"
        found.append(
            Chip(
                f"à moins de {away} de {figure(near.latitude, 4)} ; {figure(near.longitude, 4)}",
                view.asking(near=None).address(anchor="lignes"),
            )
        )
    if view.query.box:
        found.append(Chip("dans un cadre de la carte", view.asking(box=None).address(anchor="lignes")))
    return found


def _said(one: Filter, type_: Type) -> str:
    verb = MOMENTS.get(one.op, SHORT[one.op]) if type_.moment else SHORT[one.op]
    values = [_value(value) for value in one.values[:3]]
    more = f" et {len(one.values) - 3} de plus" if len(one.values) > 3 else ""
    return f"{one.column[:LONGEST]} {verb} {', '.join(values)}{more}".strip()


def _value(said: str) -> str:
    return f"«\u00a0{said if len(said) <= LONGEST else said[:LONGEST] + '…'}\u00a0»"


def conditions(data: QueryDict, columns: Sequence[Column]) -> dict[str, Any]:
    """The form, with what was typed when it could not be used."""
    column, condition = data.get(table_views.COLUMN, ""), data.get(table_views.CONDITION, "")
    return {
        "columns": [Choice(one.name, one.name, one.name == column) for one in columns[:OFFERED]],
        "conditions": [Choice(op.value, word, op.value == condition) for op, word in WORDS.items()],
        "value": data.get(table_views.VALUE, ""),
    }
