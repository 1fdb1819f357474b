"""Which members may be seen at this very moment, and their payloads. Nothing here waits for the worker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from catalogue.dcat.canon import digest
from catalogue.dcat.formats import Text, own_labels
from catalogue.dcat.mapping import MODELS
from catalogue.feeding.nodes import described
from catalogue.feeding.policy import COLUMNS, Policy, Row
from catalogue.models import PUBLIC, FeedMember, Identity


def catalogue_address() -> str:
    return f"{settings.BOUTURE_URL}/catalogue"


def catalogue_digest() -> str:
    """Of what the description of the catalogue hangs on: its words are made where it is shown."""
    name = Identity.objects.values_list("name", flat=True).first() or settings.BOUTURE_NAME
    said = (settings.BOUTURE_URL, name, settings.BOUTURE_TERRITORY, settings.BOUTURE_DEMO)
    return digest("\n".join(map(str, said)))


@dataclass(frozen=True)
class Standing:
    """The members that may be shown, in their order, and the records that speak of them."""

    members: tuple[FeedMember, ...]
    records: dict[UUID, Row]


def let_out(kind: str, keys: Iterable[UUID], policy: Policy) -> dict[UUID, Row]:
    """Those of these records that others may follow, as they are now."""
    rows = MODELS[kind].objects.visible_to(PUBLIC).filter(pk__in=list(keys))  # type: ignore[attr-defined]
    found = (Row(*values) for values in rows.values_list(*COLUMNS))
    return {row.key: row for row in found if not policy.withholds(row)}


def standing(members: Sequence[FeedMember]) -> Standing:
    """Announcements of deletions, and what a record still says word for word.

    A record that was changed, hidden or withdrawn since is left out at once, with what it alone speaks of: what replaces
    it is about to be written.
    """
    records = _records(members)
    return Standing(tuple(row for row in members if not row.digest or _stands(row, records)), records)


def _stands(member: FeedMember, records: dict[UUID, Row]) -> bool:
    if member.kind == FeedMember.Kind.CATALOG:
        return member.digest == catalogue_digest()
    row = records.get(member.record)
    return row is not None and (member.kind not in MODELS or (row.uri, row.digest) == (member.object, member.digest))


def _records(members: Sequence[FeedMember]) -> dict[UUID, Row]:
    """The records of these members that may be seen, and say what was announced of them."""
    wanted = {row.record for row in members if row.digest and row.kind != FeedMember.Kind.CATALOG}
    kinds = {row.record: (row.kind, row.digest) for row in members if row.digest and row.kind in MODELS}
    if elsewhere := wanted - kinds.keys():  # an agent, a contact, a licence: its record may be on another page
        rows = FeedMember.objects.filter(record__in=elsewhere, kind__in=list(MODELS)).exclude(digest="")
        kinds |= {record: (kind, digest) for record, kind, digest in rows.values_list("record", "kind", "digest")}
    found: dict[UUID, Row] = {}
    policy = Policy.now()
    for kind in {kind for kind, _ in kinds.values()}:
        found |= let_out(kind, [key for key in wanted if kinds.get(key, ("",))[0] == kind], policy)
    return {key: row for key, row in found.items() if row.digest == kinds[key][1]}


def payloads(shown: Standing) -> dict[str, Text]:
    """By object, what they announce; what changed meanwhile is not there, nor is the catalogue."""
    wanted: dict[UUID, list[FeedMember]] = {}
    for member in shown.members:
        if member.digest and member.record in shown.records:
            wanted.setdefault(member.record, []).append(member)
    found: dict[str, Text] = {}
    for model in MODELS.values():
        rows = model.objects.with_forms().visible_to(PUBLIC).filter(pk__in=list(wanted))  # type: ignore[attr-defined]
        for row in rows.only("pk", "uri", "digest", "repaired"):
            if row.digest == shown.records[row.pk].digest:
                found |= _texts(row.pk, row.uri, row.repaired, wanted[row.pk])
    return found


def _texts(key: UUID, uri: str, text: str, members: Sequence[FeedMember]) -> dict[str, Text]:
    """What one record says of itself, and of what it describes for others."""
    said = {uri: text} if any(member.kind in MODELS for member in members) else {}
    if len(members) > len(said):
        nodes = described(text, uri, f"{settings.BOUTURE_URL}/id/{key}")
        kept = {member.object for member in members} & nodes.keys()
        said |= {address: nodes[address].lines for address in kept}
    return {address: Text(own_labels(lines, key.hex), str(key)) for address, lines in said.items()}
