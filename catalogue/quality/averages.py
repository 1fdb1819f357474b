"""Over many datasets: their averages, and what would raise them the most."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.core.cache import cache

from catalogue.log import last_number
from catalogue.models import PUBLIC, Audience, Dataset, Score
from catalogue.models.datasets import RecordQuerySet
from catalogue.quality.metrics import Methodology, Metric
from catalogue.quality.scoring import restored

BATCH = 2_000
HOUR = 3_600  # seconds


def averages(audience: Audience) -> dict[str, float]:
    """`Score.objects.averages` of all that this reader sees.

    What strangers see is kept until the next line of the log, whatever it says: to join every score to its dataset takes
    20 ms at 10,000, and an average must not outlive what it was made of.
    """
    datasets = Dataset.objects.visible_to(audience)
    if audience != PUBLIC:
        return Score.objects.averages(datasets)
    key = f"quality:averages:{last_number()}"
    known: dict[str, float] | None = cache.get(key)
    if known is None:
        known = Score.objects.averages(datasets)
        cache.set(key, known, HOUR)
    return known


@dataclass(frozen=True)
class Lever:
    """One metric over many datasets. `gain`: what the average would gain if all met it. `pending`: nothing but addresses
    that are not checked yet.
    """

    metric: Metric
    gain: float
    datasets: int
    pending: bool


def levers(version: Methodology, datasets: RecordQuerySet) -> list[Lever]:
    """What `datasets` lack, the largest gain first. Reads every score: for commands and pages that few ask."""
    gains: dict[str, float] = defaultdict(float)
    lacking: dict[str, int] = defaultdict(int)
    pending: dict[str, bool] = defaultdict(lambda: True)
    count = 0
    for files, lacks in Score.objects.of(datasets).values_list("files", "lacks").iterator(BATCH):
        count += 1
        for result in restored(version, files, lacks.get(version.code, {})).gains:
            key = result.metric.key
            gains[key] += result.gain
            lacking[key] += 1
            pending[key] &= not result.at_fault
    found = [Lever(m, gains[m.key] / count, lacking[m.key], pending[m.key]) for m in version.metrics if gains[m.key]]
    return sorted(found, key=lambda lever: -lever.gain)
