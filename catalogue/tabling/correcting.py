"""Corrections that somebody asked for on a page: kept with the table until the worker has made a corrected file of them.

The corrected file is a version like others, at the same address; the one that came before it stays kept, byte for byte.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.errors import Refused
from catalogue.models import Table, TableVersion, User
from catalogue.tables.beside import Before
from catalogue.tables.plain import digest_of, plain
from catalogue.tables.versions import CORRECTABLE, Corrections
from catalogue.tabling import deciding, keeping
from catalogue.tabling.queue import Arrived

MOST: Final = 1_000  # cells corrected at once
LONGEST: Final = 5_000  # characters of a cell
LARGEST: Final = 16 * 2**20  # bytes of a file that is corrected here


def correctable(table: Table, version: TableVersion | None) -> bool:
    """Whether its cells can be corrected here: deposited here, of rows and columns alone, and not a large one."""
    return bool(
        version and table.deposit and version.size <= LARGEST and version.reading.get("format") in CORRECTABLE
        and not version.reading.get("remedied")
    )  # fmt: skip


def ask(table: Table, version: TableVersion, corrections: Corrections, actor: User | None = None) -> None:
    """To be made now. Raises Refused when there is nothing to correct, or when it cannot be done here."""
    if not correctable(table, version):
        raise Refused(
            _("Ce fichier ne se corrige pas ici. Corrigez-le dans l’outil qui l’a fait, puis déposez-le de nouveau.")
        )
    if not corrections:
        raise Refused(_("Aucune cellule n’a été changée. Écrivez la bonne valeur à côté de celle qui ne va pas."))
    if len(corrections.cells) > MOST or any(len(one.value) > LONGEST for one in corrections.cells):
        raise Refused(_("C’est trop à corriger d’un coup. Corrigez quelques cellules, puis recommencez."))
    # Of the version that was shown: another one may have come meanwhile.
    now = Table.objects.filter(pk=table.pk, current=version.pk, state=Table.State.READY)
    wanted = {"corrections": plain(corrections), "state": Table.State.WAITING, "reason": "", "next_at": timezone.now()}
    with transaction.atomic():
        if not now.update(**wanted):
            raise Refused(_("Ce fichier a changé entre-temps. Rechargez la page, puis corrigez ce qui reste."))
        # What was typed may tell of persons: the trail says where, not what.
        where = sorted({one.column for one in corrections.cells} | set(corrections.columns))
        after = {"table": str(table.pk), "version": version.number, "columns": where}
        auditing.tell(actor, "file.correct", Thing.record(table.dataset), after=after)


def before(table: Table, *, shown: bool = False) -> Before | None:
    """The rows that are there, to tell what differs; None when there are none, or none that may be looked at any more.
    `shown`: with some of the rows.
    """
    current = table.current
    if current is None or not keeping.rows_of(current).is_file():
        return None
    # Of rows remedied otherwise, or not at all, the difference would tell what is hidden by now.
    if current.reading.get("remedied") and current.reading.get("order") != digest_of(deciding.order_of(table)):
        return None
    return Before(str(keeping.rows_of(current)), current.columns, shown)


def settled(table: Table, corrected: Path, original: Path, arrived: Arrived) -> Arrived:
    """The corrected file in the place of the one that was read, and what it is."""
    corrected.replace(original)
    with original.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    # How the first file was to be read (its sheet, its encoding) is not of the corrected one.
    Table.objects.filter(pk=table.pk).update(options={})
    table.options = {}
    given_up(table)
    name = f"{arrived.name.rpartition('.')[0] or arrived.name}.csv"
    return replace(arrived, checksum=checksum, size=original.stat().st_size, name=name, media_type="text/csv")


def given_up(table: Table) -> None:
    """Nothing more is asked for."""
    Table.objects.filter(pk=table.pk).update(corrections={})
    table.corrections = {}
