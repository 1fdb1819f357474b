"""The questions that decide of a type, asked of DuckDB: first on a sample, then on every row.

A sample proves that a column is *not* of a type, never that it is: what it leaves standing is counted over all rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from catalogue.tables.contract import Raw, Type
from catalogue.tables.store import quoted
from catalogue.tables.typing.kinds import KINDS, LATITUDE, LONGITUDE, Kind
from catalogue.tables.typing.marks import is_mark

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAMPLE_ROWS, SAMPLE_CELLS = 2_000, 200_000
AT_ONCE = 40  # columns a query
BLANKS = "' \u00a0\t\r\n'"
CODE = re.compile("_(?:code|codes|codecpv|cpv|iris)_")
NEARLY = 0.8  # of a sample: what others prevent is worth a word
NEAR = {Type.INTEGER, Type.DECIMAL, Type.DATE, Type.DATETIME}


@dataclass(frozen=True)
class Seen:
    """Of a column's sample: different values, those that mark something missing, and how many fit each kind."""

    values: int
    marks: int
    fitting: tuple[int, ...]


EMPTY = Seen(0, 0, (0,) * len(KINDS))


@dataclass(frozen=True)
class Figures:
    """Of the numbers of a column as they would be read: what decides how they are stored."""

    whole: int = 0  # digits before the point, at most
    decimals: int = 0
    exponent: bool = False
    percent: int = 0  # values with a % sign


@dataclass(frozen=True)
class Counted:
    """Of all rows. `misfits`, `figures`: by the place of each candidate in `KINDS`."""

    longest: int = 0
    filled: int = 0
    marks: int = 0
    misfits: Mapping[int, int] | None = None
    figures: Mapping[int, Figures] | None = None


def spelled(name: str) -> str:
    """`codeInsee`, `CODE_INSEE` and « Code INSEE » are `_code_insee_`."""
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+", "".join(_letters(name)))
    return f"_{'_'.join(words).lower()}_"


