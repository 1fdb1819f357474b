"""What the comparisons of the search index with the base found."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models


class IndexCheck(models.Model):
    """One comparison. The first four figures are drift: what the index should have known by the log."""

    DRIFT: Final = ("exposed", "extra", "missing", "stale")

    night = models.DateField(null=True, unique=True)  # of the nightly ones: one process makes each
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    documents = models.PositiveIntegerField(default=0)
    exposed = models.PositiveIntegerField(default=0)  # found by whom the base shows it to no more
    extra = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)
    derived = models.PositiveIntegerField(default=0)  # a score that came after: refreshed, no drift

    objects: ClassVar[models.Manager[IndexCheck]] = models.Manager()

    class Meta:
        ordering = ("-started_at",)

    @property
    def drift(self) -> int:
        return sum(getattr(self, name) for name in self.DRIFT)
