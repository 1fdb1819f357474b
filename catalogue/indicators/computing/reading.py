"""What DuckDB answers, as the parts of figures."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from catalogue.indicators.contract import Part, Recipe

MOST_MEMBERS: Final = 200  # of an axis: more are names of things, not kinds
EXACT: Final = 12  # significant digits of what was computed in floating point


def read_parts(rows: Iterable[tuple[Any, ...]], recipe: Recipe) -> tuple[Part, ...]:
    """Totals, then the axes in the recipe's order, without those that have too many members, or none."""
    parts = []
    members: dict[int, set[str]] = defaultdict(set)
    for axis, place, period, member, numerator, denominator, count in rows:
        name = "" if axis < 0 else recipe.axes[axis].name
        members[axis].add(member)
        parts.append((axis, Part(place, period, name, member, _number(numerator), _number(denominator), count)))
    return tuple(
        part for axis, part in parts if axis < 0 or (members[axis] != {""} and len(members[axis]) <= MOST_MEMBERS)
    )


def _number(value: Any) -> float | None:
    """Sums of decimals are exact; those of floats depend on the order in which threads add them, and are rounded.

    A figure that changes by its last bit at each run would have a history of nothing.
    """
    if value is None:
        return None
    if not isinstance(value, float):
        return float(value)
    return float(f"{value:.{EXACT}g}") if math.isfinite(value) else None
