"""What strangers search and do not find, by day, without anything of who searched (`catalogue.search.tallies`)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SearchTally(models.Model):
    """One question. Its text is written once enough was asked of it; before, only a keyed digest is."""

    digest = models.CharField(max_length=64, unique=True)
    text = models.CharField(max_length=80, blank=True)
    times = models.PositiveIntegerField(default=0)
    days = models.PositiveIntegerField(default=0)  # on which it was asked
    last_day = models.DateField(null=True, db_index=True)

    objects: ClassVar[models.Manager[SearchTally]] = models.Manager()


class SearchDay(models.Model):
    """How often a question with a text was asked on one day, and how often nothing answered it whole."""

    tally = models.ForeignKey(SearchTally, models.CASCADE, related_name="by_day")
    day = models.DateField(db_index=True)
    asked = models.PositiveIntegerField(default=0)
    unfound = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[SearchDay]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tally", "day"), name="search_day_once"),)


class SearchTotal(models.Model):
    """All the searches of a day, those too that no question is kept of."""

    day = models.DateField(unique=True)
    asked = models.PositiveIntegerField(default=0)
    unfound = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[SearchTotal]] = models.Manager()
