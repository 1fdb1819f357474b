"""Datasets, with the names of their files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from catalogue import permissions, use
from catalogue.models import Dataset, Distribution, Score, TableVersion, Territory
from catalogue.quality.metrics import V2
from catalogue.search import licences, places
from catalogue.search.bounds import Box
from catalogue.search.document import Document
from catalogue.search.kinds.base import keys_of
from catalogue.search.kinds.records import READ, Records, addresses, described, high_value, names_of
from catalogue.search.origins import origins, where
from catalogue.spoken import gettext_noop as _
from catalogue.tables.schemas.national import named, page_of

OF_FILES: Final = (
    "dataset", "position", "title", "access_url", "download_url", "format", "media_type", "license", "conforms_to",
    "applicable_legislation",
)  # fmt: skip
COLUMNS: Final = 200  # names of a record's columns that can be found
NOTHING_ELSE: Final = Document("", "dataset", ())


class Datasets(Records):
    name = "dataset"
    one = _("jeu de données")
    several = _("jeux de données")
    facts = frozenset({"table"})  # a file that was read (`catalogue.tabling.queue`)

    def published(self) -> QuerySet[Dataset]:
        wanted: QuerySet[Dataset] = Dataset.objects.published().select_related(
            "published_by__territory", "owner", "territory"
        )
        files = Prefetch("distributions", Distribution.objects.only(*OF_FILES))
        return wanted.only(*READ, "territory", "frequency", "spatial").prefetch_related(
            files, "territory__parents", "published_by__territory__parents"
        )

    def made(self, rows: Sequence[Dataset]) -> list[Document]:
        keys = [row.pk for row in rows]
        tokens, labels, worked_out, inside = (
            permissions.tokens_for(rows),
            names_of(rows),
            _worked_out(keys),
            _tables(keys),
        )
        documents = ((row.pk, _document(row, tokens[row.pk], labels)) for row in rows)
        return [replace(_with_tables(said, inside.get(key, [])), **worked_out(key)) for key, said in documents]

    def derived(self, ids: Collection[str]) -> dict[str, str]:
        keys = keys_of(ids)
        worked_out = _worked_out(keys)
        return {str(key): replace(NOTHING_ELSE, **worked_out(key)).derived() for key in keys}


def _tables(keys: Sequence[UUID]) -> dict[UUID, list[TableVersion]]:
    """What is public of the files that were read as tables, by dataset. One query."""
    shown = TableVersion.objects.filter(shown_by__dataset__in=keys, shown_by__left_at=None, withheld=False)
    found: dict[UUID, list[TableVersion]] = {}
    for version in shown.select_related("shown_by").only("columns", "schema", "shown_by__dataset").order_by("pk"):
        found.setdefault(version.shown_by.dataset_id, []).append(version)
    return found


def _with_tables(said: Document, versions: Sequence[TableVersion]) -> Document:
    """With the names of the columns, as written and as words, and the schemas that were recognised beside those it declares."""
    names = (str(column["name"]) for version in versions for column in version.columns)
    schemas = dict.fromkeys(version.schema for version in versions if version.schema)
    declared = {found[0] for address in said.schema if (found := named(address))}
    pages = (page_of(key) for key in schemas if key not in declared)
    return replace(
        said,
        columns=tuple(dict.fromkeys(name.replace("_", " ") for name in islice(names, COLUMNS))),
        schema=(*said.schema, *filter(None, pages)),
    )


def _worked_out(keys: Sequence[UUID]) -> Callable[[UUID], dict[str, Any]]:
    """The fields of `document.DERIVED`, by key. Three queries."""
    scores, sources = dict(Score.objects.filter(pk__in=keys).values_list("pk", "v2")), origins(keys)
    used = use.of(keys)
    return lambda key: {
        "quality": scores[key] / V2.most if key in scores else None,
        "use": used.get(key, 0.0),
        **where(sources.get(key)),
    }


def _document(row: Dataset, audience: tuple[str, ...], labels: Mapping[str, str]) -> Document:
    files = list(row.distributions.all())
    licensed = licences.listed([row.license, *(file.license for file in files)])
    place = row.territory or row.published_by.territory  # a body that says no more speaks of its own
    said = described(row, place, licensed, audience, labels)
    return replace(
        said,
        texts=(*said.texts, *(file.label for file in files[:50])),
        format=tuple(dict.fromkeys(file.format_code for file in files if file.format_code)),
        schema=addresses(row.conforms_to, *(file.conforms_to for file in files)),
        frequency=addresses([row.frequency]),
        hvd=high_value(row, *(file.applicable_legislation for file in files)),
        box=_outline(row, place),
    )


def _outline(row: Dataset, place: Territory | None) -> Box | None:
    """As the record says it, else about where its territory is."""
    return places.said(row.spatial) or (places.outline(place) if place else None)
