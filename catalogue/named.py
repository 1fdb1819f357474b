"""What a record names that only the base knows: who publishes it, its place, whether its address is free."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.db.models import Q
from django.utils.text import slugify

from catalogue.addressing import LONGEST_ADDRESS
from catalogue.dcat.mapping import MODELS, place_named
from catalogue.dcat.terms import Values
from catalogue.models import Organisation, Territory, in_french


class Named(Protocol):
    """An address of its own, a body that publishes it, a place. `values`: as a draft has them."""

    @property
    def uri(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def owner(self) -> int: ...


def addresses_taken(drafts: Iterable[Named]) -> dict[str, uuid.UUID]:
    wanted = {draft.uri for draft in drafts if draft.uri}
    found: dict[str, uuid.UUID] = {}
    for model in MODELS.values():
        found |= dict(model.objects.filter(uri__in=wanted).values_list("uri", "pk"))  # type: ignore[attr-defined]
    return found


def places_named(drafts: Iterable[Named]) -> dict[str, int]:
    """The territories that the drafts name by an INSEE address; a former commune is the one that it became."""
    wanted = {place_named(draft.values) for draft in drafts} - {""}
    found = {address: Territory.objects.at_uri(address) for address in wanted}
    return {address: territory.pk for address, territory in found.items() if territory}


def folded(name: str) -> str:
    """A name without case, accents and doubled spaces, to recognise it."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())[:300]


class Bodies:
    """The bodies that a batch of drafts names as publishers, found or made in a few queries."""

    def __init__(self, drafts: Sequence[Named]) -> None:
        agents = [draft.values.get("publisher") or {} for draft in drafts]
        names = {folded(in_french(agent.get("name", {}))) for agent in agents} - {""}
        uris = {agent["uri"] for agent in agents if agent.get("uri")}
        owners = {draft.owner for draft in drafts}
        found = Organisation.objects.filter(Q(folded__in=names) | Q(uri__in=uris) | Q(pk__in=owners))
        self._by_name: dict[str, int] = {}
        self._by_uri: dict[str, int] = {}
        for body in found.order_by("-pk"):
            self._by_name[body.folded] = body.pk
            if body.uri:
                self._by_uri[body.uri] = body.pk

    def of(self, draft: Named) -> int:
        """The body that publishes this record: the agent said, else the one that holds the record."""
        agent = draft.values.get("publisher") or {}
        name, uri = in_french(agent.get("name", {})), agent.get("uri", "")
        uri = uri if len(uri.encode()) <= LONGEST_ADDRESS else ""
        found = self._by_uri.get(uri) if uri else None
        found = found or self._by_name.get(folded(name))
        if found is None and name:
            found = self._make(name, uri, agent)
        return found or draft.owner

    def _make(self, name: str, uri: str, agent: Values) -> int:
        slug = slugify(name)[:100] or "organisme"
        if Organisation.objects.filter(slug=slug).exists():
            slug = f"{slug}-{uuid.uuid4().hex[:8]}"
        homepage = next(iter(agent.get("homepage", [])), "")
        body = Organisation.objects.create(slug=slug, name=name[:300], folded=folded(name), uri=uri, homepage=homepage)
        self._by_name[body.folded] = body.pk
        if uri:
            self._by_uri[uri] = body.pk
        return body.pk
