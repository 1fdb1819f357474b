"""`/compte/jetons/`: the tokens that a person's programs say, made, listed and revoked."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from catalogue.accounts import tokens
from catalogue.errors import Refused
from catalogue.models import Organisation, User
from catalogue.permissions import organisations_of
from portal.pages.accounts.attempts import Attempts
from portal.pages.accounts.sessions import TOO_MANY, WRONG

DEFAULT_DAYS: Final = 90


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """One's own. The password is asked for each new one: a token outlives the session that made it."""
    user = request.user
    assert isinstance(user, User)
    bodies = _bodies(user)
    if request.method == "POST" and request.POST.get("geste") == "revoquer":
        given = request.POST.get("jeton", "")
        if given.isdecimal() and len(given) < 12 and tokens.revoke(user, int(given)):
            messages.success(request, _("Ce jeton n’ouvre plus rien."))
        return HttpResponseRedirect(reverse("tokens"))
    errors: dict[str, str] = {}
    if request.method == "POST":
        text = _made(request, user, bodies, errors)
        if text:
            return render(request, "accounts/token.html", {"text": text})
    told = {
        "asked": user.has_usable_password(),
        "rows": list(tokens.living(user)),
        "bodies": bodies,
        "lives": tokens.LIVES,
        "days": _days(request),
        "typed": request.POST,
        "errors": errors,
    }
    return render(request, "accounts/tokens.html", told)


def _bodies(user: User) -> list[Organisation]:
    if user.is_superuser:
        return list(Organisation.objects.filter(tenant=True))
    return organisations_of(user)


def _days(request: HttpRequest) -> int:
    given = request.POST.get("duree", "")
    return int(given) if given in map(str, tokens.LIVES) else DEFAULT_DAYS


def _made(request: HttpRequest, user: User, bodies: list[Organisation], errors: dict[str, str]) -> str:
    """The text of a new one; "" when `errors` say what to correct."""
    label = " ".join(request.POST.get("usage", "").replace("\x00", "").split())[:100]
    wanted = request.POST.get("organisation", "")
    body = next((one for one in bodies if one.slug == wanted), None)
    if not label:
        errors["usage"] = _("Dites à quoi il servira, par exemple « dépôt de nuit du logiciel de cimetière ».")
    if wanted and body is None:
        errors["organisation"] = _("Choisissez une organisation de la liste.")
    attempts = Attempts(request, user.email)
    if attempts.too_many():
        errors["password"] = _(TOO_MANY)
    elif user.has_usable_password() and not user.check_password(request.POST.get("password", "")):
        attempts.failed()
        errors["password"] = _(WRONG)
    if errors:
        return ""
    try:
        __, text = tokens.make(user, label, _days(request), publishes=request.POST.get("droits") == "ecrire", body=body)
    except Refused as refusal:
        errors["usage"] = refusal.message
        return ""
    return text
