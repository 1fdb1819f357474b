"""A file in the body of a question: the body itself, or the one file of a form (RFC 7578). Never held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.http import parse_header_parameters

from catalogue.tabling.tabular import plain_name
from portal.api.writing.problems import Wrong

PIECE: Final = 2**16  # bytes
AROUND: Final = 2**16  # bytes of a form beside its file
FORM: Final = "multipart/form-data"
LINES: Final = "application/x-www-form-urlencoded"  # what curl says of a file that it was not told the type of


@dataclass(frozen=True)
class Sent:
    """What is said of the file, and its bytes, that can be read once. `name`: "" when it has none."""

    pieces: Iterable[bytes]
    name: str
    title: str


def sent(request: HttpRequest) -> Sent:
    """Raises Wrong for what is no file, and for more bytes than any file may have; what is announced is not read."""
    said = request.META.get("CONTENT_LENGTH") or ""
    if not said.isdecimal():
        raise Wrong("length-required")
    length, form = int(said), request.content_type == FORM
    if length > settings.BOUTURE_TABLE_SIZE * 2**20 + (AROUND if form else 0):
        raise Wrong("file-too-large")
    if request.content_type == LINES:
        raise Wrong("file-body")
    title = request.GET.get("title", "").strip()
    coming = _Counted(request, length)
    if not form:
        return Sent(coming.pieces(), _named(request), title)
    said_too, file = _of_form(request, coming)
    return Sent(
        _chunks(file), _named(request) or plain_name(file.name or ""), title or said_too.get("title", "").strip()
    )


class _Counted:
    """The body, as a stream that knows when it ends too soon: whoever sent it is gone, and half a file is none."""

    def __init__(self, request: HttpRequest, length: int) -> None:
        self._request, self.left = request, length

    def read(self, size: int = PIECE) -> bytes:
        """Raises Wrong."""
        wanted = min(size, self.left)
        try:
            piece: bytes = self._request.read(wanted) if wanted else b""
        except UnreadablePostError as error:
            raise Wrong("unfinished") from error
        if wanted and not piece:
            raise Wrong("unfinished")
        self.left -= len(piece)
        return piece

    def pieces(self) -> Iterator[bytes]:
        while self.left:
            yield self.read()


def _of_form(request: HttpRequest, coming: _Counted) -> tuple[Any, UploadedFile]:
    """The fields and the file. Django reads forms by itself for POST alone, where the guard of sessions may have done it."""
    try:
        read: tuple[Any, Any] | None = (request.POST, request.FILES) if hasattr(request, "_files") else None
        fields, files = read or request.parse_file_upload(request.META, coming)  # type: ignore[arg-type]  # it only reads
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise Wrong("file-body") from error
    given = [file for name in files for file in files.getlist(name)]
    if len(given) != 1:
        raise Wrong("file-body")
    return fields, given[0]


def _chunks(file: UploadedFile) -> Iterator[bytes]:
    with file:
        yield from file.chunks()


def _named(request: HttpRequest) -> str:
    """RFC 6266: what the header calls it, unless the address does."""
    name = request.GET.get("name", "")
    if not name:
        try:
            name = parse_header_parameters(request.headers.get("Content-Disposition", ""))[1].get("filename", "")
        except (ValueError, LookupError):
            name = ""
    return plain_name(name)
