"""Some of the rows that differ between two versions of a table, with what they said and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from catalogue.tables.sides import Side, digest
from catalogue.tables.store import Connection, quoted
from catalogue.tables.versions import ADDED, CHANGED, REMOVED, Example

MOST: Final = 5  # rows of each kind
CELLS: Final = 8  # of a row
LONGEST: Final = 120  # characters of a cell
Rows = Mapping[int, Mapping[str, str]]
# `k`: what a row is known by; `t`: how many times it was there already; `r`: the rest of it.
APART: Final = """
SELECT kind, before, after FROM (
    SELECT CASE WHEN o.k IS NULL THEN 'added' WHEN n.k IS NULL THEN 'removed' ELSE 'changed' END AS kind,
        o.n AS before, n.n AS after
    FROM old o FULL JOIN new n ON o.k = n.k AND o.t = n.t WHERE o.k IS NULL OR n.k IS NULL OR o.r <> n.r
) QUALIFY row_number() OVER (PARTITION BY kind ORDER BY coalesce(after, before)) <= $most ORDER BY kind, coalesce(after, before)
"""


def examples(
    connection: Connection, before: Side, after: Side, pairs: Sequence[tuple[str, str]], key: Sequence[str]
) -> tuple[Example, ...]:
    """`pairs`: columns of both, before and after; `key`: those after by which a row is known again, [] for all of it."""
    found = _apart(connection, before, after, pairs, key)
    old = _read(connection, before, [row for _, row, _ in found])
    new = _read(connection, after, [row for _, _, row in found])
    told = []
    for kind, one, other in found:
        cells = _cells(kind, old.get(one, {}), new.get(other, {}), pairs, key)
        told.append(Example(kind, tuple(cells)[:CELLS]))
    return tuple(told)


def _apart(
    connection: Connection, before: Side, after: Side, pairs: Sequence[tuple[str, str]], key: Sequence[str]
) -> list[tuple[str, int, int]]:
    """The kind and the two rows, from 0; -1 where there is none."""
    old_of = {new: old for old, new in pairs}
    names = list(key) or [new for _, new in pairs]
    rest = [new for _, new in pairs if new not in key] if key else []
    sides = [
        f"{side} AS (SELECT *, row_number() OVER (PARTITION BY k ORDER BY n) AS t FROM "
        f"(SELECT file_row_number AS n, {digest(known)} AS k, {digest(others)} AS r FROM read_parquet(${path}, file_row_number = true)))"
        for side, path, known, others in (
            ("old", "before", [old_of[name] for name in names], [old_of[name] for name in rest]),
            ("new", "after", names, rest),
        )
    ]
    values = {"before": str(before.path), "after": str(after.path), "most": MOST}
    rows = connection.execute(f"WITH {', '.join(sides)} {APART}", values).fetchall()
    return [
        (str(kind), -1 if one is None else int(one), -1 if other is None else int(other)) for kind, one, other in rows
    ]


def _read(connection: Connection, side: Side, rows: Sequence[int]) -> Rows:
    wanted = sorted(set(rows) - {-1})
    if not wanted:
        return {}
    cells = ", ".join(f"coalesce({quoted(name)}::VARCHAR, '')" for name in side.names)
    asked = f"SELECT file_row_number, {cells} FROM read_parquet($path, file_row_number = true) WHERE list_contains($rows, file_row_number)"
    found = connection.execute(asked, {"path": str(side.path), "rows": wanted}).fetchall()
    return {int(row[0]): dict(zip(side.names, map(_cut, row[1:]), strict=True)) for row in found}


def _cells(
    kind: str,
    old: Mapping[str, str],
    new: Mapping[str, str],
    pairs: Sequence[tuple[str, str]],
    key: Sequence[str],
) -> Iterator[tuple[str, str, str]]:
    if kind == CHANGED:
        old_of = {after: before for before, after in pairs}
        yield from ((name, old[old_of[name]], new[name]) for name in key)
        yield from (
            (after, old[one], new[after]) for one, after in pairs if after not in key and old[one] != new[after]
        )
    elif kind == ADDED:
        yield from ((name, "", value) for name, value in new.items() if value)
    elif kind == REMOVED:
        yield from ((name, value, "") for name, value in old.items() if value)


def _cut(value: str) -> str:
    plain = " ".join(value.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
