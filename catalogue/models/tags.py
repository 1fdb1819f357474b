"""What an instance says of territories beside the Code officiel géographique: by the sea, in the mountains, of a charter."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from catalogue.models.territories import Territory


class TerritoryTag(models.Model):
    """A word that a territory shares with others, from a file (`manage.py load_tags`). `tag`: as addresses say it."""

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="tags")
    tag = models.SlugField("étiquette", max_length=60, db_index=False)
    label = models.CharField("libellé", max_length=60, help_text="as the file writes it")

    objects: ClassVar[models.Manager[TerritoryTag]] = models.Manager()

    class Meta:
        verbose_name = "étiquette d’un territoire"
        ordering = ("tag",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["tag", "territory"], name="territory_tag_once")]

    def __str__(self) -> str:
        return self.label
