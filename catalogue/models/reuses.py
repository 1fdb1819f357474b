"""What people made of datasets, as they told it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models.dashboards import secret
from catalogue.models.datasets import Dataset


class Reuse(models.Model):
    """Declared without an account, confirmed by the link of a message; its declarer takes it away, and all of it, by the same link."""

    class Kind(models.TextChoices):
        APPLICATION = "application", _("Application")
        VISUALISATION = "visualisation", _("Visualisation")
        ARTICLE = "article", _("Article")
        STUDY = "study", _("Étude")
        OTHER = "other", _("Autre")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField("titre", max_length=120)
    address = models.URLField("adresse", max_length=500)
    kind = models.CharField("nature", max_length=14, choices=Kind)
    author = models.CharField("auteur", max_length=80)
    description = models.TextField("description")
    email = models.EmailField("adresse électronique")
    language = models.CharField(
        "langue", max_length=12, blank=True, help_text="of the pages where it was asked: of its messages"
    )
    link = models.CharField(
        max_length=40, unique=True, default=secret, editable=False, help_text="confirms and withdraws"
    )
    asked = models.BooleanField(default=True, help_text="a message to confirm it is to leave")
    made_at = models.DateTimeField("déclarée le", default=timezone.now)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)

    objects: ClassVar[models.Manager[Reuse]] = models.Manager()

    class Meta:
        verbose_name = "réutilisation"

    def __str__(self) -> str:
        return self.title


class ReusedDataset(models.Model):
    """One dataset of a reuse, and what the body that holds it answered: it is shown on that dataset's page, or not."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("à examiner")
        SHOWN = "shown", _("affichée")
        REFUSED = "refused", _("refusée")
        WITHDRAWN = "withdrawn", _("retirée")

    reuse = models.ForeignKey(Reuse, models.CASCADE, related_name="uses")
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    reason = models.CharField("motif", max_length=1000, blank=True)
    reviewed_at = models.DateTimeField("examinée le", null=True, blank=True)

    objects: ClassVar[models.Manager[ReusedDataset]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("reuse", "dataset"), name="reused_once"),)
