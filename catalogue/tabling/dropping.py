"""From a file that somebody drops, or from its address, to a draft that holds it: the beginning of a dataset.

Dropped twice under one key, it is one draft: a page that is sent twice, or two people at once, make no second one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.addressing import LONGEST_ADDRESS
from catalogue.dcat.hosts import is_private
from catalogue.dcat.terms import is_address
from catalogue.errors import CatalogueError, Conflict, Refused
from catalogue.links import is_web
from catalogue.models import Dataset, Organisation, Table, User
from catalogue.proposing import Facts, Place, propose
from catalogue.publishing import Draft
from catalogue.publishing.drafts import abandon, keep_draft
from catalogue.tabling.coming import EMPTY, check
from catalogue.tabling.depositing import UNNAMED, deposit
from catalogue.tabling.tabular import name_of, plain_name


def place_of(body: Organisation) -> Place | None:
    """The territory of a body, as proposals speak of it."""
    territory = body.territory
    return Place(territory.name, territory.of(), territory.uri or "") if territory else None


def drop_file(
    body: Organisation, pieces: Iterable[bytes], name: str, size: int, key: uuid.UUID, actor: User | None = None
) -> Dataset:
    """A draft of that key with this file in it, to be read by the worker; `size` in bytes, as it is known beforehand.

    Raises Refused, and keeps nothing, when the file is empty, too large, or when the body has no room left.
    """
    name = plain_name(name) or UNNAMED
    if not size:
        raise Refused(EMPTY)
    check(size, body)  # what `deposit` refuses too, said before there is a draft
    if not (made := _draft(body, name, key, [], actor)):
        return Dataset.objects.get(pk=key)
    try:
        deposit(made, pieces, name, name, actor)
    except CatalogueError:
        abandon(made, actor)
        raise
    made.refresh_from_db()
    return made


def drop_address(body: Organisation, address: str, key: uuid.UUID, actor: User | None = None) -> Dataset:
    """A draft of that key whose file stays where it is. Raises Refused for what nobody outside could follow."""
    address = address.strip()
    if not (is_web(address) and is_address(address)) or len(address.encode()) > LONGEST_ADDRESS:
        raise Refused(
            _("Cette adresse n’en est pas une. Copiez-la entière depuis votre navigateur, avec https:// devant.")
        )
    if is_private(address):
        raise Refused(
            _(
                "Cette adresse est celle d’un réseau privé : personne d’autre ne peut la suivre. Déposez plutôt le fichier."
            )
        )
    name = name_of(address) or UNNAMED
    file = {"title": {"fr": name}, "access_url": [address], "download_url": [address]}
    if not (made := _draft(body, name, key, [file], actor)):
        return Dataset.objects.get(pk=key)
    given = made.distributions.get()
    told = {"dataset": made, "address": address, "name": name, "next_at": timezone.now()}
    Table.objects.update_or_create(pk=given.pk, defaults=told)
    return made


def _draft(
    body: Organisation, name: str, key: uuid.UUID, files: list[dict[str, Any]], actor: User | None
) -> Dataset | None:
    """None when that key has a record already."""
    title = propose(Facts(name, 0, (), place=place_of(body)))["title"].value
    publisher = {"name": {"fr": body.name}, **({"uri": body.uri} if body.uri else {})}
    values = {"title": title, "publisher": publisher, "distribution": files}
    try:
        keep_draft(Draft("dataset", values, body.pk, id=key, territory=body.territory_id, version=0), actor)
    except (Conflict, Refused):
        return None
    return Dataset.objects.select_related("owner").get(pk=key)
