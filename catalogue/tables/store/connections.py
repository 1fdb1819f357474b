"""The only door to DuckDB: a connection in memory that can reach the files it was given and nothing else.

No other file of the machine, no network, no extension, no setting can be reached from a statement: paths are given
before external access is switched off and the configuration locked (DuckDB, "Securing DuckDB").
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from catalogue.tables.contract import TooMuch, Unreadable

Connection = duckdb.DuckDBPyConnection
Fault = duckdb.Error  # whatever a statement over a file of anybody's making may bring up


@dataclass(frozen=True)
class Limits:
    """Of one connection."""

    memory: int = 256 * 2**20  # bytes
    threads: int = 2
    spill: int = 2 * 2**30  # bytes of temporary files, in a folder of its own


WIDE = 500  # columns


def for_columns(columns: int) -> Limits:
    """Of a connection that writes a table of that many columns: each takes room in each thread, filled or not."""
    return Limits(memory=400 * 2**20, threads=1) if columns > WIDE else Limits()


@contextmanager
def connected(
    files: Sequence[Path], writes: Sequence[Path] = (), limits: Limits = Limits()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """`files` may be read, `writes` written too; all absolute.

    Raises Unreadable for a file that DuckDB cannot read, TooMuch when a limit of memory or spilling is met.
    """
    with tempfile.TemporaryDirectory(prefix="bouture-table-") as spill:
        connection = opened([*files, *writes], limits, spill)
        try:
            with told_in_french():
                yield connection
        finally:
            connection.close()


def opened(paths: Sequence[Path], limits: Limits, spill: str, *, unchanging: bool = False) -> duckdb.DuckDBPyConnection:
    """Costs 15 ms. Whoever opens closes, then removes the folder `spill`.

    `unchanging`: no file is written again while it is open, and what its end says of it is kept.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{limits.memory}B",
            "threads": limits.threads,
            "temp_directory": spill,
            "max_temp_directory_size": f"{limits.spill}B",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,  # else a name in a statement could reach a variable of ours
            "preserve_insertion_order": True,
        },
    )
    if unchanging:
        connection.execute("SET parquet_metadata_cache = true")
    connection.execute("SET allowed_paths = $paths", {"paths": [str(path) for path in paths]})
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def stop(cursor: duckdb.DuckDBPyConnection) -> None:
    """Ends its statement, from another thread."""
    with suppress(duckdb.Error):  # it has just ended, and it is closed
        cursor.interrupt()


@contextmanager
def told_in_french() -> Iterator[None]:
    """What DuckDB says becomes an error of ours."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise TooMuch(
            "Ce calcul demande plus de mémoire qu’il n’en a. Filtrez ou groupez moins finement.", "memory"
        ) from error
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        raise Unreadable(f"Ce fichier ne se lit pas comme une table : {error}") from error


def quoted(name: str) -> str:
    """A column's name as a statement has it: the only way in which a name enters one."""
    return '"' + name.replace('"', '""') + '"'


def folded(text: str) -> str:
    """SQL: without accents nor capitals."""
    return f"strip_accents(lower({text}))"
