"""CSV and its cousins: any separator, any quote, any encoding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from catalogue.tables.contract import Note, Options, Raw, Unreadable
from catalogue.tables.intake import dialects, endings, headers
from catalogue.tables.intake.delimited import Records
from catalogue.tables.intake.dialects import Dialect
from catalogue.tables.intake.encodings import Text, in_utf8, opened
from catalogue.tables.intake.reading import Found
from catalogue.tables.intake.shaping import Plan, checked, shaped, to_parquet
from catalogue.tables.store import connected, quoted
from catalogue.tables.wording import agreed


def read(path: Path, into: Path, options: Options) -> Raw:
    """Raises Unreadable for what is no text, TooMuch beyond the limits of `reading`."""
    text = opened(path, options)
    head = list(islice(text.lines(), dialects.SAMPLE_LINES))
    skipped = 1 if head and dialects.announced(head[0]) else 0
    separator = options.separator or (dialects.announced(head[0]) if skipped else "")
    dialect = dialects.sniffed([line[: dialects.SAMPLE_CHARACTERS] for line in head[skipped:]], separator)
    if dialect.separator and not dialect.escape and not dialect.spaced:
        raw = _in_order(text, dialect, into, options, head[skipped:], skipped)
        if raw is not None:
            return raw
    return _tolerant(text, dialect, into, options, skipped)


def _in_order(text: Text, dialect: Dialect, into: Path, options: Options, head: list[str], skipped: int) -> Raw | None:
    """By DuckDB; a text in another encoding than UTF-8 is copied first."""
    if text.plain:
        return _straight(text, dialect, into, options, head, skipped)
    if text.encoding == "utf-8":
        return None
    copy = into.with_name(into.name + ".utf-8")
    try:
        copied = in_utf8(text, copy)
        return _straight(copied, dialect, into, options, head, skipped) if copied.plain else None
    finally:
        copy.unlink(missing_ok=True)


def _straight(text: Text, dialect: Dialect, into: Path, options: Options, head: list[str], skipped: int) -> Raw | None:
    """A file in order, read where it stands; None when it turns out not to be: a line of another width, an open quote."""
    if any(len(line) > dialects.SAMPLE_CHARACTERS for line in head):
        return None
    records = Records(iter(head), dialect)
    rows = list(islice(records, headers.LOOKED_AT))
    header = headers.found(rows, options.header_lines)
    # A cell over several lines above the first row would make records and lines differ.
    if records.broken or not header.written or any("\n" in cell for row in rows[: header.lines] for cell in row):
        return None
    names, notes = headers.named(header.written)
    checked(names)
    plan = Plan(text.path, names, dialect.separator, dialect.quote, header.lines + skipped)
    try:
        to_parquet(plan, names, into)
    except Unreadable:
        return None
    rows_in, empty = _counted(into, names)
    if empty:  # lines of separators alone
        return None
    raw = Raw(
        path=into,
        names=names,
        written=header.written,
        rows=rows_in,
        format="csv",
        first_line=header.lines + skipped + 1,
        encoding=text.name,
        separator=dialect.separator,
        notes=(*text.notes, *header.notes, *notes),
    )
    return endings.cut(raw)


def _counted(path: Path, names: tuple[str, ...]) -> tuple[int, int]:
    """Rows, and those of them that are empty."""
    filled = ", ".join(map(quoted, names))
    with connected([path]) as connection:
        found = connection.execute(
            f"SELECT count(*), count(*) FILTER (coalesce({filled}) IS NULL) FROM read_parquet($path)",
            {"path": str(path)},
        ).fetchone()
    assert found is not None
    return found[0], found[1]


def _tolerant(text: Text, dialect: Dialect, into: Path, options: Options, skipped: int) -> Raw:
    records = Records(islice(text.lines(), skipped, None), dialect)
    found = Found(iter(records), "csv", first_line=1 + skipped, encoding=text.name, separator=dialect.separator)
    found.notes.extend(text.notes)
    raw = shaped(found, into, options.header_lines)
    return replace(raw, notes=(*raw.notes, *_broken(records, skipped)))


def _broken(records: Records, skipped: int) -> Iterator[Note]:
    if records.broken_count:
        lines = [line + skipped for line in records.broken]
        text = agreed(
            records.broken_count,
            "# ligne[s] [a|ont] un guillemet qui ne se ferme pas, ou suivi d’un autre texte : "
            "les guillemets y sont gardés comme des caractères. Doublez-les, ou fermez-les.",
        )
        yield Note(
            "open-quotes",
            text,
            line=lines[0],
            count=records.broken_count,
            examples=tuple(f"ligne {line}" for line in lines[:20]),
        )
