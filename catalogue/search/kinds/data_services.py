"""Data services: addresses that programs call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import QuerySet

from catalogue import permissions
from catalogue.models import DataService
from catalogue.search import licences
from catalogue.search.document import Document
from catalogue.search.kinds.records import READ, Records, described, names_of
from catalogue.search.origins import origins, where
from catalogue.spoken import gettext_noop as _


class Services(Records):
    name = "service"
    one = _("service de données")
    several = _("services de données")

    def published(self) -> QuerySet[DataService]:
        wanted: QuerySet[DataService] = DataService.objects.published()
        return (
            wanted.select_related("published_by__territory", "owner")
            .only(*READ, "endpoint_url", "format")
            .prefetch_related("published_by__territory__parents")
        )

    def made(self, rows: Sequence[DataService]) -> list[Document]:
        tokens, labels = permissions.tokens_for(rows), names_of(rows)
        sources = origins([row.pk for row in rows])
        return [replace(_document(row, tokens[row.pk], labels), **where(sources.get(row.pk))) for row in rows]


def _document(row: DataService, audience: tuple[str, ...], labels: Mapping[str, str]) -> Document:
    said = described(row, row.published_by.territory, licences.listed([row.license]), audience, labels)
    # The names of what it serves are left out: some of that may be private.
    return replace(said, texts=(*said.texts, *row.endpoint_url), format=tuple(row.format_codes))
