"""A chart of the rows that a page is about: asked of the table, then drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext as _

from catalogue.tables.contract import BadQuestion, Column, Type
from catalogue.tables.query import MOST_ROWS, Filter, Function, Measure, Op, Part, Readable, Sort, TableQuery, answer
from portal.charts import Bar, Bin, Chart, Measured, Moment, Others, bars, cloud, histogram, line
from portal.charts.bars import MOST
from portal.charts.chart import EMPTY
from portal.charts.figures import figure, ticks
from portal.charts.periods import WEEKDAYS, period
from portal.pages.chart_builder import STEPS, Plan, axis, grouped, named, unit
from portal.pages.table_cells import shown, words
from portal.pages.table_views import View

CLASSES: Final = 12  # of a histogram, about
ADDING: Final = frozenset({None, Function.SUM})  # what makes a whole of its parts
FILTERABLE: Final = frozenset({None, Part.YEAR, Part.MONTH, Part.DAY})  # what a filter can say of a group
Gone = Callable[[], bool] | None


def drawn(table: Readable, view: View, plan: Plan, key: str, gone: Gone = None) -> Chart:
    """Raises BadQuestion and TooMuch."""
    return DRAWERS[plan.kind](table, view, plan, key, gone)


def measured(plan: Plan) -> Measured:
    parts = plan.function in ADDING
    return Measured(named(plan), grouped(plan), unit(plan.measured), parts, axis(plan), rows=not plan.measures)


def question(view: View, plan: Plan) -> TableQuery:
    """What the figures of a chart of groups are the answer to."""
    return replace(view.selection, group=(plan.group,), measures=plan.measures)


def _bars(table: Readable, view: View, plan: Plan, key: str, gone: Gone) -> Chart:
    by_time = plan.part is not None
    order = Sort(_names(plan)[0], True) if by_time else Sort(_names(plan)[-1], True)
    page = answer(table, replace(question(view, plan), sort=(order,), limit=MOST), gone)
    rows = _read(page.rows)
    if by_time:
        rows.reverse()
    left = (page.total or 0) - len(rows)
    others = Others(left, _rest(table, view, plan, rows, gone) if left else None)
    return bars([_bar(row, view, plan) for row in rows], measured(plan), key, others)


def _rest(table: Readable, view: View, plan: Plan, rows: list[list[Any]], gone: Gone) -> int | Decimal | None:
    """What all the groups that are not shown are worth together, when that can be said."""
    if plan.function not in ADDING:
        return None
    # Counting the rows is a measure of no column: the first is asked for its least, and the count beside it is used.
    measures = plan.measures or (Measure(Function.MIN, plan.column.name),)
    [whole] = _read(answer(table, replace(view.selection, measures=measures), gone).rows)
    return _value(whole[-2 if plan.function is None else -1] or 0) - sum(_value(row[-1] or 0) for row in rows)


def _value(said: Any) -> Decimal | int:
    return said if isinstance(said, (int, Decimal)) else Decimal(str(said))


def _bar(row: list[Any], view: View, plan: Plan) -> Bar:
    name, value = row[0], row[-1]
    if name is None or name == "":
        return Bar(str(EMPTY), value, view.with_filter(Filter(plan.column.name, Op.EMPTY)).address(anchor="lignes"))
    address = ""
    if plan.part in FILTERABLE:
        address = view.with_filter(Filter(plan.column.name, Op.EQ, (_typed(name),))).address(anchor="lignes")
    return Bar(_label(name, plan), value, address)


def _typed(name: Any) -> str:
    return {True: "oui", False: "non"}.get(name, str(name)) if isinstance(name, bool) else str(name)


def _label(name: Any, plan: Plan) -> str:
    if plan.part == Part.WEEKDAY:
        return str(WEEKDAYS[int(name) - 1])
    if plan.part == Part.HOUR:
        return _("%(hour)s\u202fh") % {"hour": name}
    if plan.part is not None and (found := period(name)):
        return found.long
    return shown(name, plan.column) if plan.column.type.numeric else words(name, plan.column.type)


def _names(plan: Plan) -> list[str]:
    """Of what comes out of the question: the group, the count, the measure (`catalogue.tables.query.grouping`)."""
    asked = [f"{plan.column.name}_{plan.part}" if plan.part else plan.column.name, "count"]
    asked += [f"{one.function}_{one.column}" for one in plan.measures]
    found: list[str] = []
    for name in asked:
        found.append(name if name not in found else f"{name}_2")
    return found


def _line(table: Readable, view: View, plan: Plan, key: str, gone: Gone) -> Chart:
    if plan.part not in STEPS and plan.column.type != Type.YEAR:
        raise BadQuestion(
            _("Une courbe suit le temps : regroupez par une date ou une année. Pour « %(column)s », prenez des barres.")
            % {"column": plan.column.name}
        )
    filled = (*view.query.filters, Filter(plan.column.name, Op.FILLED))
    asked = replace(question(view, plan), filters=filled, sort=(Sort(_names(plan)[0]),), limit=MOST_ROWS)
    page = answer(table, asked, gone)
    if (page.total or 0) > MOST_ROWS:
        raise BadQuestion(
            _("Cela fait %(count)s périodes : regroupez par mois ou par année.") % {"count": figure(page.total or 0)}
        )
    moments = [Moment(found, row[-1]) for row in _read(page.rows) if (found := period(row[0]))]
    return line(moments, measured(plan), key, area=plan.kind == "aire")


def _cloud(table: Readable, view: View, plan: Plan, key: str, gone: Gone) -> Chart:
    across, up = plan.column, plan.measured
    if up is None or not across.type.numeric:
        raise BadQuestion(
            _("Un nuage de points demande deux nombres : l’un dans « Regrouper par », l’autre dans « Mesurer ».")
        )
    filled = tuple(Filter(one.name, Op.FILLED) for one in (across, up))
    asked = replace(view.selection, filters=(*view.query.filters, *filled), limit=MOST_ROWS)
    page = answer(table, replace(asked, select=(across.name, up.name)), gone)
    rows = [(row[0], row[-1]) for row in _read(page.rows)]
    of = [Measured(one.name, unit=unit(one)) for one in (across, up)]
    return cloud(rows, of[0], of[1], key, (page.total or 0) - len(rows))


def _histogram(table: Readable, view: View, plan: Plan, key: str, gone: Gone) -> Chart:
    column = plan.column
    if not column.type.numeric:
        raise BadQuestion(
            _("Un histogramme demande des nombres : pour « %(column)s », prenez des barres.") % {"column": column.name}
        )
    bins = list(_counted(table, view, column, gone) if view.narrowed else _profiled(column))
    said = (lambda value: str(int(value))) if column.type == Type.YEAR else None
    return histogram(bins, Measured(column.name, unit=unit(column)), key, said)


def _profiled(column: Column) -> Iterator[Bin]:
    for one in column.bins:
        if isinstance(one.low, (int, float)) and isinstance(one.high, (int, float)):
            yield Bin(float(one.low), float(one.high), one.count)


def _counted(table: Readable, view: View, column: Column, gone: Gone) -> Iterator[Bin]:
    """Between round values, each class counted: one question each."""
    ends = tuple(Measure(one, column.name) for one in (Function.MIN, Function.MAX))
    [[*_, low, high]] = _read(answer(table, replace(view.selection, measures=ends), gone).rows)
    if low is None or high is None:
        return
    steps = ticks(float(low), float(high), CLASSES)
    for start, end in pairwise(steps):
        until = Filter(column.name, Op.LE if end == steps[-1] else Op.LT, (repr(end),))
        filters = (*view.query.filters, Filter(column.name, Op.GE, (repr(start),)), until)
        page = answer(table, replace(view.selection, filters=filters, limit=0), gone)
        yield Bin(start, end, page.total or 0)


def _read(rows: tuple[str, ...]) -> list[list[Any]]:
    return [list(json.loads(row, parse_float=Decimal).values()) for row in rows]


DRAWERS: Final[dict[str, Callable[[Readable, View, Plan, str, Gone], Chart]]] = {
    "barres": _bars,
    "courbe": _line,
    "aire": _line,
    "nuage": _cloud,
    "histogramme": _histogram,
}
