"""Whether the addresses that the records give still answer: one row an address, whoever gives it.

Derived: made by the reader of the log (`catalogue.links`) and by the worker (`harvesters.links`), lost without harm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

CHUNK = 500  # digests in one query: below SQLite's smallest limit of variables


def digest_of(address: str) -> str:
    """SHA-256, hexadecimal: an address may be longer than what a database can index."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


class LinkHost(models.Model):
    """A server, and when it may be asked again. Its lease makes whoever checks its addresses the only one to do so."""

    name = models.CharField(max_length=255, primary_key=True)
    next_at = models.DateTimeField(db_index=True)
    holder = models.CharField(max_length=100, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[LinkHost]] = models.Manager()


class LinkQuerySet(models.QuerySet["LinkCheck"]):
    def statuses(self, addresses: Iterable[str]) -> dict[str, int]:
        """Each address that was checked, with its HTTP status after redirects, 0 when nobody answers there.

        One query for 500 addresses; what was not checked yet is absent.
        """
        wanted = {digest_of(address): address for address in addresses}
        digests = list(wanted)
        found: dict[str, int] = {}
        for start in range(0, len(digests), CHUNK):
            known = self.filter(digest__in=digests[start : start + CHUNK], status__isnull=False)
            found.update({wanted[digest]: int(status) for digest, status in known.values_list("digest", "status")})
        return found

    def due(self) -> Self:
        """To be looked at now."""
        return self.filter(next_at__lte=timezone.now())

    def answering(self) -> Self:
        return self.filter(status__range=(200, 299))

    def failing(self) -> Self:
        """Those that are known not to answer as they should."""
        return self.filter(status__isnull=False).exclude(status__range=(200, 299))

    def used_by(self, record: object) -> Self:
        """The addresses of one record."""
        return self.filter(uses__record=record)


class LinkCheck(models.Model):
    """An address and what became of it the last time that somebody looked."""

    digest = models.CharField(max_length=64, unique=True)
    address = models.TextField("adresse")
    host = models.ForeignKey(LinkHost, models.PROTECT, related_name="links")
    # HTTP status after redirects, 0 when nobody answers, NULL while nothing is known for sure.
    status = models.PositiveSmallIntegerField("réponse", null=True, blank=True)
    since = models.DateTimeField("depuis", null=True, blank=True, help_text="when this status was first met")
    checked_at = models.DateTimeField("vérifié le", null=True, blank=True, help_text="when it was last met")
    next_at = models.DateTimeField("à vérifier le")
    failures = models.PositiveIntegerField("échecs de suite", default=0)
    reason = models.CharField("motif", max_length=200, blank=True, help_text="why not, in French words")

    objects: ClassVar[LinkQuerySet] = LinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = (models.Index(fields=["host", "next_at"], name="link_due"),)

    def __str__(self) -> str:
        return self.address

    @property
    def answers(self) -> bool | None:
        """None while nobody knows."""
        return None if self.status is None else 200 <= self.status <= 299


class LinkUse(models.Model):
    """Which record gives the address: who is told when its state changes, and what nobody gives any more."""

    link = models.ForeignKey(LinkCheck, models.CASCADE, related_name="uses")
    record = models.UUIDField(db_index=True)

    objects: ClassVar[models.Manager[LinkUse]] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["link", "record"], name="one_use_per_record")]
