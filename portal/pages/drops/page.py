"""`/deposer/<uuid>/`: all that is known and proposed of a dropped file, on one page, until it is published.

One form holds it, so that nothing that was typed is lost whatever button is pressed: each gesture keeps the record first.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.errors import CatalogueError
from catalogue.models import Dataset, Record, Table, User
from catalogue.permissions import may
from catalogue.publishing.drafts import needs_another
from catalogue.tables.plain import verdict_from
from catalogue.tables.schemas import recognise, schema
from catalogue.tabling import correcting, waits
from portal.pages import otherwise, quality, recorded
from portal.pages.drops import gestures
from portal.pages.drops.card import Card, card_of, score_of
from portal.pages.drops.cells import faults_of
from portal.pages.drops.waiting import comes_again, read_by_now
from portal.pages.table_readings import LEVELS, doubts_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """404 for who may not know that the draft exists; what is published already has its own page."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found, rights = recorded.read(request, Dataset.objects.all, pk)
    if "edit" not in rights and (request.method == "POST" or found.status == Record.Status.DRAFT):
        raise PermissionDenied
    if found.status != Record.Status.DRAFT:
        return HttpResponseRedirect(found.get_absolute_url())
    draft = Dataset.objects.with_forms().select_related("owner__territory", "published_by").get(pk=found.pk)
    table = Table.objects.filter(dataset=draft.pk).select_related("current").order_by("pk").first()
    if table is None:  # its files were taken away: what is left is a draft like others
        return HttpResponseRedirect(draft.get_absolute_url())
    if request.method == "POST":
        return _post(request, draft, table)
    asked = Table.objects.filter(pk=table.pk, state=Table.State.WAITING)
    if table.state == Table.State.WAITING and read_by_now(asked):
        table = Table.objects.select_related("current").get(pk=table.pk)
    return _page(request, draft, table, card_of(draft, table))


def _post(request: HttpRequest, draft: Dataset, table: Table) -> HttpResponse:
    card = card_of(draft, table)
    assert isinstance(request.user, User)
    try:
        done = gestures.act(request, draft, table, card, request.user)
    except gestures.Unsound as unsound:
        return _page(request, draft, table, card, error=unsound.message, status=422)
    except CatalogueError as refused:
        draft.refresh_from_db()
        table = Table.objects.select_related("current").get(pk=table.pk)
        return _page(request, draft, table, card_of(draft, table), error=refused.message, status=422)
    messages.success(request, done.told)
    return HttpResponseRedirect(done.address or reverse("dropped", args=[draft.pk]))


def _page(
    request: HttpRequest, draft: Dataset, table: Table, card: Card, *, error: str = "", status: int = 200
) -> HttpResponse:
    waiting = table.state == Table.State.WAITING
    told: dict[str, Any] = {"dataset": draft, "table": table, "error": error, "waiting": waiting}
    if table.current is not None and not waiting:
        told |= _read(table)
    publishes = may(request.user, "publish", draft)
    actor = request.user if isinstance(request.user, User) else None
    told |= {
        "card": card,
        "publishes": publishes and not needs_another(draft, actor),
        "closed": waits(table),
        **otherwise.asked(table),
        "score": quality.of_assessment(score_of(draft, card.values)),
    }
    answer = render(request, "dropped.html", told, status=status)
    if waiting:
        comes_again(answer)
    return answer


def _read(table: Table) -> dict[str, Any]:
    """What is known of a file that was read."""
    version = table.current
    assert version is not None
    verdict = verdict_from(version.verdict)
    names = [column["name"] for column in version.columns]
    others = [match for match in recognise(names) if verdict is None or match.schema != verdict.match.schema]
    return {
        "version": version,
        "faults": faults_of(version),
        "correctable": correcting.correctable(table, version),
        "verdict": verdict,
        "level": LEVELS[verdict.level] if verdict else None,
        "schema": schema(verdict.match.schema, verdict.match.version) if verdict else None,
        "confidence": round(100 * verdict.match.confidence) if verdict else 0,
        "others": [schema(match.schema, match.version) for match in others if not match.schema.startswith("bouture/")],
        "doubts": doubts_of(table, version),
    }
