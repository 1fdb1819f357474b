"""How long the recipes take: to be read, and run over a table of 100,000 rows of a budget.

    python benchmarks/indicators.py [--rows 100000] [--files 50]

Prints for the product's recipes of the budget the seconds of each, of all of them (limit: 1 s for 100,000 rows) and of the
processor; and how long fifty files of recipes take to be read (limit: 1 s). `--small` is for trying that it works.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from catalogue.indicators import computing, recipe
from catalogue.tables.contract import Type
from catalogue.tables.schemas.meaning import meant
from catalogue.tables.schemas.national import schema
from catalogue.tables.store import connected, put_away

SCHEMA = "scdl/budget"
ACCOUNTS = ("6411", "60611", "6574", "7311", "74111", "2131", "2313", "20421", "1641", "6811", "633", "6218")


def row(draw: random.Random) -> dict[str, object]:
    amount = draw.randrange(1, 10_000_000) / 100
    return {
        "BGT_NATDEC": draw.choice(("Compte administratif", "Budget primitif")),
        "BGT_ANNEE": draw.randrange(2019, 2024),
        "BGT_SIRET": f"{21560046100010 + draw.randrange(200) * 100_000}",
        "BGT_NATURE": draw.choice(ACCOUNTS),
        "BGT_FONCTION": draw.choice(("311", "020", "3", None)),
        "BGT_OPBUDG": draw.choice(("réel", "réel", "ordre")),
        "BGT_CODRD": draw.choice(("dépense", "recette")),
        "BGT_MTREAL": amount,
        "BGT_CREDOUV": amount * 2,
    }


def written(path: Path, rows: int) -> dict[str, tuple[int, Type]]:
    """Every column of the schema; those that recipes do not need are empty."""
    draw = random.Random(7)
    of = schema(SCHEMA)
    lines = path.with_suffix(".csv")
    with lines.open("w") as file:
        for _ in range(rows):
            values = row(draw)
            file.write(
                ";".join("" if (value := values.get(each.name)) is None else str(value) for each in of.fields) + "\n"
            )
    types = {each.name: "VARCHAR" for each in of.fields}
    types |= {each.name: "DECIMAL(18, 2)" for each in of.fields if each.type == "number"} | {"BGT_ANNEE": "BIGINT"}
    columns = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in types.items()) + "}"
    with connected([lines], [path]) as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv($file, header = false, delim = ';', columns = {columns})) TO '{path}' "
            "(FORMAT parquet, USE_TMP_FILE false)",
            {"file": str(lines)},
        )
    return {each.name: (place, meant(each)) for place, each in enumerate(of.fields)}


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


def running(rows: int) -> None:
    recipes = [each for each in recipe.shipped().values() if each.schema == SCHEMA]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        fields = written(path, rows)
        for turn in ("first", "again"):
            started, processor = time.perf_counter(), time.process_time()
            for one in recipes:
                since = time.perf_counter()
                (found,) = computing.reckoned(path, fields, [one])
                assert not found.problem, found.problem
                print(
                    f"  {one.key}: {1000 * (time.perf_counter() - since):.0f} ms, {len(found.parts)} parts of {found.kept} rows"
                )
            print(
                f"{turn}: {len(recipes)} recipes over {rows} rows: {time.perf_counter() - started:.3f} s, "
                f"processor {time.process_time() - processor:.3f} s (limit 1 s for 100,000)"
            )
        put_away()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--small", action="store_true")
    asked = parser.parse_args()
    reading(asked.files)
    running(1_000 if asked.small else asked.rows)


if __name__ == "__main__":
    main()
