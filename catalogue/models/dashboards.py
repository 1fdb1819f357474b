"""Boards of figures that people keep, and figures that they ask to be told of."""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from django.db import models

from catalogue.models.indicators import Indicator
from catalogue.models.people import User
from catalogue.models.territories import Territory


def secret() -> str:
    """What nobody guesses: 128 bits, in the signs of an address."""
    return secrets.token_urlsafe(16)


class Dashboard(models.Model):
    """An ordered list of figures with a note each. `items`: [{"indicator": key, "territory": code, "note": text}].

    Who has the link of a shared one reads it, with their own rights to each figure; the others are for their owner alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="dashboards")
    title = models.CharField("titre", max_length=120)
    items = models.JSONField("chiffres", default=list)
    shared = models.BooleanField("partagé", default=False)
    link = models.CharField("lien", max_length=40, unique=True, default=secret, editable=False)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    objects: ClassVar[models.Manager[Dashboard]] = models.Manager()

    class Meta:
        verbose_name = "tableau de bord"
        ordering = ("-updated_at",)

    def __str__(self) -> str:
        return self.title


class FigureAlert(models.Model):
    """A person is told once each time a figure passes a bound. `beyond`: whether the last one that was looked at had passed it."""

    person = models.ForeignKey(User, models.CASCADE, related_name="figure_alerts")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+")
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="+")
    above = models.BooleanField("au-dessus", help_text="else below")
    bound = models.FloatField("borne")
    beyond = models.BooleanField(default=False)
    language = models.CharField(
        "langue", max_length=12, blank=True, help_text="of the pages where it was asked: of its messages"
    )
    link = models.CharField(max_length=40, unique=True, default=secret, editable=False, help_text="to stop it")
    made_at = models.DateTimeField("demandée le", auto_now_add=True)
    told_at = models.DateTimeField("dite le", null=True, blank=True)

    objects: ClassVar[models.Manager[FigureAlert]] = models.Manager()

    class Meta:
        verbose_name = "alerte sur un chiffre"
        ordering = ("-made_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "indicator", "territory", "above", "bound"], name="figure_alert_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.indicator_id} {self.territory_id}"

    def passed(self, value: float) -> bool:
        return value > self.bound if self.above else value < self.bound
