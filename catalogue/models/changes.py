"""The change log: one numbered line for each thing that happened to a record, and who has read how far."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """One row, `name="log"`: the number of the last Change.

    It is raised by the last statement before a commit; the row's lock makes a second writer wait until the first has
    committed, so numbers become visible in their order and a reader never passes over one that commits late.
    """

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)


class Change(models.Model):
    """What happened to one record. `number` is the position in the log."""

    class Kind(models.TextChoices):
        RECORD = "record", "fiche"
        DERIVED = "derived", "fait dérivé"

    class Verb(models.TextChoices):
        CREATE = "create", _("créée")
        UPDATE = "update", _("modifiée")
        WITHDRAW = "withdraw", _("retirée")
        RESTRICT = "restrict", _("accès restreint")
        OPEN = "open", _("accès ouvert")

    number = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.RECORD)
    verb = models.CharField(max_length=8, choices=Verb)
    record_type = models.CharField(max_length=20, default="dataset")
    record = models.UUIDField(default=uuid.uuid4, db_index=True)
    # A restricting change acts at once: what it touches is left out of every search until the index has read it.
    restricts = models.BooleanField(default=False)
    fields = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager[Change]] = models.Manager()

    class Meta:
        ordering = ("number",)
        indexes = (models.Index(fields=["number"], condition=models.Q(restricts=True), name="change_restricting"),)

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.record}"


class Cursor(models.Model):
    """How far one reader of the log has come, and which process holds it (a lease, renewed while it works)."""

    reader = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(default=0)
    # What the reader must find again (the identity of the index that it writes); when it differs, it starts over.
    state = models.CharField(max_length=100, blank=True)
    holder = models.CharField(max_length=100, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    moved_at = models.DateTimeField(null=True, blank=True)
