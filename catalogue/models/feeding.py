"""The feed that other portals follow (`catalogue.feeding`): what was last said of each thing."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone


class FeedMember(models.Model):
    """The last activity about one object (ActivityStreams); no payload: that is the record's own text.

    `position` and `published` increase together from one activity to the next, whatever the clock does.
    """

    class Kind(models.TextChoices):
        CATALOG = "catalog", "catalogue"
        DATASET = "dataset", "jeu de données"
        SERVICE = "service", "service de données"
        AGENT = "agent", "organisme ou personne"
        CONTACT = "contact", "contact"
        LICENCE = "licence", "licence"

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


class FeedMention(models.Model):
    """That a record describes something which has an address of its own; `digest` is of what it says of it."""

    record = models.UUIDField()
    object = models.CharField("adresse", max_length=2000, db_index=True)
    kind = models.CharField(max_length=8, choices=FeedMember.Kind)
    digest = models.CharField("empreinte", max_length=64)

    objects: ClassVar[models.Manager[FeedMention]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "object"], name="feed_mentioned_once")]


class FeedFollower(models.Model):
    """An instance that follows our feed, by what it says of itself when it asks (`catalogue.feeding.followers`).

    Nothing of the request is kept but the address of the instance: neither where it came from, nor what else it says.
    """

    url = models.CharField("adresse", max_length=300, unique=True, help_text="scheme and host")
    position = models.BigIntegerField(default=0, help_text="the furthest that it asked for")
    first_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager[FeedFollower]] = models.Manager()

    class Meta:
        verbose_name = "instance qui nous suit"

    def __str__(self) -> str:
        return self.url


class Withheld(models.Model):
    """What other portals may not follow (`catalogue.feeding.policy`)."""

    class Kind(models.TextChoices):
        THEME = "theme", "thème"
        BODY = "body", "organisation"
        RECORD = "record", "fiche"

    kind = models.CharField(max_length=6, choices=Kind)
    value = models.CharField(max_length=300, help_text="address of the theme, key of the organisation or of the record")
    lifted = models.BooleanField(default=False, help_text="let out again, which is still to be announced")
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Withheld]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="withheld_once")]
