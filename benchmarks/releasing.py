"""A million observations of one indicator as files: observations/s, seconds of processor, memory held from first to last.

    python benchmarks/releasing.py [--observations 1000000]

In a folder of its own that is thrown away, on SQLite, or on the base that DATABASE_URL names, which must be empty.
"""

from __future__ import annotations

import argparse
import resource
import time

from instance import machine, throw_away

YEARS = 5
PLACES = 2_000  # written at once


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--observations", type=int, default=1_000_000)
    asked = parser.parse_args()
    print(machine())
    with throw_away():
        measure(asked.observations)


def measure(wanted: int) -> None:
    from catalogue.indicators.recipe import shipped
    from catalogue.models import PUBLIC
    from catalogue.releasing import cube_of, lines, told
    from catalogue.releasing.summing import summed
    from portal.api.indicator_files import FORMS

    key, recipe = next(iter(shipped().items()))
    row = filled(key, recipe.schema, wanted)
    cube = cube_of(recipe)
    print(f"{wanted:,} observations; memory before: {held()} MiB")
    for name, form in FORMS.items():
        began, worked, size, early = time.perf_counter(), time.process_time(), 0, 0
        for piece in form.write(cube, lines(told(row, PUBLIC))):
            size += len(piece)
            early = early or held()
        seconds, processor = time.perf_counter() - began, time.process_time() - worked
        print(
            f"{name:9} {wanted / seconds:9,.0f}/s  {seconds:6.1f} s ({processor:.1f} of processor)  "
            f"{size / 2**20:7.1f} MiB  memory at most {early} then {held()} MiB"
        )
    began = time.process_time()
    found = summed(cube, told(row, PUBLIC))
    print(
        f"summed    {found.observations:,} observations, {found.series:,} series: {time.process_time() - began:.1f} s of processor"
    )


def filled(key: str, schema: str, wanted: int) -> object:
    from django.utils import timezone

    from catalogue.models import Dataset, Indicator, Observation, Organisation, Table, Territory
    from catalogue.publishing import Draft, publish

    body = Organisation.objects.create(name="Ville d’essai", slug="ville", folded="ville d’essai", tenant=True)
    values = {"title": {"fr": "Budgets"}, "description": {"fr": "Budgets."}}
    [outcome] = publish([Draft("dataset", values, body.pk)])
    dataset = Dataset.objects.get(pk=outcome.id)
    table = Table.objects.create(dataset=dataset, name="budgets.csv")
    row = Indicator.objects.create(key=key, version=1, digest=key, title=key, theme="finances", schema=schema)
    places = wanted // YEARS
    now = timezone.now()
    for start in range(0, wanted // YEARS, PLACES):
        numbers = range(start, min(start + PLACES, wanted // YEARS))
        places = Territory.objects.bulk_create(
            [
                Territory(
                    level="commune", code=f"Z{number:06}", name=f"Commune {number}", sort_name=f"commune-{number}"
                )
                for number in numbers
            ]
        )
        Observation.objects.bulk_create(
            [
                Observation(
                    indicator=row, territory=place, period=str(2019 + year), value=number * 1.25, numerator=number * 3000.5,
                    denominator=2400.4, status="A", rows=12, table_version=1, recipe_version=1, computed_at=now, table=table, dataset=dataset,
                )
                for number, place in zip(numbers, places, strict=True)
                for year in range(YEARS)
            ]
        )  # fmt: skip
    return row


def held() -> int:
    """The most memory that this process ever held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
