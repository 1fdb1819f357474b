"""`manage.py import`: what an export holds, into an empty base, with the same keys, numbers and addresses. All or nothing.

One transaction for all rows: a kill leaves the base as empty as it was, and the files that were put are put again. From its first
row until what follows from them is made nothing else starts (`unfinished`); asked again once the rows are there, they stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from catalogue.auditing import chain
from catalogue.errors import Refused
from catalogue.log import last_number
from portal.leaving import VERSION, unfinished
from portal.leaving.columns import Names, Table, Unreadable
from portal.leaving.declared import kept, rows_of
from portal.leaving.files import place_of, put
from portal.leaving.opening import Opened
from portal.leaving.package import FORMAT
from portal.leaving.writing import migrations

NOTHING: Final = " Rien n’a été importé."
FULL: Final = (
    "La base n’est pas vide ({}). Un import se fait sur une base neuve : donnez un autre BOUTURE_HOME (ou DATABASE_URL), lancez "
    f"manage.py prepare, puis importez.{NOTHING}"
)
OTHER: Final = (
    "La base n’est pas vide ({}) : l’import d’un autre export, commencé le {}, n’est pas fini. Finissez-le (manage.py import {}), ou "
    f"prenez un autre BOUTURE_HOME et une autre base.{NOTHING}"
)


@dataclass(frozen=True)
class Restored:
    """`moved`: the address that the export is of, when this instance has another. `rows` and `files` are None when an import that
    was stopped had brought them all."""

    rows: int | None
    files: int | None
    position: int
    moved: str


def restore(opened: Opened) -> Restored:
    """Raises Refused, and nothing was then written in the base. `unfinished.end` is for the caller, once all that
    follows from it is made."""
    _refuse_other_version(opened.instance)
    before = unfinished.pending()
    url = str(opened.instance.get("url", ""))
    moved = "" if url == settings.BOUTURE_URL else url
    if full := _full():
        if before is None:
            raise Refused(FULL.format(full))
        if before.manifest != opened.manifest or _position(opened) != last_number():
            raise Refused(OTHER.format(full, before.at, before.path))
        return Restored(None, None, last_number(), moved)
    unfinished.begin(opened.manifest, opened.path)
    try:
        rows, files = _all_of(opened)
    except Refused:
        unfinished.end()
        raise
    return Restored(rows, files, last_number(), moved)


def _all_of(opened: Opened) -> tuple[int, int]:
    try:
        with transaction.atomic():
            rows = _restore_rows(opened)
            files = sum(put(name, opened.pieces(name)) for name in sorted(opened.digests) if place_of(name))
            _refuse_broken(opened)
    except DatabaseError as error:
        raise Refused(f"La base a refusé l’export : {str(error).splitlines()[0]}.{NOTHING}") from error
    except OSError as error:
        raise Refused(
            f"Les fichiers ne s’écrivent pas : {error.strerror or error} ({error.filename or settings.BOUTURE_HOME}). Vérifiez les droits et "
            f"la place qui reste.{NOTHING}"
        ) from error
    cache.clear()
    return rows, files


def _refuse_other_version(instance: dict[str, Any]) -> None:
    """Columns must be the same: a base is updated by its own migrations, not by an import."""
    version = instance.get("version", "?")
    if instance.get("software") != "bouture" or not isinstance(instance.get("format"), int):
        raise Refused(f"Ce n’est pas un export de Bouture.{NOTHING}")
    if instance["format"] > FORMAT:
        raise Refused(
            f"L’export vient d’une version plus récente ({version}). Mettez ce portail à jour d’abord.{NOTHING}"
        )
    theirs, ours = instance.get("migrations"), migrations()
    if theirs == ours:
        return
    theirs = theirs if isinstance(theirs, dict) else {}
    newer = [f"{app}.{name}" for app in ours for name in theirs.get(app) or () if name not in ours[app]]
    if newer:
        raise Refused(
            f"L’export vient d’une version plus récente ({version}, qui a {newer[-1]}). Mettez ce portail à jour d’abord.{NOTHING}"
        )
    older = [f"{app}.{name}" for app, names in ours.items() for name in names if name not in (theirs.get(app) or ())]
    raise Refused(
        f"L’export vient d’une version plus ancienne ({version}, sans {older[0] if older else '?'}) ; celle-ci est la {VERSION}. "
        f"Importez-le avec la version qui l’a écrit, puis mettez à jour (manage.py migrate).{NOTHING}"
    )


def _full() -> str:
    """What the base holds that an empty one does not; "" for an empty one."""
    found = (model for _, model, line in kept() if not line.replaced and rows_of(model, line).exists())
    return next((str(model._meta.verbose_name) for model in found), "")


def _restore_rows(opened: Opened) -> int:
    """Reference facts of this base make way for those of the export, whose keys the other rows name."""
    names, total, filled = Names.now(), 0, []
    every = list(kept())
    with connection.cursor() as cursor:
        for _, model, line in reversed(every):
            if line.replaced:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
    for label, model, line in every:
        name = f"base/{label.lower()}.jsonl"
        if name not in opened.digests:
            raise Refused(f"{name} manque dans l’export.{NOTHING}")
        if count := _fill(opened, name, Table(model, line, names)):
            total += count
            filled.append(model)
    _continue_numbers(filled)
    return total


def _fill(opened: Opened, name: str, table: Table) -> int:
    count = 0
    with connection.cursor() as cursor:
        lines = enumerate(opened.lines(name), 1)
        while rows := list(_rows(name, table, islice(lines, table.line.batch))):
            try:
                cursor.executemany(table.statement, rows)
            except DatabaseError as error:
                raise Refused(
                    f"{name}, lignes {count + 1} à {count + len(rows)} : la base les refuse "
                    f"({str(error).splitlines()[0]}).{NOTHING}"
                ) from error
            count += len(rows)
    return count


def _rows(name: str, table: Table, lines: Iterator[tuple[int, bytes]]) -> Iterator[list[Any]]:
    for number, line in lines:
        try:
            yield table.row(line)
        except Unreadable as error:
            raise Refused(f"{name}, ligne {number} : {error.why}.{NOTHING}") from error


def _continue_numbers(filled: list[type[Model]]) -> None:
    """What is added next gets a key of its own: PostgreSQL's sequences do not see keys that were given."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), filled):
            cursor.execute(statement)


def _refuse_broken(opened: Opened) -> None:
    """What the rows must agree on before they stay."""
    try:
        connection.check_constraints()
    except DatabaseError as error:
        raise Refused(f"Des rangs en nomment d’autres qui manquent : {str(error).splitlines()[0]}.{NOTHING}") from error
    if fault := chain.verify():
        raise Refused(f"La trace de l’export est rompue : {fault.message}.{NOTHING}")
    if _position(opened) != last_number():
        raise Refused(f"Le journal de l’export n’est pas à la position qu’il dit.{NOTHING}")


def _position(opened: Opened) -> object:
    said = opened.instance.get("position")
    return said.get("log") if isinstance(said, dict) else None
