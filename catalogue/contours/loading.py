"""A file of outlines, from its features to the base: what was loaded before for the same territories is replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.utils import timezone

from catalogue.contours import simplifying
from catalogue.contours.levels import Label, told
from catalogue.contours.reading import ContoursError, features
from catalogue.contours.simplifying import Shape
from catalogue.models import Contour, Territory
from catalogue.models.contours import packed
from catalogue.models.territories import Level

BATCH: Final = 200  # outlines a transaction
MOST: Final = 200_000  # features of a file: the communes of France are 35,000


@dataclass(frozen=True)
class Loaded:
    """What came of a file. `unknown`: codes that no territory has; `flat`: those of features without surface;
    `without`: current territories of that level that have no outline now; `weight`: bytes kept.
    """

    level: Level
    read: int
    kept: int
    unknown: tuple[str, ...]
    flat: tuple[str, ...]
    without: tuple[str, ...]
    vertices: int
    left: int
    weight: int


@dataclass(frozen=True)
class _Read:
    labels: list[Label]
    shapes: list[Shape | None]


def load(path: Path, level: Level | None, source: str) -> Loaded:
    """`level` None: told from the features. `source`: where the file comes from, kept with each outline.

    Raises ContoursError; then nothing was changed.
    """
    found = _read(path)
    level, territories = told(found.labels, level)
    codes = [label.code(level)[0] for label in found.labels]
    by_code: dict[str, list[Shape]] = {}
    for code, shape in zip(codes, found.shapes, strict=True):
        if shape is not None and code in territories:
            by_code.setdefault(code, []).append(shape)
    whole = [simplifying.together(parts) for parts in by_code.values()]
    drawn = simplifying.lighter(whole, level)
    weight = _keep(dict(zip(by_code, drawn, strict=True)), territories, level, source)
    return Loaded(
        level=level,
        read=len(codes),
        kept=len(by_code),
        unknown=tuple(sorted({code for code in codes if code not in territories})),
        flat=tuple(sorted({code for code in codes if code in territories and code not in by_code})),
        without=tuple(_without(level)),
        vertices=simplifying.vertices(whole),
        left=simplifying.vertices(drawn),
        weight=weight,
    )


def _read(path: Path) -> _Read:
    found = _Read([], [])
    for feature in features(path):
        if len(found.labels) == MOST:
            raise ContoursError(f"Ce fichier a plus de {MOST} éléments : ce ne sont pas des territoires français.")
        # Geometries are the weight of a file, and properties may be long: neither is kept as it came.
        short = {name: value for name, value in feature.properties.items() if isinstance(value, (str, int))}
        found.labels.append(Label({name: value for name, value in short.items() if len(str(value)) < 100}, feature.key))
        found.shapes.append(simplifying.shape(feature.polygons))
    if not any(shape is not None for shape in found.shapes):
        raise ContoursError(
            "Ce fichier ne contient aucune surface (polygone) : des points ou des lignes ne sont pas des contours."
        )
    return found


def _keep(shapes: Mapping[str, Shape], territories: Mapping[str, Territory], level: Level, source: str) -> int:
    now, weight = timezone.now(), 0
    codes = list(shapes)
    for start in range(0, len(codes), BATCH):
        rows = [_row(territories[code], shapes[code], level, source, now) for code in codes[start : start + BATCH]]
        weight += sum(len(row.shape) for row in rows)
        Contour.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["territory"],
            update_fields=["west", "south", "east", "north", "shape", "source", "loaded_at"],
        )
    return weight


def _row(territory: Territory, shape: Shape, level: Level, source: str, now: datetime) -> Contour:
    west, south, east, north = shape.bounds
    return Contour(
        territory=territory,
        west=west,
        south=south,
        east=east,
        north=north,
        shape=packed(simplifying.rings(shape, level)),
        source=source[:500],
        loaded_at=now,
    )


def _without(level: Level) -> Iterable[str]:
    lacking = Territory.objects.filter(level=level, current=True, contour__isnull=True).order_by("code")
    return lacking.values_list("code", flat=True)
