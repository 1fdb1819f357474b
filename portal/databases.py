"""The base of an instance, from an address: SQLite or PostgreSQL, and how each is opened."""

from pathlib import Path
from typing import Any, Final

import dj_database_url

from portal.environment import Environment

SQLITE_OPTIONS: Final = {
    # Else a transaction that reads, then writes, fails at once when another writes in between, whatever the timeout.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,  # seconds
    # Nothing is mapped: the pages of a mapped base count as memory of the process, up to its whole size.
    # synchronous=NORMAL: in WAL a power cut may lose the last commits, never the base.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-16384; PRAGMA journal_size_limit=67108864;"
        # Of all connections of a process together, a thread each: above, they take pages anew instead of more memory.
        "PRAGMA soft_heap_limit=25165824"
    ),
}


def database(env: Environment, url: str, home: Path) -> dict[str, Any]:
    """Django's settings of the base. `url`: as written in the environment, "" for SQLite in the home."""
    # Not written as an address: a folder's name may hold signs that an address cannot.
    found: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(home / "bouture.sqlite3")}
    try:
        if url:
            found = dict(dj_database_url.parse(url, conn_health_checks=True))
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError):
        # The value may hold a password: it is not repeated.
        env.wrong(
            "E003",
            "DATABASE_URL n'est pas une adresse de base de données.",
            "Écrivez par exemple DATABASE_URL=postgres://compte:secret@127.0.0.1/bouture, ou retirez-la pour SQLite.",
        )
        # An instance that silently fell back to an empty SQLite base would look as if it had lost everything.
        return {"ENGINE": "django.db.backends.dummy"}
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = SQLITE_OPTIONS
    elif found["ENGINE"] != "django.db.backends.postgresql":
        env.wrong(
            "E003",
            "DATABASE_URL désigne une base qui n'est ni SQLite ni PostgreSQL.",
            "Écrivez une adresse qui commence par postgres:// ou sqlite:///.",
        )
    # To open one costs as much as the questions of a search, on SQLite too.
    found["CONN_MAX_AGE"] = 60  # seconds
    return found
