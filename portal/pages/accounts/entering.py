"""Logging in and out. After the password, who has a second step types its code; who must have one sets it up first.

Nobody is logged in between the two: the session remembers who is on the way, for ten minutes.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, login, views
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.accounts import second_step, sessions
from catalogue.auditing import logins
from catalogue.granting import settle
from catalogue.models import User
from portal.openid import provider
from portal.pages.accounts import devices
from portal.pages.accounts.attempts import WINDOW, Attempts, client_address

ON_THE_WAY: Final = "on_the_way"  # in the session
PATIENCE: Final = 600  # seconds between the password and the code
MISMATCH: Final = gettext_lazy(
    "L’adresse et le mot de passe ne vont pas ensemble. Vérifiez les majuscules, puis réessayez."
)
OWN_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Passage:
    """Somebody who gave a password and is not in yet. `trace` changes with the password: a change ends the passage."""

    person: int
    trace: str
    since: float
    then: str
    backend: str
    sealed: str = ""  # the secret that is being set up


class LoginForm(AuthenticationForm):
    """Says the same of a wrong password, an unknown account and a closed one."""

    error_messages = {
        "invalid_login": MISMATCH,
        "inactive": MISMATCH,
        "too_many": gettext_lazy(
            "Trop d’essais depuis cet endroit. Attendez dix minutes, puis réessayez, ou demandez un nouveau mot de passe à l’administrateur du portail."
        ),
    }
    refused = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages = {"required": _("Indiquez votre adresse électronique.")}
        self.fields["password"].error_messages = {"required": _("Indiquez votre mot de passe.")}

    def clean(self) -> dict[str, Any]:
        account = self.cleaned_data.get("username")
        if not account or not self.cleaned_data.get("password"):
            return self.cleaned_data
        assert self.request is not None
        attempts = Attempts(self.request, account)
        if attempts.too_many():
            self.refused = True
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        try:
            cleaned = super().clean()
        except ValidationError:
            attempts.failed()
            logins.note(account, client_address(self.request), None)
            raise
        attempts.forget()
        return cleaned


class Login(views.LoginView):
    """`next` is followed on our own host alone (Django checks it)."""

    authentication_form = LoginForm

    @property
    def extra_context(self) -> dict[str, Any]:  # type: ignore[override]
        return {"provider": settings.BOUTURE_OIDC_NAME if provider.configured() else ""}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        assert isinstance(user, User)
        return proceed(self.request, user, self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if isinstance(form, LoginForm) and form.refused:
            response.status_code = 429
            response["Retry-After"] = str(WINDOW)
        return response


class Logout(views.LogoutView):
    """By POST alone: a link in a message cannot log anyone out. Who came by the provider of identities ends their session there too."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        id_token = request.session.get("id_token", "")
        answer = super().post(request, *args, **kwargs)
        there = provider.goodbye(id_token, f"{settings.BOUTURE_URL}/") if id_token and provider.configured() else ""
        return HttpResponseRedirect(there) if there else answer


def proceed(request: HttpRequest, user: User, then: str, backend: str = OWN_BACKEND) -> HttpResponse:
    """What follows a right password: in, or to the code, or to setting one up. `then` is on our own host."""
    backend = getattr(user, "backend", backend)
    if second_step.has(user):
        return _wait(request, user, then, backend, "second_step")
    if second_step.required_for(user):
        return _wait(request, user, then, backend, "second_step_first")
    enter(request, user, backend)
    return HttpResponseRedirect(then)


def enter(request: HttpRequest, user: User, backend: str) -> None:
    """Under a new key of session: one that somebody slipped in before is worth nothing."""
    request.session.pop(ON_THE_WAY, None)
    sessions.forget_expired()
    login(request, user, backend)
    logins.note(user.email, client_address(request), user)
    devices.note(request)
    settle(user)


def _wait(request: HttpRequest, user: User, then: str, backend: str, page: str) -> HttpResponse:
    request.session.flush()
    keep_passage(request, Passage(user.pk, user.get_session_auth_hash(), time.time(), then, backend))
    return HttpResponseRedirect(reverse(page))


def keep_passage(request: HttpRequest, passage: Passage) -> None:
    request.session[ON_THE_WAY] = asdict(passage)


def passage_of(request: HttpRequest) -> tuple[Passage, User] | None:
    """Who is on the way in here; None when nobody is, or it took too long, or the account changed meanwhile."""
    given = request.session.get(ON_THE_WAY)
    if not given or BACKEND_SESSION_KEY in request.session:
        return None
    passage = Passage(**given)
    user = User.objects.filter(pk=passage.person, is_active=True).first()
    if user is None or not 0 <= time.time() - passage.since < PATIENCE:
        return None
    return (passage, user) if passage.trace == user.get_session_auth_hash() else None


def start_again() -> HttpResponse:
    return HttpResponseRedirect(resolve_url("login"))
