"""What the metrics ask of the base: the values of the records, the vocabularies, the links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db.models import Prefetch

from catalogue.dcat import profile
from catalogue.dcat.classes import Profile
from catalogue.dcat.mapping import values_of
from catalogue.dcat.terms import Values
from catalogue.models import Concept, Dataset, Distribution, LinkCheck
from catalogue.quality.metrics import DATASET, FILE, VERSIONS

VOCABULARIES: Final = ("file-type", "access-right", "licence")


def _asked(whole: Profile, on: str) -> Profile:
    names = {metric.term for version in VERSIONS.values() for metric in version.metrics if metric.on == on}
    return replace(whole, terms=tuple(term for term in whole.terms if term.name in names))


# The classes of the profile with the terms that the metrics ask alone: to read the other columns is half of the work.
ASKED: Final = {on: _asked(whole, on) for on, whole in ((DATASET, profile.DATASET), (FILE, profile.DISTRIBUTION))}
COLUMNS: Final = {on: ("described", *(t.name for t in asked.terms if t.name != FILE)) for on, asked in ASKED.items()}


def rows(keys: Iterable[UUID]) -> list[Dataset]:
    """Those of these datasets that are published, with what the metrics ask. Two queries."""
    files = Prefetch("distributions", Distribution.objects.only("dataset", *COLUMNS[FILE]), "asked_files")
    found = Dataset.objects.with_forms().published().filter(pk__in=keys)
    return list(found.only("conforms", "former_uris", *COLUMNS[DATASET]).prefetch_related(files))


def values_of_row(row: Dataset) -> Values:
    """What the record says, as we export it: `catalogue.dcat.mapping.record_values`, of fewer columns."""
    files = [values_of(file, ASKED[FILE]) for file in row.asked_files]  # type: ignore[attr-defined]
    # What our export adds: an identifier when the source gives none, and the addresses that the record has left.
    ours = {"identifier": [str(row.pk)], **({"other_identifier": row.former_uris} if row.former_uris else {})}
    return {**ours, **values_of(row, ASKED[DATASET]), "distribution": files}


def statuses_of(records: Iterable[Values]) -> dict[str, int]:
    """What the last check of each address of their files found; an address not checked yet is absent."""
    files = (file for values in records for file in values["distribution"])
    return LinkCheck.objects.statuses(
        {address for file in files for name in ("access_url", "download_url") for address in file.get(name, ())}
    )


def known_addresses() -> frozenset[str]:
    """The addresses of the European tables, and those of a French licence that stands in one under another address."""
    european = set(Concept.objects.filter(vocabulary__code__in=VOCABULARIES).values_list("uri", flat=True))
    french = Concept.objects.of("licence-fr").values_list("uri", "alt")
    return frozenset(european | {uri for uri, alt in french if european.intersection(alt)})
