"""The tables of the datasets: one row a file that may be one, with its versions as they came.

Derived: made by the reader of the log (`catalogue.tabling`) and by the worker; the files themselves are below
`BOUTURE_HOME/tables` (`catalogue.tabling.keeping`).
"""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models.audiences import Audience
from catalogue.models.datasets import Dataset, readable


class TableQuerySet(models.QuerySet["Table"]):
    """Questions that one asks of the tables."""

    def due(self) -> Self:
        return self.filter(next_at__lte=timezone.now())

    def of(self, dataset: uuid.UUID) -> Self:
        return self.filter(dataset=dataset, left_at=None).select_related("current")

    def visible_to(self, audience: Audience) -> Self:
        """Those of the datasets that this reader may know to exist; of drafts too, for who writes them."""
        # By a join, and not by a question in the question: Django writes it in half the time.
        return self.filter(readable(audience, "dataset__"), left_at=None)


class Table(models.Model):
    """A file that is a table, or may be one. Its key is that of the distribution, whatever its source calls it.

    Read again at `next_at`, by whoever holds its lease. `reason`: why the last try failed, for whoever publishes; the
    version before it stays.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        READY = "ready", _("lue")
        LATER = "later", _("à réessayer")
        REFUSED = "refused", _("illisible")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="tables")
    address = models.TextField("adresse", blank=True, help_text="where it is read from; empty: deposited here")
    deposit = models.UUIDField("dépôt", null=True, blank=True, unique=True, help_text="what its address ends with")
    # Nobody looked for persons in what could not be read: for its body alone, unless it says so of these very bytes.
    unread_public = models.BooleanField("publié sans être lu", default=False)
    name = models.CharField("nom du fichier", max_length=200, blank=True)
    declared = models.JSONField("conforme à", default=list, help_text="addresses of schemas, as the record says")
    options = models.JSONField("choix de lecture", default=dict, help_text="`catalogue.tables.contract.Options`")
    corrections = models.JSONField(
        "corrections à faire",
        default=dict,
        help_text="`catalogue.tables.versions.Corrections`, of the version that is there",
    )
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    reason = models.TextField("motif", blank=True)
    failures = models.PositiveIntegerField("échecs de suite", default=0)
    etag = models.TextField(blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    checked_at = models.DateTimeField("vue le", null=True, blank=True)
    next_at = models.DateTimeField("à lire le", null=True, blank=True, help_text="empty: not before it changes")
    size = models.BigIntegerField("taille", null=True, blank=True, help_text="bytes, as known before it is read")
    left_at = models.DateTimeField("plus donnée depuis", null=True, blank=True, help_text="no record gives it any more")
    holder = models.CharField(max_length=100, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    current = models.OneToOneField(
        "catalogue.TableVersion", models.SET_NULL, null=True, related_name="shown_by", verbose_name="version en ligne"
    )

    objects: ClassVar[TableQuerySet] = TableQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "table"
        indexes = (models.Index(fields=["next_at"], name="table_due", condition=Q(next_at__isnull=False)),)

    def __str__(self) -> str:
        return self.name or self.address or str(self.pk)


class ReplacementQuerySet(models.QuerySet["Replacement"]):
    """Questions that one asks of what is to take the place of a file."""

    def unread(self) -> Self:
        return self.filter(version=None, reason="")


class TableVersion(models.Model):
    """What a file was on one day. `columns`, `notes`, `verdict`, `suspicions`: values of `catalogue.tables.contract` as JSON."""

    table = models.ForeignKey(Table, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("numéro")
    at = models.DateTimeField("arrivée le")
    checksum = models.CharField("empreinte", max_length=64, help_text="SHA-256 of the original, hexadecimal")
    name = models.CharField("nom du fichier", max_length=200)
    media_type = models.CharField("type de média", max_length=200, blank=True)
    size = models.BigIntegerField("taille", help_text="bytes of the original")
    room = models.BigIntegerField("place", help_text="bytes that all of it takes on the disk")
    rows = models.BigIntegerField("lignes")
    reading = models.JSONField("lecture", default=dict, help_text="format, encoding, separator, sheet, first line")
    columns = models.JSONField("colonnes", default=list)
    notes = models.JSONField("à savoir", default=list)
    schema = models.CharField("schéma", max_length=100, blank=True)
    schema_version = models.CharField("version du schéma", max_length=20, blank=True)
    level = models.CharField("respect du schéma", max_length=11, blank=True)
    verdict = models.JSONField("validation", default=dict)
    suspicions = models.JSONField("données personnelles", default=list)
    corrected = models.PositiveIntegerField("cellules corrigées ici", default=0)
    difference = models.JSONField("ce qui a changé", default=dict, help_text="`catalogue.tables.versions.Difference`")
    # What may tell of persons is for its body alone until it decides (`catalogue.tabling.deciding`).
    withheld = models.BooleanField("en attente de décision", default=False)

    objects: ClassVar[models.Manager[TableVersion]] = models.Manager()

    class Meta:
        verbose_name = "version d’une table"
        ordering = ("-number",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["table", "number"], name="table_version_once")]

    def __str__(self) -> str:
        return f"{self.table_id} v{self.number}"


class Replacement(models.Model):
    """A file that was deposited to take the place of another: read, and shown to its body, before it does.

    Its key is that of its deposit. `version`: what came of reading it, None while it waits; `reason`: why it cannot be read.
    Nothing of it is seen by others before a person says so (`catalogue.tabling.replacing`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    table = models.OneToOneField(Table, models.CASCADE, related_name="replacement")
    name = models.CharField("nom du fichier", max_length=200)
    size = models.BigIntegerField("taille", help_text="bytes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="auteur"
    )
    at = models.DateTimeField("déposé le", default=timezone.now)
    version = models.OneToOneField(
        TableVersion, models.SET_NULL, null=True, related_name="proposed_by", verbose_name="version proposée"
    )
    compared = models.PositiveIntegerField("comparé à", default=0, help_text="number of the version that was there")
    reason = models.TextField("motif", blank=True)

    objects: ClassVar[ReplacementQuerySet] = ReplacementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "nouvelle version à confirmer"

    def __str__(self) -> str:
        return self.name


class TableDecision(models.Model):
    """What a body decided about what may tell of persons in a table: kept for good, whatever becomes of its account.

    It stands for the versions to come too, as long as the same columns are suspected of the same. One of code UNREAD is
    of a deposit that could not be read, and of its bytes alone: its version is 0.
    """

    UNREAD = "unread"

    class Choice(models.TextChoices):
        PUBLISH = "publish", _("publier tel quel")
        DROP = "drop", _("retirer les colonnes")
        AGGREGATE = "aggregate", _("compter sans nommer")
        MASK = "mask", _("masquer")
        WITHHOLD = "withhold", _("ne pas publier")

    table = models.ForeignKey(Table, models.CASCADE, related_name="decisions")
    version = models.PositiveIntegerField("version", help_text="the one that was looked at")
    code = models.CharField("soupçon", max_length=40)
    columns = models.JSONField("colonnes")
    choice = models.CharField("décision", max_length=9, choices=Choice)
    reason = models.TextField("pourquoi", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="auteur"
    )
    at = models.DateTimeField("le")

    objects: ClassVar[models.Manager[TableDecision]] = models.Manager()

    class Meta:
        verbose_name = "décision sur une table"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.choice} {self.code} {self.table_id}"
