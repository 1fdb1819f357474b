"""What a territory calls the European themes, in which order it shows them, and which it does not."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ShownTheme(models.Model):
    """One theme about which something was decided here; the others keep their name and follow. `catalogue.themes` writes it."""

    uri = models.CharField("adresse", max_length=300, primary_key=True, help_text="of the vocabulary data-theme")
    label = models.CharField("nom d’ici", max_length=60, blank=True, help_text="empty: that of the vocabulary")
    text = models.CharField("en quelques mots", max_length=160, blank=True)
    place = models.PositiveSmallIntegerField("rang", default=100)
    shown = models.BooleanField("montré", default=True)

    objects: ClassVar[models.Manager[ShownTheme]] = models.Manager()

    class Meta:
        verbose_name = "thème du portail"

    def __str__(self) -> str:
        return self.label or self.uri
