"""Sources, their runs, and what each run knows of each record.

The key of a record lives here and in the catalogue, never in a log of past runs: clearing old runs duplicates nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from catalogue.models import Audience, Organisation, Territory, User
from harvesters.beside import HarvestLeftover, HarvestPlan, RouteMark
from harvesters.peers.models import PeerFeed, PeerObject, PeerPage, PeerReference, PeerRevocation

__all__ = [
    "HarvestLeftover",
    "HarvestPage",
    "HarvestPlan",
    "HarvestRecord",
    "HarvestRun",
    "HarvestSource",
    "PeerFeed",
    "PeerObject",
    "PeerPage",
    "PeerReference",
    "PeerRevocation",
    "RouteMark",
]


class SourceQuerySet(models.QuerySet["HarvestSource"]):
    """Questions that one asks of the sources."""

    def held_by(self, audience: Audience) -> Self:
        """Those of the bodies of this audience."""
        return self if audience.everything else self.filter(owner__in=audience.organisations)

    def with_counts(self) -> Self:
        """Each with how many of its records are `live` in the catalogue, `aside` in quarantine, `left` out by rules."""
        every = HarvestRecord.objects.filter(source=OuterRef("pk")).order_by().values("source")
        rows = every.filter(gone_at=None)
        counts = {
            "live": rows.filter(record__isnull=False).annotate(count=Count("pk")).values("count"),
            "aside": rows.exclude(quarantine="").annotate(count=Count("pk")).values("count"),
            "left": every.exclude(left_out="").annotate(count=Count("pk")).values("count"),
        }
        return self.annotate(**{name: Coalesce(Subquery(found), 0) for name, found in counts.items()})

    def with_last_run(self) -> Self:
        """Each with the status and the times of its last run that ended, and the end of the last that ended well."""
        ended = HarvestRun.objects.filter(source=OuterRef("pk"), dry=False, ended_at__isnull=False)
        last = ended.exclude(status=HarvestRun.Status.RUNNING).order_by("-started_at")
        return self.annotate(
            last_status=Subquery(last.values("status")[:1]),
            last_started=Subquery(last.values("started_at")[:1]),
            last_ended=Subquery(last.values("ended_at")[:1]),
            succeeded_at=Subquery(last.filter(status__in=HarvestRun.GOOD).values("ended_at")[:1]),
        )

    def not_before(self, pk: int, moment: datetime) -> None:
        """What a source that is busy asks for: its next run, if one is planned, is no sooner."""
        self.filter(pk=pk, next_at__lt=moment).update(next_at=moment)

    def due(self, now: datetime) -> Self:
        """Those whose hour has come, by their rhythm or because somebody asked."""
        return self.filter(active=True, next_at__lte=now)

    def being_left(self) -> Self:
        """Those whose records remain to be withdrawn."""
        return self.filter(leaving=True, closed_at=None)

    def unplanned(self) -> Self:
        return self.filter(active=True, next_at=None, trial=False).exclude(schedule="")

    def left_running(self) -> Self:
        """Those that a process holds to run them for good. Whether it lives still is for `catalogue.log` to say."""
        running = Exists(HarvestRun.objects.filter(source=OuterRef("pk"), status=HarvestRun.Status.RUNNING, dry=False))
        return self.filter(running, active=True).exclude(holder="")


class HarvestSource(models.Model):
    """An address (or an absolute path) whose records we follow."""

    key = models.CharField("adresse", max_length=2000, unique=True, help_text="URL, or absolute path of a file")
    # Empty until the first answer tells it.
    kind = models.CharField("sorte", max_length=20, blank=True)
    options = models.JSONField(
        default=dict, blank=True, help_text="what differs from the defaults that its kind declares"
    )
    rules = models.JSONField("règles de réception", default=dict, blank=True, help_text="as `rules.Rules` stores them")
    title = models.CharField("titre", max_length=300, blank=True)
    base = models.CharField(max_length=2000, blank=True, help_text="base of the relative addresses of a file")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="sources")
    territory = models.ForeignKey(Territory, models.SET_NULL, null=True, blank=True, related_name="+")
    # Cron expression; empty: only by hand.
    schedule = models.CharField("rythme", max_length=100, blank=True)
    zone = models.CharField("fuseau horaire", max_length=50, blank=True, help_text="empty: the instance's")
    spread = models.PositiveSmallIntegerField(
        "décalage au plus", default=15, help_text="minutes; each source keeps its own share of it"
    )
    active = models.BooleanField("active", default=True)
    contact = models.EmailField("à prévenir", blank=True, help_text="told when harvests fail again and again")
    alerted_at = models.DateTimeField(null=True, blank=True, help_text="when the contact was told; empty: all is well")
    private = models.BooleanField("fiches privées", default=False)
    # host:port that may be a private address: only someone with a shell on the server can say so.
    trusted = models.JSONField(default=list)
    max_withdrawn = models.FloatField("part à retirer au plus", default=0.2)
    rehearsal = models.BooleanField(default=False, help_text="the next run only says what it would do")
    # Added from a page, and nobody has yet seen what would come: its runs are dry until somebody launches it.
    trial = models.BooleanField("à l’essai", default=False)
    accepted = models.BooleanField(
        default=False, help_text="somebody decided that the next run may withdraw all it misses"
    )
    # Days during which a record that the source lost stays published; empty: the instance's (BOUTURE_GRACE_DAYS).
    grace_days = models.PositiveSmallIntegerField("jours de grâce", null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    # One run per source at a time, whatever starts it: the holder's lease.
    holder = models.CharField(max_length=100, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="when this portal took its place, for good")
    closing = models.JSONField(default=dict, help_text="what that take-over did, once it was finished")
    left_at = models.DateTimeField(null=True, blank=True, help_text="when somebody stopped following it")
    left_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    leaving = models.BooleanField(default=False, help_text="its records remain to be withdrawn (`harvesters.leaving`)")
    takeovers = models.PositiveSmallIntegerField(default=0, help_text="runs in a row whose process died")

    objects: ClassVar[SourceQuerySet] = SourceQuerySet.as_manager()  # type: ignore[assignment]
    # Set by `with_counts`.
    live: int
    aside: int
    left: int
    # Set by `with_last_run`.
    last_status: str | None
    last_started: datetime | None
    last_ended: datetime | None
    succeeded_at: datetime | None

    class Meta:
        verbose_name = "source"

    def __str__(self) -> str:
        return self.title or self.key

    @property
    def name(self) -> str:
        """For who does not keep this server: its title, else its host and path, else its file; no folder, no password."""
        host, _, path = self.public_address.partition("://")[2].partition("/")
        where = f"{host}/{path}" if host else self.key.rstrip("/").rsplit("/", 1)[-1]
        return self.title or where.split("?")[0].rstrip("/")[:80]

    @property
    def public_address(self) -> str:
        """The URL without an account; "" for a file of this server."""
        parts = urlsplit(self.key)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if parts.netloc else ""


class HarvestHost(models.Model):
    """A server, and when it may be asked next, by whatever process (`harvesters.pace`)."""

    name = models.CharField(max_length=253, primary_key=True)
    free_at = models.DateTimeField()

    objects: ClassVar[models.Manager[HarvestHost]] = models.Manager()

    def __str__(self) -> str:
        return self.name


class HarvestRun(models.Model):
    """One run: its counts, and its report in words that the producer can act on."""

    class Status(models.TextChoices):
        RUNNING = "running", gettext_lazy("en cours")
        DONE = "done", gettext_lazy("terminée")
        PARTIAL = "partial", gettext_lazy("terminée avec des fiches en quarantaine")
        STOPPED = "stopped", gettext_lazy("arrêtée, à vous de décider")
        FAILED = "failed", gettext_lazy("échouée")
        KILLED = "killed", gettext_lazy("interrompue, la suivante la reprend")

    GOOD: ClassVar = (Status.DONE, Status.PARTIAL)
    BAD: ClassVar = (Status.FAILED, Status.STOPPED)

    source = models.ForeignKey(HarvestSource, models.CASCADE, related_name="runs")
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    dry = models.BooleanField(default=False)
    reading = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the kind, the options, the rules and the reader"
    )
    # Whether every page was read to its end: only then may anything be withdrawn.
    complete = models.BooleanField(default=False)
    found = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField("écartées", default=0, help_text="by the rules of reception")
    left_because = models.JSONField(default=dict, help_text="why records were left out -> how many, services too")
    recognised = models.PositiveIntegerField(default=0, help_text="of the updated, those that the source had renamed")
    followed = models.PositiveIntegerField(default=0, help_text="those that another route publishes")
    services = models.JSONField(default=dict)
    repairs = models.JSONField(default=dict, help_text="name of the repair -> how many times")
    messages = models.JSONField(default=list)

    objects: ClassVar[models.Manager[HarvestRun]] = models.Manager()

    class Meta:
        ordering = ("-started_at",)
        get_latest_by = "started_at"

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"


class HarvestPage(models.Model):
    """A checkpoint: one page read to its end in one run, and which records were on it. The next run compares validators
    and hash with it, and skips the page when nothing changed.
    """

    run = models.ForeignKey(HarvestRun, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    url = models.CharField(max_length=2000)
    next_url = models.CharField(max_length=2000, blank=True)
    sha256 = models.CharField(max_length=64)
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    total = models.PositiveIntegerField(null=True, help_text="how many records it announces in all; empty: it does not")
    given = models.PositiveIntegerField(null=True, help_text="how many it gave; empty: nobody counted")
    packed = models.BinaryField(default=b"", help_text="ids of the HarvestRecords on the page, 8 bytes each")
    datasets = models.PositiveIntegerField(default=0)
    services = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[HarvestPage]] = models.Manager()

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="one_page_per_number")]

    @property
    def record_ids(self) -> list[int]:
        ids = array("q")
        ids.frombytes(bytes(self.packed))
        return list(ids)

    @staticmethod
    def pack(ids: Iterable[int]) -> bytes:
        return array("q", sorted(ids)).tobytes()


class HarvestRecord(models.Model):
    """What links one record of a source to one record of the catalogue."""

    class Kind(models.TextChoices):
        DATASET = "dataset", gettext_lazy("jeu de données")
        SERVICE = "service", gettext_lazy("service de données")

    source = models.ForeignKey(HarvestSource, models.CASCADE, related_name="records")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.DATASET)
    key = models.CharField(max_length=2100)
    record = models.UUIDField(null=True, blank=True, db_index=True)
    # SHA-256 of what the source said last time, in canonical form: the same stamp means nothing to do.
    stamp = models.CharField(max_length=64, blank=True)
    quarantine = models.TextField(blank=True, help_text="why the record was set aside, empty when it was taken in")
    tries = models.PositiveSmallIntegerField(default=0, help_text="in a row that set it aside")
    left_out = models.TextField(blank=True, help_text="why the rules of reception do not want it, empty when they do")
    absent_since = models.DateTimeField(
        "absent depuis le",
        null=True,
        blank=True,
        help_text="when a complete reading missed it; it may have days of grace",
    )
    follows = models.BooleanField(default=False, help_text="another route speaks for it, or it came from this portal")
    since = models.DateTimeField(null=True, blank=True, help_text="when this route was met first")
    page = models.CharField(max_length=2000, blank=True, help_text="where a person reads it at this source")
    gone_at = models.DateTimeField(null=True, blank=True, help_text="when it was withdrawn because its source lost it")

    objects: ClassVar[models.Manager[HarvestRecord]] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "kind", "key"], name="one_record_per_key")]
        # What a run asks first, of a catalogue where few records follow.
        indexes: ClassVar = [models.Index(fields=["source"], condition=Q(follows=True), name="record_that_follows")]
