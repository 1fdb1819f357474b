"""The feed that other portals follow (`catalogue.feeding`): what was last said of each thing."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class FeedMember(models.Model):
    """The last activity about one object (ActivityStreams); no payload: that is the record's own text.

    `position` and `published` increase together from one activity to the next, whatever the clock does.
    """

    class Kind(models.TextChoices):
        CATALOG = "catalog", "catalogue"
        DATASET = "dataset", "jeu de données"
        SERVICE = "service", "service de données"

    class Activity(models.TextChoices):
        CREATE = "Create", "ajouté"
        UPDATE = "Update", "modifié"
        DELETE = "Delete", "retiré"

    object = models.CharField("adresse", max_length=2000, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    record = models.UUIDField(default=uuid.UUID(int=0), db_index=True, help_text="whose text is the payload")
    activity = models.CharField(max_length=6, choices=Activity)
    position = models.BigIntegerField(unique=True)
    published = models.DateTimeField()
    digest = models.CharField("empreinte", max_length=64, blank=True, help_text="SHA-256 of the payload; empty: Delete")
    change = models.BigIntegerField(default=0, help_text="number of the line of the log that it has in it")

    objects: ClassVar[models.Manager[FeedMember]] = models.Manager()

    class Meta:
        verbose_name = "activité du flux"
        # What the tree of pages is made of, read from the index alone.
        indexes = [models.Index(fields=["position", "published"], name="feed_in_order")]

    def __str__(self) -> str:
        return f"{self.position} {self.activity} {self.object}"
