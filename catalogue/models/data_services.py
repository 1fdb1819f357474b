"""The other kind of record: data services, which programs call."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from catalogue.models.datasets import Record, RecordManager, code_of


class DataService(Record):
    """dcat:DataService: an address that a program calls."""

    kind = "service"

    endpoint_url = models.JSONField("point d’accès", default=list)
    endpoint_description = models.JSONField("description du point d’accès", default=list)
    serves_dataset = models.JSONField("jeux servis", default=list)
    format = models.JSONField("formats", default=list)
    rights = models.JSONField("droits", default=list)

    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering = ("-updated_at",)
        verbose_name = "service de données"

    def get_absolute_url(self) -> str:
        return reverse("service", args=[self.pk])

    @property
    def format_codes(self) -> list[str]:
        """The last segments of the addresses of its formats: WMS, GEOJSON."""
        return [code_of(address) for address in self.format]
