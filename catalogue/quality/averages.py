"""Over many datasets: what would raise their average the most."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from catalogue.models import Score
from catalogue.models.datasets import RecordQuerySet
from catalogue.quality.metrics import Methodology, Metric
from catalogue.quality.scoring import restored

BATCH = 2_000


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
    kept = Score.objects.filter(dataset__in=datasets.order_by().values("pk")).values_list("files", "lacks")
    for files, lacks in kept.iterator(BATCH):
        count += 1
        for result in restored(version, files, lacks.get(version.code, {})).gains:
            key = result.metric.key
            gains[key] += result.gain
            lacking[key] += 1
            pending[key] &= result.met + result.pending == 1
    found = [Lever(m, gains[m.key] / count, lacking[m.key], pending[m.key]) for m in version.metrics if gains[m.key]]
    return sorted(found, key=lambda lever: -lever.gain)
