"""Who was told that its datasets are late, so that nobody is told twice a month."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class LateNotice(models.Model):
    """The last message to one body."""

    organisation = models.OneToOneField("catalogue.Organisation", models.CASCADE, primary_key=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[LateNotice]] = models.Manager()

    class Meta:
        verbose_name = "rappel"
