"""What another product reads without knowing our tables: RDF for the catalogue, CSV for figures and for the list of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import Model

from catalogue.dcat import formats
from catalogue.dcat.formats import Text
from catalogue.models import PUBLIC, DataService, Dataset, Observation, Record, TableVersion
from portal.api import statements
from portal.api.catalogue import columns_of
from portal.api.dumps import dump
from portal.api.profiles import DEFAULT
from portal.csv_lines import csv_line
from portal.leaving.files import TABLES

BATCH: Final = 100
FIGURES: Final = (
    "indicator__key", "indicator__title", "territory__level", "territory__code", "territory__name", "period", "axis", "member", "value",
    "numerator", "denominator", "status", "reason", "rows", "population_year", "population_source", "dataset__uri", "table_id",
    "table_version", "recipe_version", "computed_at", "shown",
)  # fmt: skip
FIGURES_SAID: Final = (
    "indicateur", "titre", "niveau", "code", "territoire", "periode", "axe", "modalite", "valeur", "numerateur", "denominateur",
    "statut", "motif", "lignes", "population_annee", "population_source", "jeu", "table", "version_table", "version_recette",
    "calcule_le", "affiche",
)  # fmt: skip
FILES: Final = (
    "table_id", "number", "name", "media_type", "size", "checksum", "at", "rows", "schema", "level", "withheld", "table__address",
    "table__dataset__uri", "table__dataset_id", "table__dataset__private",
)  # fmt: skip
FILES_SAID: Final = (
    "chemin", "table", "version", "nom", "type", "octets", "sha256", "arrive_le", "lignes", "schema", "respect", "retenu", "adresse",
    "jeu", "cle_du_jeu", "jeu_prive",
)  # fmt: skip


def copies() -> Iterator[tuple[str, Iterable[bytes]]]:
    """Names in the export and contents. To be read one after the other, each to its end."""
    yield "catalogue/public.nt", dump("ntriples")
    yield "catalogue/public.jsonl", dump("jsonl")
    yield "catalogue/public.csv", dump("csv")
    yield "catalogue/retenu.nt", formats.write_texts(_held_back(), "ntriples")
    yield "chiffres/observations.csv", _csv(FIGURES_SAID, _figures())
    yield "fichiers/liste.csv", _csv(FILES_SAID, _files())


def _held_back() -> Iterator[Text]:
    """What the public does not read: private records, drafts, those that were withdrawn. A dump of its own, so that none is let out."""
    models: tuple[type[Record], ...] = (Dataset, DataService)
    for model in models:
        seen = model.objects.visible_to(PUBLIC).values("pk")  # type: ignore[attr-defined]
        every = columns_of(model.objects, DEFAULT).exclude(pk__in=seen).order_by("pk")  # type: ignore[attr-defined]
        batch = list(every[:BATCH])
        while batch:
            yield from (statements.form_of(record, DEFAULT) for record in batch)
            batch = list(every.filter(pk__gt=batch[-1].pk)[:BATCH])


def _csv(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    yield csv_line(names)
    for row in rows:
        yield csv_line(_cell(value) for value in row)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _rows(model: type[Model], columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    every = model._base_manager  # noqa: SLF001
    return every.order_by("pk").values_list(*columns).iterator(chunk_size=1_000)


def _figures() -> Iterator[tuple[Any, ...]]:
    return _rows(Observation, FIGURES)


def _files() -> Iterator[tuple[Any, ...]]:
    for row in _rows(TableVersion, FILES):
        table, number = row[0], row[1]
        yield (f"{TABLES}/{table.hex[:2]}/{table}/{number}/original", *row)
