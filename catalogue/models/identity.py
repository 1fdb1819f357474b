"""What a territory's portal is called and looks like, where somebody decided it here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Identity(models.Model):
    """One row at most. `portal.identity` judges and writes it."""

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    name = models.CharField("nom", max_length=60, blank=True, help_text="empty: the territory's, or BOUTURE_NAME")
    accent = models.CharField("couleur", max_length=7, blank=True, help_text="#rrggbb; empty: of BOUTURE_HUE")
    accent_dark = models.CharField("couleur sur fond sombre", max_length=7, blank=True, help_text="empty: of the other")
    logo = models.BinaryField(null=True, blank=True, help_text="cleaned")
    logo_type = models.CharField(max_length=4, blank=True, help_text="svg or png")
    version = models.PositiveBigIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField("modifiée le", auto_now=True)

    objects: ClassVar[models.Manager[Identity]] = models.Manager()

    class Meta:
        verbose_name = "identité du portail"

    def __str__(self) -> str:
        return self.name or "Identité du portail"
