"""Tables of what is known of a feed that is followed: how far it was read, its pages, the last word on each object.

What an object said last is kept here as it came, so that an agent or a licence that arrives late, or rules of reception
that change, need nothing of the peer.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from catalogue.models.fields import PackedText

LONGEST = 2_000  # characters of an address


class PeerFeed(models.Model):
    """How far the feed of a source was read, and whom it is held to be."""

    class Signed(models.TextChoices):
        SIGNED = "signed", "signée"
        UNSIGNED = "unsigned", "non signée"

    source = models.OneToOneField("harvesters.HarvestSource", models.CASCADE, related_name="feed")
    stream = models.CharField(max_length=LONGEST, blank=True, help_text="the address of its ldes:EventStream")
    title = models.CharField(max_length=300, blank=True, help_text="of its catalogue")
    read_until = models.DateTimeField(null=True, help_text="every activity up to then was read, in the feed's own time")
    newest = models.DateTimeField(null=True, help_text="the latest activity that it ever showed")
    reading = models.CharField(max_length=64, blank=True, help_text="what read its objects: reader, rules of reception")
    signed = models.CharField(max_length=8, choices=Signed, blank=True, help_text="empty: nobody looked yet")
    keys = models.JSONField(
        default=list, help_text="the keys that are pinned, as JWK (RFC 8037), with `until` and `since`"
    )
    prefix = models.CharField(max_length=LONGEST, blank=True, help_text="how the addresses that are its own begin")
    harvests = models.JSONField(default=list, help_text="how those begin that it declares to harvest")
    card = models.JSONField(
        default=dict, help_text="what it says of itself: software, version, withheld, and at which moment"
    )
    seen = models.JSONField(default=list, help_text="the names of the keys of the last page that no pinned key signed")
    refused = models.CharField(
        max_length=300, blank=True, help_text="the last refusal: a code of `harvesters.peers.faults`"
    )
    refused_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[PeerFeed]] = models.Manager()

    def __str__(self) -> str:
        return self.title or self.stream


class PeerRevocation(models.Model):
    """An instance that is believed no more; kept when all that was known of its feed is cleared."""

    source = models.OneToOneField("harvesters.HarvestSource", models.CASCADE, related_name="revocation")
    at = models.DateTimeField()
    kids = models.JSONField(default=list, help_text="the names of its keys: no source may speak with them")

    objects: ClassVar[models.Manager[PeerRevocation]] = models.Manager()


class PeerPage(models.Model):
    """A page that was read, with what is needed to ask for it again only if it changed."""

    source = models.ForeignKey("harvesters.HarvestSource", models.CASCADE, related_name="feed_pages")
    url = models.CharField(max_length=LONGEST)
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    links = models.JSONField(default=list, help_text="[address, from, before] of the pages that it leads to")
    newest = models.DateTimeField(null=True, help_text="its latest activity")
    tries = models.PositiveSmallIntegerField(default=0, help_text="in a row that refused something of it")

    objects: ClassVar[models.Manager[PeerPage]] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "url"], name="one_row_per_feed_page")]


class PeerObject(models.Model):
    """The last word of a feed on one object."""

    class Kind(models.TextChoices):
        DATASET = "dataset", "jeu de données"
        SERVICE = "service", "service de données"
        CATALOGUE = "catalogue", "catalogue"
        FILE = "file", "fichier"
        AGENT = "agent", "organisme ou personne"
        CONTACT = "contact", "point de contact"
        LICENCE = "licence", "licence"

    RECORDS: ClassVar = (Kind.DATASET, Kind.SERVICE)

    source = models.ForeignKey("harvesters.HarvestSource", models.CASCADE, related_name="feed_objects")
    uri = models.CharField(max_length=LONGEST)
    kind = models.CharField(max_length=9, choices=Kind, blank=True, help_text="empty: deleted before it was ever seen")
    published = models.DateTimeField(help_text="of its last activity, in the feed's own time")
    activity = models.CharField(max_length=LONGEST)
    gone = models.BooleanField(default=False, help_text="its last activity deletes it")
    due = models.BooleanField(default=False, help_text="the catalogue has not followed yet")
    said = PackedText(default="", help_text="N-Triples, its own first")
    chain = models.JSONField(default=list, help_text="the instances that it went through before, the nearest first")

    objects: ClassVar[models.Manager[PeerObject]] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "uri"], name="one_word_per_object")]
        indexes: ClassVar = [models.Index(fields=["source"], condition=Q(due=True), name="object_that_is_due")]


class PeerReference(models.Model):
    """An object leads to another that it does not describe itself: when that one speaks, it is read again."""

    holder = models.ForeignKey(PeerObject, models.CASCADE, related_name="references")
    digest = models.BigIntegerField(db_index=True, help_text="64 bits of a hash of the source and the address")

    objects: ClassVar[models.Manager[PeerReference]] = models.Manager()
