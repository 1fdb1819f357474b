"""`/api/datasets/<uuid>/files`, `/api/files/<uuid>`: the files of a dataset, deposited and replaced by programs as by pages.

What came is judged by the worker, by what it holds: the answer says where to follow that.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from catalogue.models import Audience, Dataset, Record, Table
from catalogue.permissions import audience_of
from catalogue.tables.versions import difference_from
from catalogue.tabling import openable, waits
from catalogue.tabling.coming import Came, coming
from catalogue.tabling.depositing import give_up, take, take_again
from catalogue.tabling.tabular import deposit_address
from portal.api.writing import shown, uploads
from portal.api.writing.access import READS, admitted, done, dry, effect, writing
from portal.api.writing.problems import Wrong
from portal.api.writing.uploads import Sent

KNOWN: Final = frozenset({Table.State.WAITING, Table.State.READY})  # what was read, or is about to be


@writing(*READS, "POST")
def files(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Those of a dataset that are here or read here; a new one: 201 with its address."""
    if request.method in READS:
        found, held = shown.find(request, "dataset", pk)
        audience, rows = audience_of(request.user), Table.objects.of(found.pk).order_by("name", "pk")
        return _json({"files": [said(row, found, audience, held) for row in rows]})
    user = admitted(request)
    found = _writable(request, pk)  # before a byte is read
    sent = uploads.sent(request)
    if not sent.name:
        raise Wrong("file-name")
    with coming(sent.pieces, found.owner) as came:
        return done(request, user, lambda user: _add(request, user, pk, sent, came), _digest(sent, came))


@writing(*READS, "PUT", "DELETE")
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One. PUT: a new version at the same address, 202; the one that is there stays until the new one is read."""
    if request.method in READS:
        row, found, held = _find(request, pk)
        response = _json(said(row, found, audience_of(request.user), held))
        if "edit" in held:  # of bytes that others may not have, not even a digest
            response["ETag"] = tag(row)
        return response
    if request.method == "DELETE":
        return effect(request, lambda user: _remove(request, user, pk))
    user = admitted(request)
    _, found = _changeable(request, pk)
    sent = uploads.sent(request)
    with coming(sent.pieces, found.owner) as came:
        return done(request, user, lambda user: _replace(request, user, pk, sent, came), _digest(sent, came))


def _digest(sent: Sent, came: Came) -> bytes:
    return "\n".join((sent.name, sent.title, came.checksum)).encode("utf-8", "replace")


def _add(request: HttpRequest, user: Any, pk: UUID, sent: Sent, came: Came) -> HttpResponse:
    found = _writable(request, pk, lock=True)
    key = take(found, came, sent.name, sent.title, user)
    response = _told(request, key, "created", 201, came)
    response["Location"] = reverse("api_file", args=[key])
    return response


def _replace(request: HttpRequest, user: Any, pk: UUID, sent: Sent, came: Came) -> HttpResponse:
    row, _ = _changeable(request, pk, lock=True)
    if row.etag == came.checksum and row.state in KNOWN and row.deposit:
        return _told(request, pk, "unchanged", 200, came)  # what was corrected here since stays so
    take_again(row, came, sent.name or row.name, user)
    return _told(request, pk, "replaced", 202, came)


def _remove(request: HttpRequest, user: Any, pk: UUID) -> HttpResponse:
    row, found = _changeable(request, pk, lock=True)
    if found.owner.reviewed and found.status == Record.Status.PUBLISHED and not found.harvested:
        raise Wrong("second-person")
    trial = {"dry_run": True, "would": "removed", "file": _whole(request, row)}
    give_up(row, user)
    return _json(trial) if dry(request) else HttpResponse(status=204)


def _told(request: HttpRequest, pk: UUID, would: str, status: int, came: Came) -> HttpResponse:
    row = Table.objects.select_related("current", "dataset__owner").get(pk=pk)
    if dry(request):
        came.take_back()
        return _json({"dry_run": True, "would": would, "file": _whole(request, row)})
    response = _json(_whole(request, row), status)
    response["ETag"] = tag(row)
    return response


def _writable(request: HttpRequest, pk: UUID, *, lock: bool = False) -> Dataset:
    """The dataset, for who may deposit there. Raises Wrong."""
    found, held = shown.find(request, "dataset", pk, lock=lock)
    if found.status == Record.Status.WITHDRAWN:
        raise Wrong("withdrawn")
    if ("edit" if found.status == Record.Status.DRAFT else "publish") not in held:
        raise Wrong("forbidden")
    if request.method == "POST" and request.headers.get("If-Match"):
        shown.check_version(request, found)  # nothing is lost by what is added: asked only of who says it
    return found


def _find(request: HttpRequest, pk: UUID) -> tuple[Table, Dataset, frozenset[str]]:
    """Raises Wrong for what is none, or that of a dataset that this person may not know of."""
    row = Table.objects.filter(pk=pk, left_at=None).select_related("current", "dataset__owner").first()
    if row is None:
        raise Wrong("not-found")
    return row, *shown.find(request, "dataset", row.dataset_id)


def _changeable(request: HttpRequest, pk: UUID, *, lock: bool = False) -> tuple[Table, Dataset]:
    row, found, _ = _find(request, pk)
    found = _writable(request, found.pk, lock=lock)
    if lock:
        row = _find(request, pk)[0]
    shown.check_tag(request, tag(row))
    return row, found


def tag(row: Table) -> str:
    """Of the bytes that came last, whatever became of them since."""
    known = row.etag if row.deposit else ""
    return f'"{known or (row.current.checksum if row.current else row.pk)}"'


def _whole(request: HttpRequest, row: Table) -> dict[str, Any]:
    return said(row, row.dataset, audience_of(request.user), frozenset({"edit"}))


def said(row: Table, found: Dataset, audience: Audience, held: frozenset[str]) -> dict[str, Any]:
    """What it is and where it stands; of one that is for its body alone, to others no more than that it waits."""
    opened = openable(row, audience)
    version = row.current if opened else None
    difference = difference_from(version.difference) if version else None
    return {
        "id": str(row.pk),
        "dataset": str(found.pk),
        "name": row.name if opened else None,
        "size": row.size if opened else None,
        "address": deposit_address(row.deposit) if row.deposit else row.address,
        "state": row.state,
        "reason": row.reason if "edit" in held else "",
        "waits": waits(row),
        "version": version.number if version else None,
        "rows": version.rows if version else None,
        "checksum": version.checksum if version else None,
        "read_at": version.at.isoformat(timespec="seconds") if version else None,
        "changed": list(difference.told) if difference else [],
        "difference": version.difference or None if version else None,
        "links": _links(row),
    }


def _links(row: Table) -> dict[str, str]:
    names = {"self": "api_file", "page": "table_reading", "table": "table_api"}
    return {link: settings.BOUTURE_URL + reverse(name, args=[row.pk]) for link, name in names.items()}


def _json(text: dict[str, Any], status: int = 200) -> HttpResponse:
    return JsonResponse(text, status=status, json_dumps_params={"ensure_ascii": False})
