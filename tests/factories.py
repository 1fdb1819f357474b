"""Bodies, people and records for tests, made by the product's own verbs."""

from __future__ import annotations

import hashlib
import tempfile
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from catalogue import permissions, publishing
from catalogue.addressing import ownable
from catalogue.log import LogReader, drain, holder_name, release
from catalogue.models import DataService, Dataset, Organisation, Table, User
from catalogue.named import folded
from catalogue.publishing import Draft
from catalogue.search.reader import IndexReader
from catalogue.tables.contract import Options, Order, Taken
from catalogue.tables.taking import ROWS, take
from catalogue.tabling import deciding, keeping, queue
from catalogue.tabling.queue import Arrived

numbers = count(1)
EU = "http://publications.europa.eu/resource/authority/"
OPEN_LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"


def body(name: str = "", tenant: bool = True) -> Organisation:
    name = name or f"Ville d’essai {next(numbers)}"
    slug = slugify(name)[:100] or "organisme"
    if Organisation.objects.filter(slug=slug).exists():
        slug = f"{slug}-{next(numbers)}"
    return Organisation.objects.create(name=name, slug=slug, folded=folded(name), tenant=tenant)


def person(role: str = "", organisation: Organisation | None = None, **fields: Any) -> User:
    """An account; with a role, a member of that body. `is_superuser=True` makes the instance's administrator."""
    user = User.objects.create_user(f"agent{next(numbers)}@essai.example", "un mot de passe d’essai", **fields)
    if role and organisation:
        permissions.assign_role(user, organisation, role)
    return user


def file(name: str = "donnees.csv", **values: Any) -> dict[str, Any]:
    return {"access_url": [f"https://fichiers.essai.example/{name}"], "format": EU + "file-type/CSV", **values}


def dataset(title: str = "", owner: Organisation | None = None, private: bool = False, **values: Any) -> Dataset:
    """A published dataset. `values` are those of the profile, as `catalogue.dcat.terms` describes them."""
    owner = owner or body()
    title = title or f"Jeu d’essai {next(numbers)}"
    given = {
        "title": {"fr": title},
        "description": {"fr": f"Description de « {title} »."},
        "distribution": [file()],
        **values,
    }
    [outcome] = publishing.publish([Draft("dataset", given, owner.pk, private=private)])
    return Dataset.objects.get(pk=outcome.id)


def service(title: str = "", owner: Organisation | None = None, private: bool = False, **values: Any) -> DataService:
    """A published data service."""
    owner = owner or body()
    title = title or f"Service d’essai {next(numbers)}"
    given = {"title": {"fr": title}, "endpoint_url": ["https://services.essai.example/ows"], **values}
    [outcome] = publishing.publish([Draft("service", given, owner.pk, private=private)])
    return DataService.objects.get(pk=outcome.id)


def leave(row: Dataset, address: str) -> None:
    """The record bears `address`, then leaves it for the one that it has, as a source makes it do."""
    now = row.uri
    values = {"title": row.title, "description": row.description, "distribution": [file()]}
    Dataset.objects.filter(pk=row.pk).update(uri=address)
    uri = now if ownable(now) else f"https://donnees.essai.example/{row.pk}"
    publishing.publish([Draft("dataset", values, row.owner_id, id=row.pk, uri=uri)])
    row.refresh_from_db()


def bring_index_up_to_date() -> int:
    """What the worker does."""
    return follow(IndexReader())


def follow(reader: LogReader) -> int:
    """Brings a reader to the end of the log."""
    holder = holder_name()
    try:
        return drain(reader, holder)
    finally:
        release(reader.name, holder)


@lru_cache(maxsize=100)
def _taken(content: bytes, order: Order) -> tuple[Taken, bytes]:
    """What the product's intake says of a text, and the rows that it writes: once a process, for it takes 0.3 s."""
    with tempfile.TemporaryDirectory(prefix="bouture-taken-") as name:
        folder = Path(name)
        (folder / keeping.ORIGINAL).write_bytes(content)
        taken = take(folder / keeping.ORIGINAL, folder, order)
        return taken, (folder / ROWS).read_bytes()


def table(found: Dataset, text: str | bytes = "num;espece\n01;Tilleul\n02;Hêtre\n", name: str = "arbres.csv") -> Table:
    """The first file of a dataset, read as this text, in this very process."""
    given = found.distributions.first()
    assert given is not None
    made, _ = Table.objects.get_or_create(
        pk=given.pk, defaults={"dataset": found, "address": given.address, "name": name}
    )
    content = text.encode() if isinstance(text, str) else text
    with keeping.arriving(made.pk) as folder:
        (folder / keeping.ORIGINAL).write_bytes(content)
        order = Order(Options(name=name), tuple(made.declared), deciding.remedies(made))
        taken, rows = _taken(content, order)
        (folder / ROWS).write_bytes(rows)
        arrived = Arrived(hashlib.sha256(content).hexdigest(), len(content), name, "text/csv")
        queue.accepted(made, folder, arrived, taken)
    made.refresh_from_db()
    return made
