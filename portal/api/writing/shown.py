"""A record as programs read it before they write it, and its version as an ETag."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from catalogue import permissions
from catalogue.amending import values_of
from catalogue.dcat.mapping import MODELS
from catalogue.dcat.terms import Values
from catalogue.models import Record
from portal.api.writing.problems import Wrong

KINDS: Final = {"datasets": "dataset", "services": "service"}
# What is said of a record beside the values of its profile; none of it can be written once the record is there.
BESIDE: Final[dict[str, dict[str, Any]]] = {
    "id": {"type": "string", "format": "uuid"},
    "kind": {"enum": sorted(MODELS)},
    "uri": {"type": "string", "format": "iri"},
    "portal_page": {"type": "string", "format": "uri"},
    "owner": {"type": "string"},
    "state": {"enum": [status.value for status in Record.Status]},
    "private": {"type": "boolean"},
    "version": {"type": "integer"},
    "updated_at": {"type": "string", "format": "date-time"},
    "missing": {"type": "array", "items": {"type": "string"}},
}


def find(request: HttpRequest, kind: str, pk: Any, *, lock: bool = False) -> tuple[Any, frozenset[str]]:
    """The record and what this person may do to it. Raises Wrong for what they may not know of, and for what is gone."""
    model: Any = MODELS[kind]
    rows = model.objects.with_forms().select_related("owner", "published_by")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=pk).first()
    held = permissions.actions(request.user, found) if found else frozenset[str]()
    if found is None or (found.status == Record.Status.DRAFT and "edit" not in held):
        raise Wrong("not-found")
    if found.status == Record.Status.WITHDRAWN and "edit" not in held:
        raise Wrong("not-found" if found.private and "see" not in held else "gone", found.withdrawn_reason)
    if found.private and "see" not in held:
        raise Wrong("not-found")
    return found, held


def beside(found: Record) -> Values:
    return {
        "id": str(found.pk),
        "kind": found.kind,
        "uri": found.uri,
        "portal_page": settings.BOUTURE_URL + found.get_absolute_url(),  # type: ignore[attr-defined]
        "owner": found.owner.slug,
        "state": found.status,
        "private": found.private,
        "version": found.version,
        "updated_at": found.updated_at.isoformat(timespec="seconds"),
        "missing": found.missing,
    }


def whole(found: Record) -> Values:
    return {**beside(found), **values_of(found)}


def tag(found: Record) -> str:
    """Strong (RFC 9110 §8.8.3), so that If-Match may compare it; every change of a record raises its version."""
    return f'"{found.version}"'


def check_version(request: HttpRequest, found: Record) -> None:
    check_tag(request, tag(found), version=found.version)


def check_tag(request: HttpRequest, held: str, **more: Any) -> None:
    """Raises Wrong without If-Match, and when it names another version. A proxy that compresses may have made it weak."""
    asked = request.headers.get("If-Match", "").strip()
    if not asked:
        raise Wrong("precondition-required", headers={"ETag": held}, **more)
    tags = [one.strip().removeprefix("W/") for one in asked.split(",")]
    if asked != "*" and held not in tags:
        raise Wrong("moved", headers={"ETag": held}, **more)


def answer(found: Record, status: int = 200) -> HttpResponse:
    response = JsonResponse(whole(found), status=status, json_dumps_params={"ensure_ascii": False})
    response["ETag"] = tag(found)
    return response


def trial(found: Record, verb: str, fields: tuple[str, ...], scores: Values) -> HttpResponse:
    """What a dry run says: what would be done, and the record as it would be."""
    findings = [{"severity": line[0], "code": line[1], "path": line[2]} for line in found.findings]
    said = {"dry_run": True, "would": verb, "fields": list(fields), "findings": findings, **scores}
    return JsonResponse({**said, "record": whole(found)}, json_dumps_params={"ensure_ascii": False})
