"""What stands under the rows of a table and is no row: empty lines, totals, footnotes.

A total is left out only when it is one beyond doubt: it says so in words, and at least one of its numbers is the sum
of its column, none another sum. In doubt the line stays a row, and the publisher is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from catalogue.tables.contract import Note, Raw
from catalogue.tables.figures import decimal
from catalogue.tables.store import as_parquet, connected, for_columns, quoted
from catalogue.tables.wording import agreed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LAST = 20  # lines, among which endings are looked for
TOTAL = re.compile(r"(sous[- ])?(total|totaux|ensemble|somme)\b.*", re.IGNORECASE)
FOOTNOTE = re.compile(
    r"(sources?|notes?|n\.?b\.?|champ|lecture|l[ée]gende|remarques?|unit[ée]s?|mise? [àa] jour|derni[èe]re mise|date d|extrait|donn[ée]es|"
    r"©|\*|\(\*|\(?\d\)|\[\d\]).*",
    re.IGNORECASE | re.DOTALL,
)
Cells = Sequence[str | None]


@dataclass
class Ending:
    """`rows`: how many remain. `notes`: what was left out, or looks as if it should be."""

    rows: int
    notes: list[Note]


def cut(raw: Raw) -> Raw:
    """The same table without its endings: the file is written again only when there are some."""
    ending = Ending(raw.rows, [])
    with connected([raw.path]) as connection:
        names = _named(connection, raw)
        if raw.rows > 1:
            _tail(connection, raw, ending)
    if len(names) < len(raw.names):
        text = agreed(
            len(raw.names) - len(names),
            "# colonne[s] sans nom ni valeur, à droite de la table, [a été laissée|ont été laissées] de côté.",
        )
        ending.notes.append(Note("empty-columns", text, count=len(raw.names) - len(names)))
    notes = [
        note for note in raw.notes if note.code != "unnamed-columns" or any(each in names for each in note.examples)
    ]
    if ending.rows < raw.rows or len(names) < len(raw.names):
        _rewrite(raw.path, names, ending.rows)
    return replace(raw, names=names, written=raw.written[: len(names)], rows=ending.rows, notes=(*notes, *ending.notes))


def _named(connection: DuckDBPyConnection, raw: Raw) -> tuple[str, ...]:
    """The columns without those at the right that have neither name nor value: separators that a spreadsheet added."""
    unnamed = 0
    while unnamed < len(raw.names) - 1 and not raw.written[-1 - unnamed]:
        unnamed += 1
    if not unnamed or not raw.rows:
        return raw.names
    counts = ", ".join(f"count({quoted(name)})" for name in raw.names[-unnamed:])
    counted = connection.execute(f"SELECT {counts} FROM read_parquet($path)", {"path": str(raw.path)}).fetchone() or ()
    empty = next((index for index, count in enumerate(reversed(counted)) if count), unnamed)
    return raw.names[: len(raw.names) - empty]


def _tail(connection: DuckDBPyConnection, raw: Raw, ending: Ending) -> None:
    chosen = ", ".join(map(quoted, raw.names))
    tail = connection.execute(
        f"SELECT {chosen} FROM read_parquet($path) LIMIT $last OFFSET $from",
        {"path": str(raw.path), "last": LAST, "from": max(0, raw.rows - LAST)},
    ).fetchall()
    _footnotes(raw, tail, ending)
    last = tail[: len(tail) - (raw.rows - ending.rows)]
    if last and (total := _total(last[-1])) and ending.rows > 1:
        _summed(raw, last[-1], total, ending, _sums(connection, raw, last[-1], ending.rows - 1))


def _rewrite(path: Path, names: Sequence[str], rows: int) -> None:
    """Keeps these columns of the first rows."""
    shorter = path.with_name(path.name + ".shorter")
    try:
        with connected([path], [shorter], for_columns(len(names))) as connection:
            connection.execute(
                f"COPY (SELECT {', '.join(map(quoted, names))} FROM read_parquet($path) LIMIT $rows) TO $into ({as_parquet(len(names))})",
                {"path": str(path), "rows": rows, "into": str(shorter)},
            )
        shorter.replace(path)
    finally:
        shorter.unlink(missing_ok=True)


def _footnotes(raw: Raw, tail: Sequence[Cells], ending: Ending) -> None:
    """Lines of one cell alone, at the end of a table that has three columns or more."""
    alone = [[cell for cell in row if cell] for row in tail]
    count = 0
    for cells in reversed(alone):
        if len(cells) != 1 or len(raw.names) < 3:
            break
        count += 1
    if not count or count == len(tail):
        return
    first = raw.rows - count
    said = [cells[0] for cells in alone[-count:]]
    apart = any(at == first for at, _ in raw.gaps)  # a blank line stands above them
    line = raw.line_of(first)
    if apart or all(FOOTNOTE.fullmatch(text.strip()) for text in said):
        ending.rows = first
        text = agreed(
            count,
            "# ligne[s] sous la table n[’est|e sont] pas [une donnée|des données] : elle[s] [est notée|sont notées] ici.",
        )
        ending.notes.append(Note("footnotes", text, line=line, count=count, examples=tuple(said)))
    else:
        text = agreed(
            count,
            "[La dernière ligne n’a qu’une cellule : si c’est une note, retirez-la|"
            "Les # dernières lignes n’ont qu’une cellule : si ce sont des notes, retirez-les] du fichier.",
        )
        ending.notes.append(Note("footnotes-perhaps", text, line=line, count=count, examples=tuple(said[:5])))


def _total(row: Cells) -> str:
    """The cell that says so: the first that is filled."""
    first = next((cell for cell in row if cell), "")
    return first if TOTAL.fullmatch(first.strip()) else ""


def _sums(connection: DuckDBPyConnection, raw: Raw, row: Cells, rows: int) -> list[tuple[float, float]]:
    """For each number of the line, itself and the sum of what stands above it."""
    columns = [name for name, cell in zip(raw.names, row, strict=True) if cell and re.search(r"\d", cell)]
    if not columns:
        return []
    summed = ", ".join(
        f"sum({decimal(quoted(name))}) FILTER (file_row_number < $rows), max({decimal(quoted(name))}) FILTER (file_row_number = $rows)"
        for name in columns
    )
    values = (
        connection.execute(
            f"SELECT {summed} FROM read_parquet($path, file_row_number = true) WHERE file_row_number <= $rows",
            {"path": str(raw.path), "rows": rows},
        ).fetchone()
        or ()
    )
    pairs = zip(values[1::2], values[::2], strict=True)
    return [(float(said), float(above)) for said, above in pairs if said is not None and above is not None]


def _summed(raw: Raw, row: Cells, label: str, ending: Ending, sums: Sequence[tuple[float, float]]) -> None:
    line = raw.line_of(ending.rows - 1)
    said = tuple(cell for cell in row if cell)
    right = [abs(total - above) <= 0.01 + 1e-9 * abs(above) for total, above in sums]
    if right and all(right):
        ending.rows -= 1
        text = (
            f"La dernière ligne, « {label} », est la somme des autres : elle n’est pas une donnée. Elle est notée ici."
        )
        ending.notes.append(Note("total-line", text, line=line, examples=said))
    else:
        text = f"La dernière ligne, « {label} », ressemble à un total et n’est pas la somme des lignes : elle a été gardée. Retirez-la si c’en est un."
        ending.notes.append(Note("total-line-perhaps", text, line=line, examples=said))
