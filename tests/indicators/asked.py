"""Files taken in as the product takes them in, and recipes asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalogue.indicators import computing
from catalogue.indicators.contract import Part, Recipe, Reckoned
from catalogue.tables.contract import Options, Order, Taken, Type
from catalogue.tables.taking import ROWS, take


@dataclass(frozen=True)
class Asked:
    """A file that was taken in."""

    path: Path
    taken: Taken

    @property
    def fields(self) -> Mapping[str, tuple[int, Type]]:
        verdict = self.taken.verdict
        assert verdict is not None
        places = {column.name: (place, column.type) for place, column in enumerate(self.taken.columns)}
        known = {field: places[name] for name, field in verdict.fields.items()}
        shape = next((place for place in places.values() if place[1] is Type.GEOMETRY), None)
        return known if shape is None else {**known, "geometry": shape}

    def reckoned(self, recipe: Recipe) -> Reckoned:
        (found,) = computing.reckoned(self.path, self.fields, [recipe], self.taken.first_line)
        return found

    def totals(self, recipe: Recipe) -> list[Part]:
        found = self.reckoned(recipe)
        assert found.problem == ""
        return [part for part in found.parts if not part.axis]


def asked(path: Path, folder: Path, declared: str = "") -> Asked:
    """`declared`: the key of the schema that the file says to follow."""
    folder.mkdir(exist_ok=True)
    order = Order(Options(name=path.name), declared=(declared,) if declared else ())
    return Asked(folder / ROWS, take(path, folder, order))
