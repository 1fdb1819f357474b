"""Files that are deposited here: kept as they came, given an address, and read like any other.

    BOUTURE_HOME/tables/deposits/<key>   what came and was not read yet; once read, it is the original of a version

The address of a deposit outlives its versions: a new one takes the place of the old at the same address.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import auditing
from catalogue.additions import Wish, lay, remove
from catalogue.amending import draft_of, values_of
from catalogue.auditing import Thing
from catalogue.dcat.literals import CONTROL
from catalogue.errors import Refused
from catalogue.layering import ADD, FILES
from catalogue.models import Dataset, Distribution, Record, Table, User
from catalogue.publishing import publish
from catalogue.publishing.drafts import keep_draft, wrote
from catalogue.tabling import keeping
from catalogue.tabling.coming import Came, coming
from catalogue.tabling.tabular import deposit_address, plain_name

TITLE: Final = 200  # characters
UNNAMED: Final = "fichier"


def deposit(
    dataset: Dataset, pieces: Iterable[bytes], name: str, title: str = "", actor: User | None = None
) -> uuid.UUID:
    """Keeps the file, and gives it to the dataset; returns the key of its table. Its rows come when the worker has read it.

    Raises Refused when it is empty, too large, or when its body has no room left; then nothing is kept.
    """
    with coming(pieces, dataset.owner) as came:
        return take(dataset, came, name, title, actor)


def take(dataset: Dataset, came: Came, name: str, title: str = "", actor: User | None = None) -> uuid.UUID:
    """`deposit`, of a file that came already. Raises Refused for a record that is withdrawn."""
    if dataset.status == Record.Status.WITHDRAWN:
        raise Refused(_("Cette fiche a été retirée : remettez-la en ligne, puis déposez-y un fichier."))
    title = CONTROL.sub(" ", title).strip()
    key, name = uuid.uuid4(), plain_name(name) or UNNAMED
    came.settle(keeping.deposit_of(key))
    address = deposit_address(key)
    values = {"title": {"fr": (title or name)[:TITLE]}, "access_url": [address], "download_url": [address]}
    _give(dataset, {**values, "byte_size": came.size}, actor)
    file = next(file for file in dataset.distributions.all() if address in file.download_url)
    _expect(dataset, file, key, name, came)
    return file.pk


def deposit_again(table: Table, pieces: Iterable[bytes], name: str, actor: User | None = None) -> None:
    """A new version of a deposited file, at the same address; the one that is there stays until this one is read.

    Raises Refused as `deposit`.
    """
    with coming(pieces, table.dataset.owner) as came:
        take_again(table, came, name, actor)


def take_again(table: Table, came: Came, name: str, actor: User | None = None) -> None:
    """`deposit_again`, of a file that came already. Raises Refused for one whose place is elsewhere."""
    if table.deposit is None:
        raise Refused(_("Ce fichier vient d’ailleurs : sa nouvelle version se publie là-bas."))
    name = plain_name(name) or UNNAMED
    came.settle(keeping.deposit_of(table.deposit))
    with transaction.atomic():
        # What was found and said of other bytes is not of these.
        Table.objects.filter(pk=table.pk).update(
            unread_public=False, state=Table.State.WAITING, reason="", corrections={}
        )
        after = {"table": str(table.pk), "name": name, "size": came.size}
        auditing.tell(actor, "file.replace", Thing.record(table.dataset), after=after)
    _expect(table.dataset, table, table.deposit, name, came)
    if table.dataset.status == Record.Status.DRAFT:
        wrote(table.dataset_id, actor)


def give_up(table: Table, actor: User | None = None) -> None:
    """The dataset gives this file no more; what was kept of it leaves the disk later. Raises Refused for a file of its source."""
    dataset = Dataset.objects.with_forms().get(pk=table.dataset_id)
    file = dataset.distributions.get(pk=table.pk)
    with transaction.atomic():
        if file.origin == Distribution.Origin.LOCAL:
            remove(dataset, file.pk, actor)  # the key of an addition is that of its file
        elif dataset.harvested:
            raise Refused(_("Ce fichier vient de la source de cette fiche : c’est elle qui peut le retirer."))
        else:
            values = values_of(dataset)
            _write(dataset, {**values, FILES: [one for one in values[FILES] if one["uri"] != file.uri]}, actor)
        # The reader of the log would say the same of a published record, a moment later.
        Table.objects.filter(pk=table.pk).update(left_at=timezone.now(), next_at=None)


def _give(dataset: Dataset, values: dict[str, Any], actor: User | None) -> None:
    if dataset.harvested:
        lay(dataset, [Wish(ADD, FILES, values)], actor)
        return
    row = Dataset.objects.with_forms().get(pk=dataset.pk)
    own = values_of(row)
    _write(row, {**own, FILES: [*own.get(FILES, []), values]}, actor, dataset.version)


def _write(row: Dataset, values: dict[str, Any], actor: User | None, version: int | None = None) -> None:
    # A file alone: what is said of it goes through the form, and through a second person.
    draft = replace(draft_of(row, values, version), read=True)
    if row.status == Record.Status.DRAFT:
        keep_draft(draft, actor)
    else:
        publish([draft], actor)


def _expect(dataset: Dataset, file: Distribution | Table, key: uuid.UUID, name: str, came: Came) -> None:
    """To be read now. The reader of the log would do the same, a moment later. `etag`: what these bytes are known by."""
    told = {"dataset": dataset, "deposit": key, "name": name, "size": came.size, "etag": came.checksum}
    Table.objects.update_or_create(pk=file.pk, defaults={**told, "next_at": timezone.now()})
