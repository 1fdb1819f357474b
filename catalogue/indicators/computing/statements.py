"""The two statements of a recipe: what counts and what cannot be read, then the two parts of each figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.indicators.contract import Binding
from catalogue.indicators.language import Cell, Writer
from catalogue.indicators.recipe.expressions import ALWAYS, Expressions
from catalogue.tables.store import Stored, Value

# Codes as they are written with blanks, and INSEE codes that lost their first zero in a spreadsheet.
CODES: Final[Mapping[Binding, str]] = {
    Binding.SIREN: "regexp_extract(regexp_replace({0}, '[^0-9]', '', 'g'), '^([0-9]{{9}})([0-9]{{5}})?$', 1)",
    Binding.INSEE: "regexp_extract(regexp_replace(upper(trim({0})), '^([0-9]{{4}})$', '0\\1'), '^([0-9][0-9AB][0-9]{{3}})$', 1)",
    Binding.DEPARTEMENT: "regexp_extract(regexp_replace(upper(trim({0})), '^([0-9])$', '0\\1'), '^([0-9][0-9AB]|97[0-9])$', 1)",
}
FIRST_YEAR, LAST_YEAR = 1800, 2199
LONGEST: Final = 200  # characters of a member
MOST_MEMBERS: Final = 200  # of an axis


@dataclass(frozen=True)
class Statement:
    """`doubtful`: columns of which cells that cannot be read are counted, two values each at the end of the row."""

    sql: str
    values: Mapping[str, Value]
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    rows: int
    kept: int
    placeless: int
    undated: int


def counted(stored: Stored, written: Expressions, cells: Mapping[str, Cell]) -> Statement:
    """A row: rows, kept, placeless, undated; then of each doubtful column how many cells, and the places of the first."""
    writer = Writer(written.scope, cells)
    where = "true" if written.where is None else writer.row(written.where)
    place, period = _place(writer, written), _period(writer, written)
    said = ["count(*)", f"count(*) FILTER (WHERE {where})"]
    said += [f"count(*) FILTER (WHERE ({where}) AND {each} IS NULL)" for each in (place, period)]
    filtering = written.columns_of(written.where) if written.where is not None else {}
    names = tuple(name for name in written.columns if cells[name].doubtful)
    for name in names:
        # Of a column that chooses the rows each cell counts: nobody knows whether an unreadable one would let its row through.
        doubt = cells[name].doubtful if name in filtering else f"({where}) AND {cells[name].doubtful}"
        said += [f"count(*) FILTER (WHERE {doubt})", f"min(n, 5) FILTER (WHERE {doubt})"]
    return Statement(f"SELECT {', '.join(said)} FROM {stored.source}", writer.values, names)


def grouped(stored: Stored, written: Expressions, cells: Mapping[str, Cell]) -> Statement:
    """Rows: number of the axis (-1 the total), place, period, member, numerator, denominator, rows."""
    writer = Writer(written.scope, cells)
    columns = sorted({found.place for found in cells.values() if found.place is not None})
    axes = [f"{_member(writer.row(node))} AS a{place}" for place, node in enumerate(written.axes)]
    names = ", ".join([*(f"c{place}" for place in columns), "n"])
    period = _period(writer, written)
    kept = (
        f"SELECT {names}, {_place(writer, written)} AS place, {period} AS period{''.join(f', {each}' for each in axes)} "
        f"FROM {stored.source}"
    )
    kept += "" if written.where is None else f" WHERE {writer.row(written.where)}"
    dated = (
        "SELECT * REPLACE (max(period) OVER (PARTITION BY place) AS period) FROM kept"
        if written.latest
        else "FROM kept"
    )
    counting = f"SELECT * FROM ({dated}) WHERE place IS NOT NULL AND period IS NOT NULL{_once(writer, written)}"
    groups = [_group(writer, written, place) for place in range(-1, len(written.axes))]
    windows = "".join(f", {each}" for each in (*writer.windows, *_sound(writer, written)))
    return Statement(
        f"WITH kept AS MATERIALIZED ({kept}), counting AS MATERIALIZED ({counting}), "
        f"ranked AS (SELECT *{windows} FROM counting) {' UNION ALL '.join(groups)} ORDER BY 1, 2, 3, 4",
        writer.values,
    )


def _group(writer: Writer, written: Expressions, axis: int) -> str:
    within = "place, period" if axis < 0 else f"place, period, a{axis}"
    numerator = writer.over(written.numerator, within)
    if written.sound != ALWAYS:
        numerator = f"CASE WHEN bool_and(sound) THEN {numerator} END"
    denominator = "NULL" if written.denominator is None else writer.over(written.denominator, within)
    rows, member = "ranked", "''"
    if axis >= 0:
        # Of an axis of too many members, names of things and not kinds, or of none, nothing is grouped at all.
        member = f"a{axis}"
        few = f"SELECT count(DISTINCT {member}) <= {MOST_MEMBERS} AND max({member}) <> '' FROM counting"
        rows = f"ranked WHERE ({few})"
    return f"SELECT {axis}, place, period, {member}, {numerator}, {denominator}, count(*) FROM {rows} GROUP BY {within}"


def _sound(writer: Writer, written: Expressions) -> Iterator[str]:
    """Of a whole place and period, whatever the axis by which its rows are then grouped."""
    if written.sound == ALWAYS:
        return
    over = "OVER (PARTITION BY place, period)"
    tests = [f"count(*) FILTER (WHERE {writer.row(node)}) {over} > 0" for node in written.sound.has]
    if written.sound.alone is not None:
        tests.append(f"count(DISTINCT {writer.row(written.sound.alone)}) {over} <= 1")
    yield f"{' AND '.join(tests) or 'true'} AS sound"


def _place(writer: Writer, written: Expressions) -> str:
    """NULL when the row names none."""
    if not written.place:
        return "''"
    codes = [f"nullif({CODES[binding].format(writer.row(node))}, '')" for binding, node in written.place]
    return f"coalesce({', '.join(codes)})"


def _period(writer: Writer, written: Expressions) -> str:
    if written.period is None:
        return "''"
    year = writer.row(written.period)
    return (
        f"CASE WHEN {year} BETWEEN {FIRST_YEAR} AND {LAST_YEAR} AND {year} = floor({year}) "
        f"THEN CAST(CAST({year} AS INTEGER) AS VARCHAR) END"
    )


def _member(value: str) -> str:
    return f"coalesce(left(trim(CAST({value} AS VARCHAR)), {LONGEST}), '')"


def _once(writer: Writer, written: Expressions) -> str:
    """One row of each key and place. Rows that lack a key are not each other's double."""
    if not written.once:
        return ""
    keys = [writer.row(node) for node in written.once]
    alone = f"CASE WHEN {' OR '.join(f'{key} IS NULL' for key in keys)} THEN n END"
    order = "n" if written.keep is None else f"{writer.row(written.keep)} DESC NULLS LAST, n"
    return f" QUALIFY row_number() OVER (PARTITION BY place, {', '.join(keys)}, {alone} ORDER BY {order}) = 1"
