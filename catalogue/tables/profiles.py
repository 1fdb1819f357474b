"""The profile of each column: what is missing, how many different values, between what and what, and how they spread.

Two passes: one over all columns for the figures, then one for the bars of each. Figures are estimated only above
`COUNTED` different values (HyperLogLog; the most frequent ones by space-saving), so that memory stays flat.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogue.tables.contract import Bin, Column, Type
from catalogue.tables.store import connected, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BARS = 20
COUNTED = 10_000
AT_ONCE = 40  # columns a query
LONGEST = 200  # characters of a value that is shown
UNCOMPARED = {Type.GEOMETRY, Type.LIST, Type.POINT}
DAYS = (1, 7)
MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
EPOCH = dt.date(1970, 1, 1)


def profiled(path: Path, types: Mapping[str, Type]) -> tuple[Column, ...]:
    """`types`: the columns of the Parquet file at `path`, in order. Raises Unreadable, TooMuch."""
    with connected([path]) as connection:
        return tuple(
            _column(connection, path, name, types[name], figures) for name, figures in _figures(connection, path, types)
        )


def _figures(
    connection: DuckDBPyConnection, path: Path, types: Mapping[str, Type]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """For each column: rows, filled, estimate of different values, least, most, mean, longest."""
    names = list(types)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        asked = ", ".join(_asked(quoted(name), types[name]) for name in some)
        row = connection.execute(f"SELECT {asked} FROM read_parquet($path)", {"path": str(path)}).fetchone() or ()
        for index, name in enumerate(some):
            yield name, row[7 * index : 7 * index + 7]


def _asked(column: str, type_: Type) -> str:
    least = most = mean = "NULL"
    if type_.numeric or type_.moment or type_ in {Type.TIME, Type.BOOLEAN}:
        least, most = f"min({column})", f"max({column})"
    elif type_ not in UNCOMPARED:
        least, most = f"left(min({column}), {LONGEST})", f"left(max({column}), {LONGEST})"
    if type_.numeric:
        mean = f"avg({column}::DOUBLE)"
    longest = f"coalesce(max(length({column}::VARCHAR)), 0)"
    return f"count(*), count({column}), approx_count_distinct({column}), {least}, {most}, {mean}, {longest}"


def _column(connection: DuckDBPyConnection, path: Path, name: str, type_: Type, figures: tuple[Any, ...]) -> Column:
    rows, filled, distinct, least, most, mean, longest = figures
    few = distinct <= COUNTED * 1.1
    if few:
        distinct = _single(connection, path, f"count(DISTINCT {quoted(name)})")
    if not filled or least is None or not (type_.numeric or type_.moment):
        bins = _frequent(connection, path, quoted(name), few) if filled and type_ is not Type.GEOMETRY else ()
    elif type_.numeric:
        bins = _numbers(
            connection, path, quoted(name), float(least), float(most), whole=type_ in {Type.INTEGER, Type.YEAR}
        )
    else:
        bins = _moments(connection, path, quoted(name), _day(least), _day(most))
    finite = mean if mean is None or math.isfinite(mean) else None
    return Column(
        name=name,
        type=type_,
        missing=rows - filled,
        distinct=min(distinct, filled),
        least=_said(least),
        most=_said(most),
        mean=finite,
        longest=longest,
        bins=bins,
    )


def _single(connection: DuckDBPyConnection, path: Path, asked: str) -> Any:
    row = connection.execute(f"SELECT {asked} FROM read_parquet($path)", {"path": str(path)}).fetchone()
    return row[0] if row else None


def _said(value: Any) -> str | float | int | None:
    if value is None or isinstance(value, str | int):
        return value
    return value.isoformat() if isinstance(value, dt.date | dt.time) else float(value)


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _frequent(connection: DuckDBPyConnection, path: Path, column: str, few: bool) -> tuple[Bin, ...]:
    """The most frequent values, first; none when no value comes twice."""
    among = ""
    given: dict[str, Any] = {"path": str(path), "most": BARS}
    if not few:
        given["among"] = _single(connection, path, f"approx_top_k({column}, {BARS})")
        among = f"WHERE {column} IN (SELECT unnest($among))"
    found = connection.execute(
        f"""SELECT {column}, count(*) FROM read_parquet($path) {among or f"WHERE {column} IS NOT NULL"}
            GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $most""",
        given,
    ).fetchall()
    if not found or (found[0][1] == 1 and len(found) > 1):
        return ()
    return tuple(
        Bin(value[:LONGEST] if isinstance(value, str) else _said(value), None, count) for value, count in found
    )


def step(low: float, high: float, whole: bool) -> float:
    """The width of round bars: 1, 2 or 5 times a power of ten, and at most `BARS` of them."""
    if high <= low:
        return 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / BARS))
    widths = (factor * power * ten for ten in (1, 10, 100) for factor in (1, 2, 5))
    return next(
        width
        for width in widths
        if (not whole or width >= 1) and math.floor(high / width) - math.floor(low / width) < BARS
    )


def _numbers(
    connection: DuckDBPyConnection, path: Path, column: str, low: float, high: float, whole: bool
) -> tuple[Bin, ...]:
    if not (math.isfinite(low) and math.isfinite(high)):
        return ()
    width = step(low, high, whole)
    found = _bars(connection, path, f"floor({column}::DOUBLE / $width)", {"width": width})
    if not found:
        return ()
    first, last = int(min(found)), int(max(found))
    return tuple(
        Bin(_round(n * width, width), _round((n + 1) * width, width), found.get(n, 0)) for n in range(first, last + 1)
    )


def _round(value: float, width: float) -> float | int:
    """Of 0.30000000000000004 makes 0.3."""
    digits = max(0, 1 - math.floor(math.log10(width)))
    return int(value) if width >= 1 and value == int(value) else round(value, digits)


def _moments(connection: DuckDBPyConnection, path: Path, column: str, low: dt.date, high: dt.date) -> tuple[Bin, ...]:
    days = (high - low).days
    for width in DAYS:
        if days // width + 2 <= BARS:
            number = f"floor(({column}::DATE - DATE '1970-01-01') / $width)"
            found = _bars(connection, path, number, {"width": width})
            return _spread(found, lambda n, width=width: (EPOCH + dt.timedelta(n * width)).isoformat())
    months = _month(high) - _month(low)
    width = next(width for width in MONTHS if months // width + 2 <= BARS)
    found = _bars(connection, path, f"floor((year({column}) * 12 + month({column}) - 1) / $width)", {"width": width})
    return _spread(found, lambda n: f"{n * width // 12:04}-{n * width % 12 + 1:02}-01")


def _month(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _bars(connection: DuckDBPyConnection, path: Path, number: str, given: Mapping[str, Any]) -> dict[int, int]:
    found = connection.execute(
        f"SELECT {number}, count(*) FROM read_parquet($path) GROUP BY 1",
        {"path": str(path), **given},
    ).fetchall()
    return {int(number): count for number, count in found if number is not None}


def _spread(found: Mapping[int, int], said: Any) -> tuple[Bin, ...]:
    return tuple(Bin(said(n), said(n + 1), found.get(n, 0)) for n in range(min(found), max(found) + 1))
