"""Searches that people asked to be told of by mail, with or without an account."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.models.dashboards import secret
from catalogue.models.people import User


class FollowedSearch(models.Model):
    """One question, followed from the day it was confirmed. A member's is read with their rights; the others are a stranger's.

    `bounds` are those of `catalogue.search.find`, in plain JSON. `number`: the line of the log up to which it was told.
    """

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("chaque jour")
        WEEKLY = "weekly", _("chaque semaine")

    person = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="followed_searches")
    email = models.EmailField("adresse électronique", blank=True, help_text="of who has no account")
    address = models.CharField("adresse de la recherche", max_length=2000, help_text="its path on this portal")
    text = models.CharField("mots", max_length=300, blank=True)
    bounds = models.JSONField("filtres", default=dict)
    rhythm = models.CharField("rythme", max_length=6, choices=Rhythm, default=Rhythm.WEEKLY)
    language = models.CharField(
        "langue", max_length=12, blank=True, help_text="of the pages where it was asked: of its messages"
    )
    link = models.CharField(max_length=40, unique=True, default=secret, editable=False, help_text="confirms and stops")
    made_at = models.DateTimeField("demandée le", default=timezone.now)
    asked = models.BooleanField(default=False, help_text="a message to confirm it is to leave")
    mailed_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    number = models.BigIntegerField(default=0)

    objects: ClassVar[models.Manager[FollowedSearch]] = models.Manager()

    class Meta:
        verbose_name = "recherche suivie"
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("email", "address"), condition=models.Q(person=None), name="followed_once_by_mail"
            ),
            models.UniqueConstraint(
                fields=("person", "address"), condition=models.Q(person__isnull=False), name="followed_once_by_person"
            ),
        )

    def __str__(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        """What it is called: its words, and that it has filters."""
        narrowed = any(self.bounds.get(each) for each in ("filters", "since", "until", "box"))
        if not self.text:
            return gettext("Les jeux de données, avec vos filtres") if narrowed else gettext("Les jeux de données")
        said = gettext("« %(text)s », avec vos filtres") if narrowed else gettext("« %(text)s »")
        return said % {"text": self.text}


class ToldRecord(models.Model):
    """A record that was told to who follows a search: never again."""

    search = models.ForeignKey(FollowedSearch, models.CASCADE, related_name="told")
    record = models.UUIDField()

    objects: ClassVar[models.Manager[ToldRecord]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("search", "record"), name="told_once"),)
