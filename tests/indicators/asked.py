"""Recipes asked of files: taken in as the product takes them in, or written as it would have, which costs a second less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogue.indicators import computing
from catalogue.indicators.contract import Part, Recipe, Reckoned
from catalogue.tables.contract import Options, Order, Type
from catalogue.tables.store import connected
from catalogue.tables.taking import ROWS, take

STORED: Final = {Type.DECIMAL: "DECIMAL(18, 2)", Type.INTEGER: "BIGINT", Type.DATE: "DATE", Type.BOOLEAN: "BOOLEAN"}


@dataclass(frozen=True)
class Asked:
    """The rows of a file. `fields`: as `computing.reckoned` wants them."""

    path: Path
    fields: Mapping[str, tuple[int, Type]]
    first_line: int = 2

    def reckoned(self, recipe: Recipe) -> Reckoned:
        (found,) = computing.reckoned(self.path, self.fields, [recipe], self.first_line)
        return found

    def totals(self, recipe: Recipe) -> list[Part]:
        found = self.reckoned(recipe)
        assert found.problem == ""
        return [part for part in found.parts if not part.axis]


def asked(path: Path, folder: Path, declared: str = "") -> Asked:
    """`declared`: the key of the schema that the file says to follow."""
    folder.mkdir(exist_ok=True)
    order = Order(Options(name=path.name), declared=(declared,) if declared else ())
    taken = take(path, folder, order)
    assert taken.verdict is not None
    places = {column.name: (place, column.type) for place, column in enumerate(taken.columns)}
    known = {field: places[name] for name, field in taken.verdict.fields.items()}
    shape = next((place for place in places.values() if place[1] is Type.GEOMETRY), None)
    return Asked(folder / ROWS, known if shape is None else {**known, "geometry": shape}, taken.first_line)


def table(folder: Path, text: str, types: Mapping[str, Type]) -> Asked:
    """Of a CSV with commas whose columns, all of them texts but for `types`, are called as the schema calls them."""
    lines, path = folder / "lines.csv", folder / "lines.parquet"
    lines.write_text(text)
    path.unlink(missing_ok=True)
    names = text.partition("\n")[0].split(",")
    columns = ", ".join(f"'{name}': '{STORED.get(types.get(name, Type.TEXT), 'VARCHAR')}'" for name in names)
    with connected([lines], [path]) as connection:
        source = f"read_csv('{lines}', header = true, delim = ',', nullstr = '', columns = {{{columns}}})"
        connection.execute(f"COPY (SELECT * FROM {source}) TO '{path}' (FORMAT parquet, USE_TMP_FILE false)")
    return Asked(path, {name: (place, types.get(name, Type.TEXT)) for place, name in enumerate(names)})
