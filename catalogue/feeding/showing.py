"""Which members may be seen at this very moment, and their payloads. Nothing here waits for the worker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from catalogue.dcat.formats import Text, own_labels
from catalogue.dcat.mapping import MODELS
from catalogue.models import PUBLIC, FeedMember, Record
from catalogue.models.datasets import RecordQuerySet

# The columns that decide, without the long texts.
DECIDING = ("pk", "uri", "digest", "status", "private")


def let_out(model: type[Record], keys: Iterable[UUID]) -> RecordQuerySet:
    """Those of these records that others may follow, as they are now."""
    found: RecordQuerySet = model.objects.visible_to(PUBLIC).filter(pk__in=keys)  # type: ignore[attr-defined]
    return found


def standing(members: Sequence[FeedMember]) -> list[FeedMember]:
    """Those that may be shown, in their order: announcements of deletions, and what its record still says word for word.

    A record that was changed, hidden or withdrawn since is left out at once: what replaces it is about to be written.
    """
    kept = set()
    for kind, model in MODELS.items():
        wanted = {row.record: row for row in members if row.kind == kind and row.digest}
        if wanted:
            now = let_out(model, wanted).values_list("pk", "uri", "digest")
            kept |= {key for key, uri, digest in now if (wanted[key].object, wanted[key].digest) == (uri, digest)}
    return [row for row in members if not row.digest or row.kind not in MODELS or row.record in kept]


def payloads(members: Sequence[FeedMember]) -> dict[str, Text]:
    """By object, what the records of these members say; one that changed meanwhile is not there."""
    found: dict[str, Text] = {}
    for kind, model in MODELS.items():
        wanted = {row.record: row for row in members if row.kind == kind and row.digest}
        if wanted:
            rows = model.objects.with_forms().visible_to(PUBLIC).filter(pk__in=wanted)  # type: ignore[attr-defined]
            for row in rows.only("pk", "uri", "digest", "repaired"):
                if (row.uri, row.digest) == (wanted[row.pk].object, wanted[row.pk].digest):
                    found[row.uri] = Text(own_labels(row.repaired, row.pk.hex), str(row.pk))
    return found
