"""Rings of degrees as short paths of pixels whose neighbours still meet.

Every vertex goes to the nearest half pixel, whoever it belongs to: what two neighbours share stays shared. Paths are
written in half pixels, whole numbers, each from the one before: a third of what the same costs in degrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from portal.charts.frame import Box, Frame, Position

HALVES: Final = 2  # a pixel
SEEN: Final = 3  # half pixels: an islet smaller than that is not seen
Ring = Sequence[Position]
Step = tuple[int, int]


def outline(rings: Iterable[Ring], frame: Frame) -> str:
    """One path, in half pixels (to be drawn at half its size). A territory too small to be seen is a square of two pixels."""
    parts = [written for ring in rings if (written := _ring(ring, frame))]
    if parts:
        return "".join(parts)
    first = next((ring[0] for ring in rings if ring), None)
    if first is None:
        return ""
    x, y = (round(value * HALVES) for value in frame(first))
    return f"M{x - 2} {y - 2}h4v4h-4z"


def _ring(ring: Ring, frame: Frame) -> str:
    steps = _straight([(round(x * HALVES), round(y * HALVES)) for x, y in map(frame, ring)])
    if len(steps) < 3 or max(_extent([x for x, _ in steps]), _extent([y for _, y in steps])) < SEEN:
        return ""
    (x, y), path = steps[0], []
    for to_x, to_y in steps[1:]:
        path.append(_pair(to_x - x, to_y - y))
        x, y = to_x, to_y
    return f"M{steps[0][0]} {steps[0][1]}l{' '.join(path).replace(' -', '-')}z"


def _extent(values: Sequence[int]) -> int:
    return max(values) - min(values)


def _pair(x: int, y: int) -> str:
    return f"{x}{y}" if y < 0 else f"{x} {y}"


def _straight(steps: Iterable[Step]) -> list[Step]:
    """Without those that fall on the one before, or between it and the next."""
    kept: list[Step] = []
    for step in steps:
        if kept and kept[-1] == step:
            continue
        while len(kept) > 1 and _between(kept[-2], kept[-1], step):
            kept.pop()
        kept.append(step)
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return kept


def _between(before: Step, here: Step, after: Step) -> bool:
    across, up = here[0] - before[0], here[1] - before[1]
    on, over = after[0] - here[0], after[1] - here[1]
    return across * over == up * on and across * on + up * over >= 0


def apart(boxes: Sequence[tuple[str, Box]], gap: float) -> list[list[str]]:
    """The names of boxes that lie so near (degrees) to another of their group, the largest group first: France, and each of
    its islands far away.
    """
    groups: list[tuple[Box, list[str]]] = []
    for name, box in boxes:
        near = [group for group in groups if _near(group[0], box, gap)]
        groups = [group for group in groups if group not in near]
        around = (box, *(each for each, _ in near))
        whole = (
            min(each[0] for each in around),
            min(each[1] for each in around),
            max(each[2] for each in around),
            max(each[3] for each in around),
        )
        groups.append((whole, [*(one for _, names in near for one in names), name]))
    return sorted((names for _, names in groups), key=lambda names: -len(names))


def _near(one: Box, other: Box, gap: float) -> bool:
    return (
        one[0] - gap <= other[2] and other[0] - gap <= one[2] and one[1] - gap <= other[3] and other[1] - gap <= one[3]
    )
