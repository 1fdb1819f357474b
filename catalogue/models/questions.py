"""What people ask, or say is wrong, of datasets, and what the body that holds each answered."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models.dashboards import secret
from catalogue.models.datasets import Dataset


class Question(models.Model):
    """Asked without an account and confirmed by the link of a message, by which its author erases it too.

    `answer` is the reason when it was closed without one. `mail` and `mail_at`: what is to leave to its author, and not before
    when; `told` and `told_at`: the messages about it to who publishes.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        ERROR = "erreur", _("Erreur signalée")

    class State(models.TextChoices):
        WAITING = "waiting", _("à répondre")
        ANSWERED = "answered", _("répondue")
        CLOSED = "closed", _("close sans réponse")
        SPAM = "spam", _("indésirable")

    class Mail(models.TextChoices):
        NONE = "", "rien"
        CONFIRM = "confirm", "à confirmer"
        ANSWER = "answer", "réponse"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    kind = models.CharField("nature", max_length=8, choices=Kind)
    file = models.CharField("fichier", max_length=200, blank=True, help_text="as it was called then")
    rows = models.CharField("lignes regardées", max_length=1000, blank=True, help_text="a path of this portal")
    row = models.CharField("ligne", max_length=120, blank=True)
    column = models.CharField("colonne", max_length=120, blank=True)
    text = models.TextField("texte")
    author = models.CharField("auteur", max_length=80, blank=True)
    email = models.EmailField("adresse électronique", blank=True, help_text="erased once it is of no use")
    language = models.CharField(
        "langue", max_length=12, blank=True, help_text="of the pages where it was asked: of its messages"
    )
    link = models.CharField(max_length=40, unique=True, default=secret, editable=False, help_text="confirms and erases")
    made_at = models.DateTimeField("écrite le", default=timezone.now)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    mail = models.CharField(max_length=7, choices=Mail, default=Mail.CONFIRM, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    told = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    answer = models.TextField("réponse", blank=True)
    public = models.BooleanField("affichée", default=False)
    done_at = models.DateTimeField("répondue ou close le", null=True, blank=True)

    objects: ClassVar[models.Manager[Question]] = models.Manager()

    class Meta:
        verbose_name = "question"
        indexes = (
            models.Index(fields=("state", "confirmed_at"), name="question_state"),
            # Nearly all have nothing to send, and the worker asks every few seconds.
            models.Index(fields=("mail_at",), condition=~models.Q(mail=""), name="question_to_mail"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.author}"
