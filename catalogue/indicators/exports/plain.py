"""Observations as plain JSON: an object each, the same in a page and in the whole file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from catalogue.indicators.exports.line import Cube, Line

BLOCK: Final = 1_000  # observations given at once


def observation(cube: Cube, line: Line) -> dict[str, Any]:
    """`axis` and `member` are null for the total; `value` is null where there is none, and `reason` says why (in French)."""
    return {
        "territory": {"code": line.code, "level": line.level, "name": line.name, "uri": line.uri},
        "period": line.period,
        "axis": line.axis or None,
        "member": line.member if line.axis else None,
        "value": line.value,
        "unit": cube.recipe.unit.code,
        "status": line.status,
        "reason": line.reason or None,
        "numerator": line.numerator,
        "denominator": line.denominator,
        "rows": line.rows,
        "population": {"year": line.population_year, "source": line.population_source}
        if line.population_year
        else None,
        "recipe_version": line.recipe_version,
        "dataset": line.source,
        "table": {"id": line.file, "version": line.version},
    }


def whole(cube: Cube, lines: Iterable[Line]) -> Iterator[bytes]:
    """One object, its observations a line each."""
    yield f'{{"indicator": {json.dumps(cube.recipe.key)}, "observations": [\n'.encode()
    held: list[str] = []
    between = ""
    for line in lines:
        held.append(json.dumps(observation(cube, line), ensure_ascii=False))
        if len(held) >= BLOCK:
            yield (between + ",\n".join(held)).encode("utf-8", "replace")
            between = ",\n"
            held.clear()
    yield ((between if held else "") + ",\n".join(held) + "\n]}\n").encode("utf-8", "replace")
