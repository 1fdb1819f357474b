"""The profile of each column: what is missing, how many different values, between what and what, and how they spread.

Two passes: one over all columns for the figures, then one for the bars of each. Figures are estimated only above
`COUNTED` different values (HyperLogLog; the most frequent ones by space-saving), so that memory stays flat.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalogue.tables.contract import Bin, Column, Type
from catalogue.tables.looked import Looked, looked
from catalogue.tables.store import connected, for_columns, quoted

BARS = 20
COUNTED = 10_000
AT_ONCE = 40  # columns a query
DISTINCT = 2  # the place of its estimate among the figures
LONGEST = 200  # characters of a value that is shown
UNCOMPARED = {Type.GEOMETRY, Type.LIST, Type.POINT}
DAYS = (1, 7)
MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
EPOCH = dt.date(1970, 1, 1)


def profiled(path: Path, types: Mapping[str, Type]) -> tuple[Column, ...]:
    """`types`: the columns of the Parquet file at `path`, in order. Raises Unreadable, TooMuch."""
    with connected([path], limits=for_columns(len(types))) as connection:
        of = looked(connection, path, len(types))
        counts = {name: figures for some in _batches(types) for name, figures in _figures(of, some, types)}
        few = [name for name, figures in counts.items() if figures[DISTINCT] <= COUNTED * 1.1]
        exact = {name: count for some in _batches(few) for name, count in _distinct(of, some)}
        return tuple(_column(of, name, types[name], figures, exact.get(name)) for name, figures in counts.items())


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    left = list(names)
    for start in range(0, len(left), AT_ONCE):
        yield left[start : start + AT_ONCE]


def _figures(of: Looked, names: Sequence[str], types: Mapping[str, Type]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """For each column: rows, filled, estimate of different values, least, most, mean, longest."""
    row = of.one(f"SELECT {', '.join(_asked(quoted(name), types[name]) for name in names)} FROM {of.rows}")
    for index, name in enumerate(names):
        yield name, row[7 * index : 7 * index + 7]


def _distinct(of: Looked, names: Sequence[str]) -> Iterator[tuple[str, int]]:
    row = of.one(f"SELECT {', '.join(f'count(DISTINCT {quoted(name)})' for name in names)} FROM {of.rows}")
    return zip(names, row, strict=True)


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


def _column(of: Looked, name: str, type_: Type, figures: tuple[Any, ...], exact: int | None) -> Column:
    rows, filled, distinct, least, most, mean, longest = figures
    if not filled or least is None or not (type_.numeric or type_.moment):
        bins = _frequent(of, quoted(name), exact is not None) if filled and type_ is not Type.GEOMETRY else ()
    elif type_.numeric:
        whole = type_ in {Type.INTEGER, Type.YEAR}
        bins = _numbers(of, quoted(name), float(least), float(most), whole)
    else:
        bins = _moments(of, quoted(name), _day(least), _day(most))
    finite = mean if mean is None or math.isfinite(mean) else None
    return Column(
        name=name,
        type=type_,
        missing=rows - filled,
        distinct=min(distinct if exact is None else exact, filled),
        least=_said(least),
        most=_said(most),
        mean=finite,
        longest=longest,
        bins=bins,
    )


def _said(value: Any) -> str | float | int | None:
    if value is None or isinstance(value, str | int):
        return value
    return value.isoformat() if isinstance(value, dt.date | dt.time) else float(value)


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _frequent(of: Looked, column: str, few: bool) -> tuple[Bin, ...]:
    """The most frequent values, first; none when no value comes twice."""
    among, given = f"WHERE {column} IS NOT NULL", {}
    if not few:
        among = f"WHERE {column} IN (SELECT unnest($among))"
        given = {"among": of.one(f"SELECT approx_top_k({column}, {BARS}) FROM {of.rows}")[0]}
    found = of.all(
        f"SELECT {column}, count(*) FROM {of.rows} {among} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $most",
        most=BARS,
        **given,
    )
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


def _numbers(of: Looked, column: str, low: float, high: float, whole: bool) -> tuple[Bin, ...]:
    if not (math.isfinite(low) and math.isfinite(high)):
        return ()
    width = step(low, high, whole)
    found = _bars(of, f"floor({column}::DOUBLE / $width)", {"width": width})
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


def _moments(of: Looked, column: str, low: dt.date, high: dt.date) -> tuple[Bin, ...]:
    days = (high - low).days
    for width in DAYS:
        if days // width + 2 <= BARS:
            number = f"floor(({column}::DATE - DATE '1970-01-01') / $width)"
            found = _bars(of, number, {"width": width})
            return _spread(found, lambda n, width=width: (EPOCH + dt.timedelta(n * width)).isoformat())
    months = _month(high) - _month(low)
    width = next(width for width in MONTHS if months // width + 2 <= BARS)
    found = _bars(of, f"floor((year({column}) * 12 + month({column}) - 1) / $width)", {"width": width})
    return _spread(found, lambda n: f"{n * width // 12:04}-{n * width % 12 + 1:02}-01")


def _month(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _bars(of: Looked, number: str, given: Mapping[str, Any]) -> dict[int, int]:
    found = of.all(f"SELECT {number}, count(*) FROM {of.rows} GROUP BY 1", **given)
    return {int(number): count for number, count in found if number is not None}


def _spread(found: Mapping[int, int], said: Any) -> tuple[Bin, ...]:
    return tuple(Bin(said(n), said(n + 1), found.get(n, 0)) for n in range(min(found), max(found) + 1))
