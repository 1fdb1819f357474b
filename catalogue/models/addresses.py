"""Where the addresses that records have left lead."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
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
