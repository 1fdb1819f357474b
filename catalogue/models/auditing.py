"""The audit trail: who did what to which thing, numbered, chained by hash, never changed and never deleted.

Both bases refuse UPDATE and DELETE of these rows (triggers of migration 0031); `catalogue.auditing` is their only writer.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from catalogue.models.audiences import Audience
from catalogue.models.fields import PackedText


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Questions that one asks of the trail."""

    def held_by(self, audience: Audience) -> Self:
        """Those of the bodies of this audience, and of no other; what belongs to no body is the instance's."""
        return self if audience.everything else self.filter(body__in=audience.organisations)

    def about(self, kind: str, key: str) -> Self:
        return self.filter(kind=kind, key=key)


class AuditEntry(models.Model):
    """One act. `number` is its place in the chain, `hash` seals it together with the one before.

    No foreign key: an entry outlives the account, the body and the thing that it names. `before` and `after` are canonical
    JSON as text (a column of JSON would not give back the same bytes), of the fields that changed alone.
    """

    class Through(models.TextChoices):
        PAGE = "page", "page"
        TOKEN = "token", "jeton d’API"
        COMMAND = "command", "commande"
        WORKER = "worker", "travail de fond"

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField("quand", db_index=True)
    actor_key = models.BigIntegerField(null=True, db_index=True, help_text="the account, if it was one")
    actor = models.CharField("qui", max_length=300, blank=True, help_text="as it was called then")
    through = models.CharField("par", max_length=10, choices=Through)
    action = models.CharField(max_length=40, help_text="a code of catalogue.auditing.ACTIONS")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    label = models.CharField("quoi", max_length=300, blank=True, help_text="what it was called then")
    body = models.BigIntegerField("organisation", null=True, help_text="whose it was; empty: the instance's")
    reason = models.TextField("motif", blank=True)
    before = models.TextField(default="{}")
    after = models.TextField(default="{}")
    change = models.BigIntegerField(null=True, help_text="number of the line of the change log that goes with it")
    request = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects: ClassVar[AuditQuerySet] = AuditQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "trace"
        ordering = ("number",)
        indexes = (
            models.Index(fields=["kind", "key", "number"], name="audit_thing"),
            models.Index(fields=["body", "number"], name="audit_body"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.kind} {self.key}"


class AuditText(models.Model):
    """A value too long for an entry, kept once under the digest that the entry names."""

    digest = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of `text`")
    text = PackedText(help_text="canonical JSON")

    objects: ClassVar[models.Manager[AuditText]] = models.Manager()

    class Meta:
        verbose_name = "texte de trace"


class LoginTrace(models.Model):
    """An attempt to log in. Not chained: it is personal, of no use for long, and goes after `auditing.logins.KEPT`."""

    at = models.DateTimeField(db_index=True)
    account = models.CharField(max_length=254, blank=True, help_text="the address as it was typed")
    known = models.BigIntegerField(null=True, help_text="the account, when there is one")
    succeeded = models.BooleanField()
    network = models.CharField(max_length=64, blank=True, help_text="truncated: /24, /48 for IPv6")

    objects: ClassVar[models.Manager[LoginTrace]] = models.Manager()

    class Meta:
        verbose_name = "connexion"
