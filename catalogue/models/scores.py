"""What is derived from a dataset about its quality. Never written but by `catalogue.quality.reader`; made again at will."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

if TYPE_CHECKING:
    from catalogue.models.datasets import RecordQuerySet


class ScoreQuerySet(models.QuerySet["Score"]):
    """Questions that one asks of the scores."""

    def of(self, datasets: RecordQuerySet) -> Self:
        return self.filter(dataset__in=datasets.order_by().values("pk"))

    def averages(self, datasets: RecordQuerySet) -> dict[str, float]:
        """The mean of each version over those of `datasets` that have a score, and `count` of them. One query.

        The mean is absent when none has a score.
        """
        found = self.of(datasets).aggregate(v1=models.Avg("v1"), v2=models.Avg("v2"), count=models.Count("pk"))
        return {name: value for name, value in found.items() if value is not None}

    def by_body(self, datasets: RecordQuerySet) -> list[tuple[int, float, int]]:
        """The same for each body that publishes: its key, the mean of version 2, and of how many. The best first."""
        grouped = self.of(datasets).values_list("dataset__published_by").order_by()
        means = grouped.annotate(models.Avg("v2"), models.Count("pk"))
        return sorted(means, key=lambda row: (-row[1], row[0]))


class Score(models.Model):
    """The European quality score of one published dataset, both versions (`catalogue.quality.metrics`)."""

    dataset = models.OneToOneField("catalogue.Dataset", models.CASCADE, primary_key=True, related_name="score")
    v2 = models.FloatField("MQA v2", help_text="0 to 7.5")
    v1 = models.PositiveSmallIntegerField("MQA v1", help_text="0 to 405")
    files = models.PositiveIntegerField("fichiers")
    lacks = models.JSONField(help_text="by version: metrics that are not wholly met, with the shares met and unchecked")
    at = models.DateTimeField(help_text="when it last changed")

    objects: ClassVar[ScoreQuerySet] = ScoreQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "note de qualité"
