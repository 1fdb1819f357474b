"""Where the addresses that records have left lead."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import ClassVar

from django.db import models


class FormerAddressQuerySet(models.QuerySet["FormerAddress"]):
    """Questions that one asks of the addresses that were left."""

    def leading_from(self, addresses: Iterable[str]) -> list[tuple[str, uuid.UUID]]:
        """Kind and key of the records that bore one of these, the last to leave it first."""
        return list(self.filter(uri__in=list(addresses)).order_by("-pk").values_list("kind", "record"))


class FormerAddress(models.Model):
    """An index over `Record.former_uris`: a list in a JSON column cannot be searched by index on both bases.

    `catalogue.publishing` writes it together with the record.
    """

    uri = models.CharField("ancienne adresse", max_length=2000)
    record = models.UUIDField(db_index=True)
    kind = models.CharField("genre de fiche", max_length=20)

    objects: ClassVar[FormerAddressQuerySet] = FormerAddressQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "ancienne adresse"
        constraints = (models.UniqueConstraint(fields=("uri", "record"), name="former_address_once"),)

    def __str__(self) -> str:
        return self.uri


class FormerPathQuerySet(models.QuerySet["FormerPath"]):
    """Questions that one asks of what old portals gave."""

    def leading_from(self, paths: Sequence[str], host: str) -> FormerPath | None:
        """Of these spellings, the best first, what the portal of that host called so; else another one, the first come."""

        def rank(row: FormerPath) -> tuple[bool, int, int]:
            return row.host != host, paths.index(row.path), row.pk

        return min(self.filter(path__in=paths), key=rank, default=None)


class FormerPath(models.Model):
    """A path under which a portal that this one replaces showed something of ours, on whatever host it is asked now.

    Written with the record that it leads to, by `catalogue.publishing.adopt`.
    """

    class Kind(models.TextChoices):
        DATASET = "dataset", "jeu de données"
        SERVICE = "service", "service de données"
        FILE = "file", "fichier"
        BODY = "body", "organisme"
        SEARCH = "search", "recherche"
        CATALOGUE = "catalogue", "catalogue"

    path = models.CharField("chemin", max_length=1000, help_text="decoded, in the spelling of `harvesters.old_paths`")
    host = models.CharField("hôte", max_length=253, blank=True, help_text="of the old portal, without www. nor port")
    kind = models.CharField("mène à", max_length=9, choices=Kind)
    record = models.UUIDField(null=True, blank=True, help_text="of a file, its dataset")
    file = models.UUIDField(null=True, blank=True)
    body = models.ForeignKey("catalogue.Organisation", models.CASCADE, null=True, blank=True, related_name="+")

    objects: ClassVar[FormerPathQuerySet] = FormerPathQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "ancien chemin"
        constraints = (models.UniqueConstraint(fields=("path", "host"), name="former_path_once"),)

    def __str__(self) -> str:
        return f"{self.host}{self.path}"
