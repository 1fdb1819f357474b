"""What programs that write were answered, so that a question sent twice has one effect."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class KeptAnswer(models.Model):
    """The answer to an `Idempotency-Key`. `status` 0: being worked on; its effect and its answer come in one transaction.

    `holder`: the token or the account that asked. `digest`: SHA-256 of the whole question.
    """

    holder = models.CharField(max_length=40)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    taken_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    objects: ClassVar[models.Manager[KeptAnswer]] = models.Manager()

    class Meta:
        verbose_name = "réponse gardée"
        constraints: ClassVar = [models.UniqueConstraint(fields=["holder", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return f"{self.holder} {self.key}"
