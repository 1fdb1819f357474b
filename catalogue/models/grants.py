"""Access to one thing, given by name: to a person by their address, or to a group that a body keeps."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from catalogue.models.datasets import Dataset
from catalogue.models.indicators import Indicator
from catalogue.models.organisations import Organisation


class BodyGroup(models.Model):
    """A group that a body keeps: its council, its archivists. Its members need no role anywhere."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="kept")
    body = models.ForeignKey(Organisation, models.CASCADE, related_name="groups")
    name = models.CharField("nom", max_length=100)

    objects: ClassVar[models.Manager[BodyGroup]] = models.Manager()

    class Meta:
        verbose_name = "groupe"
        ordering = ("name", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["body", "name"], name="one_group_of_a_name")]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """Who is in a group, by the address that was typed; `person` once an account has it."""

    group = models.ForeignKey(BodyGroup, models.CASCADE, related_name="members")
    email = models.EmailField("adresse électronique")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager[GroupMember]] = models.Manager()

    class Meta:
        verbose_name = "membre d’un groupe"
        ordering = ("email",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "email"], name="once_in_a_group")]


class GrantQuerySet(models.QuerySet["Grant"]):
    """Questions that one asks of the accesses."""

    def standing(self, today: date) -> Self:
        """Those that are not over."""
        return self.filter(Q(until=None) | Q(until__gte=today))

    def over(self, today: date) -> Self:
        return self.filter(until__lt=today)


class Grant(models.Model):
    """One access, to a private dataset or to what a body keeps to itself of an internal indicator.

    By address or by group. For a dataset the right itself is guardian's (`catalogue.permissions`); of an indicator it is this row:
    `body` says whose figures are opened, and no other body's are.
    """

    dataset = models.ForeignKey(Dataset, models.CASCADE, null=True, blank=True, related_name="accesses")
    indicator = models.ForeignKey(Indicator, models.CASCADE, null=True, blank=True, related_name="accesses")
    body = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    email = models.EmailField("adresse électronique", blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField("motif", max_length=500)
    until = models.DateField("jusqu’au", null=True, blank=True, help_text="its last day")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField("donné le")

    objects: ClassVar[GrantQuerySet] = GrantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "accès"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "email"], condition=~Q(email=""), name="dataset_access_once"),
            models.UniqueConstraint(fields=["dataset", "group"], name="dataset_group_access_once"),
            models.UniqueConstraint(
                fields=["indicator", "body", "email"], condition=~Q(email=""), name="indicator_access_once"
            ),
            models.UniqueConstraint(fields=["indicator", "body", "group"], name="indicator_group_access_once"),
        ]
