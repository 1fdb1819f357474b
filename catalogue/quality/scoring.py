"""From the values of a dataset to its score in one version of the MQA, and back from what the base keeps of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catalogue.dcat.terms import Values
from catalogue.figures import number
from catalogue.quality.metrics import FILE, Facts, Methodology, Metric

ROUNDING = 1e-5  # of the shares that the base keeps
# By the key of a metric that is not wholly met: the share of the files (of the dataset: 0 or 1) that meet it, and the
# share of those that are not checked yet. What is absent is met.
Lacks = Mapping[str, Sequence[float]]


def figure(points: float, decimals: int = 2) -> str:
    """« 6,46 », without a zero at the end that says nothing."""
    said = number(points, decimals)
    return said.rstrip("0").rstrip(",.") if decimals else said


class Result(NamedTuple):
    """One metric of one dataset. `met`, `pending`: shares of 0 to 1. `most`: what it can bring to the total."""

    metric: Metric
    met: float
    pending: float
    most: float

    @property
    def points(self) -> float:
        return self.most * self.met

    @property
    def at_fault(self) -> float:
        """The share that is known not to meet it; 0 while nothing but unchecked addresses lacks."""
        share = 1 - self.met - self.pending
        return share if share > ROUNDING else 0.0

    @property
    def gain(self) -> float:
        """What the total would gain if all met it."""
        return self.most - self.points


@dataclass(frozen=True)
class Assessment:
    """A dataset's score in one version. `files`: how many it has. The results sum to the total."""

    version: Methodology
    files: int
    results: tuple[Result, ...]

    @property
    def total(self) -> float:
        return sum(result.points for result in self.results)

    @property
    def band(self) -> str:
        return self.version.band(self.total)

    def dimension(self, name: str) -> tuple[float, float]:
        """The points of one dimension, and the most that this dataset can have of them."""
        inside = [result for result in self.results if result.metric.dimension == name]
        return sum(result.points for result in inside), sum(result.most for result in inside)

    @property
    def gains(self) -> list[Result]:
        """What would gain points, the most first."""
        order = {metric.key: number for number, metric in enumerate(self.version.metrics)}
        lacking = (result for result in self.results if result.met < 1)
        return sorted(lacking, key=lambda result: (-result.gain, order[result.metric.key]))

    @property
    def lacks(self) -> dict[str, list[float]]:
        """What the base keeps."""
        return {r.metric.key: [round(r.met, 6), round(r.pending, 6)] for r in self.results if r.met < 1}


def assess(version: Methodology, values: Values, facts: Facts) -> Assessment:
    """The score of a dataset from the values of its record (`catalogue.dcat.mapping.record_values`)."""
    files: list[Values] = values.get("distribution") or []
    of_files = [metric for metric in version.metrics if metric.on == FILE]
    measured = [[metric.test(file, facts) for metric in of_files] for file in files]
    if version.best_file and measured:
        points = [sum(m.most for m, met in zip(of_files, row, strict=True) if met) for row in measured]
        measured = [measured[points.index(max(points))]]
    by_metric = zip(*measured, strict=True) if measured else ((),) * len(of_files)
    outcomes = {metric.key: list(column) for metric, column in zip(of_files, by_metric, strict=True)}
    lacks = {}
    for metric in version.metrics:
        found = outcomes[metric.key] if metric.on == FILE else [metric.test(values, facts)]
        if not all(found) or not found:
            count = len(found) or 1
            lacks[metric.key] = (sum(map(bool, found)) / count, found.count(None) / count)
    return restored(version, len(files), lacks)


def restored(version: Methodology, files: int, lacks: Lacks) -> Assessment:
    """The score from what the base keeps of it.

    Version 2 is the mean of the groups there are: a dataset without files is judged on its own metrics alone.
    """
    groups = 1 if version.best_file or not files else 2
    results = []
    for metric in version.metrics:
        if metric.on == FILE and not files and not version.best_file:
            continue
        met, pending = lacks.get(metric.key, (1.0, 0.0))
        results.append(Result(metric, met, pending, metric.most / groups))
    return Assessment(version, files, tuple(results))
