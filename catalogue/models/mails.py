"""Messages that wait to leave. A request writes a row, the worker sends it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class OutgoingMail(models.Model):
    """Gone once the server took it. Its key is part of the message's Message-ID: sent a second time, it is the same message."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    sealed = models.BooleanField(default=False)  # `text` opens something: kept under the key of the instance
    about = models.CharField(max_length=60, blank=True, db_index=True)  # of what it speaks, "invitation:12"
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    held_until = models.DateTimeField(null=True, blank=True)  # a worker is at it
    tries = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=120, blank=True)  # of the last try
    given_up_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[OutgoingMail]] = models.Manager()

    class Meta:
        verbose_name = "courriel en attente"

    def __str__(self) -> str:
        return str(self.pk)
