"""`/identite/`: the name, the colours and the logo of the portal, for who runs the instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.errors import Conflict
from portal import identity, logos, palette, spelling
from portal.branding import branding, usual_name
from portal.colours import colour, spelt
from portal.identity import Face, IdentityRefused
from portal.logos import Logo, LogoRefused
from portal.pages.running import for_who_runs_it
from portal.pages.words import no_gesture
from portal.palette import DARK, LIGHT, Scheme, Tokens


@dataclass(frozen=True)
class Look:
    """How one accent looks on the grounds of one scheme. `least`: the lowest of its ratios among texts."""

    scheme: Scheme
    paper: str
    made: Tokens
    least: float


@dataclass(frozen=True)
class Draft:
    """What the form shows. `before`: the version that it was written from; `theirs`: what somebody else kept meanwhile."""

    said: Face
    before: int
    faults: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    theirs: Face | None = None
    seen: bool = False
    status: int = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_who_runs_it
def page(request: HttpRequest) -> HttpResponse:
    """403 for who does not run the instance."""
    now = identity.current()
    draft = Draft(now, now.version)
    if request.method == "POST":
        done = _done(request, now)
        if done is None:
            return HttpResponseRedirect(reverse("identity"))
        draft = done
    context = {"draft": draft, "now": now, "looks": list(_looks(draft)), "usual": usual_name()}
    return render(request, "identity.html", context, status=draft.status)


def _done(request: HttpRequest, now: Face) -> Draft | None:
    """None when all is kept."""
    given, gesture, who = request.POST, request.POST.get("geste", ""), _person(request)
    name, accent, dark = (spelling.one_line(given.get(each, "")) for each in ("nom", "couleur", "couleur-sombre"))
    said = Face(name, accent, dark, now.logo)
    before = given.get("avant", "")
    draft = Draft(said, spelling.whole(before, 17))
    if gesture not in ("voir", "enregistrer"):
        return replace(draft, trouble=no_gesture(), status=400)
    try:
        checked = identity.checked(said)
        logo = _logo(request)
        if gesture == "voir":
            return replace(draft, said=checked, seen=True)
        identity.keep(checked, who, draft.before, logo, without=given.get("sans-logo") == "oui")
    except IdentityRefused as refused:
        return replace(draft, faults=refused.faults, status=422)
    except LogoRefused as refused:
        return replace(draft, faults={"logo": refused.message}, status=422)
    except Conflict:
        other = identity.current()
        return replace(draft, theirs=other, before=other.version, status=409)
    messages.success(
        request, _("L’identité du portail est enregistrée. Rechargez une page déjà ouverte pour l’y voir.")
    )
    return None


def _person(request: HttpRequest) -> Any:
    return request.user


def _logo(request: HttpRequest) -> Logo | None:
    """The file that was sent. Raises LogoRefused."""
    sent = request.FILES.get("logo")
    return logos.judged(sent.read(logos.LARGEST + 1)) if sent else None


def _looks(draft: Draft) -> Iterator[Look]:
    """Of the colours as they are typed, where they are colours; else of those in force."""
    try:
        accent = spelt(draft.said.accent)
        dark = spelt(draft.said.accent_dark) if draft.said.accent_dark else palette.in_the_dark(accent)
    except ValueError:
        hue = branding().hue
        accent, dark = colour(*LIGHT.accent, hue), colour(*DARK.accent, hue)
    for scheme, one in ((LIGHT, accent), (DARK, dark)):
        least = min(ratio for _, ratio, wanted in palette.ratios(scheme, one) if wanted == palette.TEXT)
        yield Look(scheme, scheme.grounds["le papier"], palette.tokens(scheme, one), least)
