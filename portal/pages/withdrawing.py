"""Taking a dataset out of sight with a reason, and putting it back."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import publishing
from catalogue.models import Dataset, Record
from catalogue.permissions import may
from catalogue.publishing.drafts import bring_back
from portal.pages.formed import actor

LONGEST: Final = 2_000  # characters of a reason
NO_REASON: Final = gettext_noop("Dites pourquoi : qui suit un ancien lien le lira à la place des données.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/retrait/`. 404 for who may not know that it exists, 403 for who may not publish there."""
    found = Dataset.objects.filter(pk=pk).select_related("owner", "published_by").first()
    if found is None or found.status == Record.Status.DRAFT:
        raise Http404
    if not may(request.user, "publish", found):
        # What all may see, or saw, is no secret.
        if found.private and not may(request.user, "see", found):
            raise Http404
        raise PermissionDenied
    error = ""
    if request.method == "POST":
        gone = found.status == Record.Status.WITHDRAWN
        reason = request.POST.get("motif", "").strip()[:LONGEST]
        if gone:
            bring_back(found, actor(request))
            messages.success(
                request, _("Remis en ligne. Visible tout de suite ici, et dans la recherche d’ici une minute.")
            )
        elif reason:
            publishing.withdraw([found], reason, actor(request))
            messages.success(
                request,
                _("Retiré : plus personne ne le voit. Sa page dit pourquoi, et vous pouvez le remettre en ligne."),
            )
        else:
            error = _(NO_REASON)
        if not error:
            return HttpResponseRedirect(found.get_absolute_url() if gone else request.path)
    told = {"dataset": found, "gone": found.status == Record.Status.WITHDRAWN, "error": error}
    return render(request, "withdrawal.html", told, status=422 if error else 200)
