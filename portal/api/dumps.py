"""The whole public catalogue in one document, written as it is read: memory stays flat whatever the size.

Rows are read by batches after the last key, each in a short question of its own: a slow client holds neither a
transaction nor a cursor of the base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse

from catalogue.dcat import formats
from catalogue.dcat.formats import Text
from catalogue.log import last_number
from catalogue.models import PUBLIC, DataService, Dataset, Distribution, Record, in_french
from catalogue.quality.averages import averages
from portal.api import measures, rest, statements
from portal.api.catalogue import columns_of, modified
from portal.api.http import RDF_FORMS, conditional, etag, open_to_all
from portal.api.leftovers import changed, left
from portal.api.profiles import DEFAULT, SOURCE, Form, asked, in_profiles
from portal.branding import branding
from portal.csv_lines import csv_line

BATCH: Final = 100
PIECE: Final = 64 * 1024  # bytes sent at once
# By name on the command line: extension, media type. RDF's are those of `RDF_FORMS`.
TABULAR = {"csv": "text/csv", "jsonl": "application/jsonl"}
FORMATS = {**{code: extension for extension, (code, _) in RDF_FORMS.items()}, **{name: name for name in TABULAR}}
COLUMNS: Final = (
    "id", "adresse", "page", "titre", "description", "organisation", "themes", "mots_cles", "licence", "frequence",
    "paru", "mis_a_jour", "formats", "fichiers",
)  # fmt: skip


def dump(format: str, form: Form = DEFAULT) -> Iterator[bytes]:
    """The public catalogue in one of FORMATS, piece by piece. Raises KeyError for another. CSV and JSON have one form.

    In the form of the sources, what they said and nothing else.
    """
    if format in TABULAR:
        return pieces({"csv": _csv, "jsonl": _jsonl}[format]())
    if format not in FORMATS:
        raise KeyError(format)
    return pieces(formats.write_texts(_texts(form), format))


def pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for part in parts:
        held += part
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def records(model: type[Record], form: Form | None = None) -> Iterator[list[Any]]:
    """Batches of the public records of one kind, by key: with the columns of `form`, else with their publishers."""
    manager = model.objects  # type: ignore[attr-defined]
    every = manager.select_related("published_by") if form is None else columns_of(manager, form)
    every = every.visible_to(PUBLIC).order_by("pk")
    batch = list(every[:BATCH])
    while batch:
        yield batch
        batch = list(every.filter(pk__gt=batch[-1].pk)[:BATCH])


def _datasets() -> Iterator[tuple[Dataset, list[Distribution]]]:
    """Each dataset with its files. Not by prefetch: rows that point to each other wait for the cycle collector."""
    for batch in records(Dataset):
        files: dict[Any, list[Distribution]] = {}
        for file in Distribution.objects.filter(dataset__in=[row.pk for row in batch]).order_by("position", "pk"):
            files.setdefault(file.dataset_id, []).append(file)
        for row in batch:
            yield row, files.get(row.pk, [])


def _texts(form: Form) -> Iterator[Text]:
    if form == SOURCE:
        yield from left(PUBLIC)
    else:
        us = statements.catalogue_uri()
        yield statements.catalogue(modified(PUBLIC))
        yield Text(measures.averages(us, us, averages(PUBLIC)))
    for model in (Dataset, DataService):
        for batch in records(model, form):
            if form != SOURCE:
                yield Text("".join(statements.membership(record, form) for record in batch))
            yield from (statements.form_of(record, form) for record in batch)


def _csv() -> Iterator[bytes]:
    yield csv_line(COLUMNS)
    for row, files in _datasets():
        codes = dict.fromkeys(file.format_code for file in files if file.format_code)
        yield csv_line(
            (
                str(row.pk), row.uri, settings.BOUTURE_URL + row.get_absolute_url(), row.label, row.summary,
                row.published_by.name, " ".join(row.theme), ", ".join(in_french(row.keyword) or []), row.license,
                row.frequency, row.issued, row.modified or row.updated_at.isoformat(timespec="seconds"),
                " ".join(codes), str(len(files)),
            )
        )  # fmt: skip


def _jsonl() -> Iterator[bytes]:
    """Datasets with their files, then services; the object of `/id/<uuid>.json`, a line each."""
    for row, files in _datasets():
        yield rest.written(row, files) + b"\n"
    for batch in records(DataService):
        yield from (rest.written(row, []) + b"\n" for row in batch)


@open_to_all
@in_profiles
def whole(request: HttpRequest, extension: str) -> HttpResponseBase:
    """`/catalogue/tout.<ext>`: what anybody may read, whoever asks; compressed by the middleware when it is accepted."""
    names = {ours: name for name, ours in FORMATS.items()}
    if extension not in names:
        raise Http404
    media = TABULAR.get(extension) or RDF_FORMS[extension][1]
    form = asked(request)

    def make() -> HttpResponseBase:
        kind = f"{media}; charset=utf-8"
        # A server throws the body of a HEAD away, but only after it has made it.
        pieces = iter(()) if request.method == "HEAD" else dump(names[extension], form)
        return StreamingHttpResponse(pieces, content_type=kind)

    count, at = changed(PUBLIC) if form == SOURCE else (0, None)
    tag = etag("dump", last_number(), branding(), extension, form.name, count, at)
    moment = max((moment for moment in (modified(PUBLIC), at) if moment), default=None)
    response: HttpResponseBase = conditional(request, tag, moment, make)
    response["Cache-Control"] = "no-cache"
    response["Content-Disposition"] = f'attachment; filename="catalogue.{extension}"'
    return response
