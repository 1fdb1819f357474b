"""How often strangers look at a dataset, take its files and ask its API, by day, without anything of who did (`catalogue.use`)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class DatasetViews(models.Model):
    """Of one dataset on one day."""

    dataset = models.ForeignKey("Dataset", models.CASCADE, related_name="views_by_day")
    day = models.DateField(db_index=True)
    views = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[DatasetViews]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("dataset", "day"), name="dataset_views_once"),)


class UseTotal(models.Model):
    """Of the whole portal on one day, what is of no dataset included. Kept for good: a line a day."""

    day = models.DateField(unique=True)
    views = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[UseTotal]] = models.Manager()


class DatasetUse(models.Model):
    """A fact derived from the views: how much a dataset is looked at, beside the others of its own territory."""

    dataset = models.OneToOneField("Dataset", models.CASCADE, primary_key=True, related_name="use")
    share = models.FloatField()  # from 0 to 1, by tenths
    day = models.DateField()  # when it was last worked out

    objects: ClassVar[models.Manager[DatasetUse]] = models.Manager()
