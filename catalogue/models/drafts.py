"""What happens to a record before it is published, to one that somebody would change, and who may publish for whom."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models.datasets import Dataset


class Submission(models.Model):
    """Where a draft is on its way: one row as long as it is one, gone once it is published.

    `writer` is who changed it last: where a second person is asked for, somebody else brings it out.
    """

    class State(models.TextChoices):
        WRITING = "writing", _("en cours d’écriture")
        SUBMITTED = "submitted", _("à relire")
        REFUSED = "refused", _("à reprendre")
        SCHEDULED = "scheduled", _("programmé")

    dataset = models.OneToOneField(Dataset, models.CASCADE, primary_key=True, related_name="submission")
    state = models.CharField("état", max_length=9, choices=State, default=State.WRITING)
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="écrit par"
    )
    written_at = models.DateTimeField("écrit le")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="soumis par"
    )
    submitted_at = models.DateTimeField("soumis le", null=True, blank=True)
    reason = models.TextField("motif", blank=True, help_text="why it was not published, for who wrote it")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="refusé ou programmé par",
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    scheduled_for = models.DateTimeField("programmé pour le", null=True, blank=True)

    objects: ClassVar[models.Manager[Submission]] = models.Manager()

    class Meta:
        verbose_name = "brouillon"
        indexes = (
            models.Index(
                fields=["scheduled_for"], name="submission_due", condition=models.Q(scheduled_for__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.dataset_id}"


class Proposal(models.Model):
    """A change to a published record, for who publishes to decide.

    `values` and `before`: by term of the profile that the change touches, its value as proposed and as it was read, in the
    plain form of `catalogue.dcat.terms`; a term that is absent has none.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("à relire")
        ACCEPTED = "accepted", _("acceptée")
        REFUSED = "refused", _("refusée")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="proposals")
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    version = models.PositiveIntegerField("version lue")
    fields = models.JSONField("champs", default=list)
    values = models.JSONField("proposé", default=dict)
    before = models.JSONField("avant", default=dict)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    made_at = models.DateTimeField("proposée le")
    reason = models.TextField("motif", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)

    objects: ClassVar[models.Manager[Proposal]] = models.Manager()

    class Meta:
        verbose_name = "changement proposé"
        ordering = ("-made_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["dataset", "author"], condition=models.Q(state="waiting"), name="proposal_one_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.dataset_id}"


class Unsent(models.Model):
    """What was typed in a form that could not be taken (`catalogue.unsent`). `typed`: JSON, the values of each control by its name."""

    digest = models.CharField("empreinte", max_length=64, primary_key=True, help_text="SHA-256 of the key, hexadecimal")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="écrit par")
    path = models.CharField("page", max_length=500)
    typed = models.TextField("écrit")
    at = models.DateTimeField("le", db_index=True)

    objects: ClassVar[models.Manager[Unsent]] = models.Manager()

    class Meta:
        verbose_name = "formulaire en attente"

    def __str__(self) -> str:
        return f"{self.path} {self.at}"


class Mandate(models.Model):
    """`by` publishes in the name of `on_behalf_of`: its records stay those of `by`, and nothing of the other becomes visible."""

    by = models.ForeignKey("catalogue.Organisation", models.CASCADE, related_name="mandates", verbose_name="publie")
    on_behalf_of = models.ForeignKey(
        "catalogue.Organisation", models.CASCADE, related_name="mandated", verbose_name="au nom de"
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="donné par"
    )
    given_at = models.DateTimeField("donné le")

    objects: ClassVar[models.Manager[Mandate]] = models.Manager()

    class Meta:
        verbose_name = "mandat"
        constraints = (
            models.UniqueConstraint(fields=["by", "on_behalf_of"], name="mandate_once"),
            models.CheckConstraint(condition=~models.Q(by=models.F("on_behalf_of")), name="mandate_for_another"),
        )

    def __str__(self) -> str:
        return f"{self.by_id} → {self.on_behalf_of_id}"
