"""The feed cut into pages: leaves of a fixed range of positions, under a search tree on `as:published` (TREE, LDES).

A page keeps its address and its range for ever. What is superseded leaves it, and nothing ever comes to a page that is
followed by another: it is sealed, and only shrinks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Min

from catalogue.models import FeedMember

LEAF: Final = 250  # positions of a leaf
FAN: Final = 100  # children of an inner node


@dataclass(frozen=True, order=True)
class Node:
    """`level` 0: a leaf. `place`: how many nodes of this level come before it."""

    level: int
    place: int

    @property
    def span(self) -> int:
        """Positions under it."""
        return width(self.level)

    @property
    def first(self) -> int:
        return self.place * self.span + 1

    @property
    def last(self) -> int:
        return self.first + self.span - 1


@dataclass(frozen=True)
class Child:
    """A node, and the moments between which lies all that is in it; no `until`: it may still grow."""

    node: Node
    since: datetime
    until: datetime | None


def width(level: int) -> int:
    return LEAF * FAN**level


def last_position() -> int:
    return FeedMember.objects.order_by("-position").values_list("position", flat=True).first() or 0


def root_level() -> int:
    """That of the root's children: the lowest at which they are few enough."""
    last, level = last_position(), 0
    while last > width(level) * FAN:
        level += 1
    return level


def children(level: int, within: Node | None = None) -> list[Child]:
    """The nodes of a level that hold something, in order; of one node of the level above, or of all the feed."""
    rows = FeedMember.objects.all()
    if within is not None:
        rows = rows.filter(position__gte=within.first, position__lte=within.last)
    place = (F("position") - 1) / width(level)
    found = list(
        rows.order_by().annotate(place=place).values_list("place").annotate(since=Min("published")).order_by("place")
    )
    if not found:
        return []
    ends: list[datetime | None] = [*(since for _, since in found[1:]), _after(within)]
    return [Child(Node(level, place), since, until) for (place, since), until in zip(found, ends, strict=True)]


def _after(within: Node | None) -> datetime | None:
    """When the first activity after a node was published."""
    if within is None:
        return None
    rows = FeedMember.objects.filter(position__gt=within.last).order_by("position")
    return rows.values_list("published", flat=True).first()


def members(leaf: Node) -> Sequence[FeedMember]:
    return list(FeedMember.objects.filter(position__gte=leaf.first, position__lte=leaf.last).order_by("position"))
