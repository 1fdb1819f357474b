"""The shipped facts go into the base: as often as one likes, the second time updates and doubles nothing.

Each load is one transaction, all or nothing. What somebody added (syndicats, other populations) is left alone; what
the new file no longer has is marked, never deleted, because records point to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from django.db import connection, transaction

from catalogue.models.territories import Level, Population, Territory, sort_key
from catalogue.models.vocabularies import Concept, Vocabulary
from catalogue.reference.classing import classify
from catalogue.reference.files import Atlas, Key, Place, Scheme, Series, Term, read_territories, read_vocabularies

SHIPPED_LEVELS: Final = tuple(level for level in Level if level != Level.SYNDICAT)
TERRITORY_KEY: Final = ("level", "code")
TERRITORY_FACTS: Final = (
    "name",
    "sort_name",
    "liaison",
    "siren",
    "postcodes",
    "former_communes",
    "longitude",
    "latitude",
    "area_km2",
    "current",
)
POPULATION_KEY: Final = ("territory", "year", "kind", "source")
CONCEPT_FACTS: Final = ("vocabulary", "code", "labels", "own_label_fr", "alt", "deprecated", "is_open")
BATCH: Final = 500  # identifiers in one condition


def load_territories(atlas: Atlas | None = None) -> Counter[str]:
    """How many of each level, and of "population". Raises ReferenceFileError before anything is written."""
    atlas = atlas or read_territories()
    with transaction.atomic():
        Territory.objects.bulk_create(
            [_territory(place) for place in atlas.places],
            update_conflicts=True,
            unique_fields=TERRITORY_KEY,
            update_fields=TERRITORY_FACTS,
        )
        rows = Territory.objects.filter(level__in=SHIPPED_LEVELS).values_list("level", "code", "pk")
        ids: dict[Key, int] = {(level, code): pk for level, code, pk in rows}
        _retire(ids, {place.key for place in atlas.places})
        _link(atlas.places, ids)
        figures = _record(atlas.populations, ids)
        classify()
        _analyse()
    return Counter(place.level for place in atlas.places) + Counter(population=figures)


def load_vocabularies(schemes: tuple[Scheme, ...] | None = None) -> Counter[str]:
    """How many terms of each vocabulary. Raises ReferenceFileError before anything is written."""
    schemes = schemes or read_vocabularies()
    with transaction.atomic():
        for scheme in schemes:
            vocabulary, _ = Vocabulary.objects.update_or_create(
                code=scheme.code, defaults={"uri": scheme.uri, "title": scheme.title}
            )
            Concept.objects.bulk_create(
                [_concept(term, vocabulary) for term in scheme.terms],
                update_conflicts=True,
                unique_fields=("uri",),
                update_fields=CONCEPT_FACTS,
            )
            gone = vocabulary.concepts.exclude(uri__in=[term.uri for term in scheme.terms])
            gone.update(deprecated=True)
        _nest(schemes)
    return Counter({scheme.code: len(scheme.terms) for scheme in schemes})


def vocabularies_are_current() -> bool:
    """Whether the base has the terms of the shipped file, their names and their codes: an upgrade may bring others."""
    facts = Concept.objects.filter(deprecated=False).values_list("uri", "code", "labels", "alt")
    known = {uri: (code, labels, alt) for uri, code, labels, alt in facts}
    terms = [term for scheme in read_vocabularies() for term in scheme.terms if not term.deprecated]
    return known == {term.uri: (term.code, _labels(term), list(term.alt)) for term in terms}


def _territory(place: Place) -> Territory:
    return Territory(
        level=place.level,
        code=place.code,
        name=place.name,
        sort_name=sort_key(place.name),
        liaison=place.liaison,
        siren=place.siren,
        postcodes=list(place.postcodes),
        former_communes=[{"code": code, "name": name, "kind": kind} for code, name, kind in place.former],
        longitude=place.longitude,
        latitude=place.latitude,
        area_km2=place.area_km2,
        current=True,
    )


def _retire(ids: dict[Key, int], shipped: set[Key]) -> None:
    gone = [pk for key, pk in ids.items() if key not in shipped]
    for batch in _batches(gone):
        Territory.objects.filter(pk__in=batch).update(current=False)


def _link(places: Iterable[Place], ids: dict[Key, int]) -> None:
    """The links wanted, less those that are there; a commune that changed its EPCI leaves the old one."""
    through = Territory.parents.through
    wanted = {(ids[place.key], ids[parent]) for place in places for parent in place.parents}
    known = {
        (child, parent): pk
        for child, parent, pk in through.objects.exclude(to_territory__level=Level.SYNDICAT).values_list(
            "from_territory_id", "to_territory_id", "pk"
        )
    }
    for batch in _batches([pk for link, pk in known.items() if link not in wanted]):
        through.objects.filter(pk__in=batch).delete()
    through.objects.bulk_create(
        [through(from_territory_id=child, to_territory_id=parent) for child, parent in sorted(wanted - known.keys())]
    )


def _record(populations: Iterable[Series], ids: dict[Key, int]) -> int:
    """How many figures the file has; only those that are new or differ are written, since they are the most of it."""
    wanted = {
        (ids[key], series.year, series.kind, series.source): value
        for series in populations
        for key, value in series.values.items()
    }
    rows = Population.objects.values_list("territory_id", "year", "kind", "source", "value")
    known = {key: value for *key_, value in rows.iterator() if (key := tuple(key_)) in wanted}
    Population.objects.bulk_create(
        [
            Population(territory_id=territory, year=year, kind=kind, source=source, value=value)
            for (territory, year, kind, source), value in wanted.items()
            if known.get((territory, year, kind, source)) != value
        ],
        update_conflicts=True,
        unique_fields=POPULATION_KEY,
        update_fields=("value",),
    )
    return len(wanted)


def _analyse() -> None:
    """Without statistics SQLite walks through all communes to find those of one EPCI: 13 ms instead of 0.5."""
    with connection.cursor() as cursor:
        for model in (Territory, Territory.parents.through, Population):
            table = model._meta.db_table
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")


def _concept(term: Term, vocabulary: Vocabulary) -> Concept:
    return Concept(
        vocabulary=vocabulary,
        code=term.code,
        uri=term.uri,
        labels=_labels(term),
        own_label_fr=term.own_label_fr,
        alt=list(term.alt),
        deprecated=term.deprecated,
        is_open=term.is_open,
    )


def _labels(term: Term) -> dict[str, str]:
    labels = {"fr": term.label_fr, "en": term.label_en}
    return {lang: label for lang, label in labels.items() if label}


def _nest(schemes: Iterable[Scheme]) -> None:
    broader = {term.uri: term.broader for scheme in schemes for term in scheme.terms if term.broader}
    by_uri = Concept.objects.in_bulk({*broader, *broader.values()}, field_name="uri")
    for uri, parent in broader.items():
        by_uri[uri].broader = by_uri[parent]
    Concept.objects.bulk_update([by_uri[uri] for uri in broader], ("broader",))


def _batches(pks: list[int]) -> Iterable[list[int]]:
    return (pks[start : start + BATCH] for start in range(0, len(pks), BATCH))