def _letters(name: str) -> Iterator[str]:
    return (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def trimmed(name: str) -> str:
    return f"nullif(trim({quoted(name)}, {BLANKS}), '')"


def sampled(connection: DuckDBPyConnection, raw: Raw) -> dict[str, Seen]:
    """Every kind, on some of the rows: the first ones and others spread over the file."""
    rows = max(100, min(SAMPLE_ROWS, SAMPLE_CELLS // len(raw.names)))
    columns = ", ".join(f"{trimmed(name)} AS {quoted(str(index))}" for index, name in enumerate(raw.names))
    counts = ", ".join(f"count(*) FILTER (NOT mark AND {kind.holds('t')})" for kind in KINDS)
    found = connection.execute(
        f"""WITH sample_rows AS (SELECT {columns} FROM read_parquet($path, file_row_number = true)
                          WHERE file_row_number < $rows OR file_row_number % $step = 0),
            cells AS (SELECT DISTINCT c, t FROM (UNPIVOT sample_rows ON COLUMNS(*) INTO NAME c VALUE t)),
            marked AS (SELECT c, t, {is_mark("t")} AS mark FROM cells)
            SELECT c, count(*), count(*) FILTER (mark), {counts} FROM marked GROUP BY c""",
        {"path": str(raw.path), "rows": rows // 2, "step": max(1, 2 * raw.rows // rows)},
    ).fetchall()
    return {raw.names[int(column)]: Seen(values, marks, tuple(fitting)) for column, values, marks, *fitting in found}


def candidates(raw: Raw, seen: Mapping[str, Seen], wanted: Mapping[str, Type]) -> dict[str, list[int]]:
    """For each column, the kinds that may still be its own, in order; those that it nearly is, last."""
    located = (
        any(LATITUDE.search(spelled(name)) for name in raw.names),
        any(LONGITUDE.search(spelled(name)) for name in raw.names),
    )
    found: dict[str, list[int]] = {}
    for name in raw.names:
        of = seen.get(name, EMPTY)
        asked = wanted.get(name)
        if asked is Type.TEXT:
            found[name] = []
            continue
        filled = of.values - of.marks
        free = [
            i
            for i, kind in enumerate(KINDS)
            if _may_be(kind, spelled(name), filled, all(located)) and filled and of.fitting[i] == filled
        ]
        hinted = [i for i, kind in enumerate(KINDS) if kind.type is asked and of.fitting[i] * 2 >= filled]
        near = [
            i
            for i, kind in enumerate(KINDS)
            if kind.type in NEAR and filled >= 5 and NEARLY * filled <= of.fitting[i] < filled
        ]
        found[name] = list(
            dict.fromkeys([*hinted, *free, *(i for i in near if not KINDS[i].hinted and KINDS[i].named is None)])
        )
    return found


def _may_be(kind: Kind, name: str, values: int, located: bool) -> bool:
    if kind.hinted or values < kind.least:
        return False
    # `long` alone may be a length: a place has both coordinates.
    if kind.type in {Type.LATITUDE, Type.LONGITUDE} and not located:
        return False
    # A code is a name made of digits: nobody adds two of them.
    if kind.type in {Type.INTEGER, Type.DECIMAL} and CODE.search(name):
        return False
    return kind.named is None or kind.named.search(name) is not None


def counted(connection: DuckDBPyConnection, raw: Raw, of: Mapping[str, Sequence[int]]) -> dict[str, Counted]:
    """Every row: the first candidate of each column, then the next one of those that it does not fit."""
    found = {name: Counted() for name in raw.names}
    rounds = 0
    left = list(raw.names)
    while left:
        for start in range(0, len(left), AT_ONCE):
            names = left[start : start + AT_ONCE]
            for name, more in _asked(connection, raw, names, {name: of[name][rounds : rounds + 1] for name in names}):
                found[name] = _together(found[name], more)
        rounds += 1
        left = [name for name in left if len(of[name]) > rounds and all((found[name].misfits or {}).values())]
    return found


def _together(before: Counted, more: Counted) -> Counted:
    return replace(
        more,
        misfits={**(before.misfits or {}), **(more.misfits or {})},
        figures={**(before.figures or {}), **(more.figures or {})},
    )


def _asked(
    connection: DuckDBPyConnection, raw: Raw, names: Sequence[str], of: Mapping[str, Sequence[int]]
) -> Iterator[tuple[str, Counted]]:
    columns = ", ".join(f"{quoted(name)} AS r{i}, {trimmed(name)} AS t{i}" for i, name in enumerate(names))
    questions = [question for i, name in enumerate(names) for question in _questions(i, of[name])]
    row = connection.execute(
        f"SELECT {', '.join(questions)} FROM (SELECT {columns} FROM read_parquet($path))", {"path": str(raw.path)}
    ).fetchone()
    answers = iter(row or ())
    for name in names:
        yield name, _answered(answers, of[name])


def _questions(i: int, kinds: Sequence[int]) -> Iterator[str]:
    t = f"t{i}"
    yield f"coalesce(max(length(r{i})), 0)"
    if not kinds:
        return
    yield f"count({t})"
    yield f"count(*) FILTER ({is_mark(t)})"
    for kind in kinds:
        fits = KINDS[kind].holds(t)
        yield f"count(*) FILTER ({t} IS NOT NULL AND NOT {is_mark(t)} AND NOT {fits})"
        if KINDS[kind].type is Type.DECIMAL:
            number = f"CASE WHEN {fits} THEN {KINDS[kind].value(t)} END"
            yield f"coalesce(max(length(split_part(ltrim({number}, '+-'), '.', 1))), 0)"
            yield f"coalesce(max(length(split_part({number}, '.', 2))), 0)"
            yield f"count(*) FILTER (contains(lower({number}), 'e'))"
            yield f"count(*) FILTER (ends_with({t}, '%') AND {fits})"


def _answered(answers: Iterator[int], kinds: Sequence[int]) -> Counted:
    longest = next(answers)
    if not kinds:
        return Counted(longest, misfits={}, figures={})
    filled, marks = next(answers), next(answers)
    misfits, figures = {}, {}
    for kind in kinds:
        misfits[kind] = next(answers)
        if KINDS[kind].type is Type.DECIMAL:
            figures[kind] = Figures(next(answers), next(answers), next(answers) > 0, next(answers))
    return Counted(longest, filled, marks, misfits, figures)
