"""Datasets as lines of a list: one form for results, organisations and news, in a fixed number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.models import PUBLIC, Audience, Dataset, Distribution, in_reading
from catalogue.prepared import Prepared
from catalogue.remembered import Memory
from portal.naming import labels
from portal.pages import drawn, words
from portal.pages.licences import terms_of
from portal.pages.prose import first_sentences

SHOWN_FORMATS = 4
KEPT: Final = 30  # seconds that a line stands, for what no line of the log tells: names of formats and licences
LISTED = (
    "pk", "uri", "title", "description", "private", "license", "modified", "updated_at", "version", "published_by__name",
)  # fmt: skip
LINE_FIELDS = (
    "id", "uri", "title", "description", "private", "license", "modified", "created_at", "updated_at", "version",
    "published_by__name", "published_by__slug",
)  # fmt: skip


class Listed(NamedTuple):
    """The columns LISTED of a dataset: what is found is shown without rows of the model, which cost as much as all that a page
    makes of them."""

    pk: uuid.UUID
    uri: str
    title: dict[str, Any]
    description: dict[str, Any]
    private: bool
    license: str
    modified: str
    updated_at: datetime
    version: int
    publisher: str


@dataclass(frozen=True)
class Row:
    """What a line shows of a dataset."""

    dataset: Dataset | Listed
    title: str
    publisher: str
    updated: str
    formats: str
    licence: str
    private: bool

    @cached_property
    def extract(self) -> str:
        """The first sentences; made only when asked for, since a found line shows the passage that answers."""
        return first_sentences(in_reading(self.dataset.description), 200)[0]

    @cached_property
    def spoken(self) -> tuple[SafeString, SafeString]:
        """The attributes that say in which language its title and its text are. As `meta`, drawn once: lines are remembered."""
        return drawn.spoken(self.dataset.title), drawn.spoken(self.dataset.description)

    @cached_property
    def meta(self) -> SafeString:
        return drawn.meta(self)

    @property
    def new(self) -> bool:
        """Published and not touched since."""
        return self.dataset.version == 1


# By the last line of the log, the language and the key.
_lines: Final = Memory[tuple[int, str, uuid.UUID], Row](KEPT, 2_000)


_still_public = Prepared(
    lambda *keys: Dataset.objects.visible_to(PUBLIC).filter(pk__in=keys).order_by().values_list("pk", flat=True)
)


def rows(datasets: Sequence[Dataset]) -> list[Row]:
    """Two queries, whatever the length: the formats of the files, and the names of formats and licences."""
    return _rows([(dataset, dataset.published_by.name) for dataset in datasets])


def found(keys: Sequence[uuid.UUID], audience: Audience, written: int | None = None) -> list[Row]:
    """The same of the datasets with these keys that this reader may see: two queries, or one. `written`: the last line of the log, read
    before; while it is the same, what lines say of public records is remembered, and of these it is asked alone whether they may
    be seen."""
    visible = Dataset.objects.visible_to(audience).order_by()
    if written is None:
        return _read(visible.filter(pk__in=keys))
    language = get_language() or ""
    known = _lines.those({(written, language, key) for key in keys})
    mine = [key for _, _, key in known]
    still = _still_public(*mine) if audience == PUBLIC else visible.filter(pk__in=mine).values_list("pk", flat=True)
    others = set(keys) - {key for _, _, key in known}
    read = _read(visible.filter(pk__in=others)) if others else []
    _lines.keep({(written, language, row.dataset.pk): row for row in read if not row.private})
    return [known[written, language, key] for key in still] + read


def _read(datasets: QuerySet[Dataset]) -> list[Row]:
    listed = [Listed(*row) for row in datasets.values_list(*LISTED)]
    return _rows([(one, one.publisher) for one in listed])


def _rows(datasets: Sequence[tuple[Dataset | Listed, str]]) -> list[Row]:
    files = _files([dataset.pk for dataset, _publisher in datasets])
    said = {part for found in files.values() for file in found for part in file}
    names = labels({*said, *(dataset.license for dataset, _publisher in datasets)})
    return [_row(dataset, publisher, files.get(dataset.pk, []), names) for dataset, publisher in datasets]


def rows_and_names(datasets: Sequence[Dataset], more: Iterable[str]) -> tuple[list[Row], dict[str, str]]:
    """Lines that say nothing of files, for news; and, as `labels`, the names of what else the page shows. One query."""
    names = labels({*(dataset.license for dataset in datasets), *more})
    return [_row(dataset, dataset.published_by.name, [], names) for dataset in datasets], names


def _files(ids: list[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, str, str]]]:
    found: dict[uuid.UUID, list[tuple[str, str, str]]] = {}
    if ids:
        said = Distribution.objects.filter(dataset__in=ids).order_by("position")
        for dataset, form, media, licence in said.values_list("dataset_id", "format", "media_type", "license"):
            found.setdefault(dataset, []).append((form, media, licence))
    return found


def _row(dataset: Dataset | Listed, publisher: str, files: list[tuple[str, str, str]], names: dict[str, str]) -> Row:
    formats = list(dict.fromkeys(format_name(form, media, names) for form, media, _licence in files))
    named = [name for name in formats if name]
    more = len(named) - SHOWN_FORMATS
    licence = dataset.license or next((said for _form, _media, said in files if said), "")
    return Row(
        dataset=dataset,
        title=in_reading(dataset.title) or dataset.uri,
        publisher=publisher,
        updated=words.said_date(dataset.modified) if dataset.modified else words.day(dataset.updated_at),
        formats=", ".join(named[:SHOWN_FORMATS]) + (_(" et %(count)s de plus") % {"count": more} if more > 0 else ""),
        licence=terms_of(licence, names.get(licence, "")).name if licence else "",
        private=dataset.private,
    )


def format_name(form: str, media: str, names: dict[str, str]) -> str:
    """The name of a file's format: as people know it, else the vocabulary's, else what its address ends with."""
    said = form or media
    code = said.rstrip("/").rsplit("/", 1)[-1].upper()
    if code in words.FORMATS:
        return words.format_names(code)[1]
    return names.get(said) or words.format_names(code)[1]
