"""How long the recipes take: to be read, and all those of a schema run over a table of 100,000 rows.

    python benchmarks/indicators.py [--rows 100000] [--files 50] [--schema budget]

Prints for each schema that recipes are over the seconds of all of them together (limit: 1 s for 100,000 rows) and of the
processor, and how long fifty files of recipes take to be read (limit: 1 s). `--small` is for trying that it works.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from catalogue.indicators import computing, recipe
from catalogue.indicators.contract import Binding
from catalogue.tables.contract import Type
from catalogue.tables.schemas.meaning import meant
from catalogue.tables.schemas.national import Field, Schema, schema
from catalogue.tables.store import connected, put_away

BODIES = 200  # in a table
WORDS = {
    # The budget's accounts and words are what its recipes look for: drawn at random nothing would count.
    "BGT_NATDEC": ("Compte administratif", "Budget primitif"),
    "BGT_NATURE": ("6411", "60611", "6574", "7311", "74111", "2131", "2313", "20421", "1641", "6811", "633", "6218"),
    "BGT_FONCTION": ("311", "020", "3"),
    "nature": ("Marché", "aide en numéraire"),
}
KINDS = {
    Type.INTEGER: "BIGINT",
    Type.YEAR: "BIGINT",
    Type.DECIMAL: "DECIMAL(18, 2)",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
}
LINE = (
    '\'{"type": "LineString", "coordinates": [\' || '
    "array_to_string([printf('[%.5f, %.5f]', 1 + i / 1000 + x % 97 / 100, 44 + i * i / 5000) for i in range(12)], ', ') || ']}'"
)


CODES = {Binding.SIREN: Type.SIRET, Binding.INSEE: Type.COMMUNE}


def cell(field: Field, place: int, kind: Type) -> str:
    """SQL of the cells of a column, from `n`, the row's number: the same at every run. A third of what is optional is empty."""
    draw = f"CAST(hash(n, {place}) % 1000003 AS BIGINT)"
    words = WORDS.get(field.name) or tuple(map(str, field.constraints.get("enum", ())))
    listed = tuple(map(str, field.item.get("constraints", {}).get("enum", ())))
    said = {
        Type.INTEGER: f"{draw} % 20",
        Type.YEAR: f"2019 + {draw} % 5",
        Type.DECIMAL: f"{draw} / 100",
        Type.BOOLEAN: f"{draw} % 2 = 0",
        Type.DATE: f"DATE '2019-01-01' + CAST({draw} % 1800 AS INTEGER)",
        Type.SIRET: f"CAST(21560046100010 + {draw} % {BODIES} * 100000 AS VARCHAR)",
        Type.SIREN: f"CAST(215600461 + {draw} % {BODIES} AS VARCHAR)",
        Type.COMMUNE: f"CAST(40001 + {draw} % {BODIES} AS VARCHAR)",
    }.get(kind, f"CAST({draw} AS VARCHAR)")
    if words:
        texts = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
        said = f"[{texts}][1 + {draw} % {len(words)}]"
    elif listed:
        said = "'" + json.dumps(listed[:2], ensure_ascii=False).replace("'", "''") + "'"
    said = said if field.required else f"CASE WHEN hash({place}, n) % 3 > 0 THEN {said} END"
    return f"CAST({said} AS {KINDS.get(kind, 'VARCHAR')})"


def written(path: Path, of: Schema, rows: int) -> dict[str, tuple[int, Type]]:
    """A table of that schema with all of its columns; those that say a territory hold codes."""
    codes = {
        name: CODES.get(binding, Type.TEXT)
        for each in recipe.shipped().values()
        if each.schema == of.key and each.expressions
        for binding, node in each.expressions.place
        for name in each.expressions.columns_of(node)
    }
    kinds = [codes.get(each.name, meant(each)) for each in of.fields]
    fields = [(each.name, cell(each, at, kinds[at]), kinds[at]) for at, each in enumerate(of.fields)]
    if of.kind == "features":
        fields.append(("geometry", f"(SELECT {LINE} FROM (SELECT CAST(hash(n) % 1000 AS DOUBLE) AS x))", Type.GEOMETRY))
    columns = ", ".join(f"{sql} AS c{place}" for place, (_, sql, _) in enumerate(fields))
    with connected([], [path]) as connection:
        connection.execute(
            f"COPY (SELECT {columns} FROM range({rows}) AS t(n)) TO '{path}' (FORMAT parquet, USE_TMP_FILE false)"
        )
    return {name: (place, kind) for place, (name, _, kind) in enumerate(fields)}


def reading(files: int) -> None:
    texts = [(path.name, path.read_text()) for path in sorted(recipe.SHIPPED.rglob("*.yaml"))]
    started, processor = time.perf_counter(), time.process_time()
    for number in range(files):
        name, text = texts[number % len(texts)]
        found, faults = recipe.attempt(text, name)
        assert found is not None, faults
    print(
        f"reading {files} recipes: {time.perf_counter() - started:.3f} s, processor {time.process_time() - processor:.3f} s"
        " (limit 1 s)"
    )


def running(of: Schema, rows: int) -> None:
    recipes = [each for each in recipe.shipped().values() if each.schema == of.key]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        fields = written(path, of, rows)
        started, processor = time.perf_counter(), time.process_time()
        found = computing.reckoned(path, fields, recipes)
        told = f"{time.perf_counter() - started:.3f} s, processor {time.process_time() - processor:.3f} s"
        kept, parts = sum(each.kept for each in found), sum(len(each.parts) for each in found)
        print(f"{of.key}: {len(recipes)} recipes over {rows} rows: {told}; {kept} rows counted, {parts} parts")
        for each in found:
            if each.problem:
                print(f"  {each.recipe}: {each.problem}")
        put_away()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--schema", default="", help="those whose key has this in it")
    parser.add_argument("--small", action="store_true")
    asked = parser.parse_args()
    reading(asked.files)
    for key in sorted({each.schema for each in recipe.shipped().values()}):
        if asked.schema in key:
            running(schema(key), 1_000 if asked.small else asked.rows)


if __name__ == "__main__":
    main()
