"""All the observations of an indicator as a file, written as it is read: memory stays flat whatever the size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from catalogue.dcat import formats
from catalogue.indicators import exports
from catalogue.indicators.exports import MESHES, Cube, Line
from catalogue.releasing import lines, told
from portal.api import indicator_questions
from portal.api.http import RDF_FORMS, open_to_all
from portal.api.indicators import Asked, answered, find, refused
from portal.asking import Remark

PIECE: Final = 64 * 1024  # bytes sent at once
Writer = Callable[[Cube, Iterable[Line]], Iterator[bytes]]


@dataclass(frozen=True)
class Form:
    media_type: str
    write: Writer


def _rdf(code: str) -> Writer:
    def write(cube: Cube, some: Iterable[Line]) -> Iterator[bytes]:
        return formats.write_texts((formats.Text(text) for text in exports.ntriples(cube, some)), code)

    return write


# By extension.
FORMS: Final[Mapping[str, Form]] = {
    "csv": Form("text/csv; charset=utf-8", exports.own),
    "sdmx.csv": Form("application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8", exports.sdmx),
    "json": Form("application/json", exports.whole),
    **{
        extension: Form(f"{media}; charset=utf-8", _rdf(code))
        for extension, (code, media) in RDF_FORMS.items()
        if extension != "rdf"
    },
}


@open_to_all
def observations_as(request: HttpRequest, key: str, extension: str) -> HttpResponseBase:
    """Those that the question finds; an extension that is not ours is an address that does not exist."""
    if extension not in FORMS:
        raise Http404
    found = find(request, key)
    form = FORMS[extension]

    def make() -> HttpResponseBase:
        wanted = indicator_questions.read(request.GET, found.recipe, paged=False)
        if wanted.remarks:
            return refused(wanted.remarks)
        some = lines(wanted.of(told(found.row, found.audience)))
        return _sent(request, form.write(found.cube, some), form.media_type, f"{key}.{extension}")

    return answered(request, found.audience, make)


@open_to_all
def national(request: HttpRequest, key: str) -> HttpResponseBase:
    """`ecolab.csv?maille=commune&axe=`: the layout of the national hub of indicators, a file a level."""
    found = find(request, key)
    return answered(request, found.audience, lambda: _national(request, found))


def _national(request: HttpRequest, found: Asked) -> HttpResponseBase:
    mesh, axis = request.GET.get("maille", ""), request.GET.get("axe", "")
    axes = [each.name for each in found.recipe.axes]
    remarks = [
        Remark(name[:40], f"« {name[:40]} » n’est pas un paramètre : écrivez maille, axe", "")
        for name in request.GET
        if name not in ("maille", "axe")
    ]
    if mesh not in MESHES:
        remarks.append(Remark("maille", f"Dites de quelle maille : {', '.join(MESHES)}", ""))
    if axis and axis not in axes:
        those = f"écrivez {', '.join(axes)}" if axes else "cet indicateur n’en a pas"
        remarks.append(Remark("axe", f"« {axis[:40]} » n’est pas un axe : {those}", ""))
    if remarks:
        return refused(remarks)
    kept = Q(territory__level=MESHES[mesh], axis=axis, value__isnull=False)
    some = lines(told(found.row, found.audience).filter(kept))
    name = f"{found.recipe.key}-{mesh}{f'-{axis}' if axis else ''}.csv"
    return _sent(request, exports.national(some, mesh, axis), "text/csv; charset=utf-8", name)


def _sent(request: HttpRequest, pieces: Iterator[bytes], media_type: str, name: str) -> StreamingHttpResponse:
    # A server throws the body of a HEAD away, but only after it has made it.
    stream = iter(()) if request.method == "HEAD" else _together(pieces)
    response = StreamingHttpResponse(stream, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _together(parts: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for part in parts:
        held += part
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    yield bytes(held)
