"""The outline of a territory, kept compact: what a map draws, and nothing that one measures with.

An instance has them once somebody loaded them (`manage.py load_contours`); without them maps show points.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise
from typing import ClassVar, Final

from django.db import models

from catalogue.models.territories import Territory

STEP: Final = 100_000  # a degree, of what is kept: about a metre
AT_ONCE: Final = 900  # values in one statement (SQLite takes 999 in its older builds)
Position = tuple[float, float]  # longitude, latitude, in degrees (WGS 84)
Ring = Sequence[Position]  # closed: the last position is not the first again


def packed(rings: Iterable[Ring]) -> bytes:
    """How many rings, the length of each, then all longitudes and all latitudes as differences of whole steps."""
    counted = [[(round(x * STEP), round(y * STEP)) for x, y in ring] for ring in rings]
    xs = _differences([x for ring in counted for x, _ in ring])
    ys = _differences([y for ring in counted for _, y in ring])
    whole = array("i", [len(counted), *map(len, counted), *xs, *ys])
    if sys.byteorder == "big":
        whole.byteswap()
    return zlib.compress(whole.tobytes(), 9)


def _differences(values: list[int]) -> list[int]:
    return values[:1] + [after - before for before, after in pairwise(values)]


def unpacked(kept: bytes) -> list[list[Position]]:
    """The rings that `packed` was given, to the step."""
    whole = array("i", zlib.decompress(kept))
    if sys.byteorder == "big":
        whole.byteswap()
    lengths = whole[1 : 1 + whole[0]]
    start, count = 1 + whole[0], sum(lengths)
    xs = [x / STEP for x in accumulate(whole[start : start + count])]
    ys = [y / STEP for y in accumulate(whole[start + count : start + 2 * count])]
    every = list(zip(xs, ys, strict=True))
    ends = list(accumulate(lengths))
    return [every[begin:end] for begin, end in pairwise(chain([0], ends))]


class ContourQuerySet(models.QuerySet["Contour"]):
    def rings_of(self, territories: Iterable[int]) -> dict[int, list[list[Position]]]:
        """By the key of each territory that has an outline. One query for 900 of them."""
        keys = list(territories)
        found: dict[int, list[list[Position]]] = {}
        for start in range(0, len(keys), AT_ONCE):
            rows = self.filter(territory__in=keys[start : start + AT_ONCE])
            found |= {key: unpacked(bytes(shape)) for key, shape in rows.values_list("territory_id", "shape")}
        return found


class Contour(models.Model):
    """Of one territory, the one that was loaded last. `shape`: see `packed`; islands and holes are rings alike."""

    territory = models.OneToOneField(Territory, models.CASCADE, primary_key=True, related_name="contour")
    west = models.FloatField()  # of the outline, in degrees (WGS 84)
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    shape = models.BinaryField()
    source = models.CharField(max_length=500)  # the file or the address that it was read from
    loaded_at = models.DateTimeField()

    objects: ClassVar[ContourQuerySet] = ContourQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "contour"
        # What lies in a box, without a look at 35,000 outlines.
        indexes = (models.Index(fields=["south", "north", "west", "east"], name="contour_box"),)

    def __str__(self) -> str:
        return f"contour de {self.territory}"
