"""A file taken in, and what came of it: for the tests of every format."""

from pathlib import Path

from catalogue.tables import intake
from catalogue.tables.contract import Options, Raw
from catalogue.tables.store import connected


def taken(
    tmp_path: Path, content: bytes | str, options: Options = intake.UNSAID, name: str = "given.csv"
) -> tuple[Raw, list[tuple[str | None, ...]]]:
    """Nothing else is left in the folder than the file and its table."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    raw = intake.read(path, tmp_path / "out.parquet", options)
    rows = rows_of(raw)
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([name, "out.parquet"])
    assert len(rows) == raw.rows
    return raw, rows


def rows_of(raw: Raw) -> list[tuple[str | None, ...]]:
    with connected([raw.path]) as connection:
        rows: list[tuple[str | None, ...]] = connection.execute(
            "SELECT * FROM read_parquet($path)", {"path": str(raw.path)}
        ).fetchall()
        assert [column[0] for column in connection.description or ()] == list(raw.names)
        assert {str(column[1]) for column in connection.description or ()} <= {"VARCHAR", "STRING"}
    return rows


def codes(raw: Raw) -> set[str]:
    return {note.code for note in raw.notes}
