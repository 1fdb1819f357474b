"""Files that are deposited here: kept as they came, given an address, and read like any other.

    BOUTURE_HOME/tables/deposits/<key>   what came and was not read yet; once read, it is the original of a version

The address of a deposit outlives its versions: a new one takes the place of the old at the same address.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalogue import auditing
from catalogue.additions import Wish, lay
from catalogue.auditing import Thing
from catalogue.dcat.mapping import own_values
from catalogue.errors import Refused
from catalogue.layering import ADD, FILES
from catalogue.models import Dataset, Distribution, Record, Table, User
from catalogue.publishing import Draft, publish
from catalogue.publishing.drafts import keep_draft, wrote
from catalogue.tabling import keeping
from catalogue.tabling.tabular import deposit_address, plain_name

TITLE: Final = 200  # characters


def deposit(
    dataset: Dataset, pieces: Iterable[bytes], name: str, title: str = "", actor: User | None = None
) -> uuid.UUID:
    """Keeps the file, and gives it to the dataset; returns the key of its table. Its rows come when the worker has read it.

    Raises Refused when it is empty, too large, or when its body has no room left; then nothing is kept.
    """
    if dataset.status == Record.Status.WITHDRAWN:
        raise Refused("Cette fiche a été retirée : remettez-la en ligne, puis déposez-y un fichier.")
    key = uuid.uuid4()
    path = keeping.deposit_of(key)
    with ExitStack() as undo:
        undo.callback(path.unlink, missing_ok=True)
        with kept(pieces, path, dataset) as size:
            pass
        address = deposit_address(key)
        values = {"title": {"fr": (title or name)[:TITLE]}, "access_url": [address], "download_url": [address]}
        _give(dataset, {**values, "byte_size": size}, actor)
        undo.pop_all()
    file = next(file for file in dataset.distributions.all() if address in file.download_url)
    _expect(dataset, file, key, name, size)
    return file.pk


def deposit_again(table: Table, pieces: Iterable[bytes], name: str, actor: User | None = None) -> None:
    """A new version of a deposited file, at the same address; the one that is there stays until this one is read.

    Raises Refused as `deposit`.
    """
    if table.deposit is None:
        raise Refused("Ce fichier vient d’ailleurs : sa nouvelle version se publie là-bas.")
    # What was found and said of other bytes is not of these.
    with kept(pieces, keeping.deposit_of(table.deposit), table.dataset) as size, transaction.atomic():
        Table.objects.filter(pk=table.pk).update(
            unread_public=False, state=Table.State.WAITING, reason="", corrections={}
        )
        after = {"table": str(table.pk), "name": name, "size": size}
        auditing.tell(actor, "file.replace", Thing.record(table.dataset), after=after)
    _expect(table.dataset, table, table.deposit, name, size)
    if table.dataset.status == Record.Status.DRAFT:
        wrote(table.dataset_id, actor)


@contextmanager
def kept(pieces: Iterable[bytes], path: Path, dataset: Dataset) -> Iterator[int]:
    """Writes the file beside its place, and gives its size in bytes; at the end it takes its place."""
    most = settings.BOUTURE_TABLE_SIZE * 2**20
    left = keeping.room_of(dataset.owner).left
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    coming = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    size = 0
    try:
        with coming.open("wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > most:
                    raise Refused(
                        f"Ce fichier dépasse {settings.BOUTURE_TABLE_SIZE} Mio. Découpez-le, ou donnez l’adresse où il se télécharge."
                    )
                if size > left:
                    raise Refused(
                        f"{dataset.owner} a rempli la place de ses fichiers. Retirez-en dont personne ne se sert, "
                        "ou demandez plus de place à qui tient le portail."
                    )
                file.write(piece)
        if not size:
            raise Refused("Ce fichier est vide. Choisissez-en un autre.")
        yield size
        coming.rename(path)
    finally:
        coming.unlink(missing_ok=True)


def _give(dataset: Dataset, values: dict[str, Any], actor: User | None) -> None:
    if dataset.harvested:
        lay(dataset, [Wish(ADD, FILES, values)], actor)
        return
    own = own_values(dataset, list(dataset.distributions.filter(origin=Distribution.Origin.SOURCE)))
    row = Dataset.objects.with_forms().get(pk=dataset.pk)
    draft = Draft(
        row.kind,
        {**own, FILES: [*own.get(FILES, []), values]},
        row.owner_id,
        id=row.pk,
        said=row.said,
        private=row.private,
        territory=row.territory_id,
        version=dataset.version,
        read=True,  # a file alone: what is said of it goes through the form
    )
    if row.status == Record.Status.DRAFT:
        keep_draft(draft, actor)
    else:
        publish([draft], actor)


def _expect(dataset: Dataset, file: Distribution | Table, key: uuid.UUID, name: str, size: int) -> None:
    """To be read now. The reader of the log would do the same, a moment later."""
    told = {"dataset": dataset, "deposit": key, "name": plain_name(name), "size": size, "next_at": timezone.now()}
    Table.objects.update_or_create(pk=file.pk, defaults=told)
