"""What the law asks a public portal to say of itself, and the base does not know otherwise."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One row at most. `portal.notices` judges and writes it; whatever is empty is said to be unknown, never guessed."""

    class State(models.TextChoices):
        """Of conformity with the RGAA, as an audit found it."""

        WHOLE = "total", _("totalement conforme")
        PART = "partiel", _("partiellement conforme")
        NONE = "non", _("non conforme")

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    publisher = models.CharField("éditeur", max_length=160, blank=True, help_text="empty: the body that answers for it")
    siren = models.CharField("SIREN", max_length=9, blank=True, help_text="empty: the body's")
    address = models.CharField("adresse postale", max_length=300, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("adresse électronique", blank=True, help_text="empty: the body's")
    director = models.CharField("directeur de la publication", max_length=160, blank=True)
    host_name = models.CharField("hébergeur", max_length=160, blank=True)
    host_address = models.CharField("adresse de l’hébergeur", max_length=300, blank=True)
    host_phone = models.CharField("téléphone de l’hébergeur", max_length=30, blank=True)
    officer = models.EmailField("délégué à la protection des données", blank=True)
    state = models.CharField("état de conformité", max_length=7, choices=State, blank=True, help_text="empty: no audit")
    audited_on = models.DateField("date de l’audit", null=True, blank=True)
    audited_by = models.CharField("auteur de l’audit", max_length=160, blank=True)
    rate = models.PositiveSmallIntegerField("critères respectés", null=True, blank=True, help_text="in a hundred")
    unmet = models.TextField("contenus non accessibles", blank=True, help_text="Markdown")
    version = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField("modifiées le", auto_now=True)

    objects: ClassVar[models.Manager[Notice]] = models.Manager()

    class Meta:
        verbose_name = "mentions du portail"

    def __str__(self) -> str:
        return "Mentions du portail"
