"""What happened to a record, for the members of its body: who, when, each field before and after; and putting it back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import restoring
from catalogue.errors import CatalogueError, Conflict
from catalogue.models import AuditEntry, Change, DataService, Record
from catalogue.permissions import bodies_where
from portal.pages import recorded
from portal.pages.history import story_of
from portal.pages.telling import Act, fields, names_of, said, sides_of, through

SHOWN: Final = 50
READ: Final = 1_000  # acts of one record; of one with more the oldest are in the export


@never_cache
@require_safe
@login_required
def history(request: HttpRequest, pk: uuid.UUID, kind: str = "dataset") -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/historique/?page=2`, `/services/<uuid>/historique/`. 404 for who may not know that it exists, 403 for who is no member."""
    found, may = _read(request, pk, kind)
    entries = list(AuditEntry.objects.about(found.kind, str(found.pk)).order_by("-number")[:READ])
    known = {entry.change for entry in entries if entry.change}
    lines = Change.objects.filter(record=found.pk, kind=Change.Kind.RECORD).exclude(number__in=known)
    both: list[Change | AuditEntry] = [*lines.order_by("-number")[:READ], *entries]
    acts = sorted(both, key=lambda one: (one.at, one.number), reverse=True)
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    shown = acts[(page - 1) * SHOWN : page * SHOWN]
    context = {
        "record": found,
        "past": _address(found),
        "acts": _told(shown, named="edit" in may, writes="publish" in may and found.status == Record.Status.PUBLISHED),
        "page": page,
        "previous": page - 1 if page > 1 else 0,
        "next": page + 1 if len(acts) > page * SHOWN else 0,
        "named": "edit" in may,
    }
    return render(request, "past.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def before(request: HttpRequest, pk: uuid.UUID, number: int, kind: str = "dataset") -> HttpResponse:
    """Under that history, `<n>/`: what would be put back; POST puts it back. 404 for an act of another record."""
    found, may = _read(request, pk, kind)
    if "publish" not in may:
        raise PermissionDenied
    if found.status != Record.Status.PUBLISHED:
        return recorded.withdrawn(request, found)
    trouble, status = "", 200
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            actor: Any = request.user
            restoring.restore(found, number, int(version) if version.isdecimal() and len(version) < 10 else 0, actor)
        except CatalogueError as error:
            trouble, status = error.message, 409 if isinstance(error, Conflict) else 422
            found, may = _read(request, pk, kind)
        else:
            messages.success(request, _("La fiche est remise comme avant. Visible tout de suite ici."))
            return HttpResponseRedirect(_address(found))
    then = restoring.before(found, number)
    if then is None:
        raise Http404
    now = {name: value for name, value in restoring.now(found).items() if name in then}
    context = {
        "record": found,
        "past": _address(found),
        "fields": fields(now, then, names_of([now, then])),
        "trouble": trouble,
        "number": number,
    }
    return render(request, "past_before.html", context, status=status)


def _read(request: HttpRequest, pk: uuid.UUID, kind: str) -> tuple[Any, frozenset[str]]:
    """The record, and what this reader may do to it. A grant to read it does not tell who did what to it."""
    found, may = recorded.read(request, DataService.objects.all if kind == DataService.kind else recorded.placed, pk)
    where = bodies_where(request.user, "see")
    if not where.everything and found.owner_id not in where.organisations:
        raise PermissionDenied
    return found, may


def _address(found: Record) -> str:
    return reverse("service_past" if isinstance(found, DataService) else "record_past", args=[found.pk])


def _told(acts: Sequence[Change | AuditEntry], *, named: bool, writes: bool) -> list[Act]:
    sides = {one.number: sides_of(one) for one in acts if isinstance(one, AuditEntry)}
    names = names_of(side for pair in sides.values() for side in pair)
    told = []
    for one in acts:
        if isinstance(one, Change):
            text = next((event.text for event in story_of([one])), one.get_verb_display().capitalize())
            told.append(Act(0, one.at, text))
            continue
        old, new = sides[one.number]
        told.append(
            Act(
                one.number,
                one.at,
                said(one.action),
                who=one.actor if named else "",
                through=through(one),
                reason=one.reason,
                fields=fields(old, new, names),
                restorable=writes and one.action in RESTORABLE,
            )
        )
    return told


RESTORABLE: Final = ("record.update", "record.complete", "record.restore")
