"""The figures of a whole country, straight into an empty base: what `comparing.py` asks. Always the same ones."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

OBSERVATION = (
    *("indicator_id", "territory_id", "table_id", "dataset_id", "period", "axis", "member", "value", "numerator"),
    *("denominator", "status", "reason", "rows", "table_version", "recipe_version", "population_year"),
    *("population_source", "computed_at", "shown"),
)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LAST_YEAR = 2025
SOURCE = "Insee, populations de référence"
PROSE = "Les montants votés et réalisés de la commune, par compte et par année, comme le conseil les a adoptés. " * 12
PRIVATE, WITHDRAWN = 50, 101  # one dataset in so many is
THEME = "banc"  # of the rows of the base alone
RECIPE = """
id: {key}
version: 1
title: {{fr: Dépenses de fonctionnement par habitant, en: Operating expenditure per inhabitant}}
definition: {{fr: Ce que la commune dépense pour ses services., en: What the town spends on its services.}}
formula: {{fr: Les dépenses divisées par la population., en: Expenditure divided by population.}}
theme: finances
unit: EUR/hab
sense: context
schema: scdl/budget
numerator: sum(BGT_MTREAL)
denominator: population
period: BGT_ANNEE
territory: {{siren: BGT_SIRET}}
together: ratio
levels: [commune]
"""


@dataclass(frozen=True)
class Town:
    """A commune, and the one dataset and table that it publishes."""

    pk: int
    people: int
    dataset: uuid.UUID
    table: uuid.UUID


def loaded(communes: int, indicators: int, years: int) -> float:
    """Fills the base; the seconds that it took."""
    from django.core.management import call_command
    from django.db import connection

    from catalogue.models import Observation, ObservedColumn

    started = time.perf_counter()
    call_command("load_reference", verbosity=0)
    towns = published(communes)
    keys = recipes(indicators)
    given = figures(towns, keys, years)
    if connection.vendor == "postgresql":
        by_copy(given)
    else:
        by_statement(given)
    periods = Observation.objects.order_by().values_list("indicator", "period").distinct()
    ObservedColumn.objects.bulk_create(
        [ObservedColumn(indicator_id=indicator, period=period) for indicator, period in periods]
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"{Observation.objects.count():,} observations of {len(towns):,} communes")
    return time.perf_counter() - started


def published(communes: int) -> list[Town]:
    """Each commune has a body and a dataset, as sovereign ones have; some are private, some were withdrawn."""
    from catalogue.models import Dataset, Organisation, Table, Territory

    rows = Territory.objects.communes().order_by("pk").values_list("pk", "inhabitants", "code")[:communes]
    towns, bodies, datasets, tables = [], [], [], []
    for pk, people, code in rows:
        town = Town(pk, people or 1, uuid.uuid5(uuid.NAMESPACE_OID, f"d{code}"), uuid.uuid5(uuid.NAMESPACE_OID, code))
        towns.append(town)
        bodies.append(Organisation(pk=1000 + pk, slug=f"c{code}", name=code, folded=code, territory_id=pk))
        datasets.append(
            Dataset(
                id=town.dataset,
                uri=f"https://banc.example/id/{town.dataset}",
                owner_id=1000 + pk,
                published_by_id=1000 + pk,
                private=not pk % PRIVATE,
                status="published" if pk % WITHDRAWN else "withdrawn",
                title={"fr": f"Budget {code}"},
                description={"fr": PROSE},
                updated_at=NOW,
            )
        )
        tables.append(Table(id=town.table, dataset_id=town.dataset, name="budget.csv"))
    for model, made in ((Organisation, bodies), (Dataset, datasets), (Table, tables)):
        model.objects.bulk_create(made, batch_size=500)
    return towns


def recipes(count: int) -> list[int]:
    from catalogue.models import Indicator

    rows = [
        Indicator(key=f"banc.mesure-{number}", title=str(number), theme=THEME, schema="scdl/budget", version=1)
        for number in range(count)
    ]
    return [row.pk for row in Indicator.objects.bulk_create(rows)]


def written(folder: Path) -> None:
    """The recipes of the indicators of the base, as an instance keeps its own."""
    from catalogue.models import Indicator

    own = folder / "recipes"
    own.mkdir()
    for key in Indicator.objects.values_list("key", flat=True):
        (own / f"{key}.yaml").write_text(RECIPE.format(key=key))


def figures(towns: list[Town], keys: list[int], years: int) -> Iterator[tuple[object, ...]]:
    """By commune, as their files come: what is compared lies all over the table. One in 32 is not published."""
    periods = [str(LAST_YEAR - back) for back in reversed(range(years))]
    for town in towns:
        for place, key in enumerate(keys):
            for period in periods:
                draw = (town.pk * 2_654_435_761 + place * 40_503 + int(period) * 9_973) >> 4 & 0xFFFF
                if draw % 32 == 0:
                    continue
                numerator: float | None = round(town.people * (300 + draw % 9_000 / 10), 2)
                value: float | None = numerator / town.people if numerator else None
                status, reason = "E" if draw % 32 == 1 else "A", ""
                if draw % 200 == 2:
                    value, numerator, status, reason = None, None, "N", "Deux fichiers disent autre chose."
                yield (
                    *(key, town.pk, town.table, town.dataset, period, "", "", value, numerator, float(town.people)),
                    *(status, reason, 120, 1, 1, int(period) - 3, SOURCE, NOW, True),
                )


def by_statement(given: Iterator[tuple[object, ...]]) -> None:
    """SQLite: prepared once; indexes are made after the rows."""
    from django.db import connection, transaction

    columns = ", ".join(f'"{name}"' for name in OBSERVATION)
    insert = f"INSERT INTO catalogue_observation ({columns}) VALUES ({', '.join('?' * len(OBSERVATION))})"
    stamp = NOW.replace(tzinfo=None).isoformat(" ")
    rows = ((*r[:2], r[2].hex, r[3].hex, *r[4:17], stamp, r[18]) for r in given)  # type: ignore[attr-defined]
    connection.ensure_connection()
    # A base of its own, and empty: nothing is to be taken back. KiB of cache: the unique index is made row by row.
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
        connection.connection.execute(f"PRAGMA {pragma}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'catalogue_observation' AND type = 'index'"
        )
        indexes = [(name, sql) for name, sql in cursor.fetchall() if sql]
        with transaction.atomic():
            for name, _ in indexes:
                cursor.execute(f'DROP INDEX "{name}"')
            connection.connection.executemany(insert, rows)
            for _, sql in indexes:
                cursor.execute(sql)
        cursor.execute("PRAGMA journal_mode = WAL")
    connection.close()


def by_copy(given: Iterator[tuple[object, ...]]) -> None:
    """PostgreSQL: COPY; indexes and constraints are made after the rows."""
    from django.db import connection, transaction

    table = "'catalogue_observation'::regclass"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = {table} AND contype IN ('f', 'u')"
        )
        constraints = cursor.fetchall()
        for name, _ in constraints:
            cursor.execute(f'ALTER TABLE catalogue_observation DROP CONSTRAINT "{name}"')
        cursor.execute(
            f"SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = {table}"
            " AND NOT indisprimary"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        with cursor.copy(f"COPY catalogue_observation ({', '.join(OBSERVATION)}) FROM STDIN") as copy:
            for text in lines(given):
                copy.write(text)
        for _, definition in indexes:
            cursor.execute(definition)
        for name, definition in constraints:
            cursor.execute(f'ALTER TABLE catalogue_observation ADD CONSTRAINT "{name}" {definition}')


def lines(given: Iterator[tuple[object, ...]]) -> Iterator[str]:
    """The text format of COPY; nothing here holds a tab or a backslash."""
    held = io.StringIO()
    for number, row in enumerate(given, 1):
        held.write("\t".join("\\N" if cell is None else str(cell) for cell in row) + "\n")
        if not number % 5_000:
            yield held.getvalue()
            held = io.StringIO()
    yield held.getvalue()
