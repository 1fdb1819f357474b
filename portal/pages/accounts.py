"""Logging in and out. Citizens need no account."""

import hashlib
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

ATTEMPTS: Final = 10
WINDOW: Final = 600  # seconds


class Attempts:
    """Failures of one account from one address: a stranger who guesses locks nobody out from anywhere else."""

    def __init__(self, request: HttpRequest, account: str) -> None:
        trace = f"{account.strip().casefold()}\n{client_address(request)}"
        self._key = f"login:{hashlib.sha256(trace.encode()).hexdigest()}"

    def too_many(self) -> bool:
        return cache.get(self._key, 0) >= ATTEMPTS

    def failed(self) -> None:
        cache.add(self._key, 0, WINDOW)
        try:
            cache.incr(self._key)
        except ValueError:  # it expired between the two calls
            cache.set(self._key, 1, WINDOW)

    def forget(self) -> None:
        cache.delete(self._key)


def client_address(request: HttpRequest) -> str:
    """Where it comes from: as our own proxy wrote it when there is one; what the client itself claims never counts."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BOUTURE_TRUST_PROXY else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


class LoginForm(AuthenticationForm):
    """Says the same of a wrong password, an unknown account and a closed one."""

    error_messages = {
        "invalid_login": "L’adresse et le mot de passe ne vont pas ensemble. Vérifiez les majuscules, puis réessayez.",
        "inactive": "L’adresse et le mot de passe ne vont pas ensemble. Vérifiez les majuscules, puis réessayez.",
        "too_many": "Trop d’essais depuis cet endroit. Attendez dix minutes, puis réessayez, ou demandez un nouveau "
        "mot de passe à l’administrateur du portail.",
    }
    refused = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages = {"required": "Indiquez votre adresse électronique."}
        self.fields["password"].error_messages = {"required": "Indiquez votre mot de passe."}

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
            raise
        attempts.forget()
        return cleaned


class Login(views.LoginView):
    """`next` is followed on our own host alone (Django checks it)."""

    authentication_form = LoginForm

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if isinstance(form, LoginForm) and form.refused:
            response.status_code = 429
            response["Retry-After"] = str(WINDOW)
        return response


class Logout(views.LogoutView):
    """By POST alone: a link in a message cannot log anyone out."""
