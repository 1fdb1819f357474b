"""The map of a table's page: where its rows are, or the territories that they name by a code, as one chooses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from catalogue.tables.contract import BadQuestion
from catalogue.tabling import OpenTable
from portal.charts.chart import Chart
from portal.pages.chart_builder import Choice
from portal.pages.map_codes import by_code, coded, worths
from portal.pages.map_places import Move, by_place
from portal.pages.table_links import placed
from portal.pages.table_views import View

PLACES: Final = "lieux"  # the map of where the rows are
Gone = Callable[[], bool] | None


@dataclass(frozen=True)
class Mapped:
    """`moves`: closer, farther, aside. `grounds`, `worths`: what a form offers, nothing when there is no choice."""

    chart: Chart
    moves: Sequence[Move] = ()
    grounds: Sequence[Choice] = ()
    worths: Sequence[Choice] = ()


def mappable(found: OpenTable) -> bool:
    return placed(found) or bool(coded(found.columns))


def mapped(found: OpenTable, view: View, key: str, gone: Gone = None) -> Mapped:
    """Raises TableError."""
    columns = coded(found.columns)
    names = [*([PLACES] if placed(found) else []), *(column.name for column in columns)]
    chosen = view.ground or names[0]
    if chosen not in names:
        raise BadQuestion(
            _("« %(said)s » ne dit pas où sont les lignes : choisissez dans la liste de la carte.")
            % {"said": chosen[:60]}
        )
    grounds = [
        Choice(
            name,
            _("Là où est chaque ligne")
            if name == PLACES and placed(found)
            else _("Territoires de %(column)s") % {"column": name},
            name == chosen,
        )
        for name in names
    ]
    measures = worths(found.columns, view.worth) if columns else []
    # One ground and nothing but rows to count: there is nothing to choose.
    offered = (grounds, measures) if len(grounds) > 1 or len(measures) > 1 else ([], [])
    if chosen == PLACES and placed(found):
        chart, moves = by_place(found, view, key, gone)
        return Mapped(chart, moves, *offered)
    column = next(one for one in columns if one.name == chosen)
    return Mapped(by_code(found, view, column, key, gone), (), *offered)
