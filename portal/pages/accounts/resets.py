"""`/connexion/oubli/` and the page of the link that is sent. Neither tells whether an address has an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.accounts import resets, sessions
from catalogue.models import User
from portal.pages.accounts.attempts import WINDOW, Attempts
from portal.pages.accounts.sessions import TOO_MANY, checked, set_password


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """One row for any address; too many from one source are refused before anything is looked at."""
    told: dict[str, Any] = {"mail": settings.BOUTURE_MAIL, "asked": "", "error": ""}
    status = 200
    if request.method == "POST" and settings.BOUTURE_MAIL:
        email = request.POST.get("email", "").strip()
        attempts = Attempts(request, email, "reset")
        try:
            validate_email(email)
        except ValidationError:
            told["error"] = _("Écrivez l’adresse électronique de votre compte, par exemple prenom.nom@exemple.fr.")
        else:
            if attempts.too_many():
                told["error"], status = _(TOO_MANY), 429
            else:
                attempts.failed()
                resets.ask(email)
                told["asked"] = email
    response = render(request, "accounts/forgotten.html", told, status=status)
    if status == 429:
        response["Retry-After"] = str(WINDOW)
    return response


class NewPassword(forms.Form):
    """The new password, once."""

    new = forms.CharField(required=False, strip=False)

    def __init__(self, user: User | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new(self) -> str:
        return checked(self.cleaned_data["new"], self.user)

    def save(self) -> None:
        assert self.user is not None
        set_password(self.user, self.cleaned_data["new"])
        sessions.end_others(self.user, None)


class Confirm(PasswordResetConfirmView):
    """The secret goes from the address into the session at once, so that no later page leaks it. Logs nobody in: a second step may be due."""

    form_class = NewPassword  # type: ignore[assignment]
    template_name = "accounts/reset.html"
    success_url = reverse_lazy("login")
    reset_url_token = "nouveau"  # noqa: S105

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Mot de passe changé. Connectez-vous."))
        return super().form_valid(form)
