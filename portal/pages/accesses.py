"""Who may read one private dataset, or what a body keeps of an internal indicator: given, listed, taken back."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import granting, publishing
from catalogue.errors import CatalogueError, Refused
from catalogue.granting import Opened
from catalogue.models import BodyGroup, Grant, Indicator, Record
from catalogue.permissions import audience_of, bodies_where
from portal import spelling
from portal.pages import recorded

GONE = gettext_noop("Cet accès n’était plus là : quelqu’un d’autre l’a repris.")
TAKEN = gettext_noop("L’accès est repris, dès maintenant.")
GIVEN = gettext_noop(
    "L’accès est donné. Si cette personne n’a pas encore de compte ici, il vaudra dès qu’elle en aura un."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def of_dataset(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/acces/`. 404 for who may not know that it exists, 403 for who does not administer its body."""
    found, may = recorded.read(request, recorded.placed, pk)
    if "administer" not in may:
        raise PermissionDenied
    if found.status == Record.Status.WITHDRAWN:
        return recorded.withdrawn(request, found)
    opened = Opened(found.owner, dataset=found)
    if request.POST.get("geste") in ("reserver", "ouvrir"):
        publishing.set_private(found, request.POST["geste"] == "reserver", _person(request))
        messages.success(
            request,
            _("Réservé : vos membres et ceux que vous nommez le lisent.")
            if found.private
            else _("Tout le monde le lit."),
        )
        return HttpResponseRedirect(request.path)
    return _page(
        request,
        opened,
        {"dataset": found, "closed": found.private, "name": found.label, "back": found.get_absolute_url()},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def of_indicator(request: HttpRequest, key: str, slug: str) -> HttpResponse:
    """`/indicateurs/<key>/acces/<organisme>/`: an internal indicator, and what that body has of it.

    404 for who may not know of it, and for a body that has no figure of it; 403 for who does not administer that body.
    """
    seen = Indicator.objects.in_use().visible_to(audience_of(request.user))
    found = seen.filter(key=key, internal=True).first()
    body = granting.holders_of(found).filter(slug=slug).first() if found else None
    if found is None or body is None:
        raise Http404
    where = bodies_where(request.user, "administer")
    if not where.everything and body.pk not in where.organisations:
        raise PermissionDenied
    return _page(
        request,
        Opened(body, indicator=found),
        {"closed": True, "name": found.title, "back": f"/indicateurs/{found.key}/"},
    )


def _page(request: HttpRequest, opened: Opened, shown: dict[str, Any]) -> HttpResponse:
    typed = {
        name: spelling.one_line(request.POST.get(name, "")).replace("\0", "")
        for name in ("adresse", "groupe", "motif", "jusqua")
    }
    trouble = ""
    if request.method == "POST":
        try:
            told = _take(request, opened) if request.POST.get("geste") == "reprendre" else _give(request, opened, typed)
        except CatalogueError as error:
            trouble = error.message
        else:
            messages.success(request, told)
            return HttpResponseRedirect(request.path)
    context = {
        **shown,
        "body": opened.body,
        "grants": _listed(opened),
        "groups": list(BodyGroup.objects.filter(body=opened.body)),
        "typed": typed,
        "trouble": trouble,
    }
    return render(request, "accesses.html", context, status=422 if trouble else 200)


def _listed(opened: Opened) -> list[Grant]:
    rows = Grant.objects.filter(**opened.keys).select_related("group__kept", "given_by")
    return list(rows.order_by("-given_at", "-pk"))


def _give(request: HttpRequest, opened: Opened, typed: dict[str, str]) -> str:
    """Raises Refused."""
    try:
        until = date.fromisoformat(typed["jusqua"]) if typed["jusqua"] else None
    except ValueError as error:
        raise Refused(_("Le dernier jour s’écrit AAAA-MM-JJ, comme 2026-12-31. Ou laissez vide.")) from error
    if typed["groupe"]:
        number = typed["groupe"]
        kept = BodyGroup.objects.filter(body=opened.body, pk=int(number)).first() if _number(number) else None
        if kept is None:
            raise Refused(_("Ce groupe n’est plus là. Choisissez-en un autre."))
        granting.give(opened, kept.group, typed["motif"], until, _person(request))
        return _("L’accès est donné au groupe « %(name)s ».") % {"name": kept.name}
    if typed["adresse"]:
        mail(typed["adresse"])
    granting.give(opened, typed["adresse"], typed["motif"], until, _person(request))
    return _(GIVEN)


def mail(address: str) -> None:
    """Raises Refused for what is no address, or is longer than one can be."""
    try:
        validate_email(address if len(address) <= 254 else "")
    except ValidationError as error:
        raise Refused(_("Ceci n’est pas une adresse électronique. Exemple : prenom.nom@ville.fr.")) from error


def _take(request: HttpRequest, opened: Opened) -> str:
    number = request.POST.get("acces", "")
    grant = (
        Grant.objects.filter(**opened.keys, pk=int(number)).select_related("group", "person").first()
        if _number(number)
        else None
    )
    return _(TAKEN) if grant and granting.take(grant, _person(request)) else _(GONE)


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _person(request: HttpRequest) -> Any:
    return request.user
