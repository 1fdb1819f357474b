"""`/partage/`: what other portals may not follow, for who runs the instance and, of their bodies, for who administers them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.dcat.mapping import MODELS
from catalogue.errors import CatalogueError, Refused
from catalogue.feeding import policy
from catalogue.feeding.policy import Policy
from catalogue.models import Concept, Organisation, Record, User
from catalogue.permissions import ADMINISTER, may, organisations_of, runs_the_instance
from portal import spelling
from portal.pages.words import no_gesture

KEY: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
UNKNOWN: Final = gettext_noop("Cette organisation n’est pas de la liste. Choisissez-en une de la liste.")
NO_RECORD: Final = gettext_noop(
    "Aucune fiche que vous administrez n’est à cette adresse. Copiez l’adresse de sa page sur ce portail, puis recommencez."
)


@dataclass(frozen=True)
class Shown:
    """What this person may change."""

    everything: bool
    bodies: tuple[Organisation, ...]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """403 for who administers neither the instance nor a body."""
    assert isinstance(request.user, User)
    seen = _seen(request.user)
    if not seen.bodies and not seen.everything:
        raise PermissionDenied
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _act(request, seen, request.user))
        except CatalogueError as refused:
            error = refused.message
        else:
            return HttpResponseRedirect(request.path)
    context = {"seen": seen, "error": error, "typed": request.POST.get("adresse", ""), **_held(seen)}
    return render(request, "sharing.html", context, status=422 if error else 200)


def _seen(user: User) -> Shown:
    everything = runs_the_instance(user)
    tenants = Organisation.objects.filter(tenant=True).order_by("name")
    return Shown(everything, tuple(tenants if everything else organisations_of(user, ADMINISTER)))


def _held(seen: Shown) -> dict[str, object]:
    """What is withheld, of what this person may change."""
    now = Policy.now()
    themes = list(Concept.objects.of("data-theme").usable().order_by("code")) if seen.everything else []
    rows: list[Record] = []
    for model in MODELS.values():
        found = model.objects.filter(pk__in=now.records).select_related("owner")  # type: ignore[attr-defined]
        rows += found if seen.everything else found.filter(owner__in=seen.bodies)
    return {
        "themes": [(theme.uri, theme.label(), theme.uri in now.themes) for theme in themes],
        "bodies": [(body, body.pk in now.bodies) for body in seen.bodies],
        "records": sorted(rows, key=lambda row: row.label),
    }


def _act(request: HttpRequest, seen: Shown, who: User) -> str:
    """What to say. Raises Refused."""
    said, gesture = request.POST, request.POST.get("geste", "")
    if gesture == "themes" and seen.everything:
        known = set(Concept.objects.of("data-theme").values_list("uri", flat=True))
        policy.set_themes([theme for theme in said.getlist("theme") if theme in known], who)
        return _("Les thèmes partagés sont enregistrés.")
    if gesture in ("retenir-organisme", "partager-organisme"):
        body = next((body for body in seen.bodies if body.slug == said.get("organisme")), None)
        if body is None:
            raise Refused(_(UNKNOWN))
        policy.set_body(body, gesture == "retenir-organisme", who)
        held = gesture == "retenir-organisme"
        told = (
            _("Ce que publie %(body)s n’est plus partagé.")
            if held
            else _("Ce que publie %(body)s est de nouveau partagé.")
        )
        return told % {"body": body}
    if gesture in ("retenir-fiche", "partager-fiche"):
        row = _record(spelling.one_line(said.get("adresse", "").replace("\0", "")), seen, who)
        policy.set_record(row, gesture == "retenir-fiche", who)
        held = gesture == "retenir-fiche"
        told = _("« %(name)s » n’est plus partagé.") if held else _("« %(name)s » est de nouveau partagé.")
        return told % {"name": row.label}
    raise Refused(no_gesture())


def _record(address: str, seen: Shown, who: User) -> Record:
    """By the address of its page, its own, or its key. Raises Refused."""
    key = next(reversed(KEY.findall(address)), None)
    for model in MODELS.values():
        manager = model.objects.exclude(status=Record.Status.DRAFT).select_related("owner")  # type: ignore[attr-defined]
        found: Record | None = manager.filter(uri=address).first()
        found = found or (manager.filter(pk=key).first() if key else None)
        if found is not None and (seen.everything or may(who, "administer", found)):
            return found
    raise Refused(_(NO_RECORD))
