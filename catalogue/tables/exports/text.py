"""CSV (RFC 4180), JSON, JSON by lines and GeoJSON (RFC 7946)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from catalogue.tables.contract import BadQuestion, Type
from catalogue.tables.exports.style import ROWS, SECONDS, SEPARATORS, Pieces, Style, whole
from catalogue.tables.query import Readable, TableQuery
from catalogue.tables.query.places import NOWHERE
from catalogue.tables.query.plan import Plan, planned
from catalogue.tables.query.rendering import FORMULA, csv_line, feature, json_object
from catalogue.tables.store import Value, asking

Gone = Callable[[], bool] | None


@dataclass(frozen=True)
class Frame:
    """What stands around the rows."""

    head: str = ""
    between: str = "\n"
    tail: str = "\n"


# From a plan, the SQL of one row as text; adds to the values that are bound.
Row = Callable[[Plan, dict[str, Value]], str]
LIST: Final = Frame("[\n", ",\n", "\n]\n")
COLLECTION: Final = Frame('{"type":"FeatureCollection","features":[\n', ",\n", "\n]}\n")


def json_array(table: Readable, query: TableQuery, style: Style, gone: Gone) -> Pieces:
    return _written(table, query, style, gone, lambda plan, values: json_object(plan.outputs, values), lambda _: LIST)


def json_lines(table: Readable, query: TableQuery, style: Style, gone: Gone) -> Pieces:
    return _written(
        table, query, style, gone, lambda plan, values: json_object(plan.outputs, values), lambda _: Frame()
    )


def geojson(table: Readable, query: TableQuery, style: Style, gone: Gone) -> Pieces:
    return _written(table, query, style, gone, _feature, lambda _: COLLECTION)


def csv(table: Readable, query: TableQuery, style: Style, gone: Gone) -> Pieces:
    separator = SEPARATORS[style.separator]

    def row(plan: Plan, _: dict[str, Value]) -> str:
        return csv_line(plan.outputs, separator, style.decimal, style.safe)

    def frame(plan: Plan) -> Frame:
        names = separator.join(_cell(output.name, separator, style.safe) for output in plan.outputs)
        return Frame(("\ufeff" if style.bom else "") + names + "\r\n", "\r\n", "\r\n")

    return _written(table, query, style, gone, row, frame)


def _feature(plan: Plan, values: dict[str, Value]) -> str:
    """The geometry is not said twice."""
    if not plan.number:
        raise BadQuestion("Des groupes n’ont pas de lieu : demandez-les en CSV ou en JSON.")
    if plan.place is None:
        raise BadQuestion(NOWHERE)
    shapes = {column.name for column in plan.place.columns if column.type == Type.GEOMETRY}
    return feature([output for output in plan.outputs if output.name not in shapes], plan.place, values)


def _cell(name: str, separator: str, safe: bool) -> str:
    name = f"'{name}" if safe and re.match(FORMULA, name) else name
    return '"' + name.replace('"', '""') + '"' if re.search(f'["\r\n{re.escape(separator)}]', name) else name


def _written(
    table: Readable, query: TableQuery, style: Style, gone: Gone, row: Row, frame: Callable[[Plan], Frame]
) -> Pieces:
    with asking(table.path, "export", SECONDS, gone) as asked:
        plan = planned(table, whole(query), asked.stored)
        values = dict(plan.values)
        expression = row(plan, values)
        around = frame(plan)
        # In the order of the file nothing is sorted, and nothing kept.
        statement = plan.rows(expression, style.limit, ordered=bool(query.sort) or query.grouped)
        batches = asked.batches(statement, values, ROWS)
        first = next(batches, ())
        yield (around.head + _joined(first, around)).encode()
        for batch in batches:
            yield (around.between + _joined(batch, around)).encode()
        # Without rows, what stands after them begins no line.
        yield (around.tail if first else around.tail.lstrip("\r\n")).encode()


def _joined(rows: Sequence[tuple[str]], around: Frame) -> str:
    return around.between.join(chain.from_iterable(rows))
