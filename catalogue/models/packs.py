"""The territory packs that were applied here: what each said, and what it changed."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models


class AppliedPackQuerySet(models.QuerySet["AppliedPack"]):
    """Questions that one asks of the packs that were applied."""

    def in_force(self, name: str) -> AppliedPack | None:
        """The last application of this pack that was not taken back."""
        return self.standing().filter(name=name).order_by("-pk").first()

    def standing(self) -> Self:
        return self.filter(rolled_back_at=None)


class AppliedPack(models.Model):
    """One application of a pack. The last one that stands is the base that its next version is merged against."""

    name = models.CharField("nom", max_length=60, db_index=True)
    title = models.CharField("titre", max_length=300, blank=True)
    version = models.CharField("version", max_length=30)
    kid = models.CharField(
        "clé", max_length=60, blank=True, help_text="who signed it; empty: it came with the software"
    )
    place = models.CharField("territoire", max_length=9)
    items = models.JSONField(default=dict, help_text="part -> key -> fields, as the pack says them here")
    changes = models.JSONField(default=list, help_text="what was changed here: part, key, before, after")
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField("appliqué le")
    swap = models.CharField(
        max_length=32, blank=True, db_index=True, help_text="of the files that moved with the last act on it"
    )
    rolled_back_at = models.DateTimeField("repris le", null=True, blank=True)

    objects: ClassVar[AppliedPackQuerySet] = AppliedPackQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "pack appliqué"

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
