"""What DuckDB answers, as the parts of figures."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

from catalogue.indicators.contract import Part, Recipe

EXACT: Final = 12  # significant digits of what was computed in floating point


def read_parts(rows: Iterable[tuple[Any, ...]], recipe: Recipe) -> tuple[Part, ...]:
    """Totals, then the axes in the recipe's order."""
    names = {-1: ""} | {place: axis.name for place, axis in enumerate(recipe.axes)}
    return tuple(
        Part(place, period, names[axis], member, _number(numerator), _number(denominator), count)
        for axis, place, period, member, numerator, denominator, count in rows
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
