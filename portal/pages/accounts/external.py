"""Logging in through the provider of identities: there (`/connexion/externe/`), back, and the linking of an account that exists."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.accounts import attaching
from catalogue.models import User
from portal.openid import OpenIDError, provider
from portal.openid.provider import Identity, Start
from portal.pages.accounts.attempts import Attempts
from portal.pages.accounts.entering import OWN_BACKEND, proceed, start_again
from portal.pages.accounts.sessions import TOO_MANY, WRONG

STARTED: Final = "openid_start"  # in the session
LINKING: Final = "openid_link"
PATIENCE: Final = 600  # seconds
STALE: Final = gettext_noop("Cette connexion a été interrompue ou a trop duré. Recommencez.")
NO_ADDRESS: Final = gettext_noop(
    "Le service d’identification n’a pas donné votre adresse électronique. Demandez à votre administration de la renseigner."
)
ASKED: Final = gettext_noop("Votre demande de rejoindre %(body)s attend l’accord d’un de ses administrateurs.")


def back_address() -> str:
    return f"{settings.BOUTURE_URL}{reverse('external_back')}"


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Sends the browser to the provider. 404 where there is none."""
    if not provider.configured():
        raise Http404
    then = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(then, {request.get_host()}, require_https=request.is_secure())
    begun = provider.start(then if safe else "/")
    try:
        address = provider.address_for(begun, back_address())
    except OpenIDError as error:
        return _refused(request, _(error.message))
    request.session[STARTED] = asdict(begun)
    return HttpResponseRedirect(address)


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """What the browser brings back is believed only for the log-in that this very session began."""
    given = request.session.pop(STARTED, None)
    begun = Start(**given) if given else None
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if begun is None or not constant_time_compare(state, begun.state) or not 0 <= time.time() - begun.since < PATIENCE:
        return _refused(request, _(STALE))
    if not code:  # the person refused there, or the provider did
        return _refused(
            request, _("Vous n’êtes pas connecté : le service d’identification n’a rien confirmé. Recommencez.")
        )
    try:
        identity = provider.identity_of(code, begun, back_address())
    except OpenIDError as error:
        return _refused(request, _(error.message))
    return _arrived(request, identity, begun.then)


def _arrived(request: HttpRequest, identity: Identity, then: str) -> HttpResponse:
    user = attaching.known(identity.issuer, identity.subject)
    if user is None and not identity.email:
        return _refused(request, _(NO_ADDRESS))
    if user is None and attaching.taken(identity.issuer, identity.subject, identity.email):
        request.session.flush()
        request.session[LINKING] = {**asdict(identity), "then": then, "since": time.time()}
        return HttpResponseRedirect(reverse("external_link"))
    if user is None:
        names = (identity.first_name, identity.last_name)
        user = attaching.open_account(identity.issuer, identity.subject, identity.email, *names)
    return _go_in(request, user, identity, then)


def _go_in(request: HttpRequest, user: User, identity: Identity, then: str) -> HttpResponse:
    body = attaching.ask(user, identity.siret, identity.unit)
    answer = proceed(request, user, then, OWN_BACKEND)
    request.session["id_token"] = identity.id_token  # to end the provider's session too, at log-out
    if body is not None:
        messages.success(request, _(ASKED) % {"body": body})
    return answer


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """An account bears the same address: its password links the two, nothing else does."""
    given: dict[str, Any] | None = request.session.get(LINKING)
    if not given or not 0 <= time.time() - given["since"] < PATIENCE:
        return start_again()
    identity = Identity(**{name: value for name, value in given.items() if name not in ("then", "since")})
    error = ""
    if request.method == "POST":
        user = User.objects.filter(email=identity.email, is_active=True).first()
        attempts = Attempts(request, identity.email)
        if attempts.too_many():
            error = _(TOO_MANY)
        elif user is None or not user.check_password(request.POST.get("password", "")):
            attempts.failed()
            error = _(WRONG)
        elif attaching.link(user, identity.issuer, identity.subject):
            request.session.pop(LINKING, None)
            return _go_in(request, user, identity, given["then"])
        else:
            error = _("Cette identité ouvre déjà un autre compte. Demandez à l’administrateur du portail.")
    return render(
        request, "accounts/link.html", {"email": identity.email, "name": settings.BOUTURE_OIDC_NAME, "error": error}
    )


def _refused(request: HttpRequest, message: str) -> HttpResponse:
    return render(
        request, "accounts/external.html", {"message": message, "name": settings.BOUTURE_OIDC_NAME}, status=400
    )
