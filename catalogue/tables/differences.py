"""What differs between the rows of two versions of a table: counted by DuckDB over both Parquet files, row by row of digests.

A row is known again by the key of its schema, else by a column of identifiers, else it is the whole row. Digests of 64 bits
are compared, so that memory does not grow with what the rows hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from catalogue.tables.contract import Match
from catalogue.tables.examples import examples
from catalogue.tables.schemas.national import fields_of, folded, schema
from catalogue.tables.sides import Side, digest
from catalogue.tables.store import Connection, connected, for_columns, quoted
from catalogue.tables.versions import Difference

IDENTIFIERS: Final = frozenset("id identifiant uid uuid code ref reference numero num cle".split())


def compared(before: Side, after: Side, match: Match | None = None) -> Difference:
    """`match`: the schema that the new version follows. Raises what `store.connected` raises."""
    width = len(before.columns) + len(after.columns)
    with connected([before.path, after.path], limits=for_columns(width)) as connection:
        renamed = _renamed(connection, before, after)
        pairs = [(name, name) for name in before.names if name in after.names] + list(renamed)
        key = _key(connection, before, after, pairs, match)
        counts = _by_key(connection, before, after, pairs, key) if key else _whole(connection, before, after, pairs)
        rows = examples(connection, before, after, pairs, key) if before.shown else ()
    gone = {old for old, _ in renamed}
    came = {new for _, new in renamed}
    return Difference(
        **counts,
        key=tuple(key),
        new_columns=tuple(name for name in after.names if name not in before.names and name not in came),
        gone_columns=tuple(name for name in before.names if name not in after.names and name not in gone),
        renamed=tuple(renamed),
        retyped=tuple(_retyped(before, after)),
        examples=rows,
    )


def _retyped(before: Side, after: Side) -> list[tuple[str, str, str]]:
    """A column that was empty had no type of its own."""
    pairs = [(before.column(name), after.column(name)) for name in before.names if name in after.names]
    filled = [(old, new) for old, new in pairs if old.distinct and new.distinct]
    return [(new.name, str(old.type), str(new.type)) for old, new in filled if old.type != new.type]


def _renamed(connection: Connection, before: Side, after: Side) -> list[tuple[str, str]]:
    """Columns that went and came with the same name but for its writing, or with the same values."""
    gone = [name for name in before.names if name not in after.names]
    came = [name for name in after.names if name not in before.names]
    found = []
    for old in gone:
        alike = [new for new in came if folded(new) == folded(old)]
        if not alike and before.column(old).distinct > 1:
            old_bag = _bag(connection, before.path, old)
            alike = [new for new in came if _bag(connection, after.path, new) == old_bag]
        if alike:
            found.append((old, alike[0]))
            came.remove(alike[0])
    return found


def _bag(connection: Connection, path: Path, name: str) -> tuple[int, int]:
    asked = f"SELECT count({quoted(name)}), coalesce(sum(hash({quoted(name)}::VARCHAR)), 0) FROM read_parquet($path)"
    count, total = connection.execute(asked, {"path": str(path)}).fetchall()[0]
    return int(count), int(total)


def _key(
    connection: Connection, before: Side, after: Side, pairs: Sequence[tuple[str, str]], match: Match | None
) -> list[str]:
    """Names in the new version, when they tell every row apart in both; [] when nothing does."""
    old_of = {new: old for old, new in pairs}
    for names in _candidates(after, match):
        if names and all(name in old_of for name in names):
            olds = [old_of[name] for name in names]
            if _apart(connection, before.path, olds) and _apart(connection, after.path, names):
                return names
    return []


def _candidates(after: Side, match: Match | None) -> list[list[str]]:
    wanted = []
    if match:
        of = schema(match.schema, match.version)
        by_field = {field.name: name for name, field in fields_of(after.names, of).items()}
        unique = [[field.name] for field in of.fields if field.constraints.get("unique")]
        wanted = [[by_field.get(name, "") for name in names] for names in ([*of.primary], *unique)]
    words = [name for name in after.names if folded(name) in IDENTIFIERS or name.lower().endswith(("_id", "_uid"))]
    return [*wanted, *([name] for name in words)]


def _apart(connection: Connection, path: Path, names: Sequence[str]) -> bool:
    known = digest(names)
    there = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in names)
    asked = f"SELECT count(DISTINCT {known}) = count(*) AND count(*) = count_if({there}) FROM read_parquet($path)"
    return bool(connection.execute(asked, {"path": str(path)}).fetchall()[0][0])


def _sides(told: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> str:
    """`told`: a name for each digest, with the columns that it is of before and after."""
    old = ", ".join(f"{digest(names)} AS {name}" for name, (names, _) in told.items())
    new = ", ".join(f"{digest(names)} AS {name}" for name, (_, names) in told.items())
    return f"WITH old AS (SELECT {old} FROM read_parquet($before)), new AS (SELECT {new} FROM read_parquet($after)) "


def _by_key(
    connection: Connection, before: Side, after: Side, pairs: Sequence[tuple[str, str]], key: Sequence[str]
) -> dict[str, int]:
    old_of = {new: old for old, new in pairs}
    rest = [(old, new) for old, new in pairs if new not in key]
    told = {"k": ([old_of[name] for name in key], key), "r": ([old for old, _ in rest], [new for _, new in rest])}
    asked = _sides(told) + (
        "SELECT count_if(old.k IS NULL), count_if(new.k IS NULL), count_if(old.r <> new.r), count_if(old.r = new.r) "
        "FROM old FULL JOIN new ON old.k = new.k"
    )
    return _counts(connection, before, after, asked)


def _whole(connection: Connection, before: Side, after: Side, pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    told = {"r": ([old for old, _ in pairs], [new for _, new in pairs])}
    asked = _sides(told) + (
        ", o AS (SELECT r, count(*) AS times FROM old GROUP BY r), n AS (SELECT r, count(*) AS times FROM new GROUP BY r) "
        "SELECT coalesce(sum(greatest(coalesce(n.times, 0) - coalesce(o.times, 0), 0)), 0), "
        "coalesce(sum(greatest(coalesce(o.times, 0) - coalesce(n.times, 0), 0)), 0), 0, "
        "coalesce(sum(least(coalesce(o.times, 0), coalesce(n.times, 0))), 0) FROM o FULL JOIN n ON o.r = n.r"
    )
    return _counts(connection, before, after, asked)


def _counts(connection: Connection, before: Side, after: Side, asked: str) -> dict[str, int]:
    values = {"before": str(before.path), "after": str(after.path)}
    row = connection.execute(asked, values).fetchall()[0]
    return dict(zip(("added", "removed", "changed", "same"), map(int, row), strict=True))
