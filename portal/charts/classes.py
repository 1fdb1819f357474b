"""Classes of a map: so many territories in each (quantiles), between the roundest figures that part them so."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import floor, log10
from typing import Final

from django.utils.translation import gettext as _

from portal.charts.chart import Measured
from portal.charts.figures import Figure

MOST: Final = 5
ENOUGH: Final = 3  # values a class, below which there are fewer classes
LEAST: Final = 2  # classes


@dataclass(frozen=True)
class Classes:
    """`breaks`: where each class but the first begins. `low`, `high`: the ends of what there is."""

    breaks: tuple[Figure, ...]
    low: Figure
    high: Figure
    alone: bool = False  # each class holds one value alone
    chosen: bool = False  # the breaks are somebody's, and may lie beyond what there is

    def of(self, value: Figure) -> int:
        """The number of its class, from 0."""
        return bisect_right(self.breaks, value)

    @property
    def count(self) -> int:
        return len(self.breaks) + 1

    def words(self, measured: Measured) -> list[str]:
        """Of each class, for the legend."""
        if self.alone:
            return [measured.exact(value) for value in (self.low, *self.breaks)]
        if self.chosen:
            said = [measured.exact(value) for value in self.breaks]
            between = [_("%(low)s à moins de %(high)s") % {"low": low, "high": high} for low, high in pairwise(said)]
            if not said:
                return [_("toutes les valeurs")]
            ends = {"first": said[0], "last": said[-1]}
            return [_("moins de %(first)s") % ends, *between, _("%(last)s ou plus") % ends]
        said = [measured.brief(self.low), *map(measured.exact, self.breaks), measured.brief(self.high)]
        told = [_("%(low)s à moins de %(high)s") % {"low": low, "high": high} for low, high in pairwise(said[:-1])]
        last = _("%(low)s à %(high)s") % {"low": said[-2], "high": said[-1]}
        return [*told, last if said[-2] != said[-1] else said[-1]]


def classes(values: Sequence[Figure], breaks: Sequence[Figure] | None = None, most: int = MOST) -> Classes | None:
    """`breaks`: those that somebody chose, for maps that are compared. None when there is no value."""
    every = sorted(values)
    if not every:
        return None
    low, high = every[0], every[-1]
    if breaks is not None:
        return Classes(tuple(sorted(set(breaks))), low, high, chosen=True)
    different = sorted(set(every))
    if len(different) <= most:
        return Classes(tuple(different[1:]), low, high, alone=True)
    wanted = max(LEAST, min(most, len(every) // ENOUGH))
    found: list[Figure] = []
    for number in range(1, wanted):
        upper = every[number * len(every) // wanted]
        lower = max((one for one in different if one < upper), default=None)
        if lower is not None:
            found.append(roundest(lower, upper))
    return Classes(tuple(sorted(set(found))), low, high)


def roundest(lower: Figure, upper: Figure) -> Figure:
    """The figure of fewest digits above `lower`, and at most `upper`."""
    low, high = Decimal(str(lower)), Decimal(str(upper))
    if low < 0 <= high:
        return 0
    size = floor(log10(max(abs(low), abs(high))))
    for power in range(size, size - 15, -1):
        step = Decimal(10) ** power
        for part in (step * 5, step, step / 2):
            found = (high / part).to_integral_value(rounding="ROUND_FLOOR") * part
            if low < found <= high:
                return int(found) if found == found.to_integral_value() else found
    return upper
