"""Tables of what a run keeps beside the records: its plan, when it is dry, and what belongs to no record."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from catalogue.models import Audience
from catalogue.models.fields import PackedText


class HarvestPlan(models.Model):
    """What a dry run found that a real one would do to one record (`harvesters.planning`)."""

    class Verb(models.TextChoices):
        CREATED = "created", gettext_lazy("à créer")
        UPDATED = "updated", gettext_lazy("à modifier")
        WITHDRAWN = "withdrawn", gettext_lazy("à retirer")
        ASIDE = "aside", gettext_lazy("à mettre de côté")
        LEFT_OUT = "left_out", gettext_lazy("à écarter")
        FOLLOWED = "followed", gettext_lazy("à suivre sans publier")

    run = models.ForeignKey("harvesters.HarvestRun", models.CASCADE, related_name="plan")
    verb = models.CharField(max_length=9, choices=Verb)
    kind = models.CharField(max_length=8)
    record = models.UUIDField(null=True, blank=True)
    title = models.CharField("titre", max_length=500)
    reason = models.TextField(blank=True)
    differences = models.JSONField(default=list, help_text="[field, before, after], in words")

    objects: ClassVar[models.Manager[HarvestPlan]] = models.Manager()

    class Meta:
        ordering = ("pk",)


class RouteMark(models.Model):
    """One mark (`harvesters.marks.Mark`) of one record of one source: what tells that two sources give one dataset.

    In a table, so that a batch asks for all of its marks in one question. Written only when it changed.
    """

    row = models.ForeignKey("harvesters.HarvestRecord", models.CASCADE, related_name="marks")
    digest = models.BigIntegerField(db_index=True)
    rank = models.PositiveSmallIntegerField(help_text="harvesters.marks.Rank: the lower, the surer")
    host = models.CharField(max_length=255, blank=True, help_text="where the address is; empty for what is no address")

    objects: ClassVar[models.Manager[RouteMark]] = models.Manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["row", "digest"], name="one_mark_per_record")]


class LeftoverQuerySet(models.QuerySet["HarvestLeftover"]):
    """Questions that one asks of what belongs to no record."""

    def visible_to(self, audience: Audience) -> Self:
        """A source whose records are private says nothing to others."""
        if audience.everything:
            return self
        return self.filter(Q(source__private=False) | Q(source__owner__in=audience.organisations))


class HarvestLeftover(models.Model):
    """What one page of a source says that belongs to no record: the catalogue itself, its links, the rest.

    Kept so that the source can be said again whole; replaced when the page is read again.
    """

    source = models.ForeignKey("harvesters.HarvestSource", models.CASCADE, related_name="leftovers")
    page = models.CharField(max_length=64, help_text="SHA-256 of the page's address")
    said = PackedText(default="", help_text="N-Triples, sorted")
    at = models.DateTimeField(auto_now=True, help_text="when it last changed")

    objects: ClassVar[models.Manager[HarvestLeftover]] = models.Manager.from_queryset(LeftoverQuerySet)()

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "page"], name="one_leftover_per_page")]
