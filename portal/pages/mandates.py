"""`/organisations/<slug>/mandats/`: who publishes in the name of a body, and whether its drafts are read by a second person."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import mandates, publishing
from catalogue.errors import CatalogueError, Refused
from catalogue.models import Mandate, Organisation, User
from catalogue.permissions import may
from portal.pages.words import no_gesture


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """404 for a body that does not work here, 403 for who does not administer it."""
    body = get_object_or_404(Organisation, slug=slug, tenant=True)
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    if not may(request.user, "administer", body):
        raise PermissionDenied
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _act(request, body, request.user))
        except CatalogueError as refused:
            error = refused.message
        else:
            return HttpResponseRedirect(request.path)
    given = list(Mandate.objects.filter(on_behalf_of=body).select_related("by", "given_by").order_by("by__name"))
    known = {body.pk, *(one.by_id for one in given)}
    context = {
        "body": body,
        "given": given,
        "others": list(Organisation.objects.filter(tenant=True).exclude(pk__in=known).order_by("name")),
        "names": mandates.names_for(body),
        "error": error,
    }
    return render(request, "mandates.html", context, status=422 if error else 200)


def _act(request: HttpRequest, body: Organisation, who: User) -> str:
    """What to say. Raises Refused."""
    said = request.POST
    if said.get("geste") == "relecture":
        publishing.change_body(body, who, reviewed=bool(said.get("relire")))
        return _("Une deuxième personne relira.") if body.reviewed else _("Une seule personne suffit pour publier.")
    other = Organisation.objects.filter(slug=said.get("par", ""), tenant=True).first()
    if other is None:
        raise Refused(_(mandates.NOT_HERE))
    if said.get("geste") == "donner":
        mandates.give(other, body, who)
        return _("%(other)s publie désormais aussi au nom de %(body)s.") % {"other": other, "body": body}
    if said.get("geste") == "reprendre":
        mandates.take_back(other, body, who)
        return _("%(other)s ne publie plus au nom de %(body)s. Ce qui est en ligne y reste.") % {
            "other": other,
            "body": body,
        }
    raise Refused(no_gesture())
