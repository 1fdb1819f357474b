"""What was last said to everybody of an indicator, so that its record is written again only when that is another thing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from catalogue.models.indicators import Indicator


class Release(models.Model):
    """`stamp`: of what is cheap to ask; `digest`: of all its public figures (SHA-256 of their CSV), that changed at `changed_at`."""

    indicator = models.OneToOneField(Indicator, models.CASCADE, primary_key=True, related_name="release")
    stamp = models.CharField(max_length=64)
    digest = models.CharField("empreinte", max_length=64)
    changed_at = models.DateTimeField("changé le")

    objects: ClassVar[models.Manager[Release]] = models.Manager()

    class Meta:
        verbose_name = "diffusion d’un indicateur"

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.digest[:8]}"
