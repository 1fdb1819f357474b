"""`/tables/<uuid>/nouvelle-version/`: what a new version of a published file changes, before it is put online."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.errors import CatalogueError, Conflict, Refused
from catalogue.models import Replacement, Table, User
from catalogue.permissions import audience_of, may_write
from catalogue.tabling import openable, replacing
from portal.pages.drops.changes import changes_of
from portal.pages.drops.waiting import comes_again, read_by_now
from portal.pages.words import no_gesture

ONLINE: Final = gettext_noop("La nouvelle version est en ligne, à la même adresse.")
TO_DECIDE: Final = gettext_noop(
    "La nouvelle version est en place, pour votre organisme seul : décidez de ce qui parle de personnes."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """404 for who may not see the table, 403 for who may not write it; where nothing waits, to how the file was read."""
    audience = audience_of(request.user)
    table = Table.objects.visible_to(audience).filter(pk=pk).select_related("dataset__owner").first()
    if table is None or not openable(table, audience):
        raise Http404
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not may_write(request.user, table.dataset):
        raise PermissionDenied
    if request.method == "POST":
        return _post(request, table)
    read_by_now(Replacement.objects.unread().filter(table=table))
    waiting = _waiting(table)
    if waiting is None:
        return HttpResponseRedirect(reverse("table_reading", args=[table.pk]))
    return _page(request, waiting)


def _waiting(table: Table) -> Replacement | None:
    rows = Replacement.objects.filter(table=table)
    return rows.select_related("version", "author", "table__current", "table__dataset__owner").first()


def _post(request: HttpRequest, table: Table) -> HttpResponse:
    waiting = _waiting(table)
    try:
        # The one that the page showed.
        if waiting is None or str(waiting.pk) != request.POST.get("depot", ""):
            raise Conflict(_(replacing.GONE))
        told, address = _act(request, waiting)
    except CatalogueError as refused:
        waiting = _waiting(table)
        if waiting is None:
            messages.error(request, refused.message)
            return HttpResponseRedirect(reverse("table_reading", args=[table.pk]))
        return _page(request, waiting, refused.message, status=409 if isinstance(refused, Conflict) else 422)
    messages.success(request, told)
    return HttpResponseRedirect(address)


def _act(request: HttpRequest, waiting: Replacement) -> tuple[str, str]:
    """What to say, and where to go. Raises Refused and Conflict; then nothing is online that was not."""
    gesture, table = request.POST.get("geste", ""), waiting.table
    reading = reverse("table_reading", args=[table.pk])
    if gesture == "abandonner":
        replacing.abandon(waiting)
        return _("Votre fichier est abandonné. Celui en ligne n’a pas changé."), reading
    if gesture != "mettre-en-ligne":
        raise Refused(no_gesture())
    replacing.confirm(waiting, request.user if isinstance(request.user, User) else None)
    closed = Table.objects.filter(pk=table.pk, current__withheld=True).exists()
    return (_(TO_DECIDE), f"{reading}#personnes") if closed else (_(ONLINE), table.dataset.get_absolute_url())


def _page(request: HttpRequest, waiting: Replacement, error: str = "", *, status: int = 200) -> HttpResponse:
    table, version = waiting.table, waiting.version
    told: dict[str, Any] = {
        "replacement": waiting,
        "table": table,
        "dataset": table.dataset,
        "version": version,
        "error": error,
        "reading": version is None and not waiting.reason,
        "until": waiting.at + replacing.KEPT,
    }
    if version is not None and table.current is not None:
        told["changes"] = changes_of(table.current, version)
    answer = render(request, "replacement.html", told, status=status)
    if told["reading"]:
        comes_again(answer)
    return answer
