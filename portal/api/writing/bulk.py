"""`POST /api/bulk`: many questions in one, a line of JSON each; a line of the report for each, as soon as it is done.

Each line goes through the very views of its address, in a transaction of its own: what fails leaves the others. Sent again with
the same keys, what was done is told again and not done again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.urls import Resolver404, resolve

from catalogue.auditing import acting
from catalogue.auditing.acting import Acting, now
from portal.api.tokens import MARK
from portal.api.writing import bodies, problems
from portal.api.writing.access import IN_BULK, dry, speaker, writing
from portal.api.writing.problems import Wrong

MEDIA: Final = "application/x-ndjson"
LONGEST: Final = 10_000_000  # bytes
MOST: Final = 2_000  # lines
METHODS: Final = ("POST", "PUT", "PATCH", "DELETE")
NAMES: Final = frozenset({"method", "path", "body", "if_match", "key"})


@writing("POST")
def bulk(request: HttpRequest) -> Any:
    """The report comes as it goes, so the answer is a 200 whatever becomes of the lines."""
    speaker(request)
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != MEDIA:
        raise Wrong("media-type")
    trying = dry(request)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST:
        raise Wrong("too-large")
    lines = [line for line in request.read().split(b"\n") if line.strip()]
    if len(lines) > MOST:
        raise Wrong("too-large")
    return StreamingHttpResponse(_report(request, lines, trying, now()), content_type=MEDIA)


def _report(request: HttpRequest, lines: list[bytes], trying: bool, through: Acting) -> Iterator[bytes]:
    """`through`: as the question came, since the middlewares that say it are done before the first line is."""
    for index, line in enumerate(lines):
        with acting(through.through, through.name, through.request):
            answer = _one(request, line, trying)
        said: dict[str, Any] = {"index": index, "status": answer.status_code}
        said |= {name.lower(): answer[name] for name in ("ETag", "Location", "Retry-After") if name in answer}
        if answer.status_code >= 400:
            said["problem"] = json.loads(answer.content)
        elif trying and answer.content:
            said["trial"] = json.loads(answer.content)
        yield json.dumps(said, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _one(request: HttpRequest, line: bytes, trying: bool) -> HttpResponse:
    try:
        said = bodies.parsed(line)
        found, inner = _asked(request, said, trying)
    except Wrong as error:
        return problems.answer(request, error)
    answer: HttpResponse = found.func(inner, *found.args, **found.kwargs)
    return answer


def _asked(request: HttpRequest, said: dict[str, Any], trying: bool) -> tuple[Any, HttpRequest]:
    """The view and the question that a line means. Raises Wrong."""
    faults = [problems.Fault(f"/{name}", "unknown-field") for name in sorted(set(said) - NAMES)]
    texts = {name: said.get(name, "") for name in ("method", "path", "if_match", "key")}
    faults += [problems.Fault(f"/{name}", "type") for name, text in texts.items() if not isinstance(text, str)]
    if faults:
        raise Wrong("invalid", faults=faults)
    if texts["method"] not in METHODS:
        raise Wrong("invalid", faults=[problems.Fault("/method", "choice")])
    try:
        address = urlsplit(texts["path"])
        found = resolve(address.path)
    except (Resolver404, ValueError):
        found = None
    if found is None or "what" not in found.kwargs:
        raise Wrong("invalid", faults=[problems.Fault("/path", "choice")])
    inner = HttpRequest()
    inner.method, inner.path, inner.user = texts["method"], address.path, request.user
    inner.GET = QueryDict(address.query + ("&dry-run=1" if trying else ""))
    inner.META = {"QUERY_STRING": address.query, "HTTP_ACCEPT_LANGUAGE": request.headers.get("Accept-Language", "")}
    inner.META |= {"CONTENT_TYPE": "application/json", "HTTP_IF_MATCH": texts["if_match"]}
    if texts["key"]:
        inner.META["HTTP_IDEMPOTENCY_KEY"] = texts["key"]
    inner._body = json.dumps(said["body"]).encode() if "body" in said else b""  # noqa: SLF001
    inner._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # noqa: SLF001 - asked of the whole
    setattr(inner, IN_BULK, True)
    if token := getattr(request, MARK, None):
        setattr(inner, MARK, token)
    return found, inner
