"""The triggers by which both bases refuse to change or delete what was told.

SQLite makes a table anew when a migration changes it, and its triggers go with the old one: such a migration ends with
`set_up`. Who owns the base can drop a trigger; the chain then shows what was done (`catalogue.auditing.chain`).
"""

from __future__ import annotations

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES: Final = ("catalogue_auditentry", "catalogue_audittext")
REFUSED: Final = "the audit trail is append-only"

_SQLITE: Final = """CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{refused}'); END"""
_FUNCTION: Final = """CREATE OR REPLACE FUNCTION catalogue_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{refused}'; END $$"""
_POSTGRESQL: Final = """CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION catalogue_audit_refuse()"""
_VERBS: Final = {"sqlite": ("update", "delete"), "postgresql": ("update", "delete", "truncate")}


def set_up(connection: BaseDatabaseWrapper) -> None:
    """Doing it twice is the same as once."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(_FUNCTION.format(refused=REFUSED))
        for table in TABLES:
            for verb in _VERBS[connection.vendor]:
                statement = _POSTGRESQL if postgresql else _SQLITE
                cursor.execute(statement.format(table=table, verb=verb, refused=REFUSED))


def take_down(connection: BaseDatabaseWrapper) -> None:
    """For a migration that has to, and for tests that empty the base."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for verb in _VERBS[connection.vendor]:
                of = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{of}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should be there and are not."""
    wanted = [f"{table}_no_{verb}" for table in TABLES for verb in _VERBS[connection.vendor]]
    names: dict[str, Any] = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in wanted if name not in there]
